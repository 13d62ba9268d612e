"""Each message heard twice, late and out of order: checks, stages, results, messages of record."""

import dataclasses as dc
import datetime as dt
import uuid

import pytest

from libs.common import messages as m
from libs.common import outbox
from libs.common.clock import now
from libs.common.envelopes import dump
from services.upload.operations.checks import count_crash
from services.upload.operations.review import mark_messages_read
from services.upload.queries.papers import messages_page, result_page
from tests.integration.upload.room import Room, add, checked, envelope, raised


def test_a_check_is_written_down_once(room: Room) -> None:
    application = room.candidate()
    image = room.upload(application)

    room.hear(checked(image, code="blurred"), times=2, copies=2)
    room.hear(checked(image, refused=True))

    (found,) = room.held(application).images
    assert (found.check_state, found.findings[0]["code"]) == ("checked", "blurred")
    assert room.said(m.SubmittedImageChecked) == []


def test_a_check_of_a_deleted_image_is_kept(room: Room) -> None:
    application = room.candidate()
    image = room.upload(application)
    room.delete(application, image)

    room.hear(checked(image))

    (row,) = room.rows("SELECT check_state FROM image")
    assert row.check_state == "checked"


def test_a_check_of_nobodys_image_changes_nothing_and_is_not_parked(room: Room) -> None:
    room.hear(checked(m.ImageId(uuid.uuid4())))

    assert room.rows("SELECT * FROM parked") == []
    assert len(room.rows("SELECT * FROM inbox")) == 1


@pytest.mark.parametrize("refused", [True, False])
def test_a_check_that_ends_after_the_submission_is_told_to_the_review(
    room: Room, *, refused: bool
) -> None:
    application = room.candidate()
    image = room.fill(application)[0]
    room.submit(application)

    room.hear(checked(image, refused=refused), times=2)

    (told,) = room.said(m.SubmittedImageChecked)
    assert (told.application_id, told.image_id, told.refused) == (application, image, refused)


def test_late_damage_counts_for_nothing_in_the_next_round(room: Room) -> None:
    application = room.candidate()
    images = room.fill(application)
    room.submit(application)
    room.hear(checked(images[0], refused=True))
    request = add("A07")
    room.hear(raised(application, request))
    room.upload(application, "A07", request_id=request.request_id)
    room.submit(application)

    told = room.said(m.ApplicationSubmitted)[-1]

    assert images[0] not in [image.image_id for image in told.images]


def test_the_second_crash_on_a_picture_means_that_it_is_damaged(room: Room) -> None:
    application = room.candidate()
    image = room.upload(application)
    (row,) = room.rows("SELECT id, body FROM outbox WHERE type = 'CheckImage'")

    for expected in ("pending", "refused"):
        room.hear(m.Crashed(command_id=row.id, cause="WorkerLostError"))
        (found,) = room.held(application).images
        assert (found.id, found.check_state) == (image, expected)

    (command,) = room.rows("SELECT settled_at FROM outbox WHERE type = 'CheckImage'")
    assert command.settled_at is not None


def test_a_crash_on_another_command_is_not_this_operations_matter(room: Room) -> None:
    command = outbox.CrashedCommand(m.MessageId(uuid.uuid4()), "PushResult", {}, crashes=3)

    with room.database.transaction() as session:
        assert not count_crash(session, command)


def test_a_stage_never_goes_back_by_an_older_message(room: Room) -> None:
    application, _ = room.submitted()

    for version, stage in ((3, "area_review"), (2, "site_review"), (3, "site_review")):
        room.hear(advanced(application, stage, version=version))

    assert room.held(application).application.stage == "area_review"


def test_what_the_area_sends_back_is_at_the_site_again(room: Room) -> None:
    application, _ = room.submitted()

    room.hear(advanced(application, "area_review", version=2))
    room.hear(advanced(application, "site_review", version=3))

    assert room.held(application).application.stage == "site_review"


def test_a_stage_of_an_older_round_is_ignored(room: Room) -> None:
    application, _ = room.submitted()
    request = add("A07")
    room.hear(raised(application, request))
    room.upload(application, "A07", request_id=request.request_id)
    room.submit(application)

    room.hear(advanced(application, "awaiting_publication", version=9))

    assert room.held(application).application.stage == "area_review"


def test_accepted_images_get_their_mark(room: Room) -> None:
    application, images = room.submitted()

    room.hear(advanced(application, "area_review", accepted=(images[0],)), times=2)

    accepted = [i.id for i in room.held(application).images if i.accepted_at is not None]
    assert accepted == [images[0]]


def test_a_result_shows_only_when_published_and_is_pushed_once(room: Room) -> None:
    application, _ = room.submitted()
    room.hear(advanced(application, "awaiting_publication"))
    assert result_of(room, application) == (None, "awaiting_publication")

    message = published(room, application)
    room.hear(message, times=3, copies=2)

    assert result_of(room, application)[0] == "passed"
    (push,) = room.said(m.PushResult)
    assert (push.application_id, push.outcome) == (application, "passed")
    assert len(room.rows("SELECT 1 FROM outbox WHERE type = 'PushResult'")) == 1


def test_requests_after_the_publication_unlock_nothing(room: Room) -> None:
    application, images = room.submitted()
    room.hear(published(room, application))

    room.hear(raised(application, add("A07"), accepted=(images[0],)))

    assert room.held(application).application.state == "published"


def test_what_was_never_submitted_is_published_as_such(room: Room) -> None:
    application = room.candidate()
    room.move_window(ends_in=-61, grace=60)
    room.tick()

    room.hear(published(room, application, outcome="not_submitted"))

    assert result_of(room, application)[0] == "not_submitted"


