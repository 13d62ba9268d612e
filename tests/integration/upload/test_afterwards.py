"""What the review says after a submission: more time, withdrawn, given back (R14–R21)."""

import datetime as dt
import uuid

import pytest

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from services.upload.operations import answers, reopening
from services.upload.operations.review import mark_messages_read
from tests.integration.upload.room import Room, add, fix, raised, replace

CASE = m.CaseId(uuid.uuid4())


def extended(
    application: m.ApplicationId, *requests: m.RequestId, due_in: float = 7200
) -> m.RequestsExtended:
    return m.RequestsExtended(
        application_id=application,
        case_id=CASE,
        requests=requests,
        due_at=now() + dt.timedelta(seconds=due_in),
        reason="节假日顺延",
    )


def withdrawn(application: m.ApplicationId, *requests: m.RequestId) -> m.RequestsWithdrawn:
    return m.RequestsWithdrawn(
        application_id=application, case_id=CASE, requests=requests, reason="原件已经清楚"
    )


def reopened(application: m.ApplicationId, *, round_: int = 1) -> m.CaseReopened:
    return m.CaseReopened(
        application_id=application, case_id=CASE, round=round_, words="请尽快重新提交"
    )


def ask(room: Room, application: m.ApplicationId, reason: str = "毕业证书传错了") -> None:
    with room.database.transaction() as session:
        reopening.ask(session, application_id=application, reason=reason, began_at=now())


def test_more_time_moves_the_due_time_and_never_back(room: Room) -> None:
    application, images = room.submitted()
    request = replace(images[0], due_in=60)
    room.hear(raised(application, request))

    room.hear(extended(application, request.request_id), times=2, copies=2)
    room.hear(extended(application, request.request_id, due_in=30))

    (row,) = room.held(application).requests
    assert row.due_at > now() + dt.timedelta(seconds=3600)
    assert row.change_reason == "节假日顺延"


def test_more_time_that_was_said_before_the_request_came_holds(room: Room) -> None:
    application, images = room.submitted()
    request = replace(images[0], due_in=60)

    room.hear(extended(application, request.request_id))
    room.hear(raised(application, request))

    (row,) = room.held(application).requests
    assert row.due_at > now() + dt.timedelta(seconds=3600)


def test_what_is_overdue_stays_so_though_more_time_is_said(room: Room) -> None:
    application, images = room.submitted()
    room.move_window(ends_in=600, grace=0)
    request = replace(images[0], due_in=-1)
    room.hear(raised(application, request))
    room.tick()

    room.hear(extended(application, request.request_id))

    held = room.held(application)
    assert (held.application.state, held.requests[0].state) == ("submitted", "overdue")


def test_a_withdrawn_request_locks_again_and_drops_what_answered_it(room: Room) -> None:
    application, images = room.submitted()
    request = replace(images[0])
    room.hear(raised(application, request))
    answer = room.upload(application, "A01", request_id=request.request_id)

    room.hear(withdrawn(application, request.request_id), times=2, copies=2)

    held = room.held(application)
    assert (held.application.state, held.requests[0].state) == ("submitted", "withdrawn")
    assert answer not in [image.id for image in held.images]
    assert images[0] in [image.id for image in held.counting("A01")]
    with pytest.raises(Refusal, match="request_over"):
        room.upload(application, "A01", request_id=request.request_id)


def test_one_withdrawn_request_leaves_the_other_open(room: Room) -> None:
    application, images = room.submitted()
    one, two = replace(images[0]), add("A01")
    room.hear(raised(application, one, two))

    room.hear(withdrawn(application, one.request_id))
    room.upload(application, "A01", request_id=two.request_id)

    assert room.submit(application).is_new


def test_a_request_that_was_withdrawn_before_it_came_unlocks_nothing(room: Room) -> None:
    application, images = room.submitted()
    request = replace(images[0])

    room.hear(withdrawn(application, request.request_id))
    room.hear(extended(application, request.request_id))
    room.hear(raised(application, request))

    held = room.held(application)
    assert (held.application.state, held.requests[0].state) == ("submitted", "withdrawn")


def test_another_applications_request_is_not_withdrawn(room: Room) -> None:
    application, images = room.submitted()
    other, _ = room.submitted()
    request = replace(images[0])
    room.hear(raised(application, request))

    room.hear(withdrawn(other, request.request_id))

    assert room.held(application).application.state == "returned"


