"""How often the checks are right: drawn papers of invented people, photographed well and badly.

    python -m bench.corpus [PEOPLE]

Prints the tables of RESULTS.md: sharpness, false warnings, which way up, near duplicates. Seeds are
fixed; papers are drawn by `ops.drawing`, so a Chinese font is needed (fonts-noto-cjk).
"""

import base64
import io
import itertools
import sys
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageFilter

from ops.drawing.papers import PAPERS, paper
from ops.drawing.people import Person
from ops.drawing.photo import fitted, photograph
from services.upload.domain.likeness import MOST_BITS_APART, MOST_PROMINENCE, Apart, compare
from workers.images import header, inspect
from workers.images.check import Checked, check
from workers.images.judge import SURE_OF_LIE
from workers.images.likeness import Likeness
from workers.images.limits import STANDARD
from workers.images.render import planes
from workers.images.upright import lie_of

MAX_BYTES = 195_000
FORMS = ("C01", "C02", "C06")
"""Forms of many fixed words and few that differ: the hardest for near duplicates."""
TURNS = {
    0: None,
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
TILTS = (0, 5, 10, 15, 20)
_SOUNDS = "安博晨达恩帆戈涵嘉可岚铭宁欧沛青若思桐薇西雅泽"


def people(count: int) -> Iterator[Person]:
    """Invented people; their names are said to be samples."""
    names = itertools.product(_SOUNDS, _SOUNDS)
    for number, (one, two) in enumerate(itertools.islice(names, count)):
        born = f"{1970 + number % 30}{1 + number % 12:02d}{1 + number % 28:02d}"
        yield Person(
            f"样例·{one}{two}", "女男"[number % 2], born, f"样例{two}{one}医院", "样例大学"
        )


def photos(look: str = "clear") -> Iterator[Image.Image]:
    """Every kind of paper, photographed."""
    for seed, code in enumerate(sorted(PAPERS), start=1):
        yield photograph(paper(code), seed=seed, look=look)  # type: ignore[arg-type]


def judged(image: Image.Image) -> Checked:
    """What the check says of it, sent as the page would send it."""
    return check(fitted(image, max_bytes=MAX_BYTES), orientation=1)


def spoilt(image: Image.Image, chance: np.random.Generator, *, blurred: bool) -> Image.Image:
    """The hard mix: less light, less contrast, noise; and besides out of focus, or not."""
    if blurred:
        radius = chance.uniform(3, 6) * max(image.size) / 1800
        image = image.filter(ImageFilter.GaussianBlur(radius))
    pixels = np.asarray(image).astype(np.float64)
    pixels = 128 + (pixels - 128) * chance.uniform(0.45, 1.0)
    pixels = pixels * chance.uniform(0.5, 1.0) + chance.normal(
        0, chance.uniform(0, 4), pixels.shape
    )
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def area_under_curve(good: list[float], bad: list[float]) -> float:
    """The chance that a good one measures more than a bad one."""
    wins = sum((g > b) + (g == b) / 2 for g in good for b in bad)
    return wins / (len(good) * len(bad))


def sharpness(good: list[Image.Image]) -> None:
    """Single faults, and the hard mix."""
    chance = np.random.default_rng(7)
    clear = [judged(image).signals["sharpness"] for image in good]
    soft = [
        judged(image.filter(ImageFilter.GaussianBlur(max(image.size) / 450))).signals["sharpness"]
        for image in good
    ]
    mixed: dict[bool, list[float]] = {True: [], False: []}
    for image in good:
        for blurred in (True, False):
            mixed[blurred].append(
                judged(spoilt(image, chance, blurred=blurred)).signals["sharpness"]
            )
    print(f"| sharpness, area under the curve: blur alone | {area_under_curve(clear, soft):.3f} |")
    print(f"| … hard mix | {area_under_curve(mixed[False], mixed[True]):.3f} |")


def false_warnings(good: list[Image.Image]) -> None:
    """Good photos of which something is said."""
    said = [[f.code for f in judged(image).findings] for image in good]
    wrong = [codes for codes in said if codes]
    print(f"| false warnings on {len(good)} good photos | {len(wrong)} {wrong or ''} |")


def which_way_up(good: list[Image.Image]) -> None:
    """Each photo in four turns."""
    right = asked = sure_and_wrong = 0
    for image in good:
        for degrees, turn in TURNS.items():
            signals = judged(image if turn is None else image.transpose(turn)).signals
            asked += 1
            right += signals["lie_degrees"] == degrees
            sure_and_wrong += (
                signals["lie_degrees"] != degrees and signals["lie_certainty"] >= SURE_OF_LIE
            )
    print(
        f"| which way up, of {asked} | {right / asked:.3f} right, {sure_and_wrong} sure and wrong |"
    )


def askew(good: list[Image.Image]) -> None:
    """Each photo up to 20° askew, and pages with a few lines alone, in four turns."""
    kinds = {"careful": good, "a few lines": [_few_lines(seed) for seed in range(1, 13)]}
    for name, images in kinds.items():
        grids = [_grid(image) for image in images]
        for tilt in TILTS:
            looks = [
                (degrees, lie_of(turned if turn is None else turned.transpose(turn)))
                for at, grid in enumerate(grids)
                for turned in (_tilted(grid, tilt if at % 2 else -tilt),)
                for degrees, turn in TURNS.items()
            ]
            right = sum(degrees == lie.degrees for degrees, lie in looks)
            wrong = sum(d != lie.degrees and lie.certainty >= SURE_OF_LIE for d, lie in looks)
            said = sum(lie.certainty >= SURE_OF_LIE for _, lie in looks)
            print(
                f"| which way up, {name}, {tilt}° askew | {right / len(looks):.3f} right,"
                f" {said / len(looks):.2f} sure, {wrong} of {len(looks)} sure and wrong |"
            )


def _grid(image: Image.Image) -> Image.Image:
    found = header.walk(fitted(image, max_bytes=MAX_BYTES), STANDARD)
    return planes(inspect.decode(found), orientation=1).grid.convert("RGB")


def _tilted(grid: Image.Image, degrees: int) -> Image.Image:
    """Turned about its middle; the corners show what lies at the photo's own corner."""
    corner = grid.getpixel((5, 5))
    return grid.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=corner)