def test_a_result_that_comes_before_the_end_is_left_out_and_holds_up_nobody(room: Room) -> None:
    open_, (done, _) = room.candidate(), room.submitted()
    early = published(room, open_, outcome="not_submitted")
    both = dc.replace(early, results=early.results + published(room, done).results)

    room.hear(both, copies=2)

    assert result_of(room, open_) == (None, None)
    assert result_of(room, done)[0] == "passed"
    assert [push.application_id for push in room.said(m.PushResult)] == [done]
    (shown,) = room.said(m.ResultsShown)
    assert (shown.batch_id, shown.applications) == (early.batch_id, (done,))


def test_who_got_more_time_is_told_of_her_result_when_it_is_shown(room: Room) -> None:
    application = room.candidate()
    early = published(room, application, outcome="not_submitted")
    room.hear(early)
    assert room.said(m.ResultsShown) == []
    room.move_window(ends_in=-61, grace=60)
    room.tick()

    room.hear(dc.replace(early, batch_id=m.BatchId(uuid.uuid4())), times=2)

    assert [told.applications for told in room.said(m.ResultsShown)] == [(application,)]


def test_a_confirmed_push_is_never_taken_back(room: Room) -> None:
    application, _ = room.submitted()
    room.hear(published(room, application))

    for accepted, status in ((False, 503), (True, 200), (False, 409)):
        room.hear(m.ResultPushed(application_id=application, accepted=accepted, status=status))

    (row,) = room.rows("SELECT accepted_at, status FROM result_push")
    assert row.accepted_at is not None
    assert row.status == 200
    assert [(a.accepted, a.status) for a in room.said(m.ResultAnswered)] == [
        (False, 503),
        (True, 200),
        (False, 409),
    ]


def test_what_was_refused_of_a_batch_is_pushed_again_and_nothing_else(room: Room) -> None:
    refused, taken = room.submitted()[0], room.submitted()[0]
    first, second = published(room, refused), published(room, taken)
    room.hear(first)
    room.hear(dc.replace(second, batch_id=first.batch_id))
    room.hear(m.ResultPushed(application_id=refused, accepted=False, status=404))
    room.hear(m.ResultPushed(application_id=taken, accepted=True, status=200))

    again = m.PushAgain(exam=first.exam, batch_id=first.batch_id, by="zhao")
    room.hear(again, times=2)

    sent = room.rows("SELECT body->>'application_id' AS id FROM outbox WHERE type = 'PushResult'")
    assert sorted(row.id for row in sent) == sorted(map(str, (refused, refused, taken)))
    rows = room.rows("SELECT refused_at, accepted_at FROM result_push ORDER BY number")
    assert [(r.refused_at is None, r.accepted_at is None) for r in rows] == [
        (True, True),
        (True, False),
    ]


def test_the_latest_word_on_a_legal_hold_stands(room: Room) -> None:
    application, _ = room.submitted()
    first, then = now(), now()

    def said(*, held: bool, at: dt.datetime) -> m.LegalHoldSet:
        return m.LegalHoldSet(
            application_id=application, held=held, reason="suspected_false", set_at=at
        )

    room.hear(said(held=False, at=then), times=2)
    room.hear(said(held=True, at=first), copies=2)
    assert not room.held(application).application.is_held

    room.hear(said(held=True, at=now()))

    assert room.held(application).application.is_held


def test_a_message_of_record_appears_once_and_is_read_once(room: Room) -> None:
    application = room.candidate()
    message = m.InAppPosted(
        application_id=application,
        notice_id=m.NoticeId(uuid.uuid4()),
        fact="application_submitted",
        titles={"zh-CN": "已提交", "en": "Submitted"},
        bodies={"zh-CN": "……", "en": "…"},
        posted_at=now(),
    )

    room.hear(message, times=2, copies=2)

    with room.database.transaction() as session:
        assert messages_page(session, application).unread == 1
        assert mark_messages_read(session, application) == 1
        assert mark_messages_read(session, application) == 0
        assert [v.is_read for v in messages_page(session, application).messages] == [True]


def test_a_message_of_the_wrong_shape_is_parked(room: Room) -> None:
    raw = dump(envelope(checked(m.ImageId(uuid.uuid4()))))
    raw["body"]["width"] = "wide"

    room.door.handle(raw)

    (row,) = room.rows("SELECT reason FROM parked")
    assert "wrong shape" in row.reason


def advanced(
    application: m.ApplicationId,
    stage: str,
    *,
    version: int = 2,
    accepted: tuple[m.ImageId, ...] = (),
) -> m.CaseAdvanced:
    return m.CaseAdvanced(
        application_id=application,
        case_id=m.CaseId(uuid.uuid4()),
        round=1,
        case_version=version,
        stage=stage,  # type: ignore[arg-type]  # the tests name the three stages
        accepted=accepted,
    )


def published(
    room: Room, application: m.ApplicationId, *, outcome: m.Outcome = "passed"
) -> m.ResultsPublished:
    number = room.held(application).registration.number
    result = m.PublishedResult(
        application_id=application, registration_number=number, outcome=outcome
    )
    return m.ResultsPublished(
        exam=room.exam.code,
        batch_id=m.BatchId(uuid.uuid4()),
        part=1,
        parts=1,
        published_at=now(),
        results=(result,),
    )


def result_of(room: Room, application: m.ApplicationId) -> tuple[str | None, str | None]:
    with room.database.transaction() as session:
        page = result_page(session, application)
    return page.outcome, page.stage
