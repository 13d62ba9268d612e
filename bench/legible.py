"""8-point print under a real OCR engine, before and after the page has shrunk the photo.

    python -m bench.legible         # prints the table of bench/RESULTS.md; needs the extra `reader`

The same lines of each photo are read by the reader's own engine (PP-OCR); the share of characters
that it reads wrongly is Levenshtein's distance over their number.
"""

import collections
import io
import logging
import os
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import faster_paddle
import structlog
from PIL import Image
from playwright.sync_api import sync_playwright

from bench.photos import candidate_site, uploaded
from services.upload.domain.reading import distance
from tests import photos
from tests.chromium import CHROMIUM, FLAGS
from tests.photos import Photo
from tests.serving import served

LINES, COLUMNS = 6, 100
"""Of each photo: about as many characters as the hundred photos' own eye reads."""
DETECTION_EDGE_PX = 1280
"""Lines are found at this edge, and read at the size that they have."""


def main() -> None:
    """Upload the dozen, read each twice, print a line as soon as it is known."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    engine = faster_paddle.OcrEngine(model_size="small", threads=1, det_max_side=DETECTION_EDGE_PX)
    found: list[tuple[float, float]] = []
    with (
        candidate_site() as site,
        served(site.app) as url,
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        print("| photo | MB before | bytes after | errors before | after |")
        print("|---|---|---|---|---|")
        for number, photo in enumerate(photos.dozen()):
            data = photos.taken(photo)
            path = Path(folder) / "photo"
            path.write_bytes(data)
            who = site.activated(f"232000{number:03d}")
            result = uploaded(browser, site, url, who, path)
            before, after = (_errors(engine, photos.opened(d), photo) for d in (data, result))
            found.append((before, after))
            what = f"{photo.kind}, {photo.width * photo.height / 1e6:.0f} MP"
            size = f"{len(data) / 1e6:.1f} | {len(result):,}"
            print(f"| {what} | {size} | {before:.1%} | {after:.1%} |", flush=True)
        browser.close()
    before, after = (statistics.mean(column) for column in zip(*found, strict=True))
    worst = max(late - early for early, late in found)
    print(f"| all {len(found)} | | | {before:.1%} | {after:.1%} (worst {worst:+.1%}) |")
    print(f"load {os.getloadavg()[0]:.1f}")


def _errors(engine: faster_paddle.OcrEngine, picture: Image.Image, photo: Photo) -> float:
    """Share of the characters of the photo's middle lines that the engine reads wrongly."""
    lines = _lines(photo)
    scale, em = picture.width / photo.width, photo.em_px
    tops = sorted(lines)
    left, right = (edge(x for x, _ in lines[tops[0]]) for edge in (min, max))
    box = (left - em, tops[0] - em / 3, right + 2 * em, tops[-1] + em * 1.3)
    data = io.BytesIO()
    picture.crop([round(side * scale) for side in box]).convert("RGB").save(data, "PNG")  # type: ignore[arg-type]
    height = (tops[-1] - tops[0]) / (len(tops) - 1) * scale
    read: dict[int, list[tuple[float, str]]] = collections.defaultdict(list)
    for bound in engine.ocr(data.getvalue())["bounds"].values():
        at_x, at_y = bound["topLeftCoord"]
        read[min(len(tops) - 1, int(at_y / height + 0.2))].append((at_x, bound["text"]))
    wrong = whole = 0
    for number, top in enumerate(tops):
        wanted = "".join(letter for _, letter in sorted(lines[top]))
        seen = "".join(word for _, word in sorted(read[number])).replace(" ", "")
        wrong, whole = wrong + distance(seen, wanted), whole + len(wanted)
    return wrong / whole


def _lines(photo: Photo) -> dict[float, list[tuple[float, str]]]:
    """Top → place and letter of each character of the lines that are read."""
    rows: dict[float, list[tuple[float, str]]] = collections.defaultdict(list)
    for (left, top, _, _), letter in photos.cells(photo):
        rows[top].append((left, letter))
    tops = sorted(rows)
    middle = max(0, (len(tops) - LINES) // 2)
    return {top: sorted(rows[top])[:COLUMNS] for top in tops[middle : middle + LINES]}


if __name__ == "__main__":
    main()