def test_answers_that_were_uploaded_and_not_submitted_go_along_marked(room: Room) -> None:
    application, images = room.submitted()
    room.move_window(ends_in=600, grace=0)
    late, open_ = replace(images[0], due_in=2), replace(images[2])
    room.hear(raised(application, late, open_))
    answer = room.upload(application, "A01", request_id=late.request_id)
    other = room.held(application).image(images[2])
    assert other is not None
    room.upload(application, other.material, request_id=open_.request_id)
    room.run("UPDATE request SET due_at = clock_timestamp() WHERE id = :id", id=late.request_id)

    room.tick()

    (told,) = room.said(m.RequestsOverdue)
    assert told.requests == (late.request_id,)
    ((image_id, replaces, position),) = [
        (i.image_id, i.replaces, i.position) for i in told.unsubmitted
    ]
    assert (image_id, replaces, position) == (answer, images[0], 1)


def test_she_asks_once_per_round_and_it_stays_locked(room: Room) -> None:
    application, images = room.submitted()

    ask(room, application, " 毕业证书传错了 ")
    with pytest.raises(Refusal, match="reopen_asked"):
        ask(room, application)

    (asked,) = room.said(m.ReopenAsked)
    assert (asked.round, asked.reason) == (1, "毕业证书传错了")
    with pytest.raises(Refusal, match="locked"):
        room.delete(application, images[0])


@pytest.mark.parametrize(
    ("reason", "code"), [(" ", "words_missing"), ("长" * 301, "words_too_long")]
)
def test_asking_needs_a_reason_of_a_readable_length(room: Room, reason: str, code: str) -> None:
    application, _ = room.submitted()

    with pytest.raises(Refusal, match=code):
        ask(room, application, reason)


def test_asking_is_refused_before_a_submission_after_the_window_and_while_requests_are_open(
    room: Room,
) -> None:
    with pytest.raises(Refusal, match="not_submitted"):
        ask(room, room.candidate())
    application, images = room.submitted()
    returned, others = room.submitted()
    room.hear(raised(returned, replace(others[0])))
    with pytest.raises(Refusal, match="returned_only"):
        ask(room, returned)
    room.move_window(ends_in=-3600)
    with pytest.raises(Refusal, match="window_closed"):
        ask(room, application)
    assert images


def test_what_the_site_gave_back_is_open_and_the_accepted_images_stay_locked(room: Room) -> None:
    application, images = room.submitted()
    room.hear(
        m.CaseAdvanced(
            application_id=application,
            case_id=CASE,
            round=1,
            case_version=2,
            stage="site_review",
            accepted=(images[0],),
        )
    )
    ask(room, application)

    room.hear(reopened(application), times=2, copies=2)

    assert room.held(application).state == "open"
    (opened,) = room.said(m.ApplicationReopened)
    assert (opened.case_id, opened.round, opened.words) == (CASE, 1, "请尽快重新提交")
    with pytest.raises(Refusal, match="locked"):
        room.delete(application, images[0])
    room.delete(application, images[2])
    with pytest.raises(Refusal, match="not_ready"):
        room.submit(application)
    gone = room.rows("SELECT material FROM image WHERE id = :id", id=images[2])[0].material
    room.upload(application, gone)
    assert room.submit(application).is_new
    told = room.said(m.ApplicationSubmitted)
    assert [t.round for t in told] == [1, 2]
    assert room.held(application).application.stage == "site_review"
    assert told[0].receipt_number != told[1].receipt_number


def test_a_word_about_a_round_that_is_past_gives_nothing_back(room: Room) -> None:
    application, _ = room.submitted()
    room.hear(reopened(application))
    room.submit(application)

    room.hear(reopened(application, round_=1))

    assert room.held(application).application.state == "submitted"
    assert len(room.said(m.ApplicationReopened)) == 1


def test_what_was_given_back_too_late_is_handed_in_again_and_not_told_as_open(room: Room) -> None:
    application, images = room.submitted()
    room.move_window(ends_in=-3600)

    room.hear(reopened(application))

    assert room.said(m.ApplicationReopened) == []

    told = room.said(m.ApplicationSubmitted)
    assert room.held(application).application.state == "submitted"
    assert [t.round for t in told] == [1, 2]
    assert {i.image_id for i in told[1].images} == set(images)


def test_what_was_given_back_and_not_handed_in_again_stands_as_it_was(room: Room) -> None:
    application, images = room.submitted()
    room.hear(reopened(application))
    room.delete(application, images[2])
    optional = next(e.code for e in room.held(application).entries if e.min == 0 and e.max)
    added = room.upload(application, optional)

    room.move_window(ends_in=-3600)
    by_the_clock = room.held(application).state
    room.tick()

    first, second = room.said(m.ApplicationSubmitted)
    held = room.held(application)
    assert room.said(m.ApplicationLocked) == []
    assert (first.restored, second.restored) == (False, True)
    assert (by_the_clock, held.application.state) == ("submitted", "submitted")
    assert {i.image_id for i in second.images} == {i.image_id for i in first.images} == set(images)
    assert added not in [image.id for image in held.images]
    assert all(image.locked_at is not None for image in held.images)
    assert room.said(m.ApplicationLocked) == []


