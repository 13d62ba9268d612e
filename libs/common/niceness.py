"""Work that nobody waits for lets all other work on the machine go first.

Linux shares a machine among sessions before it looks at how nice a process is inside its own one
(autogroups, sched(7)); each process of the stack leads a session, so niceness alone moves nothing
there: measured, two busy processes got half of a core each, whatever the niceness of one. In
containers the share is `cpu_shares` of docker-compose.yml.
"""

import os
import time
from pathlib import Path

_AUTOGROUP = Path("/proc/self/autogroup")
_TRIES, _PAUSE_SECONDS = 5, 0.15
"""The kernel takes one such change in a tenth of a second, from all of the machine together."""


def give_way(niceness: int) -> None:
    """Call it in a child after the fork. Its session is moved only where its parent leads it:
    a terminal that started the worker by hand keeps its share.
    """
    os.nice(niceness)
    if os.getsid(0) != os.getppid():
        return
    for _ in range(_TRIES):
        try:
            _AUTOGROUP.write_text(str(niceness), encoding="ascii")
        except BlockingIOError:
            time.sleep(_PAUSE_SECONDS)
        except OSError:
            return  # a kernel without autogroups: niceness by itself is enough
        else:
            return
