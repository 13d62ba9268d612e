"""The table of the candidate's cases names tests that exist."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
TABLE = TESTS / "e2e" / "CASES.md"


def test_each_case_is_held_by_a_test_that_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", TABLE.read_text("utf-8")))
    written = {
        name
        for path in TESTS.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }

    assert named - written == set(), "say in tests/e2e/CASES.md which test holds the case"
    rows = [line for line in TABLE.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert all("`test_" in row for row in rows[1:])
