"""Claims, verdicts and decisions on real PostgreSQL."""

import dataclasses as dc
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from libs.common import messages as m
from libs.common.errors import Refusal
from services.review.domain.case import Outcome, Recommendation
from services.review.domain.judging import Undone
from services.review.domain.request import Kind, Mark
from services.review.domain.staff import Role
from services.review.operations import cases, claims, decide, judge
from tests.integration.review import room as r
from tests.integration.review.room import Room
from tests.integration.review.walks import accept_all, replacement, take, version


def test_reviewers_who_claim_at_once_never_get_the_same_case(room: Room) -> None:
    room.feed(*(r.submission(r.image()) for _ in range(12)))
    people = [room.person(f"site{n}", Role.SITE_REVIEWER) for n in range(8)]
    gate = threading.Barrier(8)

    def claim(who: object) -> object:
        gate.wait()
        return room.do(claims.claim_next, who)

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(claim, people))

    assert len(set(taken)) == 8
    assert None not in taken


def test_claim_next_gives_the_oldest_case_of_his_sites_and_his_own_unfinished_one_first(
    room: Room,
) -> None:
    foreign, old, new = r.submission(site="hexi"), r.submission(), r.submission()
    room.feed(foreign, old, new)
    site = room.person("site", Role.SITE_REVIEWER)

    first = room.do(claims.claim_next, site)
    again = room.do(claims.claim_next, site)

    assert first == again == room.case(old).id
    other = room.person("other", Role.SITE_REVIEWER)
    assert room.do(claims.claim_next, other) == room.case(new).id
    assert room.do(claims.claim_next, room.person("third", Role.SITE_REVIEWER)) is None
    assert room.do(claims.claim_next, room.person("auditor", Role.AUDITOR)) is None


def test_a_case_that_another_holds_is_refused_with_his_name_until_the_claim_expires(
    room: Room,
) -> None:
    submitted = r.submission()
    room.feed(submitted)
    wang, li = (room.person(name, Role.SITE_REVIEWER) for name in ("wang", "li"))
    deed = take(room, submitted, wang)

    with pytest.raises(Refusal, match="claimed_by_other") as refused:
        take(room, submitted, li)
    assert refused.value.params["name"] == "样例·wang"

    room.rows("UPDATE claim SET expires_at = clock_timestamp() - interval '1 s' RETURNING 1")
    take(room, submitted, li)
    room.do(claims.give_back, room.case(submitted).id, li)
    with pytest.raises(Refusal, match="stale_decision") as stale:
        room.do(judge.accept, image_id=submitted.images[0].image_id, **deed)
    assert stale.value.params["name"] == "样例·li"


def test_looking_at_a_case_waits_for_nobody_who_does_a_deed_on_it(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    site = room.person("site", Role.SITE_REVIEWER)
    case_id = take(room, submitted, site)["case_id"]

    with room.database.transaction() as deed:
        cases.lock(deed, case_id)
        with room.database.transaction() as look:
            look.execute(text("SET LOCAL lock_timeout = '300ms'"))
            assert claims.renew(look, case_id, site) is not None


def test_a_claim_that_ran_out_untouched_is_renewed_by_the_next_verdict(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    site = room.person("site", Role.SITE_REVIEWER)
    deed = take(room, submitted, site)
    room.rows("DELETE FROM claim RETURNING 1")

    room.do(judge.accept, image_id=submitted.images[0].image_id, **deed)

    assert room.do(claims.renew, room.case(submitted).id, site) is not None
    assert version(room, submitted) == deed["seen_version"]


@pytest.mark.parametrize("was_held", [False, True])
def test_no_decision_is_taken_on_a_case_that_he_does_not_hold(
    room: Room, *, was_held: bool
) -> None:
    submitted = r.submission()
    room.feed(submitted)
    site, area = room.person("site", Role.SITE_REVIEWER), room.person("area", Role.AREA_REVIEWER)
    forward = {"recommendation": Recommendation.PASS, "words": ""}
    deed = accept_all(room, submitted, site)
    room.do(claims.give_back, deed["case_id"], site)
    for decision, more in ((decide.forward, forward), (decide.ask, {})):
        with pytest.raises(Refusal, match="not_claimed"):
            room.do(decision, **more, **deed)
    room.do(decide.forward, **forward, **take(room, submitted, site))
    deed |= {"by": area, "seen_version": version(room, submitted)}
    if was_held:
        deed = take(room, submitted, area)
        room.rows("UPDATE claim SET expires_at = clock_timestamp() RETURNING 1")

    conclude = {"outcome": Outcome.PASSED, "words": ""}
    for ending, said in ((decide.conclude, conclude), (decide.send_back, {"words": "再看"})):
        with pytest.raises(Refusal, match="not_claimed"):
            room.do(ending, **said, **deed)

    assert room.case(submitted).state == "area_review"
    assert room.rows("SELECT count(*) FROM claim WHERE expires_at > now()")[0][0] == 0
    room.do(decide.conclude, **conclude, **take(room, submitted, area))
    assert room.case(submitted).state == "concluded"


def test_a_case_that_the_machine_moved_is_refused_without_a_name(room: Room) -> None:
    waiting = r.image(state="checking", view_key=None, grid_key=None)
    submitted = r.submission(waiting, r.image("B01"))
    room.feed(submitted)
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))
    room.feed(
        m.SubmittedImageChecked(
            application_id=submitted.application_id,
            image_id=waiting.image_id,
            refused=True,
            width=0,
            height=0,
            view_key=None,
            grid_key=None,
            findings=(),
        )
    )

    with pytest.raises(Refusal, match="case_moved"):
        room.do(judge.accept, image_id=submitted.images[1].image_id, **deed)


