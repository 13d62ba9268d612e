"""The demo's papers, judged by the real checks: what is clear passes, what is spoilt is told."""

from pathlib import Path

import pytest

from ops.demo.cast import Player, Stage, cast
from ops.demo.pictures import LENT, photo_of
from ops.drawing.__main__ import DEMO_PAPERS, SAMPLES
from workers.images.check import check
from workers.reader.paddle import Paddle
from workers.reader.read import read

FOUND = {"dark": {"dark"}, "blurry": {"blurry", "very_blurry"}, "small": {"small"}}

CLEAR = sorted([*DEMO_PAPERS.glob("*-clear*.jpg"), *SAMPLES.glob("*.jpg")])
SPOILT = sorted(path for look in FOUND for path in DEMO_PAPERS.glob(f"*-{look}*.jpg"))


@pytest.mark.parametrize("path", CLEAR, ids=lambda path: path.stem)
def test_a_clear_paper_has_no_finding(path: Path) -> None:
    assert check(path.read_bytes(), orientation=1).findings == ()


@pytest.mark.parametrize("path", SPOILT, ids=lambda path: path.stem)
def test_a_spoilt_paper_is_warned_of_its_fault_and_not_refused(path: Path) -> None:
    findings = check(path.read_bytes(), orientation=1).findings

    assert {finding.code for finding in findings} & FOUND[path.stem.split("-")[2]]
    assert {finding.severity for finding in findings} == {"warn"}


def test_each_candidate_holds_the_paper_up_in_another_way_but_who_was_lent_a_photo() -> None:
    shown = {number: photo_of("C06", 1, number=number) for number in ("DEMO-0027", "DEMO-0030")}
    (borrower, material), lender = next(iter(LENT.items()))

    assert shown["DEMO-0027"] != shown["DEMO-0030"]
    assert photo_of("C06", 1, number="DEMO-0030") == shown["DEMO-0030"]
    assert photo_of(material, 1, number=borrower) == photo_of(material, 1, number=lender)
    for data in shown.values():
        assert check(data, orientation=1).findings == ()


@pytest.mark.parametrize("player", [*(p for p in cast() if p.looks)], ids=lambda p: p.number)
def test_a_fault_is_still_told_when_the_paper_is_held_up(player: Player) -> None:
    for place, look in player.looks.items():
        material, _, position = place.partition("-")
        photo = photo_of(material, int(position), look, number=player.number)

        findings = {finding.code for finding in check(photo, orientation=1).findings}

        assert look not in FOUND or findings & FOUND[look]


@pytest.mark.parametrize("stage", [Stage.COMPLETE, Stage.SUBMITTED, Stage.CONCLUDED])
def test_the_card_that_is_held_up_is_ones_own(stage: Stage) -> None:
    player = next(p for p in cast() if p.stage is stage and p.id_number.startswith("120000"))

    reading = read(photo_of("A01", 1, number=player.number), (Paddle("small"),)).reading

    assert reading.kind == "id_front"
    assert player.id_number in reading.id_numbers
    assert reading.names in ([player.name], [])


@pytest.mark.parametrize("material", ["A07", "B02", "C01", "C02", "C03", "C06", "G02"])
def test_what_many_hold_up_accuses_nobody(material: str) -> None:
    reading = read(photo_of(material, 1, number="DEMO-0024"), (Paddle("small"),)).reading

    assert reading.kind != "unknown"
    assert reading.names == []
