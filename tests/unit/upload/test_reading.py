"""What a reading says against the registration: verify, never believe (R19's hints)."""

import dataclasses as dc
import datetime as dt

import pytest

from services.upload.domain.reading import (
    Candidates,
    Expected,
    compare_expiry,
    compare_id_number,
    compare_name,
    distance,
    has_right_checksum,
    valid_until,
    verdict,
)
from tests import make

HERS = make.id_number(17)
DAY = dt.date(2023, 6, 10)
EXPECTED = Expected(id_number=HERS, name="样例·林清", exam_day=DAY, kinds=("id_front", "id_back"))


def changed(number: str, *places: int) -> str:
    """The number with these digits misread."""
    return "".join(str((int(c) + 1) % 10) if at in places else c for at, c in enumerate(number))


def codes(kind: str, seen: Candidates, expected: Expected = EXPECTED) -> list[str]:
    return [finding.code for finding in verdict(kind, seen, expected).findings]


def test_the_number_itself_and_one_misread_symbol_confirm() -> None:
    assert compare_id_number([HERS], HERS) == "match"
    assert compare_id_number([changed(HERS, 5)], HERS) == "match"
    assert compare_id_number([HERS[:-1]], HERS) == "match"
    assert compare_id_number(["000000202205000001", HERS.lower().upper()], HERS) == "match"


@pytest.mark.parametrize(
    ("seen", "registered", "how"),
    [
        ("李明华", "李明", "compare"),
        ("李明同志", "李明", "match"),
        ("我院李明", "李明", "match"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提·艾合买提", "compare"),
        ("王芳芳", "李明", "differs"),
        ("样·隆", "样\uf9dc", "match"),
    ],
)
def test_a_name_that_goes_on_is_for_human_eyes(seen: str, registered: str, how: str) -> None:
    assert compare_name([seen], registered) == how


def test_both_sides_of_a_card_on_one_picture_expire_too() -> None:
    seen = Candidates(id_numbers=(HERS,), names=("样例·林清",), dates=("2022-06-15",))

    assert codes("id_front", seen) == ["expired"]
    assert valid_until("id_front", seen) == dt.date(2022, 6, 15)


def test_a_right_number_far_away_is_another_persons() -> None:
    other = make.id_number(984, born="19710101")

    assert has_right_checksum(other)
    assert compare_id_number([other], HERS) == "differs"


def test_what_is_misread_in_many_places_is_not_read() -> None:
    assert compare_id_number([changed(HERS, 3, 6, 9)], HERS) == "not_read"
    assert compare_id_number([], HERS) == "not_read"
    assert not has_right_checksum("1234")
    assert not has_right_checksum("12000019980504A17X")


def test_of_all_neighbours_born_on_her_day_next_to_none_is_taken_for_her() -> None:
    """The worst impostor: same area, same birthday, another serial number."""
    others = [make.id_number(serial) for serial in range(1000) if make.id_number(serial) != HERS]

    taken = [other for other in others if compare_id_number([other], HERS) == "match"]
    between = [other for other in others if compare_id_number([other], HERS) == "compare"]

    assert len(taken) / len(others) <= 0.005
    assert between, "one or two symbols apart is for human eyes"


def test_names_are_compared_without_their_dots_and_spaces() -> None:
    assert compare_name(["样例林清"], "样例·林清") == "match"
    assert compare_name(["兹有我部样例·林清"], "样例·林清") == "match"
    assert compare_name(["样例·林消"], "样例·林清") == "compare"
    assert compare_name(["样例·韩"], "样例·韩𪻐") == "compare"
    assert compare_name(["样例·周明"], "样例·林清") == "differs"
    assert compare_name(["·"], "样例·林清") == "not_read"


def test_validity_is_that_of_the_exams_day() -> None:
    assert compare_expiry(["2023-06-10"], DAY) == "match"
    assert compare_expiry(["2023-06-09"], DAY) == "differs"
    assert compare_expiry(["2020-01-01", "2040-01-01"], DAY) == "match"
    assert compare_expiry([], DAY) == compare_expiry(["2023-06-09"], None) == "not_read"


def test_each_disagreement_is_said_by_name() -> None:
    other = make.id_number(984, born="19710101")

    assert codes("id_front", Candidates(id_numbers=[HERS], names=["样例·林清"])) == []
    assert codes("id_front", Candidates(id_numbers=[other], names=["样例·周明"])) == [
        "id_differs",
        "name_differs",
    ]
    assert codes("id_front", Candidates(names=["样例·林清"])) == ["id_not_read"]
    assert codes("id_back", Candidates(dates=["2020-01-01"])) == ["expired"]


def test_the_wrong_paper_is_said_and_compared_no_further() -> None:
    said = verdict("insurance", Candidates(id_numbers=[HERS]), EXPECTED)

    assert [f.code for f in said.findings] == ["wrong_kind"]
    assert said.compared == {}


def test_an_unknown_kind_accuses_nobody_but_tells_what_agrees() -> None:
    other = make.id_number(984, born="19710101")

    said = verdict("unknown", Candidates(id_numbers=[other], names=["样例·林清"]), EXPECTED)

    assert (said.findings, said.compared) == ((), {"name": "match"})


def test_where_any_paper_may_stand_none_is_wrong() -> None:
    anything = dc.replace(EXPECTED, kinds=())

    assert codes("roster", Candidates(), anything) == []


@pytest.mark.parametrize(
    ("left", "right", "steps"), [("", "", 0), ("a", "", 1), ("abc", "adc", 1), ("abc", "bc", 1)]
)
def test_distance_counts_insertions_deletions_and_changes(
    left: str, right: str, steps: int
) -> None:
    assert distance(left, right) == distance(right, left) == steps
