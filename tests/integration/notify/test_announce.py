"""Each fact becomes one notice, whenever and however often it is heard."""

import dataclasses as dc
import datetime as dt
import itertools
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from libs.common import messages as m
from tests.integration.notify.room import (
    EXAM,
    NOON,
    PHONE,
    UNIT_PHONE,
    Room,
    an_application,
    answering,
    contact,
    published,
    raised,
    reported,
    submitted,
)

Make = Callable[[m.ApplicationId], m.Message]


def _overdue(application: m.ApplicationId) -> m.Message:
    requests = (m.RequestId(uuid.uuid4()), m.RequestId(uuid.uuid4()))
    return m.RequestsOverdue(application_id=application, requests=requests, overdue_at=NOON)


def _advanced(application: m.ApplicationId) -> m.Message:
    case = m.CaseId(uuid.uuid4())
    return m.CaseAdvanced(
        application_id=application,
        case_id=case,
        round=1,
        case_version=2,
        stage="area_review",
        accepted=(),
    )


def _locked(application: m.ApplicationId) -> m.ApplicationLocked:
    return m.ApplicationLocked(
        application_id=application,
        exam="demo",
        site="S01",
        registration_number="R0001",
        masked_name="样*例",
        locked_at=NOON,
    )


def _extended(application: m.ApplicationId) -> m.Message:
    return m.WindowExtended(
        exam="demo", site=None, applications=(application,), ends_at=NOON, reason="样例停电"
    )


def _opened(application: m.ApplicationId) -> m.Message:
    return m.WindowOpened(
        application_id=application,
        exam="demo",
        window="second",
        opens_at=NOON,
        ends_at=NOON + dt.timedelta(days=5),
        missing=("A01",),
    )


def _closing(application: m.ApplicationId, **which: Any) -> m.Message:
    return m.WindowClosing(
        application_id=application,
        exam="demo",
        ends_at=NOON + dt.timedelta(hours=20),
        hours_left=24,
        missing=("A01",),
        **which,
    )


def _reopened(application: m.ApplicationId) -> m.ApplicationReopened:
    return m.ApplicationReopened(
        application_id=application, case_id=m.CaseId(uuid.uuid4()), round=1, words="请重新提交"
    )


FACTS: dict[str, tuple[Make, int]] = {
    "application_submitted": (submitted, 1),
    "answers_submitted": (answering, 1),
    "submitted_again": (lambda a: submitted(a, round_=2), 1),
    "deferred_submitted": (lambda a: submitted(a, round_=2, window="second"), 1),
    "last_round_stands": (lambda a: submitted(a, round_=2, restored=True), 1),
    "case_reopened": (_reopened, 1),
    "requests_raised": (raised, 1),
    "requests_overdue": (_overdue, 1),
    "case_advanced": (_advanced, 0),
    "application_locked": (_locked, 1),
    "deferred_locked": (lambda a: dc.replace(_locked(a), window="second"), 1),
    "window_opened": (_opened, 1),
    "window_closing": (_closing, 1),
    "deferred_closing": (lambda a: _closing(a, window="second"), 1),
    "given_back_closing": (lambda a: _closing(a, given_back=True), 1),
    "window_extended": (_extended, 1),
    "results_published": (published, 1),
}
"""Fact → the message that tells of it, and how many SMS it makes."""


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_a_fact_heard_often_is_told_once(room: Room, fact: str) -> None:
    make, sms = FACTS[fact]
    application = an_application()
    message = make(application)
    room.hear(EXAM)
    room.hear(contact(room, application))

    room.hear(message, times=2, copies=2)
    room.tick(seconds=1)

    (posted,) = room.said(m.InAppPosted)
    assert posted.fact == fact
    assert posted.application_id == application
    assert posted.titles.keys() == posted.bodies.keys() == {"zh-CN", "en"}
    assert [s.template for s in room.said(m.SendSms)] == [f"{fact}.zh-CN"] * sms
    assert room.parked() == []


