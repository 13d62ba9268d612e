"""Images per second and core: the whole check against bare loops that make the same renditions.

    python bench/images.py            # prints the table of bench/results/images.md

One process, one thread, CPU time. All approaches take turns on each picture, and the best of the
rounds counts: the ratios within one run are the figures, the milliseconds are this machine's.
"""

import dataclasses as dc
import hashlib
import importlib.util
import io
import os
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
from PIL import Image

from libs.common.messages import CheckImage, ImageId
from libs.common.storage import Bucket, Storage
from tests import pictures
from workers.images import header, inspect
from workers.images.answer import answer
from workers.images.check import check
from workers.images.limits import STANDARD
from workers.images.render import MIN_GRID_EDGE_PX, QUALITY, encode, encode_image, planes

ROUNDS = 7
PICTURES_EACH = 4
MAX_VIEW_PX = 2600


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


def turbo_limit(data: bytes) -> object:
    """The physical limit: libjpeg-turbo both ways, numpy for the small plane, no check at all."""
    height, width = simplejpeg.decode_jpeg_header(data)[:2]
    factor = _factor(width, height)
    pixels = simplejpeg.decode_jpeg(
        data, "RGB", min_height=-(-height // factor), min_width=-(-width // factor),
        min_factor=factor, strict=False,
    )  # fmt: skip
    k = max(pixels.shape) // MIN_GRID_EDGE_PX
    rows, columns = pixels.shape[0] // k * k, pixels.shape[1] // k * k
    small = np.ascontiguousarray(pixels[:rows:k, :columns:k])
    return [
        simplejpeg.encode_jpeg(plane, QUALITY, "RGB", "420", fastdct=False)
        for plane in (pixels, small)
    ]


def turbo_loop(data: bytes) -> object:
    """The bare loop with our decoder: decode, two renditions with our encoder; no check."""
    height, width = simplejpeg.decode_jpeg_header(data)[:2]
    factor = _factor(width, height)
    pixels = simplejpeg.decode_jpeg(
        data, "RGBX", min_height=-(-height // factor), min_width=-(-width // factor),
        min_factor=factor, fastupsample=True, strict=False,
    )  # fmt: skip
    image = Image.frombuffer("RGBX", pixels.shape[1::-1], pixels, "raw", "RGBX", 0, 1)
    return encode(pixels), encode_image(image.reduce(max(image.size) // MIN_GRID_EDGE_PX))


def pillow_loop(data: bytes) -> object:
    """The bare loop as most would write it with care: Pillow, drafted, reduced; no check."""
    image: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG",))
    factor = _factor(*image.size)
    if factor > 1:
        image.draft("RGB", (image.width // factor, image.height // factor))
    image.load()
    return saved(image), saved(image.reduce(max(image.size) // MIN_GRID_EDGE_PX))


def pillow_naive(data: bytes) -> object:
    """Pillow the usual way: full decode, Lanczos to 1280 and to 320."""
    image: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG",))
    made = []
    for edge in (1280, 320):
        copy = image.copy()
        copy.thumbnail((edge, edge), Image.Resampling.LANCZOS)
        made.append(saved(copy))
    return made


def saved(image: Image.Image) -> bytes:
    """A JPEG as Pillow writes it."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, subsampling=2)
    return out.getvalue()


def pyvips_twice(data: bytes) -> object:
    """A thumbnail of 1280, and one of 320 out of it, as pyvips's manual says; no check."""
    import pyvips

    made = [pyvips.Image.thumbnail_buffer(data, 1280, height=1280, size="down").copy_memory()]
    made.append(made[0].thumbnail_image(320, height=320, size="down"))
    return [image.jpegsave_buffer(Q=QUALITY) for image in made]


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

APPROACHES: tuple[tuple[str, Callable[[bytes], Any]], ...] = (
    ("libjpeg-turbo limit (no check)", turbo_limit),
    ("bare loop, libjpeg-turbo (no check)", turbo_loop),
    ("bare loop, Pillow (no check)", pillow_loop),
    ("Pillow the usual way (no check)", pillow_naive),
    ("**checks + renditions**", the_proof),
    ("**the whole fast path**", the_check),
    ("**whole worker, without network**", the_worker),
)


if importlib.util.find_spec("pyvips"):
    # A peer of the bench alone: `pip install pyvips[binary]`, never a dependency.
    os.environ["VIPS_CONCURRENCY"] = "1"
    APPROACHES = (
        *APPROACHES[:-3],
        ("pyvips, two thumbnails (no check)", pyvips_twice),
        *APPROACHES[-3:],
    )


def _factor(width: int, height: int) -> int:
    factor = 1
    while max(width, height) > MAX_VIEW_PX * factor:
        factor *= 2
    return factor


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
    return {name: statistics.mean(values) for name, values in best.items()}


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
    for name, _ in APPROACHES:
        print(f"| {name} | " + " | ".join(f"{results[s.name][name]:.1f}" for s in SETS) + " |")
    _ratios(results)
    for each, files in drawn.items():
        sizes = sorted(len(data) // 1000 for data in files)
        print(f"\n{each.name}: {each.what}, {sizes[0]}–{sizes[-1]} KB", end="")
    print()


def _ratios(results: dict[str, dict[str, float]]) -> None:
    names = [name for name, _ in APPROACHES]
    for of in names[-3:-1]:
        for peer in names[:-3]:
            cells = [f"{results[s.name][of] / results[s.name][peer]:.2f}" for s in SETS]
            print(f"| {of} ÷ {peer} | " + " | ".join(cells) + " |")
    per_second = [f"{1000 / results[s.name][names[-1]]:.0f}" for s in SETS]
    print("| images per second and core, whole worker | " + " | ".join(per_second) + " |")


if __name__ == "__main__":
    main()
