"""The ladder: in-app, SMS, reminders, and then somebody telephones, or nobody has to."""

import dataclasses as dc
import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common import sealing
from services.notify.domain import limits
from services.notify.operations import send
from tests.integration.notify.room import (
    EXAM,
    NOON,
    PHONE,
    UNIT_PHONE,
    Room,
    an_application,
    contact,
    published,
    raised,
    reported,
    submitted,
)


@pytest.fixture
def asked(room: Room) -> m.RequestsRaised:
    """A candidate who is asked for something until the day after tomorrow."""
    application = an_application()
    message = raised(application)
    for said in (EXAM, contact(room, application), submitted(application), message):
        room.hear(said)
    return message


def fail_the_sms(room: Room, outcome: m.SmsClass = "bad_recipient") -> None:
    (command,) = [s for s in room.said(m.SendSms) if s.template == "requests_raised.zh-CN"]
    room.hear(reported(command.delivery_id, outcome))
    room.tick(seconds=1)


def number_of(room: Room, call: m.CallRequested) -> object:
    return sealing.unseal(call.contact, room.review_private_key)["phone"]


def call_report(call: m.CallRequested, outcome: str, **other: object) -> m.CallReported:
    return m.CallReported(
        call_id=call.call_id,
        outcome=outcome,  # type: ignore[arg-type]
        by="site1",
        called_at=NOON,
        next_try_at=other.get("next_try_at"),  # type: ignore[arg-type]
    )


def read_all(room: Room, application: m.ApplicationId) -> m.NoticesRead:
    notices = [p.notice_id for p in room.said(m.InAppPosted)]
    return m.NoticesRead(application_id=application, notices=tuple(notices), read_at=room.now)


def test_an_sms_that_failed_for_good_becomes_a_call(room: Room, asked: m.RequestsRaised) -> None:
    fail_the_sms(room, "content")

    (call,) = room.said(m.CallRequested)
    assert (call.application_id, call.site, call.exam) == (asked.application_id, "S01", "demo")
    assert (call.target, call.cause, call.fact) == ("candidate", "sms_failed", "requests_raised")
    assert call.due_at == asked.requests[0].due_at
    assert number_of(room, call) == PHONE
    assert PHONE not in room.everything()


def test_a_number_that_is_none_leads_to_the_work_unit(room: Room, asked: m.RequestsRaised) -> None:
    fail_the_sms(room)

    (call,) = room.said(m.CallRequested)
    assert call.target == "work_unit"
    assert number_of(room, call) == UNIT_PHONE


def test_nobody_is_called_for_a_confirmation_of_what_she_did_herself(room: Room) -> None:
    application = an_application()
    for said in (EXAM, contact(room, application), submitted(application)):
        room.hear(said)

    room.hear(reported(room.said(m.SendSms)[0].delivery_id, "bad_recipient"))
    room.tick(days=4)

    assert room.said(m.CallRequested) == []


def test_nothing_happened_when_the_due_time_draws_near(room: Room, asked: m.RequestsRaised) -> None:
    room.tick(hours=23)
    assert room.said(m.CallRequested) == []

    room.tick(hours=1, seconds=1)
    room.tick(hours=1)

    (call,) = room.said(m.CallRequested)
    assert (call.target, call.cause) == ("candidate", "no_reaction")


def test_who_has_read_it_is_not_called(room: Room, asked: m.RequestsRaised) -> None:
    room.hear(read_all(room, asked.application_id), times=2, copies=2)

    fail_the_sms(room)
    room.tick(hours=25)

    called = [c for c in room.said(m.CallRequested) if c.fact == "requests_raised"]
    assert called == []


def test_reading_it_closes_the_call(room: Room, asked: m.RequestsRaised) -> None:
    fail_the_sms(room)
    (call,) = room.said(m.CallRequested)

    room.hear(read_all(room, asked.application_id), times=2)

    assert [(c.call_id, c.cause) for c in room.said(m.CallClosed)] == [(call.call_id, "acted")]


def test_another_candidates_messages_cannot_be_marked_as_read(
    room: Room, asked: m.RequestsRaised
) -> None:
    room.hear(read_all(room, an_application()))

    assert room.rows("SELECT 1 FROM notice WHERE read_at IS NOT NULL") == []


def test_answering_closes_the_call_and_ends_the_reminders(
    room: Room, asked: m.RequestsRaised
) -> None:
    fail_the_sms(room)
    (call,) = room.said(m.CallRequested)

    room.hear(submitted(asked.application_id, round_=2), times=2)
    room.tick(hours=30)

    assert [(c.call_id, c.cause) for c in room.said(m.CallClosed)] == [(call.call_id, "acted")]
    assert facts(room).count("requests_due") == 0
    assert len(room.said(m.CallRequested)) == 1


