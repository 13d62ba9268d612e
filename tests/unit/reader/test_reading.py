"""Drawn papers through the real engine: kind, numbers, names, validity, cut off, mirrored."""

import functools
import io
import re
from pathlib import Path

import pytest
from PIL import Image

from workers.reader import fields, kinds, light
from workers.reader.engine import Line
from workers.reader.paddle import Paddle
from workers.reader.read import Read, read

PAPERS = Path(__file__).parents[3] / "ops" / "demo" / "papers"
NUMBER = "120000199706150026"

KINDS = {
    "A01-1": "id_front",
    "A01-2": "id_back",
    "A03-1": "temporary_id",
    "A05-1": "hk_mo_tw_permit",
    "A06-1": "passport",
    "A07-1": "registration_slip",
    "B02-1": "education_register",
    "B03-1": "education_report",
    "B06-1": "roster",
    "C01-1": "probation",
    "C02-1": "practice",
    "C06-1": "insurance",
    "G01-1": "admission_ticket",
    "G02-1": "score_report",
}


@functools.cache
def engines() -> tuple[Paddle, ...]:
    return (Paddle("tiny"), Paddle("small"))


@functools.cache
def reading(name: str) -> Read:
    return read((PAPERS / f"{name}.jpg").read_bytes(), engines())


@pytest.mark.parametrize("name", KINDS)
def test_a_clear_paper_is_known_by_its_words_and_nothing_is_said_against_it(name: str) -> None:
    found = reading(f"{name}-clear")

    assert found.reading.kind == KINDS[name]
    assert found.findings == ()


@pytest.mark.parametrize("path", sorted(PAPERS.glob("*-clear.jpg")), ids=lambda p: p.stem)
def test_no_paper_is_taken_for_another(path: Path) -> None:
    """Papers of the table are that kind; all others are that of none of its materials."""
    own = KINDS.get(path.stem.removesuffix("-clear"))
    kind = reading(path.stem).reading.kind

    assert own in (None, kind)
    if own is None:
        strangers = {"id_front", "id_back", "temporary_id", "passport", "registration_slip"}
        assert kind not in strangers | {"insurance", "admission_ticket", "score_report"}


@pytest.mark.parametrize("name", ["A01-1-clear", "A01-1-dark", "A01-1-glare", "A07-1-small"])
def test_the_id_number_is_read(name: str) -> None:
    assert NUMBER in reading(name).reading.id_numbers


def test_the_name_beside_its_label_is_read() -> None:
    assert "样例·林清" in reading("A07-1-clear").reading.names


def test_the_end_of_validity_is_read_and_a_cut_one_is_said() -> None:
    whole, cut = reading("A01-2-clear"), reading("A01-2-cut")

    assert whole.reading.dates == ["2040-06-15"]
    assert (cut.reading.dates, [f.code for f in cut.findings]) == ([], ["cut_off"])


def test_what_nobody_can_read_is_unknown_and_accuses_nobody() -> None:
    found = reading("A01-2-blurry")

    assert (found.reading.kind, found.findings) == ("unknown", ())


def test_a_mirrored_card_is_noticed() -> None:
    found = read(light.flipped((PAPERS / "A01-1-clear.jpg").read_bytes()), engines())

    assert [f.code for f in found.findings] == ["mirrored"]


def test_the_same_view_is_read_the_same() -> None:
    data = (PAPERS / "A07-1-clear.jpg").read_bytes()

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


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("有效期限2018.01.01-2028.01.01", ["2028-01-01"]),
        ("有效期限 2018.01.01 - 长期", []),
        ("有效期限2018.01.01", []),
        ("有效期至2030年1月2日", ["2030-01-02"]),
        ("验证有效期至：2023年7月30日", []),
        ("有效期至2030年13月40日", []),
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
