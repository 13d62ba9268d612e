"""A scripted reader: whole cases by keyboard alone, noting what was shown at each verdict."""

import uuid

from playwright.sync_api import Page, expect

from libs.common import messages as m
from tests.e2e.desk import Site
from tests.integration.review import room as r

IMAGES = 2
CLOCK = """() => {
  window.took = [];
  const number = () => document.querySelector('.crumb b').textContent;
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !event.ctrlKey) return;
    const start = performance.now();
    const before = number();
    const look = () => {
      if (number() === before || document.querySelector('.paper.is-loading')) {
        requestAnimationFrame(look);
      } else window.took.push(performance.now() - start);
    };
    requestAnimationFrame(look);
  }, true);
}"""
"""From the key on, in the page itself, frame by frame: nothing of the driver is in it."""


def hand_in(site: Site, count: int) -> list[m.ApplicationSubmitted]:
    """Cases of two images each; the pictures are shared, their ids are not."""
    drawn = [site.picture("A01", "A01", 1), site.picture("B01", "B01", 1)]
    made = []
    for _ in range(count):
        images = [
            r.image(
                one.material,
                one.position,
                view_key=one.view_key,
                grid_key=one.grid_key,
                width=one.width,
                height=one.height,
            )
            for one in drawn
        ]
        made.append(r.submission(*images))
    site.room.feed(*made)
    return made


def read_all(page: Page, count: int) -> tuple[list[uuid.UUID], list[float]]:
    """Accept every image of `count` cases and finish each, from an open desk on.

    Which image was on the stage at each verdict, and how many milliseconds each case added: from
    Ctrl+Enter until the next case's picture stands there.
    """
    shown: list[uuid.UUID] = []
    took: list[float] = []
    page.evaluate(CLOCK)
    stage = page.locator(".pane[data-pane=new] .stage")
    for at in range(count):
        for number in range(1, IMAGES + 1):
            expect(page.locator("#judge")).to_have_attribute("data-verdict", "")
            expect(page.locator(".paper.is-loading")).to_have_count(0)
            shown.append(uuid.UUID(stage.get_attribute("data-stage") or ""))
            page.keyboard.press("a")
            expect(page.locator(".done")).to_contain_text(f"{number} / {IMAGES}")
            if number < IMAGES:
                page.keyboard.press("Enter")
        before = page.locator(".crumb b").inner_text()
        page.keyboard.press("Control+Enter")
        if at + 1 < count:
            expect(page.locator(".crumb b")).not_to_have_text(before)
            expect(page.locator(".paper.is-loading")).to_have_count(0)
            page.wait_for_timeout(0)
            took = page.evaluate("window.took")
    return shown, took
