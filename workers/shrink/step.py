"""The sandboxed step: `python -m workers.shrink.step ORIENTATION`, bytes in, a JPEG out.

It is born with no environment, limits itself before it reads the first byte, and ends with the
one picture. On its standard output: one line of JSON, then the image's bytes if there are any.
"""

import json
import os
import resource
import sys

from workers.shrink import ladder, opening
from workers.shrink.codes import Rejected

MAX_INPUT_BYTES = 20 * 1024 * 1024
"""R8."""
MAX_MEMORY_BYTES = 2 * 1024**3
"""50 megapixels take 0.6 GB as HEIC, which is the dearest."""
MAX_CPU_SECONDS = 20
MAX_FILES = 64
"""Enough to load the decoders' libraries; the step opens nothing else."""


def confine() -> None:
    """What the step can take from the machine: no file written, no process made, no core left."""
    limits = {
        resource.RLIMIT_AS: MAX_MEMORY_BYTES,
        resource.RLIMIT_CPU: MAX_CPU_SECONDS,
        resource.RLIMIT_NOFILE: MAX_FILES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        hard = resource.getrlimit(limit)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))


def shrink(data: bytes, *, orientation: int) -> tuple[dict[str, str | float], bytes]:
    """What is said of the picture, and its JPEG; empty when it was refused."""
    try:
        fitted = ladder.fit(opening.opened(data, orientation=orientation))
    except Rejected as no:
        return {
            "code": no.code.value,
            "measured": no.measured,
            "threshold": no.threshold,
        }, b""
    return {"width": fitted.width, "height": fitted.height}, fitted.data


def main() -> None:
    """One picture from standard input to standard output."""
    confine()
    data = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
    said, image = shrink(data, orientation=int(sys.argv[1]))
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + image)
    sys.stdout.buffer.flush()
    # Nothing of the interpreter's own leave-taking matters to a process that held one picture.
    os._exit(0)


if __name__ == "__main__":
    main()