def test_an_image_whose_check_still_runs_cannot_be_accepted(room: Room) -> None:
    waiting = r.image(state="checking", view_key=None, grid_key=None)
    submitted = r.submission(waiting)
    room.feed(submitted)
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))

    with pytest.raises(Refusal, match="still_checking"):
        room.do(judge.accept, image_id=waiting.image_id, **deed)


def test_all_requests_of_a_round_leave_together_and_accepted_images_are_named(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    one, two, three = (i.image_id for i in submitted.images)
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))
    room.do(judge.accept, image_id=one, **deed)
    mark = Mark(0.25, 0.5, 0.5, 0.25)
    room.do(judge.ask_replacement, demand=replacement(two, mark=mark, words="重拍"), **deed)
    more = dc.replace(
        replacement(one, material="Z01", reason="AD01"), kind=Kind.ADD, image_id=None, add_count=2
    )
    room.do(judge.ask_more, demand=more, **deed)
    fix = dc.replace(
        replacement(one, reason="FX01"), kind=Kind.FIX, image_id=None, material=None, fact="name"
    )
    room.do(judge.ask_more, demand=fix, **deed)

    with pytest.raises(Refusal, match="images_open"):
        room.do(decide.ask, **deed)
    assert room.said(m.RequestsRaised) == []
    room.do(judge.accept, image_id=three, **deed)
    room.do(decide.ask, **deed)

    (said,) = room.said(m.RequestsRaised)
    assert [q["kind"] for q in said["requests"]] == ["REPLACE", "ADD", "FIX"]
    assert said["requests"][0]["mark"] == [0.25, 0.5, 0.5, 0.25]
    assert set(said["accepted"]) == {str(one), str(three)}
    assert said["level"] == "site"
    case = room.case(submitted)
    assert (case.state, case.resumes_at) == ("waiting", "area")
    assert room.rows("SELECT count(*) FROM claim")[0][0] == 0


def test_undo_takes_back_the_newest_verdict_and_the_one_before_holds_again(room: Room) -> None:
    submitted = r.submission(r.image())
    room.feed(submitted)
    image_id = submitted.images[0].image_id
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))
    room.do(judge.ask_replacement, demand=replacement(image_id), **deed)
    room.do(judge.accept, image_id=image_id, **deed)

    assert room.do(judge.undo, **deed) == (image_id, Undone.VERDICT)
    assert room.do(cases.judged, room.case(submitted)).drafts == 1
    room.do(judge.undo, **deed)

    seen = room.do(cases.judged, room.case(submitted))
    assert (seen.drafts, seen.without_verdict) == (0, (image_id,))
    with pytest.raises(Refusal, match="nothing_to_undo"):
        room.do(judge.undo, **deed)


def test_undo_takes_changes_of_a_request_back_one_by_one_and_says_which(room: Room) -> None:
    submitted = r.submission(r.image())
    room.feed(submitted)
    image_id = submitted.images[0].image_id
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))
    mark = Mark(0.25, 0.5, 0.5, 0.25)
    for changes in (
        {},
        {"reason": "RE01"},
        {"reason": "RE01", "mark": mark},
        {"reason": "RE01", "mark": mark, "words": "请重拍"},
        {"reason": "RE01", "mark": mark, "words": "请重拍", "due_hours": 72},
    ):
        room.do(judge.ask_replacement, demand=replacement(image_id, **changes), **deed)

    undone = [room.do(judge.undo, **deed)[1] for _ in range(5)]

    assert undone == [Undone.DUE, Undone.WORDS, Undone.MARK, Undone.REASON, Undone.VERDICT]


