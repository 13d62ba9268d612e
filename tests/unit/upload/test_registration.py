"""One registration from outside: right, or named with what is wrong (R3)."""

import pytest

from services.upload.domain.registration import Record, RowFault, read
from tests.unit.upload.profiles import make_facts

RIGHT = {
    "number": "TJ-00001",
    "site": "S1",
    "name": "样例·甲",
    "id_number": "12000019980504001X",
    "phone": "13900001234",
    "work_unit": "样例医院",
    "unit_phone": "",
}


def judge(**changes: str) -> Record | tuple[RowFault, ...]:
    facts = {k: v for k, v in changes.items() if k == "id_type"}
    raw = RIGHT | {k: v for k, v in changes.items() if k != "id_type"}
    return read(raw, make_facts(**facts), row=3, sites=("S1", "S2"))


def faults(**changes: str) -> list[str]:
    found = judge(**changes)
    assert not isinstance(found, Record)
    assert {fault.row for fault in found} == {3}
    return [fault.sentence for fault in found]


def check_symbol_of(first_17: str) -> str:
    """The last symbol that `read` takes after these 17 digits."""
    fitting = [s for s in "0123456789X" if isinstance(judge(id_number=first_17 + s), Record)]
    assert len(fitting) == 1
    return fitting[0]


def test_birth_date_and_sex_are_told_by_the_id_number() -> None:
    number = "12000019980504001"
    found = judge(id_number=number + check_symbol_of(number))

    assert isinstance(found, Record)
    assert (found.person["birth_date"], found.person["sex"]) == ("1998-05-04", "male")
    assert found.language == "zh-CN"


def test_the_tenth_last_digit_tells_a_woman() -> None:
    number = "12000019980504002"
    found = judge(id_number=number + check_symbol_of(number))

    assert isinstance(found, Record)
    assert found.person["sex"] == "female"


def test_an_id_number_is_kept_without_spaces_and_with_a_capital_x() -> None:
    first_17 = next(
        f"12000019980504{n:03d}"
        for n in range(100)
        if isinstance(judge(id_number=f"12000019980504{n:03d}X"), Record)
    )

    found = judge(id_number=f"{first_17[:6]} {first_17[6:]}x ")

    assert isinstance(found, Record)
    assert found.person["id_number"] == f"{first_17}X"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"number": "x"}, "number is wrong; expected: 4 to 40 letters, digits or dashes"),
        ({"name": " "}, "name is missing; expected: 1 to 100 characters"),
        ({"phone": "12"}, "phone is wrong; expected: a mobile number, or + and digits"),
        ({"site": "S9"}, "site is 'S9', not one of S1, S2"),
        ({"language": "fr"}, "language is wrong; expected: zh-CN or en"),
        ({"sex": "x"}, "sex is wrong; expected: male or female"),
        ({"name": "样例\x00甲"}, "name is wrong; expected: 1 to 100 characters"),
        ({"name": "样例\ud800甲"}, "name is wrong; expected: 1 to 100 characters"),
        ({"work_unit": "样例\x1b医院"}, "work_unit is wrong; expected: at most 200 characters"),
        ({"phone": "１３９００００１２３４"}, "phone is wrong; expected: a mobile number"),
        ({"birth_date": "1998-02-30"}, "birth_date is wrong; expected: a day that exists"),
        ({"birth_date": "1998-2-3"}, "birth_date is wrong; expected: a date like 1998-05-04"),
        ({"id_number": "1２0000199805040010"}, "id_number is wrong; expected: "),
        ({"id_number": "P123456"}, "id_number is wrong; expected: 17 digits and a digit or X"),
        ({"id_number": "120000199813040010"}, "id_number is wrong: "),
        ({"id_number": "120000199805040010"}, "id_number is wrong: "),
    ],
)
def test_what_is_wrong_is_said_without_the_value(change: dict[str, str], sentence: str) -> None:
    said = faults(**change)

    assert any(s.startswith(sentence) for s in said), said
    assert change.get("id_number", "none") not in "".join(said)


@pytest.mark.parametrize("name", ["样", "𠮷·样例", "\ue000样", "A·b-c", "样" * 100])
def test_rare_characters_and_long_names_are_taken(name: str) -> None:
    number = "12000019980504001"

    assert isinstance(judge(name=name, id_number=number + check_symbol_of(number)), Record)


def test_a_birth_date_that_does_not_exist_is_wrong_whatever_the_check_symbol() -> None:
    said = [faults(id_number=f"12000019981304001{s}") for s in "0123456789X"]

    assert ["id_number is wrong: its birth date does not exist"] in said


def test_a_passport_needs_no_check_symbol_but_its_dates_may_be_empty() -> None:
    found = judge(id_type="passport", id_number="e12345678")

    assert isinstance(found, Record)
    assert found.person["id_number"] == "E12345678"
    assert found.person["birth_date"] == ""


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    said = judge(id_type="passport", name="", phone="", site="")

    assert isinstance(said, tuple)
    assert len(said) == 3
    assert str(said[0]).startswith("row 3 (TJ-00001): name is missing")


def test_a_row_without_a_number_is_named_by_its_line() -> None:
    assert str(RowFault(row=7, number="", sentence="is wrong")) == "row 7 (no number): is wrong"
