"""The sandboxed step: `python -m workers.shrink.step ORIENTATION`, bytes in, a JPEG out.

It is born with no environment, shuts itself in before it reads the first byte, and ends with the
one picture. On its standard output: one line of JSON, then the image's bytes if there are any.
With the word `probe` it opens pictures of its own making and says whether it is shut in.
"""

import json
import os
import sys

import pi_heif
from PIL import Image

from libs.common import confinement, pictures
from libs.common.rejection import Rejected
from workers.shrink import ladder, opening
from workers.shrink.limits import MAX_CPU_SECONDS, MAX_INPUT_BYTES, MAX_MEMORY_BYTES

PROBE = "probe"


def confine() -> bool:
    """Take from the machine only memory and time; whether limits and the kernel's filter hold."""
    limited = confinement.limit(memory_bytes=MAX_MEMORY_BYTES, cpu_seconds=MAX_CPU_SECONDS)
    # libde265 and its kin begin threads of their own and die without them.
    sealed = confinement.seal(with_threads=True) and confinement.is_shut()
    return limited and sealed


def load() -> None:
    """What is loaded at first use is loaded now: afterwards nothing can be opened or started."""
    Image.init()
    pi_heif.options.DECODE_THREADS = 1
    for data in pictures.probes():
        shrink(data, orientation=1)


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


def prove(whole: list[bytes]) -> bool:
    """Whole pictures become images, and half of one does not."""
    return all(shrink(data, orientation=1)[1] for data in whole) and not any(
        shrink(data[: len(data) // 2], orientation=1)[1] for data in whole
    )


def main() -> None:
    """One picture from standard input to standard output."""
    load()
    own = pictures.probes()
    whole = confine()
    if sys.argv[1] == PROBE:
        said: dict[str, str | float] = {"fit": prove(own), "whole": whole}
        image = b""
    else:
        data = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
        said, image = shrink(data, orientation=int(sys.argv[1]))
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + image)
    sys.stdout.buffer.flush()
    # Nothing of the interpreter's own leave-taking matters to a process that held one picture.
    os._exit(0)


if __name__ == "__main__":
    main()
