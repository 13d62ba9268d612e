"""R5: the list of materials for each kind of candidate, with reasons."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.upload.domain.facts import FACTS
from services.upload.domain.materials import (
    Entry,
    Status,
    list_for,
    newly_required,
    no_longer_asked,
    required_codes,
)
from tests.unit.upload.profiles import make_facts, tianjin

FRESH_BACHELOR = make_facts(fresh_graduate="true")
ASSISTANT = make_facts(
    education="junior",
    holds_assistant_licence="true",
    licence_cross_province="true",
    unit_kind="other_institution",
)
APPRENTICE = make_facts(
    level="assistant",
    category="tcm",
    route="apprenticeship",
    education="",
    education_mode="",
    education_origin="",
    chsi_verifiable="false",
    unit_kind="clinic",
)
RETAKER = make_facts(retaker_same_area="true", unit_kind="other_institution")
SOLDIER = make_facts(military="true")
HONG_KONG = make_facts(id_type="hk_mo_tw", education_origin="overseas", chsi_verifiable="false")
RURAL = make_facts(level="rural", education="secondary", chsi_verifiable="false")

PROFILES = [
    (FRESH_BACHELOR, "A01 A07 B01 B02 C01 C03 C06"),
    (ASSISTANT, "A01 A07 B01 B02 C02 C06 D01 D02 D03 E01"),
    (APPRENTICE, "A01 A07 C01 C06 C08 E02 F01"),
    (RETAKER, "A01 A07 C01 C06 G01"),
    (SOLDIER, "A01 A07 B01 B02 F04 F05"),
    (HONG_KONG, "A05 A07 B01 B05 C01 C06 F03"),
    (RURAL, "A01 A07 B01 B06 C01 C06 C09"),
    ({**RURAL, "unit_kind": "village_clinic"}, "A01 A07 B01 B06 C01 C06 C08 C09 E01"),
    (make_facts(id_type="temporary"), "A01 A03 A07 B01 B02 C01 C06"),
    (make_facts(id_type="passport"), "A06 A07 B01 B02 C01 C06 F03"),
    (make_facts(name_changed="true", extra_post="true"), "A01 A04 A07 B01 B02 C01 C06 F06"),
    (make_facts(chsi_verifiable="false"), "A01 A07 B01 B03 C01 C06"),
    (make_facts(education="doctor"), "A01 A07 B01 B02 B04 C01 C06"),
    (make_facts(education="master", education_origin="overseas"), "A01 A07 B01 B05 C01 C06"),
    (make_facts(diploma_lost="true"), "A01 A07 B02 B07 C01 C06"),
    (make_facts(education_origin="military"), "A01 A07 B01 B08 C01 C06"),
    (make_facts(current_postgraduate="true"), "A01 A07 B01 B02 B09 C01 C06"),
    (make_facts(skill_pass_carried="true", unit_kind="cdc"), "A01 A07 B01 B02 C01 C06 G02"),
    ({**APPRENTICE, "route": "expertise"}, "A01 A07 C01 C06 C08 E02 F02"),
]

any_facts = st.fixed_dictionaries(
    {name: st.sampled_from(fact.values) for name, fact in FACTS.items()}
)


def by_code(entries: Sequence[Entry]) -> dict[str, Entry]:
    return {entry.code: entry for entry in entries}


def codes_of(entries: Sequence[Entry], status: Status) -> list[str]:
    return [entry.code for entry in entries if entry.status is status]


@pytest.mark.parametrize(("facts", "expected"), PROFILES)
def test_each_profile_gets_exactly_its_list(facts: dict[str, str], expected: str) -> None:
    assert " ".join(required_codes(list_for(tianjin(), facts))) == expected


def test_a_fresh_graduate_sees_the_later_proof_as_deferred() -> None:
    entry = by_code(list_for(tianjin(), FRESH_BACHELOR))["C04"]

    assert (entry.status, entry.min, entry.max) == (Status.DEFERRED, 0, 2)
    assert entry.because.en == "because you are a fresh graduate"


def test_the_second_window_asks_for_the_deferred_material_alone() -> None:
    entries = list_for(tianjin(), FRESH_BACHELOR, window="second")

    assert [(e.code, e.status, e.min, e.max) for e in entries] == [("C04", Status.REQUIRED, 1, 2)]


def test_the_second_window_asks_nothing_of_whom_nothing_was_deferred() -> None:
    assert list_for(tianjin(), ASSISTANT, window="second") == ()


def test_in_the_second_window_the_whole_list_says_why_the_rest_is_shut() -> None:
    entries = list_for(tianjin(), FRESH_BACHELOR, window="second", show_all=True)

    assert by_code(entries)["A01"].status is Status.NOT_ASKED
    assert by_code(entries)["A01"].because.zh == "本阶段只接收补交材料"


def test_a_retaker_is_told_what_is_waived_and_why() -> None:
    entries = list_for(tianjin(), RETAKER)

    assert codes_of(entries, Status.WAIVED) == ["B01", "B02", "E01"]
    assert by_code(entries)["B01"].max == 0
    assert "registered in this area before" in by_code(entries)["B01"].because.en


def test_every_reason_stands_in_both_languages() -> None:
    entry = by_code(list_for(tianjin(), ASSISTANT))["C02"]

    assert entry.because.en == "because you hold an assistant licence"
    assert entry.because.zh == "因为您持有执业助理医师证"


def test_show_all_gives_the_whole_list_with_what_is_not_asked() -> None:
    entries = list_for(tianjin(), FRESH_BACHELOR, show_all=True)

    assert [e.code for e in entries] == [m.code for m in tianjin().materials]
    assert by_code(entries)["D01"].status is Status.NOT_ASKED
    assert by_code(entries)["D01"].because.en.startswith("only for assistants")


def test_an_identity_card_is_exactly_two_pictures() -> None:
    entry = by_code(list_for(tianjin(), FRESH_BACHELOR))["A01"]

    assert (entry.min, entry.max) == (2, 2)


def test_absence_is_allowed_where_the_exam_says_so() -> None:
    assert by_code(list_for(tianjin(), FRESH_BACHELOR))["C06"].absence_allowed
    assert not by_code(list_for(tianjin(), ASSISTANT))["C06"].absence_allowed
    assert not by_code(list_for(tianjin(), ASSISTANT))["A01"].absence_allowed


def test_changed_facts_name_what_became_required_and_what_is_no_longer_asked() -> None:
    before = list_for(tianjin(), FRESH_BACHELOR)
    after = list_for(tianjin(), make_facts(holds_assistant_licence="true"))

    assert newly_required(before, after) == ("C02", "D01", "D02")
    assert no_longer_asked(before, after) == ("C01", "C03", "C04")


@given(any_facts)
def test_every_possible_candidate_can_submit_something_and_be_identified(
    facts: dict[str, str],
) -> None:
    entries = list_for(tianjin(), facts)

    assert {"A01", "A05", "A06"} & set(required_codes(entries))
    assert "A07" in required_codes(entries)
    assert codes_of(entries, Status.OPTIONAL) == ["Z01"]


@given(any_facts)
def test_counts_agree_with_the_status(facts: dict[str, str]) -> None:
    for entry in list_for(tianjin(), facts, show_all=True):
        assert 0 <= entry.min <= entry.max
        assert (entry.min >= 1) == (entry.status is Status.REQUIRED)
        assert entry.takes_images != (entry.status in (Status.WAIVED, Status.NOT_ASKED))


@given(any_facts)
def test_papers_that_exclude_one_another_are_never_asked_together(facts: dict[str, str]) -> None:
    required = set(required_codes(list_for(tianjin(), facts)))

    for pair in ({"C01", "C02"}, {"C01", "F05"}, {"B02", "B03"}, {"B01", "B07"}, {"E01", "E02"}):
        assert not pair <= required


@given(any_facts)
def test_a_retaker_never_has_more_to_upload_than_a_newcomer_but_the_old_ticket(
    facts: dict[str, str],
) -> None:
    newcomer = required_codes(list_for(tianjin(), {**facts, "retaker_same_area": "false"}))
    retaker = required_codes(list_for(tianjin(), {**facts, "retaker_same_area": "true"}))

    assert set(retaker) - set(newcomer) == {"G01"}
    assert set(newcomer) - set(retaker) <= {"B01", "B02", "B03", "B04", "B06", "E01"}
