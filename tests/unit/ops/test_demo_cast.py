"""The demo's cast: the same forty at every call, all invented, of every kind, at every stage."""

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from ops.demo import roster, sign_ins
from ops.demo.cast import HANDED_IN, UPLOADING, Player, Stage, cast
from ops.demo.former import FORMER_EXAM, former, returning
from ops.demo.pictures import CLEAR, path_of
from ops.demo.profiles import PROFILES
from ops.demo.staff import SITE_REVIEWERS, STAFF, code, totp_secret
from services.upload.domain.exam import Exam
from services.upload.domain.facts import FACTS
from services.upload.domain.facts import checked as checked_facts
from services.upload.domain.materials import Status, list_for, required_codes
from services.upload.packs import copies, pack
from services.upload.roster import judge

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LONGEST_NAME = 28
LEAST_NEW = 6
NAMED = {
    "fresh": "A01 A07 B01 B02 C01 C03 C06",
    "upgrade": "A01 A07 B01 B02 C02 C06 D01 D02 D03 E01",
    "apprentice": "A01 A07 C01 C06 C08 E02 F01",
    "retaker": "A01 A07 C01 C06 G01",
    "military": "A01 A07 B01 B02 F04 F05",
    "hong_kong": "A05 A07 B01 B05 C01 C06 F03",
    "rural": "A01 A07 B01 B06 C01 C06 C08 C09 E01",
}
"""Profile of the rules → what is required of it."""


@pytest.fixture(scope="module")
def exam() -> Exam:
    document, _ = pack.load(Path("exams/tianjin-2023"))
    return pack.parse(copies.demo(document, now=AT))


def by_id(player: Player) -> str:
    return player.number


def test_the_cast_is_the_same_at_every_call() -> None:
    assert cast() == cast()
    assert len(cast()) == 40


def test_the_returning_one_is_the_same_person_under_an_earlier_number() -> None:
    now, then = returning(), former()

    assert now in cast()
    assert (now.stage, then.stage) == (Stage.EMPTY, Stage.CONCLUDED)
    assert (now.id_number, now.name) == (then.id_number, then.name)
    assert now.number != then.number


def test_the_earlier_exam_offers_her_what_this_one_carries_over(exam: Exam) -> None:
    document, _ = pack.load(Path("exams/tianjin-2022"))
    earlier = pack.parse(copies.former_demo(document, now=AT))
    facts = checked_facts(returning().facts)[0]
    required = required_codes(list_for(earlier, facts))
    here = {e.code for e in list_for(exam, facts) if e.takes_images}
    carried = {m.code for m in exam.materials if m.carry}

    assert earlier.code == FORMER_EXAM
    assert carried & set(required) & here == {"A01", "A04", "B01"}


def test_every_row_of_the_roster_is_right(exam: Exam) -> None:
    rows = list(enumerate(roster.rows(cast()), start=1))

    judged = judge(rows, exam_of=lambda code: exam if code == exam.code else None)

    assert judged.faults == ()
    assert len(judged.records["demo"]) == 40


def test_nobody_has_the_name_number_or_phone_of_another() -> None:
    for field in ("number", "name", "id_number", "phone"):
        values = [getattr(player, field) for player in cast()]
        assert len(set(values)) == 40, field


@pytest.mark.parametrize("player", cast(), ids=by_id)
def test_everything_personal_is_plainly_made_up(player: Player) -> None:
    assert player.name.startswith("样例·")
    assert re.fullmatch(r"120000\d{11}[\dX]|SAMPLE-\d{4}", player.id_number)
    assert re.fullmatch(r"1990000\d{4}", player.phone)
    assert "样例" in player.unit


def test_names_are_long_and_rare_and_of_several_parts() -> None:
    names = [player.name for player in cast()]

    assert max(map(len, names)) == LONGEST_NAME
    assert any(ord(character) > 0xFFFF for name in names for character in name)
    assert any(name.count("·") > 1 for name in names)


def test_every_stage_is_played_and_enough_are_left_for_the_whole_walk() -> None:
    played = Counter(player.stage for player in cast())

    assert set(played) == set(Stage)
    assert played[Stage.NEW] >= LEAST_NEW


def test_the_candidates_are_spread_over_all_sites(exam: Exam) -> None:
    assert {player.site for player in cast()} == {site.code for site in exam.sites}
    assert set(SITE_REVIEWERS) == {site.code for site in exam.sites}


def test_every_profile_is_played_and_every_fact_occurs() -> None:
    said = {(name, value) for facts in PROFILES.values() for name, value in facts.items()}

    assert {player.profile for player in cast()} == set(PROFILES)
    assert {name for name, _ in said} == set(FACTS)
    assert all(checked_facts(facts)[1] == () for facts in PROFILES.values())


@pytest.mark.parametrize("profile", NAMED)
def test_a_profile_of_the_rules_is_asked_for_its_papers(profile: str, exam: Exam) -> None:
    facts, _ = checked_facts(PROFILES[profile])

    assert sorted(required_codes(list_for(exam, facts))) == NAMED[profile].split()


@pytest.mark.parametrize(
    "player", [p for p in (*cast(), former()) if p.stage in UPLOADING], ids=by_id
)
def test_a_paper_is_drawn_for_whatever_is_uploaded(player: Player, exam: Exam) -> None:
    facts, _ = checked_facts(player.facts)
    entries = [e for e in list_for(exam, facts) if e.status is Status.REQUIRED]

    shown = {f"{e.code}-{n}" for e in entries for n in range(1, e.min + 1)}

    assert set(player.looks) <= shown
    for place in shown:
        material, _, position = place.partition("-")
        look = player.looks.get(place, CLEAR)
        assert path_of(material, int(position), look, number=player.number).is_file()
    assert all(e.absence_allowed for e in entries if e.code in player.absences)


@pytest.mark.parametrize("player", [p for p in cast() if p.asks], ids=by_id)
def test_what_is_asked_fits_the_packs_reasons(player: Player, exam: Exam) -> None:
    reasons = {reason.code: reason for reason in exam.reasons}

    for ask in player.asks:
        reason = reasons[ask.reason]
        assert reason.kind.value == ask.kind
        assert not reason.materials or ask.material in reason.materials
        assert not reason.facts or ask.fact in reason.facts
    assert player.stage in HANDED_IN


def test_one_request_is_soon_overdue() -> None:
    assert 1 in {ask.due_hours for player in cast() for ask in player.asks}


def test_staff_has_every_role_with_a_second_factor_of_its_own() -> None:
    roles = Counter(member.role for member in STAFF)

    assert roles == {
        "site_reviewer": 3,
        "site_lead": 1,
        "area_reviewer": 2,
        "area_lead": 2,
        "administrator": 1,
        "auditor": 1,
    }
    assert len({totp_secret("key", member.login) for member in STAFF}) == len(STAFF)
    assert re.fullmatch(r"\d{6}", code("key", "site1", now=AT))
    assert totp_secret("key", "site1") != totp_secret("another", "site1")


def test_a_tester_is_told_the_id_number_that_activation_asks_for() -> None:
    told = dict(line.split()[:2] for line in sign_ins.people())

    assert told == {player.number: player.id_number for player in cast()}
