"""Drawn papers through the real engine: kind, numbers, names, validity, cut off, mirrored."""

import functools
import io
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from tests.unit.reader.papers import CARD, NUMBER, NUMBERS, PAPERS
from workers.reader import fields, kinds, light
from workers.reader.engine import Line
from workers.reader.paddle import Paddle
from workers.reader.read import Read, read

KINDS = {
    "A01-1": "id_front",
    "A01-2": "id_back",
    "A03-1": "temporary_id",
    "A05-1": "hk_mo_tw_permit",
    "A06-1": "passport",
    "A07-1": "registration_slip",
    "B01-1": "diploma",
    "B02-1": "education_register",
    "B03-1": "education_report",
    "B04-1": "degree",
    "B06-1": "roster",
    "C01-1": "probation",
    "C02-1": "practice",
    "C06-1": "insurance",
    "D01-1": "qualification",
    "D02-1": "practice_certificate",
    "E01-1": "institution_licence",
    "F05-1": "military_probation",
    "G01-1": "admission_ticket",
    "G02-1": "score_report",
}


@functools.cache
def engines() -> tuple[Paddle, ...]:
    return (Paddle("tiny"), Paddle("small"))


@functools.cache
def reading(name: str) -> Read:
    return read((PAPERS / f"{name}.jpg").read_bytes(), engines())


def lines_of(name: str) -> Sequence[Line]:
    return engines()[0].read((PAPERS / f"{name}.jpg").read_bytes())


@pytest.mark.parametrize("name", KINDS)
def test_a_clear_paper_is_known_by_its_words_and_nothing_is_said_against_it(name: str) -> None:
    found = reading(CARD if name == "A01-1" else f"{name}-clear")

    assert found.reading.kind == KINDS[name]
    assert found.findings == ()


@pytest.mark.parametrize("path", sorted(PAPERS.glob("[!A]*-clear.jpg")), ids=lambda p: p.stem)
def test_no_paper_is_taken_for_another(path: Path) -> None:
    """Papers of the table are that kind; all others are that of none of its materials."""
    own = KINDS.get(path.stem.partition("-clear")[0])
    kind = reading(path.stem).reading.kind

    assert own in (None, kind)
    if own is None:
        strangers = {"id_front", "id_back", "temporary_id", "passport", "registration_slip"}
        assert kind not in strangers | {"insurance", "admission_ticket", "score_report"}


@pytest.mark.parametrize("name", NUMBERS)
def test_the_id_number_is_read(name: str) -> None:
    assert NUMBERS[name] in reading(name).reading.id_numbers


def test_the_name_beside_its_label_is_read() -> None:
    assert "样例·林清" in reading(CARD).reading.names


def test_the_end_of_validity_is_read_and_a_cut_one_is_said() -> None:
    whole, cut = reading("A01-2-clear"), reading("A01-2-cut")

    assert whole.reading.dates == ["2040-06-15"]
    assert (cut.reading.dates, [f.code for f in cut.findings]) == ([], ["cut_off"])


def test_words_that_touch_the_border_of_a_card_were_cut_off() -> None:
    with Image.open(PAPERS / f"{CARD}.jpg") as image:
        number = next(line for line in lines_of(CARD) if NUMBER in line.text)
        across = image.crop((0, 0, round(number.right) - 30, image.height))
        out = io.BytesIO()
        across.save(out, "JPEG", quality=90)

    found = read(out.getvalue(), engines())

    assert [f.code for f in found.findings] == ["cut_off"]
    assert reading(CARD).findings == ()


def test_a_label_between_two_that_are_seen_was_not_cut_off() -> None:
    assert kinds.is_cut("id_front", ["公民身份号码"])
    assert kinds.is_cut("id_front", ["姓名", "住址"])
    assert not kinds.is_cut("id_front", ["住址"])
    assert not kinds.is_cut("unknown", [])


def test_a_number_under_a_reflection_is_glare_and_not_cut_off() -> None:
    number = next(line for line in lines_of(CARD) if NUMBER in kinds.squeezed(line.text))
    with Image.open(PAPERS / f"{CARD}.jpg") as card:
        left, top = round(number.left) - 20, round(number.top) - 20
        card.paste("white", (left, top, round(number.right) + 40, round(number.bottom) + 60))
        out = io.BytesIO()
        card.save(out, "JPEG", quality=80)

    found = read(out.getvalue(), engines())

    assert (found.reading.kind, found.reading.id_numbers) == ("id_front", [])
    assert [f.code for f in found.findings] == ["glare"]


def test_half_of_a_short_label_is_enough_where_it_stands_by_itself() -> None:
    whole = [line("姓名"), line("住址"), line("公民身份号码")]

    assert kinds.missing_labels("id_front", whole) == []
    assert kinds.missing_labels("id_front", [whole[0], line("S在址"), whole[2]]) == []
    assert kinds.missing_labels("id_front", [*whole[::2], line("样例市住院部一号楼")]) == ["住址"]