def test_what_was_given_back_after_answers_is_submitted_again_and_no_answer(room: Room) -> None:
    application = an_application()
    asked = raised(application)
    image = m.SubmittedImage(
        image_id=m.ImageId(uuid.uuid4()),
        material="A01",
        position=1,
        sha256="0" * 64,
        size_bytes=1,
        width=1,
        height=1,
        state="checked",
        view_key=None,
        grid_key=None,
        findings=(),
        replaces=None,
        answers=asked.requests[0].request_id,
    )
    for said in (EXAM, contact(room, application), asked):
        room.hear(said)

    for round_ in (2, 3):
        room.hear(submitted(application, round_=round_, images=(image,)))

    told = [posted.fact for posted in room.said(m.InAppPosted)]
    assert told == ["requests_raised", "answers_submitted", "submitted_again"]


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_facts_before_contact_and_exam_wait_for_them_in_any_order(room: Room, fact: str) -> None:
    make, sms = FACTS[fact]
    for order in itertools.permutations(range(3)):
        application = an_application()
        exam = EXAM
        if order[0] != 0:
            room.rows("DELETE FROM exam RETURNING code")
        messages = [exam, contact(room, application), make(application)]
        before = len(room.said(m.InAppPosted)), len(room.said(m.SendSms))

        for index in order:
            room.hear(messages[index])
        room.tick(seconds=1)

        after = len(room.said(m.InAppPosted)), len(room.said(m.SendSms))
        assert (after[0] - before[0], after[1] - before[1]) == (1, sms)
    assert room.parked() == []


def test_the_record_is_posted_though_there_is_no_phone_and_the_sms_waits(room: Room) -> None:
    application = an_application()
    room.hear(EXAM)
    room.hear(submitted(application))

    assert len(room.said(m.InAppPosted)) == 1
    assert room.said(m.SendSms) == []
    assert room.state() == "queued"

    room.hear(contact(room, application))

    (sms,) = room.said(m.SendSms)
    assert room.opened(sms) == {"phone": PHONE, "params": []}


def test_a_candidate_without_a_phone_gets_the_record_alone(room: Room) -> None:
    application = an_application()
    room.hear(EXAM)
    room.hear(contact(room, application, phone=""))

    room.hear(submitted(application))

    assert room.state() == "skipped no_phone"
    assert room.state("in_app") == "accepted"


def test_an_older_contact_never_overwrites_a_newer_one(room: Room) -> None:
    application = an_application()
    room.hear(EXAM)
    older = contact(room, application, revision=1, phone="13900000001", language="en")
    room.hear(contact(room, application, revision=2, language="zh-CN"))
    room.hear(older, times=2)

    room.hear(submitted(application))

    (sms,) = room.said(m.SendSms)
    assert room.opened(sms)["phone"] == PHONE
    assert sms.template == "application_submitted.zh-CN"


def test_her_language_chooses_the_template(room: Room) -> None:
    application = an_application()
    room.hear(EXAM)
    room.hear(contact(room, application, language="en"))

    room.hear(submitted(application))

    assert room.said(m.SendSms)[0].template == "application_submitted.en"


def test_a_contact_that_was_altered_is_parked(room: Room) -> None:
    message = contact(room, an_application())
    altered = m.ContactChanged(
        **{**message.__dict__, "contact": m.Sealed(message.contact[:-8] + "AAAAAAA=")}
    )

    room.hear(altered)

    assert room.parked() == ["sealed for another room, or altered"]


def test_an_older_pack_that_comes_late_changes_no_words(room: Room) -> None:
    old = m.ExamLoaded(
        **{**EXAM.__dict__, "pack_version": "2023.1+bb", "names": {"zh-CN": "旧名", "en": "Old"}}
    )
    newer = m.ExamLoaded(
        **{**EXAM.__dict__, "pack_version": "2023.3+bb", "names": {"zh-CN": "新名", "en": "New"}}
    )

    names = []
    for exam in (EXAM, old, newer, EXAM):
        room.hear(exam, times=2)
        names.append(room.rows("SELECT names ->> 'en' AS n FROM exam")[0].n)

    assert names == ["Sample exam", "Sample exam", "New", "New"]


