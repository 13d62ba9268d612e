"""提交审核 (R15): what is missing, the receipt, one submission, locks."""

import threading

import pytest

from libs.common import messages as m
from libs.common import sealing
from libs.common.errors import Refusal
from services.upload.operations import submission
from services.upload.queries import papers
from tests.integration.upload.room import NAME, Room, checked
from tests.make import id_number


def test_a_submission_is_refused_with_what_is_missing(room: Room) -> None:
    application = room.candidate()
    room.upload(application, "A01")

    with pytest.raises(Refusal, match="not_ready"):
        room.submit(application)
    with room.database.transaction() as session:
        found = submission.readiness(session, application)

    assert ("A01", 1, 2) in [(lack.material, lack.have, lack.need) for lack in found.lacks]


def test_an_empty_application_is_not_handed_in(room: Room) -> None:
    with pytest.raises(Refusal, match="not_ready"):
        room.submit(room.candidate())


def test_a_submission_locks_everything_and_gives_a_receipt(room: Room) -> None:
    application = room.candidate()
    images = room.fill(application)

    done = room.submit(application)

    held = room.held(application)
    assert done.is_new
    assert (held.application.state, held.application.stage) == ("submitted", "site_review")
    assert all(image.locked_at is not None for image in held.images)
    with room.database.transaction() as session:
        page = papers.receipt_page(session, done.receipt_number, application_id=application)
    assert {line.image_id for line in page.images} == set(images)
    assert [line.position for line in page.images if line.material == "A01"] == [1, 2]


def test_nothing_can_be_changed_after_a_submission(room: Room) -> None:
    application, images = room.submitted()

    for change in (
        lambda: room.upload(application, "A01"),
        lambda: room.delete(application, images[0]),
    ):
        with pytest.raises(Refusal, match="locked"):
            change()


def test_a_running_check_never_refuses_a_submission(room: Room) -> None:
    application = room.candidate()
    room.fill(application)

    room.submit(application)

    (told,) = room.said(m.ApplicationSubmitted)
    assert {image.state for image in told.images} == {"checking"}


def test_a_refused_image_is_not_handed_in(room: Room) -> None:
    application = room.candidate()
    room.fill(application)
    optional = next(e.code for e in room.held(application).entries if e.min == 0 and e.max)
    refused = room.upload(application, optional)
    room.hear(checked(refused, refused=True))

    room.submit(application)

    (told,) = room.said(m.ApplicationSubmitted)
    assert refused not in [image.image_id for image in told.images]


def test_an_open_warning_does_not_refuse(room: Room) -> None:
    application = room.candidate()
    for image in room.fill(application):
        room.hear(checked(image, code="blurred"))

    assert room.submit(application).is_new


def test_the_snapshot_says_the_round_and_seals_the_person_for_the_review(room: Room) -> None:
    room.submitted()

    (told,) = room.said(m.ApplicationSubmitted)

    person = sealing.unseal(told.personal, room.review_key)
    assert (person["name"], person["id_number"]) == (NAME, id_number(1))
    assert (told.round, told.masked_name, told.materials[0]) == (1, "样**甲", "A01")
    assert {image.state for image in told.images} == {"checked"}


def test_ten_presses_in_two_tabs_make_one_submission(room: Room) -> None:
    application = room.candidate()
    room.fill(application)
    barrier = threading.Barrier(10)
    receipts: list[str] = []

    def press() -> None:
        barrier.wait()
        receipts.append(room.submit(application).receipt_number)

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(receipts) == 10
    assert len(set(receipts)) == 1
    assert len(room.rows("SELECT 1 FROM submission")) == 1
    assert len(room.said(m.ApplicationSubmitted)) == 1


def test_an_upload_beside_a_submission_is_in_the_receipt_or_refused(room: Room) -> None:
    for _ in range(5):
        application = room.candidate()
        room.fill(application)
        optional = next(e.code for e in room.held(application).entries if e.min == 0 and e.max)
        uploads: list[str] = []

        def upload(
            application: m.ApplicationId = application,
            optional: str = optional,
            uploads: list[str] = uploads,
        ) -> None:
            try:
                uploads.append(str(room.upload(application, optional)))
            except Refusal as refusal:
                assert refusal.code == "locked"  # noqa: PT017 - in a thread of its own

        thread = threading.Thread(target=upload)
        thread.start()
        room.submit(application)
        thread.join()

        (row,) = room.rows(
            "SELECT images FROM submission WHERE application_id = :id", id=application
        )
        handed_in = {image["image_id"] for image in row.images}
        assert set(uploads) <= handed_in


def test_a_receipt_is_found_as_it_was_typed_and_only_by_its_owner(room: Room) -> None:
    application, _ = room.submitted()
    other = room.candidate()
    number = room.rows("SELECT receipt_number FROM submission")[0].receipt_number

    with room.database.transaction() as session:
        typed = papers.receipt_page(session, f" {number.lower().replace('-', ' ')}")
        with pytest.raises(Refusal, match="no_receipt"):
            papers.receipt_page(session, number, application_id=other)
        with pytest.raises(Refusal, match="no_receipt"):
            papers.receipt_page(session, "TJ23-2222-2222-2222")

    assert typed.application_id == application
