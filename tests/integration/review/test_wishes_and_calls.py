"""Wishes to reopen, duplicates, and calls: heard twice and out of order, answered once."""

import datetime as dt
import uuid
from typing import Any

import pytest

from libs.common import messages as m
from libs.common.errors import Refusal
from libs.common.sealing import seal
from services.review.domain.call import Outcome
from services.review.domain.staff import Role
from services.review.operations import calls, duplicates, judge, wishes
from tests.integration.review import room as r
from tests.integration.review.room import PUBLIC_KEY, Room
from tests.integration.review.walks import replacement, take

PHONE = "13900000009"


def wish(submitted: m.ApplicationSubmitted, round_: int = 1) -> m.ReopenAsked:
    return m.ReopenAsked(
        application_id=submitted.application_id,
        round=round_,
        reason="毕业证传错了",
        asked_at=r.SUBMITTED_AT,
    )


def test_a_granted_wish_gives_the_case_back_and_its_next_round_returns_to_the_site(
    room: Room,
) -> None:
    submitted = r.submission()
    room.feed(wish(submitted), submitted, wish(submitted))
    site = room.person("site", Role.SITE_REVIEWER)

    room.do(wishes.grant, words="请在截止前重新提交", **take(room, submitted, site))

    (said,) = room.said(m.CaseReopened)
    assert (said["round"], said["words"]) == (1, "请在截止前重新提交")
    case = room.case(submitted)
    assert (case.state, case.resumes_at) == ("waiting", "site")
    assert room.rows("SELECT count(*) FROM claim")[0][0] == 0
    room.feed(r.next_round(submitted, submitted.images))
    assert room.case(submitted).state == "site_review"


def test_who_has_her_papers_again_is_asked_by_her_list_and_by_no_machine(room: Room) -> None:
    unseen = r.image(state="checking", view_key=None, grid_key=None)
    submitted = r.submission(unseen, r.image("B01"))
    room.feed(submitted, wish(submitted))
    site = room.person("site", Role.SITE_REVIEWER)
    room.do(wishes.grant, words="", **take(room, submitted, site))

    room.feed(
        m.SubmittedImageChecked(
            application_id=submitted.application_id,
            image_id=unseen.image_id,
            refused=True,
            width=0,
            height=0,
            view_key=None,
            grid_key=None,
            findings=(),
        ),
        m.RegistrationChanged(
            application_id=submitted.application_id,
            revision=2,
            facts=submitted.facts,
            personal=seal(r.PERSON, PUBLIC_KEY),
            masked_name="样***清",
            changed=("level",),
            materials=("A01", "B01", "C01"),
            newly_required=("C01",),
            no_longer_asked=(),
            changed_at=r.SUBMITTED_AT + dt.timedelta(hours=1),
        ),
    )

    assert room.said(m.RequestsRaised) == []
    assert room.rows("SELECT 1 FROM request") == []


def test_a_draft_about_an_image_that_she_exchanged_is_not_sent(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted, wish(submitted))
    site = room.person("site", Role.SITE_REVIEWER)
    deed = take(room, submitted, site)
    gone = submitted.images[0].image_id
    room.do(judge.ask_replacement, demand=replacement(gone), **deed)
    room.do(wishes.grant, words="", **deed)

    room.feed(r.next_round(submitted, [r.image(), *submitted.images[1:]]))

    assert [row.standing for row in room.rows("SELECT standing FROM request")] == ["withdrawn"]


def test_a_wish_is_declined_with_words_and_only_once(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted, wish(submitted))
    deed = take(room, submitted, room.person("site", Role.SITE_REVIEWER))

    with pytest.raises(Refusal, match="words_needed"):
        room.do(wishes.decline, words=" ", **deed)
    room.do(wishes.decline, words="材料齐全，无需撤回", **deed)
    with pytest.raises(Refusal, match="no_wish"):
        room.do(wishes.grant, words="", **deed)

    assert [s["words"] for s in room.said(m.ReopenDeclined)] == ["材料齐全，无需撤回"]
    assert room.case(submitted).state == "site_review"