def _few_lines(seed: int) -> Image.Image:
    """The upper quarter of a form on a page that is empty otherwise."""
    form = paper(sorted(PAPERS)[seed * 2]).convert("RGB")
    page = Image.new("RGB", (form.width, round(form.width * 1.4)), "white")
    page.paste(form.crop((0, 0, form.width, form.height // 4)), (0, page.height // 6))
    return photograph(page, seed=seed)


def duplicates(good: list[Image.Image], count: int) -> None:
    """The same picture saved again is found; the same form of another person is not."""
    apart = []
    for form, of in zip(FORMS, (count, count // 2, count // 2), strict=True):
        flat = [likeness(paper(form, person=person)) for person in people(of)]
        apart += [
            compare(*maps(a, b))
            for a, b in itertools.combinations(flat, 2)
            if bits_apart(a, b) <= MOST_BITS_APART
        ]
    wrong = sum(pair.is_same for pair in apart)
    print(f"| other people's scans of one form, called the same | {wrong} of {len(apart)} |")
    print(f"| … the nearest by prominence, at most {MOST_PROMINENCE} | {_nearest(apart):.1f} |")
    drawn = [paper(form, person=person) for form in FORMS for person in people(4)]
    copies = [compared for image in [*good, *drawn] for compared in _copies(image)]
    found = sum(is_same for is_same, _ in copies)
    share = found / len(copies)
    print(f"| copies, smaller or rougher, found | {found} of {len(copies)} ({share:.3f}) |")
    farthest = max(compared.prominence for _, compared in copies)
    print(f"| … the farthest by prominence | {farthest:.1f} |")


def _nearest(pairs: list[Apart]) -> float:
    return min((pair.prominence for pair in pairs), default=float("inf"))


def _copies(image: Image.Image) -> Iterator[tuple[bool, Apart]]:
    """The picture saved again: whether upload finds it, and how the maps differ."""
    first = likeness(image)
    for edge, quality in ((1280, 60), (1000, 40), (800, 80), (480, 80), (1600, 25)):
        again = image.copy()
        again.thumbnail((edge, edge))
        other = likeness(again, quality=quality)
        compared = compare(*maps(first, other))
        yield bits_apart(first, other) <= MOST_BITS_APART and compared.is_same, compared


def likeness(image: Image.Image, *, quality: int = 85) -> Likeness:
    """Of the picture saved at that quality."""
    out = io.BytesIO()
    copy = image.copy()
    copy.thumbnail((1600, 1600))
    copy.save(out, "JPEG", quality=quality)
    while out.tell() > MAX_BYTES:
        quality -= 10
        out = io.BytesIO()
        copy.save(out, "JPEG", quality=quality)
    made = check(out.getvalue(), orientation=1).likeness
    if made is None:
        raise ValueError("the corpus drew a picture that is refused")
    return made


def bits_apart(one: Likeness, other: Likeness) -> int:
    """Of the two hashes."""
    return (int(one.picture_hash, 16) ^ int(other.picture_hash, 16)).bit_count()


def maps(one: Likeness, other: Likeness) -> tuple[bytes, bytes]:
    """The two maps of brightness."""
    return base64.b64decode(one.luma), base64.b64decode(other.luma)


def main() -> None:
    """Draw, then measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 130
    good = list(photos())
    print("| on drawn papers | |\n|---|---|")
    which_way_up(good)
    askew(good)
    false_warnings(good)
    sharpness(good)
    duplicates(good, count)


if __name__ == "__main__":
    main()