def test_a_dropped_draft_opens_its_image_again(room: Room) -> None:
    submitted = r.submission(r.image())
    room.feed(submitted)
    image_id = submitted.images[0].image_id
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))
    room.do(judge.ask_replacement, demand=replacement(image_id), **deed)
    draft = room.rows("SELECT id FROM request WHERE standing = 'draft'")[0].id

    room.do(judge.drop_draft, request_id=draft, **deed)

    assert room.do(cases.judged, room.case(submitted)).without_verdict == (image_id,)
    with pytest.raises(Refusal, match="not_found"):
        room.do(judge.drop_draft, request_id=draft, **deed)


def test_site_recommends_area_overrules_and_no_outcome_leaves_the_room(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    site, area = room.person("site", Role.SITE_REVIEWER), room.person("area", Role.AREA_REVIEWER)
    room.do(
        decide.forward,
        recommendation=Recommendation.PASS,
        words="",
        **accept_all(room, submitted, site),
    )
    with pytest.raises(Refusal, match="not_yours_to_judge"):
        take(room, submitted, site)

    room.do(
        decide.conclude,
        outcome=Outcome.NOT_PASSED,
        words="学历与报考级别不符",
        **take(room, submitted, area),
    )

    case = room.case(submitted)
    assert (case.state, case.outcome, case.overrules) == ("concluded", "not_passed", True)
    last = room.said(m.CaseAdvanced)[-1]
    assert (last["stage"], last["accepted"]) == ("awaiting_publication", [])
    assert "not_passed" not in str(room.rows("SELECT body::text FROM outbox"))


def test_a_new_image_needs_the_areas_own_verdict(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    old = submitted.images[1].image_id
    site, area = room.person("site", Role.SITE_REVIEWER), room.person("area", Role.AREA_REVIEWER)
    deed = accept_all(room, submitted, site, but=old)
    room.do(judge.ask_replacement, demand=replacement(old), **deed)
    room.do(decide.ask, **deed)
    new = r.image("A01", 2, replaces=old)
    room.feed(r.next_round(submitted, [submitted.images[0], new, submitted.images[2]]))

    deed = take(room, submitted, area)
    with pytest.raises(Refusal, match="images_open"):
        room.do(decide.conclude, outcome=Outcome.PASSED, words="", **deed)
    room.do(judge.accept, image_id=new.image_id, **deed)
    room.do(decide.conclude, outcome=Outcome.PASSED, words="", **deed)

    assert room.case(submitted).state == "concluded"


def test_an_explained_image_is_judged_again(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    kept = submitted.images[1].image_id
    deed = accept_all(room, submitted, room.person("site", Role.SITE_REVIEWER), but=kept)
    room.do(judge.ask_replacement, demand=replacement(kept), **deed)
    room.do(decide.ask, **deed)
    request_id = room.rows("SELECT id FROM request")[0].id
    explained = m.Explanation(request_id=request_id, text="原件如此")

    room.feed(r.next_round(submitted, submitted.images, explanations=(explained,)))

    assert room.do(cases.judged, room.case(submitted)).without_verdict == (kept,)


def test_the_area_sends_back_and_the_site_holds_it_again(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    site, area = room.person("site", Role.SITE_LEAD), room.person("area", Role.AREA_REVIEWER)
    forward = {"recommendation": Recommendation.NOT_ELIGIBLE, "words": "证明缺失"}
    room.do(decide.forward, **forward, **accept_all(room, submitted, site))

    room.do(decide.send_back, words="请核对证明", **take(room, submitted, area))

    case = room.case(submitted)
    assert (case.state, case.recommendation) == ("site_review", None)
    assert case.returned_words == "请核对证明"
    room.do(decide.forward, **forward, **take(room, submitted, site))
    assert room.case(submitted).returned_words is None


def test_a_conclusion_is_reopened_by_the_area_with_a_reason(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    site, area = room.person("site", Role.SITE_REVIEWER), room.person("area", Role.AREA_LEAD)
    deed = accept_all(room, submitted, site)
    room.do(decide.forward, recommendation=Recommendation.PASS, words="", **deed)
    room.do(decide.conclude, outcome=Outcome.PASSED, words="", **take(room, submitted, area))
    case_id, seen = room.case(submitted).id, version(room, submitted)

    with pytest.raises(Refusal, match="not_found"):
        room.do(decide.reopen, case_id, "再看", site, seen_version=seen)
    with pytest.raises(Refusal, match="words_needed"):
        room.do(decide.reopen, case_id, "", area, seen_version=seen)
    room.do(decide.reopen, case_id, "再看", area, seen_version=seen)
    with pytest.raises(Refusal, match="stale_decision"):
        room.do(decide.reopen, case_id, "再看", area, seen_version=seen)

    assert (room.case(submitted).state, room.case(submitted).outcome) == ("area_review", None)


def test_a_suspicion_needs_words_and_is_withdrawn_by_whoever_raised_it(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))
    image_id = submitted.images[0].image_id

    with pytest.raises(Refusal, match="words_needed"):
        room.do(judge.flag, image_id=image_id, words=" ", **deed)
    room.do(judge.flag, image_id=image_id, words="印章疑似后加", **deed)
    flagged = room.rows("SELECT id FROM suspicion")[0].id
    room.do(judge.unflag, suspicion_id=flagged, **deed)
    with pytest.raises(Refusal, match="not_found"):
        room.do(judge.unflag, suspicion_id=flagged, **deed)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": Kind.ADD, "material": "X99", "add_count": 1, "reason": "AD01"},
        {"kind": Kind.FIX, "material": None, "fact": "shoe_size", "reason": "FX01"},
    ],
)
def test_a_demand_that_names_what_the_exam_does_not_have_is_refused(
    room: Room, changes: dict[str, Any]
) -> None:
    submitted = r.submission()
    room.feed(submitted)
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))
    demand = dc.replace(replacement(submitted.images[0].image_id), image_id=None, **changes)

    with pytest.raises(Refusal, match="demand_incomplete"):
        room.do(judge.ask_more, demand=demand, **deed)


