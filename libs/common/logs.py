"""One line per event: JSON in production, readable on a terminal; ids in fields, nothing personal.

The trace id is set where a request or a message enters a process and follows it to the outbox.
"""

import logging
import re
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog

NOISY = (
    "botocore",
    "boto3",
    "urllib3",
    "kombu",
    "celery.worker.strategy",
    "celery.app.trace",
    "alembic.runtime",
)
"""Loggers of libraries that are heard from WARNING on; some write addresses and ids at INFO."""

_trace: ContextVar[str] = ContextVar("trace", default="")

# Last defence, not the rule: whatever looks like a mainland phone or an ID number is masked.
_PHONE = re.compile(r"(?<![\d.])1[3-9]\d{9}(?!\d)")
_ID_NUMBER = re.compile(r"(?<![\d.])\d{17}[\dXx](?![\dXx])")


def new_trace() -> str:
    """32 hex digits that follow one request from the browser to the SMS."""
    return uuid.uuid4().hex


def current_trace() -> str:
    """The trace of what this thread is working on; a new one when it has none yet."""
    value = _trace.get()
    if not value:
        value = new_trace()
        _trace.set(value)
    return value


@contextmanager
def traced(trace: str) -> Iterator[None]:
    """Work inside belongs to the given trace."""
    token = _trace.set(trace)
    try:
        yield
    finally:
        _trace.reset(token)


def redact(text: str) -> str:
    """The text with phones and ID numbers masked."""
    return _ID_NUMBER.sub("[id number]", _PHONE.sub("[phone]", text))


def _add_trace(_: object, __: str, event: dict[str, Any]) -> dict[str, Any]:
    if _trace.get():
        event.setdefault("trace", _trace.get())
    return event


def _redact_values(_: object, __: str, event: dict[str, Any]) -> dict[str, Any]:
    return {k: redact(v) if isinstance(v, str) else v for k, v in event.items()}


def configure(process: str) -> None:
    """Send the standard library's and structlog's events to standard output as one stream."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _redact_values,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False)
        if sys.stdout.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)


def logger(name: str) -> Any:
    """A logger whose events take ids as keyword fields: `log.info("image received", image=…)`."""
    return structlog.get_logger(name)