def test_answers_that_are_heard_before_the_requests_still_answer_them(room: Room) -> None:
    application = an_application()
    room.hear(EXAM)
    room.hear(contact(room, application))
    room.hear(submitted(application, round_=2))

    room.hear(raised(application))
    room.tick(hours=30)

    assert facts(room).count("requests_due") == 0
    assert room.said(m.CallRequested) == []


def test_withdrawn_or_overdue_requests_need_no_call(room: Room, asked: m.RequestsRaised) -> None:
    fail_the_sms(room)
    ids = tuple(r.request_id for r in asked.requests)

    room.hear(withdrawn(asked, ids), times=2)

    assert [c.cause for c in room.said(m.CallClosed)] == ["over"]
    room.tick(hours=30)
    assert facts(room).count("requests_due") == 0


@pytest.mark.parametrize("is_first", [False, True])
def test_what_a_corrected_record_has_answered_is_neither_reminded_of_nor_called_for(
    room: Room, *, is_first: bool
) -> None:
    application = an_application()
    message = raised(application)
    ids = tuple(r.request_id for r in message.requests)
    fixed = m.RequestsFixed(application_id=application, requests=ids, fixed_at=NOON)
    for said in (EXAM, contact(room, application), *([fixed] if is_first else []), message):
        room.hear(said)

    room.hear(fixed, times=2)
    room.tick(hours=30)

    assert facts(room).count("requests_due") == 0
    assert room.said(m.CallRequested) == []


def test_a_withdrawal_that_is_heard_first_still_holds(room: Room) -> None:
    application = an_application()
    message = raised(application)
    room.hear(EXAM)
    room.hear(contact(room, application))

    room.hear(withdrawn(message, tuple(r.request_id for r in message.requests)))
    room.hear(message)
    room.tick(hours=30)

    assert facts(room).count("requests_due") == 0
    assert room.said(m.CallRequested) == []


def test_more_time_moves_reminder_and_call(room: Room, asked: m.RequestsRaised) -> None:
    later = asked.requests[0].due_at + dt.timedelta(days=3)

    room.hear(extended(asked, later), times=2)
    room.tick(hours=30)
    assert room.said(m.CallRequested) == []
    assert facts(room).count("requests_due") == 0

    room.tick(days=3)

    assert [c.due_at for c in room.said(m.CallRequested)] == [later]
    assert facts(room).count("requests_due") == 1


def test_reminders_leave_twice_and_once_each(room: Room, asked: m.RequestsRaised) -> None:
    room.tick(hours=24, seconds=1)
    room.tick(seconds=1)
    assert facts(room).count("requests_due") == 1

    room.tick(hours=21)
    room.tick(seconds=1)

    assert facts(room).count("requests_due") == 2
    room.tick(days=3)
    assert facts(room).count("requests_due") == 2


def test_the_first_reminder_leaves_when_the_exam_says(room: Room) -> None:
    application = an_application()
    room.hear(dc.replace(EXAM, settings={"request_reminder_hours": 12}))
    room.hear(contact(room, application))
    room.hear(raised(application))

    room.tick(hours=35, minutes=59)
    assert facts(room).count("requests_due") == 0
    room.tick(minutes=2)

    assert facts(room).count("requests_due") == 1


def test_an_sms_that_waited_for_the_morning_stays_back_when_she_has_acted_by_night(
    room: Room,
) -> None:
    application = an_application()
    room.hear(EXAM)
    room.hear(contact(room, application))
    room.now += dt.timedelta(hours=10)
    room.hear(window_closing(application, ends_at=room.now + dt.timedelta(hours=24), hours_left=24))
    room.tick(seconds=1)
    assert room.state() == "queued night"
    room.hear(submitted(application))

    room.tick(hours=11)

    assert [s.template for s in room.said(m.SendSms)] == ["application_submitted.zh-CN"]
    rows = room.rows(
        "SELECT d.state, d.reason FROM delivery d JOIN notice n ON n.id = d.notice_id"
        " WHERE d.channel = 'sms' AND n.fact = 'window_closing'"
    )
    assert [(row.state, row.reason) for row in rows] == [("skipped", "over")]


def test_a_call_that_nobody_made_is_over_with_its_due_time(
    room: Room, asked: m.RequestsRaised
) -> None:
    fail_the_sms(room)

    room.tick(days=2)

    assert [c.cause for c in room.said(m.CallClosed)] == ["over"]


def test_a_call_that_reached_her_is_the_end_of_it(room: Room, asked: m.RequestsRaised) -> None:
    fail_the_sms(room, "content")
    (call,) = room.said(m.CallRequested)

    room.hear(call_report(call, "reached"), times=2)
    room.tick(hours=1)

    assert len(room.said(m.CallRequested)) == 1
    assert room.said(m.CallClosed) == []
    (row,) = room.rows("SELECT end_cause FROM notice WHERE fact = 'requests_raised'")
    assert row.end_cause == "called"


