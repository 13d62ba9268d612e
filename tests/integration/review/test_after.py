"""Requests that are out get more time or are withdrawn; suspicion holds papers back."""

from typing import Any

import pytest

from libs.common import messages as m
from libs.common.errors import Refusal
from services.review.domain.staff import Reviewer, Role
from services.review.operations import after, judge
from tests.integration.review import room as r
from tests.integration.review.room import Room
from tests.integration.review.walks import ask_for, take, version


def asked(room: Room) -> tuple[m.ApplicationSubmitted, Reviewer, dict[str, Any]]:
    submitted = r.submission()
    room.feed(submitted)
    site = room.person("site", Role.SITE_REVIEWER)
    ask_for(room, submitted, submitted.images[1].image_id, site)
    ids = [row.id for row in room.rows("SELECT id FROM request WHERE standing = 'open'")]
    deed = {
        "case_id": room.case(submitted).id,
        "request_ids": ids,
        "by": site,
        "seen_version": version(room, submitted),
    }
    return submitted, site, deed


def test_more_time_is_given_with_a_reason_that_she_reads(room: Room) -> None:
    _, _, deed = asked(room)
    before = room.rows("SELECT due_at FROM request")[0].due_at

    with pytest.raises(Refusal, match="words_needed"):
        room.do(after.extend, hours=24, reason=" ", **deed)
    with pytest.raises(Refusal, match="due_out_of_range"):
        room.do(after.extend, hours=0, reason="住院", **deed)
    room.do(after.extend, hours=24, reason="住院", **deed)
    with pytest.raises(Refusal, match="stale_decision"):
        room.do(after.extend, hours=24, reason="住院", **deed)

    (said,) = room.said(m.RequestsExtended)
    assert said["reason"] == "住院"
    assert (room.rows("SELECT due_at FROM request")[0].due_at - before).total_seconds() == 86_400


def test_when_no_request_is_left_the_level_that_asked_judges_again(room: Room) -> None:
    submitted, site, deed = asked(room)

    room.do(after.withdraw, reason="误提", **deed)

    case = room.case(submitted)
    assert (case.state, case.resumes_at) == ("site_review", None)
    (said,) = room.said(m.RequestsWithdrawn)
    assert said["requests"] == [str(i) for i in deed["request_ids"]]
    assert room.said(m.CaseAdvanced)[-1]["stage"] == "site_review"
    seen = take(room, submitted, site)
    room.do(judge.accept, image_id=submitted.images[1].image_id, **seen)


def test_an_answer_that_came_first_leaves_nothing_to_withdraw(room: Room) -> None:
    submitted, _, deed = asked(room)
    new = r.image("A01", 2, replaces=submitted.images[1].image_id)
    room.feed(r.next_round(submitted, [submitted.images[0], new, submitted.images[2]]))

    with pytest.raises(Refusal, match="case_moved"):
        room.do(after.withdraw, reason="误提", **deed)


def test_the_site_changes_no_request_of_the_area_and_none_of_another_site(room: Room) -> None:
    submitted, site, deed = asked(room)
    room.rows("UPDATE request SET level = 'area' RETURNING 1")

    with pytest.raises(Refusal, match="nothing_asked"):
        room.do(after.withdraw, reason="误提", **deed)
    other = room.person("other", Role.SITE_LEAD, sites=["hexi"])
    with pytest.raises(Refusal, match="not_found"):
        room.do(after.withdraw, reason="误提", **(deed | {"by": other}))
    lead = room.person("lead", Role.AREA_LEAD)
    room.do(after.withdraw, reason="误提", **(deed | {"by": lead}))
    assert room.case(submitted).state == "area_review"
    assert site.sees("heping")


def test_papers_are_held_while_one_suspicion_stands(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))
    for image in submitted.images[:2]:
        room.do(judge.flag, image_id=image.image_id, words="疑似后加", **deed)
    flags = [row.id for row in room.rows("SELECT id FROM suspicion ORDER BY at")]

    held = [room.case(submitted).legal_hold]
    for flag in flags:
        room.do(judge.unflag, suspicion_id=flag, **deed)
        held.append(room.case(submitted).legal_hold)

    assert held == [True, True, False]
    assert [s["held"] for s in room.said(m.LegalHoldSet)] == [True, False]
