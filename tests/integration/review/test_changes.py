"""What is heard after a submission: corrected facts, readings, windows, unsubmitted answers."""

import dataclasses as dc
import datetime as dt
import uuid
from typing import Any

import pytest

from libs.common import messages as m
from libs.common.errors import Refusal
from libs.common.sealing import seal
from services.review.domain.case import Outcome, Recommendation
from services.review.domain.request import Kind
from services.review.domain.staff import Reviewer, Role
from services.review.operations import decide, judge, publish, wishes
from tests.integration.review import room as r
from tests.integration.review.room import PERSON, PUBLIC_KEY, Room
from tests.integration.review.walks import accept_all, ask_for, replacement, take

LATER = r.SUBMITTED_AT + dt.timedelta(hours=3)
NEW_PERSON = PERSON | {"name": "样例·李文青"}


def changed(submitted: m.ApplicationSubmitted, **changes: Any) -> m.RegistrationChanged:
    values: dict[str, Any] = {
        "application_id": submitted.application_id,
        "revision": 2,
        "facts": {"level": "assistant", "category": "clinical", "id_type": "mainland"},
        "personal": seal(NEW_PERSON, PUBLIC_KEY),
        "masked_name": "样***青",
        "changed": ("name", "level"),
        "materials": ("A01", "B01"),
        "newly_required": (),
        "no_longer_asked": (),
        "changed_at": LATER,
    }
    return m.RegistrationChanged(**(values | changes))


def wish(submitted: m.ApplicationSubmitted) -> m.ReopenAsked:
    return m.ReopenAsked(
        application_id=submitted.application_id,
        round=1,
        reason="样例理由",
        asked_at=r.SUBMITTED_AT,
    )


def concluded(room: Room, submitted: m.ApplicationSubmitted) -> tuple[Reviewer, Reviewer]:
    site, area = room.person("site", Role.SITE_REVIEWER), room.person("area", Role.AREA_LEAD)
    deed = accept_all(room, submitted, site)
    room.do(decide.forward, recommendation=Recommendation.PASS, words="", **deed)
    room.do(decide.conclude, outcome=Outcome.PASSED, words="", **take(room, submitted, area))
    return site, area


def test_new_facts_come_to_the_level_that_holds_the_case_marked_beside_the_old(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted, changed(submitted), changed(submitted))

    case = room.case(submitted)
    assert (case.state, case.masked_name) == ("site_review", "样***青")
    assert (case.facts["level"], case.old_facts["level"]) == ("assistant", "physician")
    assert case.changed_facts == ["name", "level"]
    assert case.info_changed_at == LATER
    assert room.vault.person(case.personal, case_id=case.id)["name"] == "样例·李文青"
    assert case.old_personal is not None
    assert room.vault.old_person(case.old_personal, case_id=case.id)["name"] == PERSON["name"]
    events = room.rows("SELECT count(*) FROM case_event WHERE kind = 'info_changed'")
    assert events[0][0] == 1


def test_an_older_revision_never_overwrites_a_newer_one(room: Room) -> None:
    submitted = r.submission()
    newest = changed(submitted, revision=3, facts={"level": "rural"})

    room.feed(submitted, newest, changed(submitted, revision=2))

    assert room.case(submitted).facts == {"level": "rural"}


def test_a_change_that_comes_before_its_submission_waits_for_it(room: Room) -> None:
    submitted = r.submission()

    room.feed(changed(submitted, revision=3), changed(submitted, revision=2, facts={}), submitted)

    assert room.case(submitted).facts["level"] == "assistant"
    assert room.rows("SELECT count(*) FROM early_change")[0][0] == 0


def test_a_later_round_has_the_newer_facts_already(room: Room) -> None:
    first = r.submission()
    again = r.next_round(
        first, first.images, facts={"level": "rural"}, submitted_at=LATER + dt.timedelta(hours=1)
    )

    room.feed(first, again, changed(first))

    assert room.case(first).facts == {"level": "rural"}
    assert room.case(first).info_changed_at is None


@pytest.mark.parametrize(("brought", "asked"), [((), True), (("C01",), False)])
def test_answers_that_overtake_a_change_do_not_lose_what_it_newly_requires(
    room: Room, brought: tuple[str, ...], *, asked: bool
) -> None:
    first = r.submission()
    images = [*first.images, *(r.image(material) for material in brought)]
    again = r.next_round(first, images, submitted_at=LATER + dt.timedelta(hours=1))

    room.feed(first, again, changed(first, newly_required=("C01",)))

    said = [one["material"] for s in room.said(m.RequestsRaised) for one in s["requests"]]
    assert said == (["C01"] if asked else [])


