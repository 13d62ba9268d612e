"""docs/operations.md says what to do for each thing that can turn red on the operations page."""

import re
from pathlib import Path

from ops.console.judge import OLDEST_ELSEWHERE, OLDEST_SECONDS, STALE_SECONDS
from ops.console.words import ALERTS

GUIDE = (Path(__file__).parents[2] / "docs/operations.md").read_text("utf-8")


def test_every_alert_has_its_chapter() -> None:
    anchors = set(re.findall(r'<a id="(\w+)"></a>', GUIDE))

    assert set(ALERTS) <= anchors, "write a chapter in docs/operations.md for the new alert"
    assert anchors - set(ALERTS) == {"storage"}


def test_the_guide_tells_the_limits_that_the_page_uses() -> None:
    rows = dict(re.findall(r"\| `?(\w+)`? \| (\d+ s) \| ", GUIDE))
    limits = {name: f"{watch:g} s" for name, (watch, _) in OLDEST_SECONDS.items()}

    assert rows == limits | {"others": f"{OLDEST_ELSEWHERE[0]:g} s"}
    assert f"could not look for {STALE_SECONDS} s" in GUIDE