def test_a_wish_about_a_round_that_is_past_is_over(room: Room) -> None:
    early, late = r.submission(), r.submission()
    room.feed(early, wish(early), r.next_round(early, early.images))
    room.feed(late, r.next_round(late, late.images), wish(late))

    assert {row.answer for row in room.rows("SELECT answer FROM wish")} == {"over"}


def test_a_pair_of_equal_pictures_is_kept_once_and_cleared_with_words(room: Room) -> None:
    one, two = r.submission(r.image()), r.submission(r.image())
    room.feed(one, two)
    told = [
        m.DuplicatesFound(
            application_id=mine.application_id,
            image_id=mine.images[0].image_id,
            others=(
                m.Duplicate(
                    application_id=other.application_id,
                    image_id=other.images[0].image_id,
                    exam="demo",
                    distance=0.02,
                ),
            ),
        )
        for mine, other in ((one, two), (two, one))
    ]
    room.feed(*told, *told)

    (row,) = room.rows("SELECT image_id, other_image_id FROM duplicate")
    lead = room.person("lead", Role.AREA_LEAD)
    with pytest.raises(Refusal, match="words_needed"):
        room.do(duplicates.clear, row.image_id, row.other_image_id, "", lead)
    room.do(duplicates.clear, row.image_id, row.other_image_id, "同一单位的许可证", lead)
    with pytest.raises(Refusal, match="not_found"):
        room.do(duplicates.clear, row.image_id, row.other_image_id, "again", lead)


def call(**changes: Any) -> m.CallRequested:
    values: dict[str, Any] = {
        "call_id": m.CallId(uuid.uuid4()),
        "application_id": m.ApplicationId(uuid.uuid4()),
        "exam": "demo",
        "site": "heping",
        "target": "candidate",
        "fact": "requests_raised",
        "cause": "sms_failed",
        "due_at": r.SUBMITTED_AT,
        "contact": seal({"phone": PHONE}, PUBLIC_KEY),
    }
    return m.CallRequested(**(values | changes))


def test_a_call_stands_once_on_the_sheet_and_its_number_is_encrypted(room: Room) -> None:
    asked = call()

    room.feed(asked, asked)

    (row,) = room.rows("SELECT standing, contact FROM call")
    assert row.standing == "open"
    assert PHONE.encode() not in bytes(row.contact)
    assert room.vault.phone(row.contact, call_id=asked.call_id) == PHONE


@pytest.mark.parametrize("is_early", [False, True])
def test_a_call_closes_by_itself_also_when_the_end_is_heard_first(
    room: Room, *, is_early: bool
) -> None:
    asked = call()
    closed = m.CallClosed(call_id=asked.call_id, cause="acted")

    room.feed(*((closed, closed, asked) if is_early else (asked, closed, closed)))

    assert room.rows("SELECT standing FROM call")[0].standing == "acted"


def test_what_came_of_a_call_is_reported_with_the_next_try(room: Room) -> None:
    asked = call()
    room.feed(asked)
    who = room.person("site", Role.SITE_REVIEWER)
    again = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)

    room.do(calls.report, asked.call_id, Outcome.NOT_REACHED, "无人接听", who, next_try_at=again)
    room.do(calls.report, asked.call_id, Outcome.REACHED, "本人已知", who, next_try_at=None)

    first, second = room.said(m.CallReported)
    assert (first["outcome"], first["by"]) == ("not_reached", "site")
    assert first["next_try_at"] is not None
    assert (second["outcome"], second["next_try_at"]) == ("reached", None)
    assert room.rows("SELECT standing FROM call")[0].standing == "done"
    with pytest.raises(Refusal, match="call_over"):
        room.do(calls.report, asked.call_id, Outcome.REACHED, "", who, next_try_at=None)


def test_a_call_of_another_site_does_not_exist(room: Room) -> None:
    asked = call(site="hexi")
    room.feed(asked)

    with pytest.raises(Refusal, match="not_found"):
        room.do(
            calls.report,
            asked.call_id,
            Outcome.REACHED,
            "",
            room.person("site", Role.SITE_REVIEWER),
            next_try_at=None,
        )