def test_what_was_answered_by_words_is_not_newly_asked_for(room: Room) -> None:
    first = r.submission(absences=(m.Absence(material="C01", reason="尚未取得"),))

    room.feed(first, changed(first, newly_required=("C01",)))

    assert room.said(m.RequestsRaised) == []


def test_a_round_of_before_the_change_keeps_the_newer_facts(room: Room) -> None:
    first = r.submission()
    again = r.next_round(first, first.images, submitted_at=LATER - dt.timedelta(hours=1))

    room.feed(first, changed(first), again)

    assert (room.case(first).round, room.case(first).facts["level"]) == (2, "assistant")


def test_a_concluded_case_is_reopened_at_the_area(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    _, area = concluded(room, submitted)

    room.feed(changed(submitted))

    case = room.case(submitted)
    assert (case.state, case.outcome) == ("area_review", None)
    assert room.said(m.CaseAdvanced)[-1]["stage"] == "area_review"
    room.do(decide.conclude, outcome=Outcome.PASSED, words="", **take(room, submitted, area))
    assert room.case(submitted).info_changed_at is None


def test_a_verdict_on_facts_that_have_changed_since_is_refused(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    deed = accept_all(room, submitted, room.person("site", Role.SITE_REVIEWER))
    room.feed(changed(submitted))

    with pytest.raises(Refusal, match="case_moved"):
        room.do(decide.forward, recommendation=Recommendation.PASS, words="", **deed)


@pytest.mark.parametrize(("early", "resumes_at"), [(False, "site"), (True, "site")])
def test_newly_required_material_is_asked_for_by_itself_once(
    room: Room, *, early: bool, resumes_at: str
) -> None:
    submitted = r.submission()
    new = changed(
        submitted,
        materials=("A01", "C02"),
        newly_required=("C02",),
        no_longer_asked=("B01",),
    )
    room.feed(*((new, submitted, new) if early else (submitted, new, new)))

    (said,) = room.said(m.RequestsRaised)
    (request,) = said["requests"]
    assert (request["kind"], request["material"], request["add_count"]) == ("ADD", "C02", 1)
    assert request["reason"] == "newly_required"
    case = room.case(submitted)
    assert (case.state, case.resumes_at) == ("waiting", resumes_at)
    assert (case.materials, case.not_asked) == (["A01", "B01", "C02"], ["B01"])
    room.feed(r.next_round(submitted, [*submitted.images, r.image("C02")], submitted_at=LATER))
    assert room.case(submitted).state == "site_review"


def test_what_is_newly_required_of_a_concluded_case_comes_back_to_the_area(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    concluded(room, submitted)

    room.feed(changed(submitted, materials=("A01", "B01", "C02"), newly_required=("C02",)))

    case = room.case(submitted)
    assert (case.state, case.resumes_at) == ("waiting", "area")


@pytest.mark.parametrize("is_late", [False, True])
def test_what_was_newly_required_while_it_was_given_back_is_asked_for_when_its_round_stands_again(
    room: Room, *, is_late: bool
) -> None:
    submitted = r.submission()
    room.feed(submitted, wish(submitted))
    site = room.person("site", Role.SITE_REVIEWER)
    room.do(wishes.grant, words="", **take(room, submitted, site))
    new = changed(submitted, materials=("A01", "C02"), newly_required=("C02",))
    stands = r.next_round(submitted, [*submitted.images], submitted_at=LATER + dt.timedelta(1))
    stands = dc.replace(stands, restored=True, missing=("C02",), explanations=())

    room.feed(*((stands, new) if is_late else (new, stands)), stands)

    (said,) = room.said(m.RequestsRaised)
    assert [(q["kind"], q["material"]) for q in said["requests"]] == [("ADD", "C02")]
    assert room.case(submitted).state == "waiting"


def test_a_reading_stands_beside_the_image_also_when_it_comes_first(room: Room) -> None:
    for is_early in (False, True):
        submitted = r.submission(r.image())
        image_id = submitted.images[0].image_id
        read = m.SubmittedImageRead(
            application_id=submitted.application_id,
            image_id=image_id,
            kind="id_card",
            compared={"name": "differs", "id_number": "match"},
            findings=(m.Finding(code="wrong_kind", severity="warn", measured=1, threshold=1),),
        )

        room.feed(*((read, submitted, read) if is_early else (submitted, read, read)))

        row = room.rows("SELECT kind, compared, findings FROM image WHERE id = :id", id=image_id)
        assert row[0].kind == "id_card"
        assert row[0].compared == {"name": "differs", "id_number": "match"}
        assert [f["code"] for f in row[0].findings] == ["wrong_kind"]
    assert room.rows("SELECT count(*) FROM early_reading")[0][0] == 0


def test_a_newer_reading_takes_the_older_ones_place_and_leaves_the_checks(room: Room) -> None:
    blurry = m.Finding(code="blurry", severity="warn", measured=1, threshold=2)
    submitted = r.submission(r.image(findings=(blurry,), used_anyway=("blurry",)))
    read = m.SubmittedImageRead(
        application_id=submitted.application_id,
        image_id=submitted.images[0].image_id,
        kind="id_front",
        compared={"name": "differs"},
        findings=(m.Finding(code="name_differs", severity="warn", measured=0, threshold=0),),
    )

    room.feed(submitted, read, dc.replace(read, compared={"name": "match"}, findings=()))

    row = room.rows("SELECT compared, findings FROM image")[0]
    assert row.compared == {"name": "match"}
    assert [(f["code"], f["used_anyway"]) for f in row.findings] == [("blurry", True)]


def test_answers_that_were_never_submitted_go_along_marked(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    old = submitted.images[1].image_id
    ask_for(room, submitted, old, room.person("site", Role.SITE_REVIEWER))
    asked = room.rows("SELECT id FROM request WHERE standing = 'open'")[0].id
    left = r.image("A01", 2, replaces=old, answers=asked)
    overdue = m.RequestsOverdue(
        application_id=submitted.application_id,
        requests=(asked,),
        overdue_at=LATER,
        unsubmitted=(left,),
    )

    room.feed(overdue, overdue)

    row = room.rows(
        "SELECT is_current, is_unsubmitted, replaces FROM image WHERE id = :id", id=left.image_id
    )
    assert (row[0].is_current, row[0].is_unsubmitted, row[0].replaces) == (False, True, old)
    assert room.case(submitted).state == "area_review"
    room.feed(r.next_round(submitted, [submitted.images[0], left, submitted.images[2]]))
    assert not room.rows("SELECT is_unsubmitted FROM image WHERE is_unsubmitted")


def second(first: m.ApplicationSubmitted, *images: m.SubmittedImage) -> m.ApplicationSubmitted:
    return r.next_round(first, images, window="second", materials=("C04",), submitted_at=LATER)


def test_before_the_second_window_a_conclusion_is_conditional_and_not_published(
    room: Room,
) -> None:
    submitted = r.submission(deferred=("C04",))
    other = r.submission()
    room.feed(submitted, other)
    _, area = concluded(room, submitted)
    site = room.person("site2", Role.SITE_REVIEWER)
    room.do(
        decide.forward,
        recommendation=Recommendation.PASS,
        words="",
        **accept_all(room, other, site),
    )
    room.do(decide.conclude, outcome=Outcome.PASSED, words="", **take(room, other, area))

    ready = room.do(publish.readiness, "demo", None)

    assert room.case(submitted).conditional
    assert (ready.conditional, ready.passed, ready.open) == (1, 1, 0)
    batch = room.do(publish.propose, "demo", None, area)
    room.do(publish.confirm, batch, room.person("lead", Role.AREA_LEAD))
    (said,) = room.said(m.ResultsPublished)
    assert [x["application_id"] for x in said["results"]] == [str(other.application_id)]


@pytest.mark.parametrize("is_late", [False, True])
def test_the_second_windows_round_goes_to_the_area_and_leaves_the_main_images(
    room: Room, *, is_late: bool
) -> None:
    first = r.submission(deferred=("C04",))
    proof = r.image("C04")
    room.feed(*((second(first, proof), first) if is_late else (first, second(first, proof))))
    room.feed(second(first, proof))

    case = room.case(first)
    assert case.state == "area_review"
    current = {row.id for row in room.rows("SELECT id FROM image WHERE is_current")}
    assert current == {proof.image_id, *(i.image_id for i in first.images)}


def test_the_second_windows_round_makes_a_conditional_conclusion_a_final_one(room: Room) -> None:
    first = r.submission(deferred=("C04",))
    room.feed(first)
    _, area = concluded(room, first)
    room.feed(second(first, r.image("C04")))
    assert room.case(first).state == "area_review"

    deed = accept_all(room, first, area)
    with pytest.raises(Refusal, match="images_open"):
        room.do(decide.conclude, outcome=Outcome.PASSED, words="", **deed)
    shown = room.rows("SELECT id FROM image WHERE material = 'C04'")[0].id

    room.do(judge.accept, image_id=uuid.UUID(str(shown)), **deed)
    room.do(decide.conclude, outcome=Outcome.PASSED, words="", **deed)

    assert not room.case(first).conditional
    assert room.do(publish.readiness, "demo", None).passed == 1


def missed(submitted: m.ApplicationSubmitted, **changes: Any) -> m.ApplicationLocked:
    values: dict[str, Any] = {
        "application_id": submitted.application_id,
        "exam": "demo",
        "site": "heping",
        "registration_number": submitted.registration_number,
        "masked_name": "样**",
        "locked_at": LATER,
        "window": "second",
    }
    return m.ApplicationLocked(**(values | changes))


def more_time(submitted: m.ApplicationSubmitted, ends_at: dt.datetime) -> m.WindowExtended:
    return m.WindowExtended(
        exam="demo",
        site=None,
        applications=(submitted.application_id,),
        ends_at=ends_at,
        reason="停电",
        window="second",
    )


def test_a_missed_second_window_brings_a_conditional_pass_back_to_the_area(room: Room) -> None:
    submitted = r.submission(deferred=("C04",))
    room.feed(submitted)
    _, area = concluded(room, submitted)

    room.feed(missed(submitted), missed(submitted))

    case = room.case(submitted)
    assert (case.state, case.outcome, case.conditional) == ("area_review", None, False)
    assert len(room.rows("SELECT 1 FROM case_event WHERE kind = 'second_missed'")) == 1
    assert room.rows("SELECT 1 FROM unsubmitted") == []
    assert room.said(m.CaseAdvanced)[-1]["stage"] == "area_review"
    room.do(decide.conclude, outcome=Outcome.PASSED, words="", **take(room, submitted, area))
    assert not room.case(submitted).conditional
    assert room.do(publish.readiness, "demo", None).passed == 1


@pytest.mark.parametrize("is_late", [False, True])
def test_more_time_for_the_second_window_makes_a_pass_conditional_again(
    room: Room, *, is_late: bool
) -> None:
    submitted = r.submission(deferred=("C04",))
    ends_at = LATER + dt.timedelta(days=1)
    room.feed(submitted)
    end, longer = missed(submitted), more_time(submitted, ends_at)
    if is_late:
        room.feed(longer, end)
        concluded(room, submitted)
    else:
        room.feed(end)
        concluded(room, submitted)
        room.feed(longer, longer)

    assert room.case(submitted).conditional
    room.feed(missed(submitted, locked_at=ends_at + dt.timedelta(seconds=60)))
    assert room.case(submitted).state == "area_review"


def ask_to_fix(room: Room, submitted: m.ApplicationSubmitted, *facts: str) -> None:
    """Accept every image, ask only to correct these facts, and send it."""
    deed = accept_all(room, submitted, room.person("fixer", Role.SITE_REVIEWER))
    for fact in facts:
        demand = dc.replace(
            replacement(submitted.images[0].image_id, reason="FX09"),
            kind=Kind.FIX,
            image_id=None,
            material=None,
            fact=fact,
        )
        room.do(judge.ask_more, demand=demand, **deed)
    room.do(decide.ask, **deed)


def test_a_corrected_fact_answers_its_request_and_the_area_goes_on(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    ask_to_fix(room, submitted, "name")
    assert room.case(submitted).state == "waiting"

    room.feed(changed(submitted), changed(submitted))

    assert room.case(submitted).state == "area_review"
    assert [row[0] for row in room.rows("SELECT standing FROM request")] == ["answered"]


def test_a_corrected_fact_that_requires_more_papers_still_asks_for_them(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    ask_to_fix(room, submitted, "name")

    room.feed(changed(submitted, newly_required=("C01",)))

    asked = [one["material"] for one in room.said(m.RequestsRaised)[-1]["requests"]]
    assert asked == ["C01"]
    assert room.case(submitted).state == "waiting"


def test_a_request_on_another_fact_keeps_the_case_waiting(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    ask_to_fix(room, submitted, "name", "id_number")

    room.feed(changed(submitted, changed=("id_number",)))

    standings = [row[0] for row in room.rows("SELECT standing FROM request ORDER BY standing")]
    assert standings == ["answered", "open"]
    assert room.case(submitted).state == "waiting"
