"""Seconds of a big photo at the shrink door: our sandboxed step against Pillow's bare loop.

    python -m bench.shrink [ROUNDS]

CPU seconds, best of the rounds, both taking turns in one run. Ours is the whole step, as the worker
starts it: a new process, its imports, its proof, the seal, one decode, the ladder down to 203,000
bytes. Pillow's loop decodes, scales to the same area and tries qualities from 90 down to 36.
"""

import dataclasses as dc
import io
import math
import os
import resource
import sys
import time
from collections.abc import Callable

import pillow_heif
from PIL import Image

from tests import pictures
from workers.shrink import ladder, sandbox

QUALITIES = (90, 80, 70, 60, 50, 40, ladder.WORST_QUALITY)


@dc.dataclass(frozen=True)
class Photo:
    """One photo, drawn from a fixed seed."""

    name: str
    data: bytes


def photos() -> list[Photo]:
    """As phones write them."""
    twelve = pictures.paper(4000, 3000, grain=15)
    forty_eight = pictures.paper(8000, 6000, grain=15)
    return [
        Photo("JPEG, 12 MP", pictures.jpeg(twelve, 95)),
        Photo("JPEG, 48 MP", pictures.jpeg(forty_eight, 90)),
        Photo("HEIC, 12 MP", pictures.heic(twelve, 70)),
        Photo("PNG, 12 MP", pictures.png(twelve.quantize(64))),
    ]


def ours(data: bytes) -> bytes:
    """The step, as a process of its own."""
    said, image = sandbox.run(data, orientation=1)
    if not image:
        raise ValueError(f"the step refused its photo: {said}")
    return image


def bare(data: bytes) -> bytes:
    """Pillow alone, unconfined, in this process."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    scale = min(1.0, math.sqrt(ladder.MAX_AREA_PX / (image.width * image.height)))
    while True:
        size = (round(image.width * scale), round(image.height * scale))
        drawn = image.resize(size, Image.Resampling.LANCZOS)
        for quality in QUALITIES:
            out = io.BytesIO()
            drawn.save(out, "JPEG", quality=quality)
            if out.tell() <= ladder.TARGET_BYTES:
                return out.getvalue()
        scale *= ladder.GENTLEST


def spent(approach: Callable[[bytes], bytes], data: bytes) -> tuple[float, float, int]:
    """CPU seconds with those of ended children, seconds on the clock, bytes of the result."""
    before, began = _cpu(), time.perf_counter()
    made = approach(data)
    return _cpu() - before, time.perf_counter() - began, len(made)


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    pillow_heif.register_heif_opener()
    print("| photo | MB | the step, CPU s | bare Pillow, CPU s | ratio | bytes, both |")
    print("|---|---|---|---|---|---|")
    for photo in photos():
        best: dict[str, tuple[float, float, int]] = {}
        for _ in range(rounds):
            for approach in (ours, bare):
                found = spent(approach, photo.data)
                best[approach.__name__] = min(best.get(approach.__name__, found), found)
        (mine, _, size), (theirs, _, other) = best["ours"], best["bare"]
        print(
            f"| {photo.name} | {len(photo.data) / 1e6:.1f} | {mine:.2f} | {theirs:.2f}"
            f" | {mine / theirs:.2f} | {size:,}; {other:,} |",
            flush=True,
        )
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