def test_what_nobody_can_read_is_unknown_and_accuses_nobody() -> None:
    found = reading("A01-2-blurry")

    assert (found.reading.kind, found.findings) == ("unknown", ())


@pytest.mark.parametrize("on_its_head", [False, True])
def test_a_mirrored_card_is_noticed(*, on_its_head: bool) -> None:
    data = (PAPERS / f"{CARD}.jpg").read_bytes()

    found = read(light.flipped(data, on_its_head=on_its_head), engines())

    assert [f.code for f in found.findings] == ["mirrored"]


def test_the_same_view_is_read_the_same() -> None:
    data = (PAPERS / f"{CARD}.jpg").read_bytes()

    first, second = read(data, engines()), read(data, engines())

    assert first == second
    assert re.fullmatch(r"2023\.\d+\+faster-paddle-[\d.]+-tiny", first.reader)


def line(text: str, top: float = 0, left: float = 0) -> Line:
    return Line(text, 0.9, left, top, left + 20 * len(text), top + 30)


def test_a_number_that_a_lines_end_broke_is_put_together() -> None:
    lines = [line("证件号码1200001997061"), line("EN", 40), line("50026)自2022年7月", 80)]

    assert fields.id_numbers(lines) == [NUMBER]


def test_a_name_beside_its_label_is_found_and_a_label_is_no_name() -> None:
    lines = [line("姓名"), line("样例·周明", left=120), line("姓名", 100), line("性别", 100, 120)]

    assert fields.names(lines) == ["样例·周明"]


def test_a_name_whose_box_overlaps_its_slanted_label_is_found() -> None:
    label = Line("姓名", 0.9, 147, 282, 286, 331)
    name = Line("样例·周明", 0.9, 251, 250, 573, 352)

    assert fields.names([label, name]) == ["样例·周明"]


@pytest.mark.parametrize("name", ["龚䶮", "赵𬭎", "沈〇", "买买提吐尔逊·阿卜杜热合曼"])
def test_rare_and_long_names_are_found(name: str) -> None:
    assert fields.names([line(f"姓名 {name}")]) == [name]


@pytest.mark.parametrize("label", ["姓名", "姓名阿卜杜拉·买买提"])
def test_a_name_in_two_lines_is_found_whole_too(label: str) -> None:
    first = Line(label, 0.9, 150, 240, 290 if label == "姓名" else 750, 300)
    beside = Line("阿卜杜拉·买买提", 0.9, 310, 240, 750, 300)
    below = Line("·艾合买提", 0.9, 310, 305, 600, 360)
    sex = Line("性别男民族", 0.9, 150, 310, 560, 370)
    lines = [first, *([beside] if label == "姓名" else []), below, sex]

    assert fields.names(lines) == ["阿卜杜拉·买买提", "阿卜杜拉·买买提·艾合买提"]


def test_what_begins_left_of_a_name_is_no_second_line_of_it() -> None:
    label = Line("姓名", 0.9, 90, 125, 151, 150)
    name = Line("样例·周明", 0.9, 138, 121, 265, 152)
    stamp = Line("样件", 0.9, 76, 143, 139, 186)

    assert fields.names([label, stamp, name]) == ["样例·周明"]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("有效期限2018.01.01-2028.01.01", ["2028-01-01"]),
        ("有效期限 2018.01.01 - 长期", []),
        ("有效期限2018.01.01", []),
        ("有效期至2030年1月2日", ["2030-01-02"]),
        ("验证有效期至：2023年7月30日", []),
        ("有效期至2030年13月40日", []),
        ("有效期限 2013-06-15至2033-06-15", ["2033-06-15"]),
        ("有效期限 2013-06-15", []),
        ("有效期限 20130615-20330615", ["2033-06-15"]),
        ("有效期 120000199706150026", []),
        ("有效期至：2033年6月15日", ["2033-06-15"]),
        ("有效期截止日期：2033/6/15", ["2033-06-15"]),
        ("有效期 2023.05.01前", ["2023-05-01"]),
        ("有效期至/Date of expiry 14 5月/MAY 2029", ["2029-05-14"]),
    ],
)
def test_only_the_end_of_a_validity_counts(text: str, dates: list[str]) -> None:
    assert fields.valid_until([line(text)]) == dates


def test_one_wrong_character_is_forgiven_in_long_words_only() -> None:
    assert kinds.stands_in("公民身份号码", "公民身分号码")
    assert not kinds.stands_in("公民身份号码", "公明身分号码")
    assert not kinds.stands_in("住址", "往址")


def test_a_white_page_is_no_reflection() -> None:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(out, "JPEG")

    assert light.glare_share(out.getvalue()) == 0
