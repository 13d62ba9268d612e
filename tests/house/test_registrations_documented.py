"""What docs/integration.md says of a registration's fields and facts is what an import takes."""

import re
from pathlib import Path

import pytest

from services.upload import roster
from services.upload.domain.facts import FACTS, PERSONAL_FACTS
from services.upload.packs import pack

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "integration.md").read_text("utf-8")


def table(head: str) -> list[list[str]]:
    """The rows of the table that begins with this cell, as their cells."""
    (rows,) = re.findall(rf"^\| {head} \|.*\n\|[-| ]+\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows.splitlines()]


def test_each_field_has_its_row_and_says_whether_it_is_a_must() -> None:
    said = {
        name: must == "must" for names, must, _ in table("field") for name in names.split("`")[1::2]
    }

    assert said == {name: field.is_required() for name, field in roster.Row.model_fields.items()}
    assert set(said) - {"facts"} == set(roster.PLAIN_COLUMNS)


def test_each_fact_has_its_row_with_its_values() -> None:
    said = {
        name: tuple(values.partition(";")[0].split("`")[1::2])
        for names, values in table("fact")
        for name in names.partition("(")[0].split("`")[1::2]
    }

    assert said == {fact.name: fact.values for fact in FACTS.values()}
    only = {name for row in table("fact") if "(of " in row[0] for name in row[0].split("`")[1:2]}
    assert only == {fact.name for fact in FACTS.values() if fact.needed_with}


def test_the_example_of_a_file_can_be_imported(tmp_path: Path) -> None:
    (example,) = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "roster.csv"
    file.write_text(example, "utf-8")
    _, exam = pack.load(ROOT / "exams" / "tianjin-2023")

    judged = roster.judge(roster.rows_of(file), exam_of={exam.code: exam}.get)

    assert judged.faults == ()
    (record,) = judged.records[exam.code]
    assert (record.number, record.facts["military"]) == ("SAMPLE-0001", "false")


def test_each_fact_that_a_correction_may_name_is_said_with_its_field() -> None:
    said = {
        fact: place for facts, place in table("asked `fact`") for fact in facts.split("`")[1::2]
    }

    assert said.keys() == {*FACTS, *PERSONAL_FACTS}
    for fact, place in said.items():
        named = re.findall("`([a-z_]+)`", place)
        if fact in FACTS:
            assert named == ["facts"]
        else:
            assert (named or [fact])[0] in roster.Row.model_fields


@pytest.mark.parametrize("name", ["tianjin-2022", "tianjin-2023"])
def test_the_desk_offers_no_fact_that_is_not_said_there(name: str) -> None:
    _, exam = pack.load(ROOT / "exams" / name)

    said = {fact for facts, _ in table("asked `fact`") for fact in facts.split("`")[1::2]}

    assert {fact.name for fact in exam.facts} <= said
