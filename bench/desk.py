"""A scripted reader at the desk in Chromium: 100 cases by keyboard alone.

    python -m bench.desk [CASES]

Measured: from Ctrl+Enter until the next case's picture stands on the stage, and in the same run how
long one bare page of a case takes to come. Checked: every verdict is on the image that was shown
when its key was pressed.
"""

import logging
import os
import shutil
import statistics
import sys

from playwright.sync_api import sync_playwright

from services.review.domain.staff import Role
from tests.chromium import CHROMIUM, FLAGS
from tests.e2e.desk import Site, sign_in, visitor
from tests.e2e.reading import hand_in, read_all
from tests.e2e.stack import short_folder
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served

BARE = """async (url) => {
  const took = [];
  for (let n = 0; n < 20; n += 1) {
    const start = performance.now();
    await (await fetch(url, { cache: 'no-store' })).text();
    took.push(performance.now() - start);
  }
  return took;
}"""


def main() -> None:
    """Start what the desk needs, read, stop it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    logging.getLogger("werkzeug").setLevel(
        logging.WARNING
    )  # a line for each request hides the table
    folder = short_folder()
    postgres, s3 = PostgresForTests(folder / "postgres"), S3ForTests(folder / "s3")
    try:
        postgres.start()
        s3.start()
        _measure(Site(postgres.fresh_database("review"), s3), count)
    finally:
        postgres.kill()
        s3.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(site: Site, count: int) -> None:
    site.person("wang", "样例·王", Role.SITE_REVIEWER, sites=["heping"])
    hand_in(site, count)
    with served(site.app) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with visitor(browser, url, site) as page:
            sign_in(page, site, "wang")
            page.get_by_role("button", name="领取下一份").click()
            page.locator("body.is-staged .stage .paper").last.wait_for()
            bare = sorted(page.evaluate(BARE, page.url))
            sent: list[str] = []
            page.on("request", lambda one: sent.append(one.url))
            shown, took = read_all(page, count)
        browser.close()
    judged = [row.image_id for row in site.room.rows("SELECT image_id FROM verdict ORDER BY id")]
    took.sort()
    p95 = took[int(len(took) * 0.95)]
    wrong = sum(one != other for one, other in zip(shown, judged, strict=True))
    requests = sum(url.startswith("http") for url in sent) / count
    head = ["cases", "added ms per case, p50", "p95", "a bare case page, p50"]
    head += ["requests per case", "load", "verdicts on another image than shown"]
    figures = (
        f"{number:.0f}" for number in (statistics.median(took), p95, statistics.median(bare))
    )
    line = [str(count), *figures, f"{requests:.1f}", f"{os.getloadavg()[0]:.1f}", str(wrong)]
    for cells in (head, ["---"] * len(head), line):
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
