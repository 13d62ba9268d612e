"""Images per second and core: the whole check against bare loops that make the same renditions.

    python bench/images.py            # prints the table of bench/results/images.md

One process, one thread, CPU time. All approaches take turns on each picture, and the best of the
rounds counts: the ratios within one run are the figures, the milliseconds are this machine's.
"""

import dataclasses as dc
import hashlib
import io
import platform
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import PIL
import simplejpeg

from bench.peers import in_process, sharp
from bench.thumbor_peer import thumbor
from libs.common.messages import CheckImage, ImageId
from libs.common.storage import Bucket, Storage
from tests import pictures
from workers.images import header, inspect
from workers.images.answer import answer
from workers.images.check import check
from workers.images.limits import STANDARD
from workers.images.render import encode, encode_image, planes

ROUNDS = 7
PICTURES_EACH = 4


@dc.dataclass(frozen=True)
class Set:
    """Pictures of one kind, drawn from fixed seeds."""

    name: str
    what: str
    width: int
    height: int
    bytes_about: int
    progressive: bool = False

    def draw(self) -> list[bytes]:
        """The set's pictures, the best quality that fits."""
        options = {"progressive": True} if self.progressive else {}
        return [
            pictures.fitting(
                pictures.paper(self.width, self.height, seed=seed), self.bytes_about, **options
            )
            for seed in range(1, PICTURES_EACH + 1)
        ]


SETS = (
    Set("S1", "1800 px JPEG", 1800, 1350, 200_000),
    Set("S2", "12 MP JPEG squeezed", 4000, 3000, 204_000),
    Set("S3", "1280 px JPEG", 1280, 960, 160_000),
    Set("S4", "progressive 1600 px JPEG", 1600, 1200, 160_000, progressive=True),
)


def the_proof(data: bytes) -> object:
    """Walk, strict decode, SHA-256, two renditions: what makes a picture safe to show."""
    hashlib.sha256(data).hexdigest()
    made = planes(inspect.decode(header.walk(data, STANDARD)), orientation=1)
    return encode(made.view), encode_image(made.grid)


def the_check(data: bytes) -> object:
    """Walk, strict decode, signals, which way up, likeness, findings, two renditions."""
    return check(data, orientation=1)


def the_worker(data: bytes) -> object:
    """The check with SHA-256, keys and answer, on a store that is a dictionary."""
    OBJECTS.original = data
    return answer(
        CheckImage(
            image_id=ImageId(uuid.UUID(int=1)),
            original_key="o",
            sha256=hashlib.sha256(data).hexdigest(),
            size_bytes=len(data),
            orientation=1,
        ),
        STORE,
    )


class Objects:
    """A store without a network."""

    original = b""

    def get_object(self, **_: object) -> dict[str, io.BytesIO]:
        """The picture at hand."""
        return {"Body": io.BytesIO(self.original)}

    def put_object(self, **_: object) -> None:
        """Taken."""


OBJECTS = Objects()
STORE = Storage.__new__(Storage)
STORE.originals, STORE.renditions = Bucket(OBJECTS, "o"), Bucket(OBJECTS, "r")

PEERS = in_process()
OURS: tuple[tuple[str, Callable[[bytes], Any]], ...] = (
    ("**checks + renditions**", the_proof),
    ("**the whole fast path**", the_check),
    ("**whole worker, without network**", the_worker),
)
APPROACHES = (*PEERS, *OURS)
SHARP = "sharp, two thumbnails (no check)"
THUMBOR = "thumbor over loopback, two requests (no check)"


def measure(files: list[bytes]) -> dict[str, float]:
    """CPU milliseconds per picture of each approach: best of the rounds, mean over pictures."""
    best = {name: [float("inf")] * len(files) for name, _ in APPROACHES}
    order = list(APPROACHES)
    for turn in range(ROUNDS):
        random.Random(turn).shuffle(order)
        for number, data in enumerate(files):
            for name, approach in order:
                before = time.process_time()
                approach(data)
                spent = (time.process_time() - before) * 1000
                best[name][number] = min(best[name][number], spent)
    means = {name: statistics.mean(values) for name, values in best.items()}
    besides = {SHARP: sharp(files, ROUNDS), THUMBOR: thumbor(files, ROUNDS)}
    return {name: cost for name, cost in besides.items() if cost is not None} | means


def main() -> None:
    """Print the machine, the table, and the ratios that count."""
    print(f"Python {platform.python_version()}, Pillow {PIL.__version__}, numpy {np.__version__}")
    print(
        f"simplejpeg {simplejpeg.__version__}; best of {ROUNDS}, {PICTURES_EACH} pictures a set\n"
    )
    drawn = {each: each.draw() for each in SETS}
    results = {each.name: measure(files) for each, files in drawn.items()}
    print("| CPU ms per image | " + " | ".join(s.name for s in SETS) + " |")
    print("|---|" + "---|" * len(SETS))
    for name in results[SETS[0].name]:
        print(f"| {name} | " + " | ".join(f"{results[s.name][name]:.1f}" for s in SETS) + " |")
    _ratios(results)
    for each, files in drawn.items():
        sizes = sorted(len(data) // 1000 for data in files)
        print(f"\n{each.name}: {each.what}, {sizes[0]}–{sizes[-1]} KB", end="")
    print()


def _ratios(results: dict[str, dict[str, float]]) -> None:
    ours = [name for name, _ in OURS]
    peers = [name for name in results[SETS[0].name] if name not in ours]
    for of in ours[:-1]:
        for peer in peers:
            cells = [f"{results[s.name][of] / results[s.name][peer]:.2f}" for s in SETS]
            print(f"| {of} ÷ {peer} | " + " | ".join(cells) + " |")
    per_second = [f"{1000 / results[s.name][ours[-1]]:.0f}" for s in SETS]
    print("| images per second and core, whole worker | " + " | ".join(per_second) + " |")


if __name__ == "__main__":
    main()
