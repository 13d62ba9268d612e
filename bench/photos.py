"""A hundred drawn phone photos through the page: bytes, side up, and the 8-point print lost.

    python -m bench.photos          # prints the table of bench/RESULTS.md; about ten minutes

Each is chosen, shrunk and uploaded by the real page in Chromium; what the store holds is judged.
"""

import collections
import logging
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import structlog
from playwright.sync_api import Browser, sync_playwright

from libs.common.messages import ApplicationId
from tests import photos
from tests.candidate import CandidateSite
from tests.chromium import CHROMIUM, FLAGS
from tests.e2e.phone import phone
from tests.photos import Photo
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served

MATERIAL = "B01"
NEXT = "UPDATE image SET deleted_at = now() WHERE application_id = :id RETURNING original_key"


@contextmanager
def candidate_site() -> Iterator[CandidateSite]:
    """The candidate's site alone, on servers of its own."""
    with tempfile.TemporaryDirectory(prefix="shencai-photos-") as folder:
        postgres, s3 = PostgresForTests(Path(folder) / "p"), S3ForTests(Path(folder) / "s")
        try:
            postgres.start()
            s3.start()
            yield CandidateSite(postgres, s3)
        finally:
            postgres.kill()
            s3.kill()


def uploaded(
    browser: Browser, site: CandidateSite, url: str, who: ApplicationId, path: Path
) -> bytes:
    """What the store holds after the photo went through the page; its place is free again."""
    with phone(browser, site, url, who) as held:
        held.page.set_default_timeout(120_000)
        held.materials()
        held.choose(MATERIAL, str(path))
        held.page.locator(f"#card-{MATERIAL} .thumb:not(.thumb-local)").wait_for()
    return site.parts.storage.originals.get(site.value(NEXT, id=who))


def main() -> None:
    """Judge all, print a line for each kind; the site's own log lines would hide them."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    rows: dict[str, list[tuple[float, float, bool, float, float]]] = collections.defaultdict(list)
    with (
        candidate_site() as site,
        served(site.app) as url,
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for number, photo in enumerate(by_size()):
            data = photos.taken(photo)
            path = Path(folder) / "photo"
            path.write_bytes(data)
            who = site.activated(f"231000{number:03d}")
            result = uploaded(browser, site, url, who, path)
            before, after = photos.opened(data), photos.opened(result)
            wrong, wrong_after = (photos.reading_error(p, photo) for p in (before, after))
            line = (len(data), len(result), photos.is_upright(after), wrong, wrong_after)
            rows[kind_of(photo)].append(line)
            print(number, photo, line, file=sys.stderr, flush=True)
        browser.close()
    _table(rows)


def by_size() -> list[Photo]:
    """Photos of one size follow one another: their page is drawn once."""
    return sorted(photos.hundred(), key=lambda photo: (photo.width, photo.height, photo.kind))


def kind_of(photo: Photo) -> str:
    """How photos are put together in the tables."""
    megapixels = photo.width * photo.height / 1e6
    if photo.kind == "panorama":
        return f"panorama {photo.width // photo.height}:1"
    return f"{'JPEG' if photo.kind == 'jpeg' else photo.kind.upper()}, {megapixels:.0f} MP"


def _table(rows: dict[str, list[tuple[float, float, bool, float, float]]]) -> None:
    print("| photos | n | MB before | largest after, bytes | upright | errors before | after |")
    print("|---|---|---|---|---|---|---|")
    for kind, found in rows.items():
        before, after, upright, wrong, wrong_after = zip(*found, strict=True)
        print(
            f"| {kind} | {len(found)} | {min(before) / 1e6:.1f}–{max(before) / 1e6:.1f}"
            f" | {max(after):,} | {sum(upright)} | {statistics.mean(wrong):.1%}"
            f" | {statistics.mean(wrong_after):.1%} (worst {max(wrong_after):.1%}) |"
        )


if __name__ == "__main__":
    main()
