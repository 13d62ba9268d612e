"""Which engine reads: the first of those named that starts and reads its probe.

An engine is a stranger's native code: on a machine that it was not built for it ends in a signal,
not in an exception. So each is tried in a process of its own, before the worker forks.
"""

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from libs.common import logs
from libs.common.errors import Misconfigured
from workers.reader.engine import Engine

PATIENCE_SECONDS = 60
"""Loading the slower one takes 2 s of a core."""
ROOT = Path(__file__).parents[2]
_ENVIRONMENT = {"LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

log = logs.logger(__name__)


def _paddle() -> Sequence[Engine]:
    from workers.reader.paddle import Paddle

    return Paddle("tiny"), Paddle("small")


def _rapidocr() -> Sequence[Engine]:
    from workers.reader.rapid import Rapid

    return (Rapid(),)


ENGINES: Mapping[str, Callable[[], Sequence[Engine]]] = {"paddle": _paddle, "rapidocr": _rapidocr}
"""Name → its models, the quickest first. Loading is left to the process that will read."""


def known(names: Sequence[str]) -> Sequence[str]:
    """The names, if each is an engine's. Raises Misconfigured."""
    if not names:
        raise Misconfigured(f"READER_ENGINES: name at least one of {', '.join(ENGINES)}")
    for name in names:
        if name not in ENGINES:
            raise Misconfigured(f"READER_ENGINES: {name!r} is none of {', '.join(ENGINES)}")
    return names


def chosen(names: Sequence[str], works: Callable[[str], bool] | None = None) -> str:
    """The first that works. Raises Misconfigured when none does: then nothing can be read here."""
    asks = works or is_working
    for name in known(names):
        if asks(name):
            if name != names[0]:
                log.warning("papers are read by another engine than the first", engine=name)
            return name
    raise Misconfigured(f"READER_ENGINES: none of {', '.join(names)} reads its probe")


def is_working(name: str) -> bool:
    """Whether the engine starts here, and reads what `probe.py` draws."""
    try:
        ended = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "workers.reader.probe", name],
            capture_output=True,
            cwd=ROOT,
            env=_ENVIRONMENT,
            timeout=PATIENCE_SECONDS,
            check=False,
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("an engine does not start", engine=name, reason=type(error).__name__)
        return False
    if ended.returncode:
        said = ended.stderr.decode("utf-8", "replace").strip()[-300:]
        log.warning("an engine does not read", engine=name, code=ended.returncode, reason=said)
    return ended.returncode == 0
