"""Child processes that leave no strays: a group each, and a signal when their parent dies."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

KILLED_AFTER_SECONDS = 5


# A parent that died before the signal was asked for would never be noticed.
_IF_NOT_ORPHANED = '[ "$PPID" = "$0" ] && exec "$@"'


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    parent_death: signal.Signals = signal.SIGTERM,
    prefix: Sequence[str] = (),
) -> subprocess.Popen[bytes]:
    """Start a command as the leader of its own group, with what it prints appended to `log`.

    Linux sends `parent_death` when the *thread* that called this ends: call it from a thread that
    lives as long as the children shall. `prefix` is more of setpriv's options.
    """
    setpriv = shutil.which("setpriv")
    wrapper: list[str] = []
    if setpriv:
        told = parent_death.name.removeprefix("SIG")
        wrapper = [setpriv, "--pdeathsig", told, *prefix, "--", "/bin/sh", "-c", _IF_NOT_ORPHANED]
        wrapper.append(str(os.getpid()))
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        return subprocess.Popen(  # noqa: S603 - commands come from our own tables
            [*wrapper, *command],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=dict(os.environ if environ is None else environ),
            cwd=cwd,
            start_new_session=True,
        )


def stop(
    process: subprocess.Popen[bytes],
    *,
    how: signal.Signals = signal.SIGTERM,
    within_seconds: float = KILLED_AFTER_SECONDS,
) -> None:
    """Ask the leader to stop, wait, then kill whatever is left of its group."""
    if process.poll() is None:
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(within_seconds)
    kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the whole group at once, and wait for its leader."""
    with contextlib.suppress(ProcessLookupError):  # nobody of the group is left, as wanted
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(KILLED_AFTER_SECONDS)
