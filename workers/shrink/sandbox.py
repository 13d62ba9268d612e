"""Runs the step on one picture, and says what came of it, however it ended.

The step is a process of its own with an empty environment: what a picture could make of it has no
key to the store, no broker and no name of a database. Its death is an answer, too.
"""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from libs.common import logs
from libs.common.worker_door import Suspect
from workers.shrink.codes import Refuse
from workers.shrink.limits import MAX_CPU_SECONDS

PATIENCE_SECONDS = 60
"""A busy machine gives a step a tenth of a core; what computes too long is ended by its own limit
(limits.MAX_CPU_SECONDS).
"""
ROOT = Path(__file__).parents[2]
STEP = ("-m", "workers.shrink.step")
_ENVIRONMENT = {"LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}

Said = dict[str, Any]

log = logs.logger(__name__)


class StepFailed(Exception):
    """The step did not run at all: this machine is in trouble, a later try can help."""


def is_whole() -> bool:
    """Whether the step opens pictures, and limits and the kernel shut it in: asked at the start."""
    try:
        ended = _step("probe", b"")
        said: Said = json.loads(ended.stdout)
    except (subprocess.TimeoutExpired, OSError, ValueError) as error:
        log.warning("the step for big photos does not start", reason=type(error).__name__)
        return False
    if not said["fit"]:
        log.warning("the step for big photos cannot open a picture")
    elif not said["whole"]:
        log.warning("big photos are opened in a step that is not shut: no filter, or no limits")
    return bool(said["fit"] and said["whole"])


def run(data: bytes, *, orientation: int) -> tuple[Said, bytes]:
    """What the step said, and the image's bytes. Raises StepFailed, and Suspect when it stands."""
    try:
        ended = _step(str(orientation), data)
    except subprocess.TimeoutExpired as error:
        raise Suspect(f"the step has not ended within {PATIENCE_SECONDS} s") from error
    except OSError as error:
        raise StepFailed(str(error)) from error
    if ended.returncode:
        return _of_death(ended)
    line, _, image = ended.stdout.partition(b"\n")
    said: Said = json.loads(line)
    return said, image


def _step(word: str, data: bytes) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(  # noqa: S603 - our own module
        [sys.executable, *STEP, word],
        input=data,
        capture_output=True,
        cwd=ROOT,
        env=_ENVIRONMENT,
        timeout=PATIENCE_SECONDS,
        check=False,
        start_new_session=True,
    )


def refusal(code: Refuse, measured: float = 0) -> Said:
    """As the step itself would say it."""
    return {"code": code.value, "measured": measured, "threshold": measured}


def _of_death(ended: "subprocess.CompletedProcess[bytes]") -> tuple[Said, bytes]:
    """Killed by a signal or out of memory: the picture did it. Anything else is our own fault."""
    if ended.returncode == -signal.SIGXCPU:
        return refusal(Refuse.TOO_SLOW, MAX_CPU_SECONDS), b""
    words = ended.stderr.decode("utf-8", "replace").strip()
    if ended.returncode > 0 and "MemoryError" not in words:
        raise StepFailed(words[-300:])
    return refusal(Refuse.DAMAGED), b""