def test_a_wrong_number_leads_on_to_the_work_unit(room: Room, asked: m.RequestsRaised) -> None:
    fail_the_sms(room, "content")
    (call,) = room.said(m.CallRequested)

    room.hear(call_report(call, "wrong_number"), times=2, copies=2)

    assert [c.target for c in room.said(m.CallRequested)] == ["candidate", "work_unit"]


def test_a_call_that_is_tried_again_stays_open(room: Room, asked: m.RequestsRaised) -> None:
    fail_the_sms(room, "content")
    (call,) = room.said(m.CallRequested)

    room.hear(call_report(call, "not_reached", next_try_at=NOON + dt.timedelta(hours=2)))
    room.tick(hours=3)

    assert len(room.said(m.CallRequested)) == 1
    assert room.rows("SELECT 1 FROM call WHERE closed_at IS NULL")


def test_one_person_has_one_open_call(room: Room, asked: m.RequestsRaised) -> None:
    fail_the_sms(room, "content")
    room.tick(hours=1)
    room.hear(published(asked.application_id))
    room.tick(seconds=1)
    sms = [s for s in room.said(m.SendSms) if s.template == "results_published.zh-CN"]
    room.hear(reported(sms[0].delivery_id, "content"))
    room.tick(seconds=1)
    assert len(room.said(m.CallRequested)) == 1

    room.hear(call_report(room.said(m.CallRequested)[0], "refused"))
    room.tick(seconds=1)

    assert [c.fact for c in room.said(m.CallRequested)] == ["requests_raised", "results_published"]


def test_of_two_calls_that_are_due_at_once_the_second_follows_the_first(
    room: Room, asked: m.RequestsRaised
) -> None:
    room.tick(hours=1)
    room.hear(published(asked.application_id))
    room.tick(seconds=1)
    for sms in room.said(m.SendSms):
        room.hear(reported(sms.delivery_id, "content"))
    room.tick(seconds=1)
    (first,) = room.said(m.CallRequested)

    room.hear(call_report(first, "refused"))
    room.tick(seconds=1)

    assert {c.fact for c in room.said(m.CallRequested)} == {"requests_raised", "results_published"}


def test_a_call_that_nobody_answered_stays_open_and_closes_when_she_acts(
    room: Room, asked: m.RequestsRaised
) -> None:
    fail_the_sms(room, "content")
    (call,) = room.said(m.CallRequested)
    room.hear(call_report(call, "not_reached"), copies=2)
    assert room.said(m.CallClosed) == []

    room.hear(read_all(room, asked.application_id))

    assert [(c.call_id, c.cause) for c in room.said(m.CallClosed)] == [(call.call_id, "acted")]


def test_a_report_of_an_unknown_call_is_parked(room: Room) -> None:
    room.hear(
        m.CallReported(
            call_id=m.CallId(uuid.uuid4()),
            outcome="reached",
            by="site1",
            called_at=NOON,
            next_try_at=None,
        )
    )

    assert room.parked() == ["CallReported of a call that notify has not asked for"]


def test_two_notices_within_half_an_hour_make_one_sms(room: Room) -> None:
    application = an_application()
    for said in (EXAM, contact(room, application), raised(application)):
        room.hear(said)
    assert len(room.said(m.SendSms)) == 1

    for minutes in (5, 5):
        room.tick(minutes=minutes)
        room.hear(published(application))
    room.tick(seconds=1)
    assert len(room.said(m.SendSms)) == 1

    room.tick(minutes=31)

    assert len(room.said(m.InAppPosted)) == 3
    assert [s.template for s in room.said(m.SendSms)][1:] == ["results_published.zh-CN"]


def test_a_reminder_of_the_window_comes_in_the_page_at_night_and_by_sms_never_too_late(
    room: Room,
) -> None:
    application = an_application()
    room.hear(EXAM)
    room.hear(contact(room, application))
    room.now += dt.timedelta(hours=9, minutes=30)
    closing = window_closing(application, ends_at=NOON + dt.timedelta(hours=12), hours_left=3)

    room.hear(closing, times=2)
    room.tick(seconds=1)

    assert [p.fact for p in room.said(m.InAppPosted)] == ["window_closing"]
    assert "有效身份证明" in room.said(m.InAppPosted)[0].bodies["zh-CN"]
    assert room.said(m.SendSms) == []
    assert room.state() == "skipped too_late"


