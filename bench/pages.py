"""How soon the list can be used on a bad network: `python -m bench.pages [ROUNDS]`.

Chromium at 390 px, nothing in its cache, the connection open; 400 kbit/s, 400 ms round trip, CPU
four times slower (CDP). Usable: the list is painted and its forms can be filled, whichever comes
later; the scripts that shrink and crop come afterwards. One visit before warms the server. Bytes
are those of the wire, headers and all.
"""

import contextlib
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler

from tests.candidate import CandidateSite
from tests.chromium import CHROMIUM, FLAGS
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served

ROUNDS = 9
BAD = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
CPU_SLOWER = 4
TIMES = (
    "() => { const page = performance.getEntriesByType('navigation')[0];"
    " const paint = performance.getEntriesByName('first-contentful-paint')[0];"
    " return [paint.startTime, page.domContentLoadedEventEnd]; }"
)


def main() -> None:
    """Load the list again and again, each time in a fresh browser context."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    # Connections stay open, as gunicorn keeps them.
    WSGIRequestHandler.protocol_version = "HTTP/1.1"
    with _site() as site, served(site.app) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        who = site.activated()
        _round(browser, url, site.cookie(who))
        shown = [_round(browser, url, site.cookie(who)) for _ in range(rounds)]
        browser.close()
    painted, usable, scripts, first, whole = zip(*shown, strict=True)
    print(f"load {os.getloadavg()[0]:.1f}, {rounds} rounds, median and worst")
    for name, values, unit in (
        ("painted", painted, "s"),
        ("usable (forms)", usable, "s"),
        ("scripts ready", scripts, "s"),
        ("first page", first, "KB"),
        ("with every script", whole, "KB"),
    ):
        print(f"{name:>20}  {statistics.median(values):6.2f}  {max(values):6.2f} {unit}")


@contextlib.contextmanager
def _site() -> Iterator[CandidateSite]:
    with tempfile.TemporaryDirectory() as folder:
        postgres, s3 = PostgresForTests(Path(folder, "pg")), S3ForTests(Path(folder, "s3"))
        postgres.start()
        s3.start()
        try:
            yield CandidateSite(postgres, s3)
        finally:
            postgres.kill()
            s3.kill()


def _round(browser: Browser, url: str, cookie: str) -> tuple[float, float, float, float, float]:
    context = browser.new_context(base_url=url, viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "candidate", "value": cookie, "url": url}])
    page = context.new_page()
    page.goto("/livez")
    sizes: list[tuple[float, float]] = []
    _slow_down(page, sizes)
    page.goto("/materials", wait_until="load")
    first = sum(size for _, size in sizes)
    painted, parsed = page.evaluate(TIMES)
    usable = max(painted, parsed)
    page.locator("html[data-ready]").wait_for(state="attached")
    ready = page.evaluate("() => performance.now()")
    page.wait_for_load_state("networkidle")
    whole = sum(size for _, size in sizes)
    context.close()
    return painted / 1000, usable / 1000, ready / 1000, first / 1024, whole / 1024


def _slow_down(page: Page, sizes: list[tuple[float, float]]) -> None:
    session = page.context.new_cdp_session(page)
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.append((event["timestamp"], event["encodedDataLength"])),
    )
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", BAD)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})


if __name__ == "__main__":
    main()