def test_a_round_that_is_handed_in_again_says_what_a_corrected_record_has_made_required(
    room: Room,
) -> None:
    application, images = room.submitted()
    room.hear(reopened(application))
    room.register(room.record(1, facts={"military": "true"}))

    room.move_window(ends_in=-3600)
    room.tick()

    first, second = room.said(m.ApplicationSubmitted)
    asked = {entry.code for entry in room.held(application).entries if entry.min}
    assert first.missing == ()
    assert set(second.missing) == asked - {i.material for i in first.images} != set()
    assert {i.image_id for i in second.images} == set(images)


def test_reasons_that_were_taken_back_stand_again_too(room: Room) -> None:
    application = room.candidate(facts={"unit_kind": "clinic"})
    allowed = next(e.code for e in room.held(application).entries if e.absence_allowed)
    for entry in room.held(application).entries:
        for _ in range(entry.min if entry.code != allowed else 0):
            room.upload(application, entry.code)
    say_absent(room, application, allowed, "证书遗失补办中")
    room.submit(application)
    room.hear(reopened(application))
    say_absent(room, application, allowed, "")

    room.move_window(ends_in=-3600)
    room.tick()

    told = room.said(m.ApplicationSubmitted)
    assert [(a.material, a.reason) for t in told for a in t.absences] == [
        (allowed, "证书遗失补办中")
    ] * 2


def say_absent(room: Room, application: m.ApplicationId, material: str, reason: str) -> None:
    with room.database.transaction() as session:
        answers.set_absence(
            session,
            application_id=application,
            material=material,
            reason=reason,
            began_at=now(),
        )


def test_a_declined_wish_says_why_and_changes_nothing_else(room: Room) -> None:
    application, _ = room.submitted()
    ask(room, application)
    declined = m.ReopenDeclined(
        application_id=application, case_id=CASE, round=1, words="材料没有问题，不用退回"
    )

    room.hear(declined, times=2, copies=2)
    room.hear(reopened(application, round_=2))

    (row,) = room.rows("SELECT answer, words FROM reopen_ask")
    assert (row.answer, row.words) == ("declined", "材料没有问题，不用退回")
    assert room.held(application).application.state == "submitted"


def test_a_fix_is_pushed_to_the_registration_system_once(room: Room) -> None:
    application, images = room.submitted()
    request = fix("work_unit")
    message = raised(application, request, replace(images[0]))

    room.hear(message, times=2, copies=2)

    (pushed,) = room.said(m.PushCorrection)
    assert (pushed.request_id, pushed.fact) == (request.request_id, "work_unit")
    assert pushed.registration_number == "TJ-00001"
    assert pushed.words.endswith("请补拍")


def test_the_registration_systems_answer_is_kept_and_a_yes_is_never_taken_back(
    room: Room,
) -> None:
    application, _ = room.submitted()
    request = fix("work_unit")
    room.hear(raised(application, request))

    for accepted, status in ((False, 503), (True, 200), (False, 409)):
        room.hear(
            m.CorrectionPushed(request_id=request.request_id, accepted=accepted, status=status),
            copies=2,
        )

    (row,) = room.held(application).requests
    assert row.pushed_at is not None
    assert len(room.rows("SELECT 1 FROM audit WHERE action = 'correction.pushed'")) == 1


def posted(room: Room, application: m.ApplicationId) -> m.NoticeId:
    notice = m.NoticeId(uuid.uuid4())
    room.hear(
        m.InAppPosted(
            application_id=application,
            notice_id=notice,
            fact="submitted",
            titles={"zh-CN": "题", "en": "title"},
            bodies={"zh-CN": "文", "en": "body"},
            posted_at=now(),
        )
    )
    return notice


def test_who_told_her_hears_once_which_messages_she_has_opened(room: Room) -> None:
    application = room.candidate()
    one, two, three = (posted(room, application) for _ in range(3))

    for notice in (two, two, None, None):
        with room.database.transaction() as session:
            mark_messages_read(session, application, notice)

    first, rest = room.said(m.NoticesRead)
    assert first.notices == (two,)
    assert set(rest.notices) == {one, three}