def test_of_two_words_on_one_version_the_later_one_holds_whichever_is_heard_last(
    room: Room,
) -> None:
    early, late = (
        dc.replace(EXAM, loaded_at=NOON + dt.timedelta(hours=hour), sites={"S01": name})
        for hour, name in enumerate(
            [{"zh-CN": "旧考点", "en": "Old"}, {"zh-CN": "新考点", "en": "New", "phone": "022"}]
        )
    )

    for exam in (early, late, early):
        room.hear(exam)

    (row,) = room.rows("SELECT sites FROM exam")
    assert row.sites == {"S01": {"zh-CN": "新考点", "en": "New"}}


def test_the_message_of_record_names_material_and_due_time(room: Room) -> None:
    application = an_application()
    room.hear(EXAM)
    room.hear(contact(room, application))

    room.hear(raised(application))

    (posted,) = room.said(m.InAppPosted)
    assert "· 有效身份证明：更换图片，2030年2月12日 12:00 前" in posted.bodies["zh-CN"]
    assert "· ID card: replace a picture, before 12 Feb 2030, 12:00" in posted.bodies["en"]


def test_no_result_is_told_before_she_opens_her_page(room: Room) -> None:
    application = an_application()
    room.hear(EXAM)
    room.hear(contact(room, application))

    room.hear(published(application))
    room.tick(seconds=1)

    (posted,) = room.said(m.InAppPosted)
    for words in (*posted.titles.values(), *posted.bodies.values()):
        assert "not_passed" not in words
        assert "不通过" not in words
        assert "不合格" not in words


def test_a_batch_of_results_is_told_to_everybody(room: Room) -> None:
    applications = [an_application() for _ in range(200)]
    room.hear(EXAM)
    for application in applications[:20]:
        room.hear(contact(room, application))

    room.hear(published(*applications), times=2)
    for _ in range(3):
        room.tick(seconds=1)

    posted = room.said(m.InAppPosted)
    assert {p.application_id for p in posted} == set(applications)
    assert len(posted) == 200
    assert len(room.said(m.SendSms)) == 20


def test_bulk_waits_for_the_morning_of_the_exams_zone(room: Room) -> None:
    application = an_application()
    room.now = dt.datetime(2030, 2, 10, 13, 30, tzinfo=dt.UTC)  # 21:30 there
    room.hear(EXAM)
    room.hear(contact(room, application))

    room.hear(submitted(application))
    room.tick(hours=3)

    assert len(room.said(m.InAppPosted)) == 1
    assert room.said(m.SendSms) == []

    room.tick(hours=7, minutes=29, seconds=59)
    assert room.said(m.SendSms) == []
    room.tick(seconds=1)
    assert len(room.said(m.SendSms)) == 1


def test_one_delivery_that_cannot_be_composed_holds_nobody_up(room: Room) -> None:
    broken, whole = an_application(), an_application()
    room.hear(EXAM)
    for application in (broken, whole):
        room.hear(contact(room, application))
    room.rows(
        "UPDATE contact SET phone = 'other:123456789012345678901234567890'"
        " WHERE application_id = :a RETURNING 1",
        a=broken,
    )

    room.hear(published(broken, whole))
    room.tick(seconds=1)

    states = room.rows("SELECT state, reason FROM delivery WHERE channel = 'sms' ORDER BY state")
    assert [tuple(row) for row in states] == [("failed", "not_composed"), ("sending", "")]


def test_nothing_personal_stands_in_clear_in_any_row_or_log(
    room: Room, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    application = an_application()
    room.hear(EXAM)
    room.hear(contact(room, application))
    for make, _ in FACTS.values():
        room.hear(make(application))
    room.tick(seconds=1)
    for sms in room.said(m.SendSms):
        room.hear(reported(sms.delivery_id, "retryable"))

    heard = capsys.readouterr()
    for place in (room.everything(), heard.out, heard.err, caplog.text):
        for marker in (PHONE, UNIT_PHONE):
            assert marker not in place
