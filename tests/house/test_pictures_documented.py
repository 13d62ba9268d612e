"""docs/pictures.md names each finding of a picture, and counts the hostile files."""

import re
from pathlib import Path

from services.upload.findings import FINDINGS
from tests.hostile import CASES

PAGE = (Path(__file__).parents[2] / "docs/pictures.md").read_text("utf-8")


def test_each_finding_stands_in_a_table_and_no_other() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ", PAGE, re.MULTILINE)

    assert {code for row in rows for code in re.findall(r"\w+", row)} == FINDINGS.keys()


def test_the_hostile_files_are_counted() -> None:
    assert re.findall(r"make (\d+) of them", PAGE) == [str(len(CASES))], (
        "say in docs/pictures.md how many there are now"
    )