@pytest.mark.parametrize("fact", ["name", "id_number", "level"])
def test_a_correction_is_asked_only_with_a_reason_that_fits_its_fact(room: Room, fact: str) -> None:
    submitted = r.submission()
    room.feed(submitted)
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))
    about = replacement(submitted.images[0].image_id)
    fix = dc.replace(about, kind=Kind.FIX, image_id=None, material=None, fact=fact)

    for reason, names in {"FX01": "name", "FX02": "id_number"}.items():
        if fact != names:
            with pytest.raises(Refusal, match="reason_of_other_fact"):
                room.do(judge.ask_more, demand=dc.replace(fix, reason=reason), **deed)
    room.do(judge.ask_more, demand=dc.replace(fix, reason="FX09"), **deed)

    (row,) = room.rows("SELECT fact, reason FROM request")
    assert tuple(row) == (fact, "FX09")


def test_the_same_demand_waits_once_and_again_when_it_was_dropped(
    room: Room,
) -> None:
    submitted = r.submission()
    room.feed(submitted)
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))
    about = dc.replace(replacement(submitted.images[0].image_id), image_id=None)
    more = dc.replace(about, kind=Kind.ADD, material="Z01", reason="AD01", add_count=1)
    fix = dc.replace(about, kind=Kind.FIX, material=None, fact="name", reason="FX01")

    for demand in (more, fix):
        room.do(judge.ask_more, demand=demand, **deed)
    for demand in (dc.replace(more, add_count=2), dc.replace(fix, reason="FX09")):
        with pytest.raises(Refusal, match="already_asked"):
            room.do(judge.ask_more, demand=demand, **deed)
    (row,) = room.rows("SELECT id FROM request WHERE kind = 'ADD'")
    room.do(judge.drop_draft, request_id=row.id, **deed)
    room.do(judge.ask_more, demand=dc.replace(more, due_hours=72), **deed)

    drafts = room.rows("SELECT kind, due_hours FROM request WHERE standing = 'draft' ORDER BY kind")
    assert [tuple(d) for d in drafts] == [("ADD", 72), ("FIX", fix.due_hours)]


def test_a_reason_that_the_pack_does_not_know_is_refused(room: Room) -> None:
    submitted = r.submission(r.image())
    room.feed(submitted)
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))
    image_id = submitted.images[0].image_id

    for reason in ("XX99", "AD01"):
        with pytest.raises(Refusal, match="unknown_reason"):
            room.do(judge.ask_replacement, demand=replacement(image_id, reason=reason), **deed)
    assert room.do(cases.judged, room.case(submitted)).without_verdict == (image_id,)


def test_an_image_of_another_case_is_not_found(room: Room) -> None:
    mine, other = r.submission(), r.submission()
    room.feed(mine, other)
    deed = take(room, mine, room.person("site", Role.SITE_REVIEWER))

    with pytest.raises(Refusal, match="not_found"):
        room.do(judge.accept, image_id=other.images[0].image_id, **deed)
    with pytest.raises(Refusal, match="not_found"):
        room.do(claims.claim, uuid.uuid4(), deed["by"])
