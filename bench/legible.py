"""8-point print of a hundred phone photos under a real OCR engine, before and after the page.

    python -m bench.legible FILE [SECONDS]      # needs the extra `reader`

Goes on where FILE ends, one line of JSON for each photo, until all hundred are there or the time is
over, and prints the table of what FILE holds. The same lines of each photo are read by the reader's
own engine (PP-OCR); errors are Levenshtein's distance over the characters.
"""

import collections
import io
import json
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import faster_paddle
import structlog
from PIL import Image
from playwright.sync_api import sync_playwright

from bench.photos import by_size, candidate_site, kind_of, uploaded
from services.upload.domain.reading import distance
from tests import photos
from tests.chromium import CHROMIUM, FLAGS
from tests.photos import Photo
from tests.serving import served

LINES, COLUMNS = 6, 100
"""Of each photo: about as many characters as the hundred photos' own eye reads."""
DETECTION_EDGE_PX = 1280
"""Lines are found at this edge, and read at the size that they have."""
MOST_LOST = 0.02
"""An aim of the project: errors within 2 % of the original's."""

Found = dict[str, float]
"""Of one photo: its number, bytes and errors, before and after."""


def main() -> None:
    """Measure what is not in the file yet, then print the table."""
    file = Path(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else float("inf")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    known = {int(found["photo"]) for found in _kept(file)}
    left = [(number, each) for number, each in enumerate(by_size()) if number not in known]
    give_up = time.monotonic() + seconds
    with file.open("a") as kept:
        for found in _measured(left) if left else ():
            print(json.dumps(found), file=kept, flush=True)
            if time.monotonic() > give_up:
                break
    _table(_kept(file))
    print(f"load {os.getloadavg()[0]:.1f}")


def _kept(file: Path) -> list[Found]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def _measured(left: list[tuple[int, Photo]]) -> Iterator[Found]:
    """Each photo goes through the real page, and is read as it was and as it is stored."""
    engine = faster_paddle.OcrEngine(model_size="small", threads=1, det_max_side=DETECTION_EDGE_PX)
    with (
        candidate_site() as site,
        served(site.app) as url,
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        path = Path(folder) / "photo"
        for number, photo in left:
            data = photos.taken(photo)
            path.write_bytes(data)
            result = uploaded(browser, site, url, site.activated(f"232000{number:03d}"), path)
            before, after = (_errors(engine, photos.opened(d), photo) for d in (data, result))
            sizes = {"bytes_before": len(data), "bytes_after": len(result)}
            yield {"photo": number, **sizes, "wrong_before": before, "wrong_after": after}
        browser.close()


def _table(found: list[Found]) -> None:
    every = by_size()
    rows: dict[str, list[Found]] = collections.defaultdict(list)
    for each in found:
        rows[kind_of(every[int(each["photo"])])].append(each)
    print("| photos | n | MB before | largest after, bytes | errors before | after | worst lost |")
    print("|---|---|---|---|---|---|---|")
    for kind, of_kind in [*rows.items(), ("all", found)]:
        _row(kind, of_kind)
    beyond = [each for each in found if each["wrong_after"] - each["wrong_before"] > MOST_LOST]
    print(f"{len(beyond)} of {len(found)} lose more than {MOST_LOST:.0%}")


def _row(kind: str, found: list[Found]) -> None:
    column = {name: [each[name] for each in found] for name in found[0]}
    lost = [each["wrong_after"] - each["wrong_before"] for each in found]
    sizes = f"{min(column['bytes_before']) / 1e6:.1f}–{max(column['bytes_before']) / 1e6:.1f}"
    print(
        f"| {kind} | {len(found)} | {sizes} | {max(column['bytes_after']):,.0f}"
        f" | {statistics.mean(column['wrong_before']):.1%}"
        f" | {statistics.mean(column['wrong_after']):.1%} | {max(lost):+.1%} |"
    )


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