def test_a_reminder_of_a_window_that_has_ended_tells_nothing(room: Room) -> None:
    application = an_application()
    room.hear(EXAM)
    room.hear(contact(room, application))

    room.hear(window_closing(application, ends_at=NOON, hours_left=1))

    assert room.said(m.InAppPosted) == []


def test_two_things_told_to_one_person_at_once_are_gathered_all_the_same(room: Room) -> None:
    application = an_application()
    room.hear(EXAM)
    room.hear(contact(room, application))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(room.hear, [raised(application) for _ in range(6)]))
    for _ in range(3):
        room.tick(seconds=1)

    assert len(room.said(m.SendSms)) == 1
    assert len(room.said(m.InAppPosted)) == 6


def test_the_limit_of_a_number_holds_for_all_who_gave_it_however_it_is_written(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "NUMBER_PER_DAY", 2)
    room.hear(EXAM)
    for phone in ("13900001234", "+8613900001234", "13900001234", "+13900001234"):
        application = an_application()
        room.hear(contact(room, application, phone=phone))
        room.hear(submitted(application))

    reasons = [d.reason for d in room.rows("SELECT reason FROM delivery WHERE channel = 'sms'")]
    assert sorted(reasons) == ["", "", "", "own_number_limit"]
    room.tick(hours=20)
    assert len(room.said(m.SendSms)) == 3
    room.tick(hours=4, minutes=1)
    assert len(room.said(m.SendSms)) == 4


def test_two_who_share_a_number_never_get_one_more_together(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "NUMBER_PER_DAY", 1)
    one, other = an_application(), an_application()
    room.hear(EXAM)
    for application in (one, other):
        room.hear(contact(room, application))
    room.hear(published(one, other))

    with room.database.transaction() as first:
        assert send_to(room, first, one) == 2
        with room.database.transaction() as second:
            assert send_to(room, second, other) == 1
    room.tick(seconds=1)

    assert len(room.said(m.SendSms)) == 1
    assert len(room.said(m.InAppPosted)) == 2
    rows = room.rows("SELECT reason FROM delivery WHERE channel = 'sms' AND state = 'queued'")
    assert [row.reason for row in rows] == ["own_number_limit"]


def send_to(room: Room, session: Session, application: m.ApplicationId) -> int:
    means = room.ears._means
    return send.send_due(session, means=means, now=room.now, application_id=application)


def test_the_cap_that_holds_is_written_down_for_who_shows_it(room: Room) -> None:
    room.tick(seconds=1)
    room.ears._means = dc.replace(room.ears._means, daily_cap=7)
    room.tick(seconds=1)
    room.tick(seconds=1)

    assert [(d.sent, d.cap) for d in room.rows("SELECT sent, cap FROM sms_day")] == [(0, 7)]


def test_the_daily_cap_holds_what_is_left_until_the_morning(room: Room) -> None:
    room.ears._means = dc.replace(room.ears._means, daily_cap=3)
    applications = [an_application() for _ in range(5)]
    room.hear(EXAM)
    for number, application in enumerate(applications):
        room.hear(contact(room, application, phone=f"1390000{number:04d}"))
    room.hear(published(*applications))

    room.tick(seconds=1)
    room.tick(hours=1)
    assert len(room.said(m.SendSms)) == 3

    room.tick(hours=19)

    assert len(room.said(m.SendSms)) == 5


def test_every_step_of_an_sms_is_kept(room: Room, asked: m.RequestsRaised) -> None:
    fail_the_sms(room)

    rows = room.rows(
        "SELECT s.state, s.reason, s.vendor FROM delivery_step s JOIN delivery d"
        " ON d.id = s.delivery_id JOIN notice n ON n.id = d.notice_id"
        " WHERE n.fact = 'requests_raised' ORDER BY s.at, s.id"
    )
    assert [(r.state, r.reason) for r in rows] == [("sending", ""), ("failed", "bad_recipient")]


def facts(room: Room) -> list[str]:
    return [p.fact for p in room.said(m.InAppPosted)]


def withdrawn(asked: m.RequestsRaised, ids: tuple[m.RequestId, ...]) -> m.RequestsWithdrawn:
    return m.RequestsWithdrawn(
        application_id=asked.application_id, case_id=asked.case_id, requests=ids, reason=""
    )


def extended(asked: m.RequestsRaised, due_at: dt.datetime) -> m.RequestsExtended:
    return m.RequestsExtended(
        application_id=asked.application_id,
        case_id=asked.case_id,
        requests=tuple(r.request_id for r in asked.requests),
        due_at=due_at,
        reason="样例停电",
    )


def window_closing(
    application: m.ApplicationId, *, ends_at: dt.datetime, hours_left: int
) -> m.WindowClosing:
    return m.WindowClosing(
        application_id=application,
        exam="demo",
        ends_at=ends_at,
        hours_left=hours_left,
        missing=("A01",),
    )
