"""What the room hears: each message twice, at once, and out of order."""

import contextlib
import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from libs.common import messages as m
from libs.common.sealing import new_key_pair, seal
from services.review.domain.case import Outcome, Recommendation
from services.review.domain.staff import Role
from services.review.operations import claims, decide, rounds
from tests.integration.review import room as r
from tests.integration.review.room import PERSON, Room
from tests.integration.review.walks import accept_all, ask_for, version


def test_a_submission_opens_one_case_however_often_it_arrives(room: Room) -> None:
    submitted = r.submission()
    raw = r.envelope(submitted)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(room.door.handle, [raw, raw, r.envelope(submitted), r.envelope(submitted)]))

    case = room.case(submitted)
    assert (case.state, case.round) == ("site_review", 1)
    assert room.rows("SELECT count(*) FROM image")[0][0] == 3
    assert [s["stage"] for s in room.said(m.CaseAdvanced)] == ["site_review"]


def test_personal_facts_are_kept_encrypted_and_open_again(room: Room) -> None:
    submitted = r.submission()

    room.feed(submitted)

    case = room.case(submitted)
    assert room.vault.person(case.personal, case_id=case.id) == PERSON
    for table in ("outbox", "review_case", "audit", "inbox", "image"):
        dumped = str(room.rows(f"SELECT t::text FROM {table} t"))  # noqa: S608
        for value in ("李文清", "120000199704180009", "13900000001", "天津市样例医院"):
            assert value not in dumped


def test_a_message_sealed_for_another_room_is_parked(room: Room) -> None:
    _, foreign = new_key_pair()

    room.feed(r.submission(personal=seal(PERSON, foreign)))

    assert room.rows("SELECT count(*) FROM review_case")[0][0] == 0
    assert "sealed for another room" in room.rows("SELECT reason FROM parked")[0].reason


def test_a_late_check_brings_renditions(room: Room) -> None:
    waiting = r.image(state="checking", view_key=None, grid_key=None)
    submitted = r.submission(waiting)
    checked = _checked(submitted, waiting, refused=False)

    room.feed(submitted, checked, checked)

    row = room.rows("SELECT state, view_key FROM image")[0]
    assert (row.state, row.view_key) == ("checked", "late/view.jpg")


def test_a_late_check_that_comes_before_its_submission_waits_for_it(room: Room) -> None:
    waiting = r.image(state="checking", view_key=None, grid_key=None)
    submitted = r.submission(waiting)

    room.feed(_checked(submitted, waiting, refused=False))
    room.feed(submitted)

    assert room.rows("SELECT state FROM image")[0].state == "checked"
    assert room.rows("SELECT count(*) FROM early_check")[0][0] == 0


@pytest.mark.parametrize("early", [True, False])
def test_late_found_damage_raises_its_request_by_itself_once(room: Room, *, early: bool) -> None:
    waiting = r.image(state="checking", view_key=None, grid_key=None)
    submitted = r.submission(waiting, r.image("B01"))
    refused = _checked(submitted, waiting, refused=True)
    room.feed(*([refused, submitted, refused] if early else [submitted, refused, refused]))

    (said,) = room.said(m.RequestsRaised)
    assert said["requests"][0]["image_id"] == str(waiting.image_id)
    assert (said["requests"][0]["kind"], said["requests"][0]["reason"]) == ("REPLACE", "too_small")
    case = room.case(submitted)
    assert (case.state, case.resumes_at) == ("waiting", "site")

    room.feed(r.next_round(submitted, [r.image(replaces=waiting.image_id), r.image("B01")]))

    assert room.case(submitted).state == "site_review"  # no level is skipped


def test_an_answer_to_a_reviewers_request_goes_to_the_area_once(room: Room) -> None:
    submitted, old = _asked(room)
    new = r.image("A01", 2, replaces=old)
    again = r.next_round(submitted, [*submitted.images[:1], new, *submitted.images[2:]])

    room.feed(again, again, submitted)

    case = room.case(submitted)
    assert (case.state, case.round) == ("area_review", 2)
    stages = [(s["round"], s["stage"]) for s in room.said(m.CaseAdvanced)]
    assert stages == [(1, "site_review"), (2, "area_review")]
    current = room.rows("SELECT id FROM image WHERE is_current ORDER BY position, material")
    assert old not in {row.id for row in current}
    assert new.image_id in {row.id for row in current}


def test_the_first_round_arriving_after_the_second_adds_only_the_older_image(room: Room) -> None:
    first = r.submission()
    old = first.images[1]
    new = r.image("A01", 2, replaces=old.image_id)
    second = r.next_round(first, [first.images[0], new, first.images[2]])

    room.feed(second, first)

    case = room.case(first)
    assert (case.state, case.round) == ("area_review", 2)
    current = {row.id for row in room.rows("SELECT id FROM image WHERE is_current")}
    assert current == {i.image_id for i in second.images}
    assert room.rows("SELECT count(*) FROM image")[0][0] == 4


def test_overdue_requests_bring_the_case_to_the_area_knowing_so(room: Room) -> None:
    submitted, _ = _asked(room)
    ids = tuple(row.id for row in room.rows("SELECT id FROM request WHERE standing = 'open'"))
    overdue = m.RequestsOverdue(
        application_id=submitted.application_id, requests=ids, overdue_at=r.SUBMITTED_AT
    )

    room.feed(overdue, overdue)

    case = room.case(submitted)
    assert (case.state, case.has_overdue) == ("area_review", True)
    assert [s["stage"] for s in room.said(m.CaseAdvanced)] == ["site_review", "area_review"]


def test_overdue_heard_after_the_round_without_an_answer_is_known_all_the_same(room: Room) -> None:
    submitted, old = _asked(room)
    ids = tuple(row.id for row in room.rows("SELECT id FROM request"))
    answer = r.next_round(submitted, [*submitted.images[:1], r.image(replaces=old)])

    room.feed(answer)
    room.feed(
        m.RequestsOverdue(
            application_id=submitted.application_id, requests=ids, overdue_at=r.SUBMITTED_AT
        )
    )

    case = room.case(submitted)
    assert (case.state, case.round, case.has_overdue) == ("area_review", 2, True)
    assert [row.standing for row in room.rows("SELECT standing FROM request")] == ["overdue"]


def test_who_was_locked_without_submitting_is_listed_until_a_submission_comes(room: Room) -> None:
    submitted = r.submission()
    locked = _locked(submitted)

    room.feed(locked, locked)
    assert room.rows("SELECT count(*) FROM unsubmitted")[0][0] == 1
    room.feed(submitted)
    room.feed(locked)

    assert room.rows("SELECT count(*) FROM unsubmitted")[0][0] == 0


def test_a_newer_pack_replaces_the_older_one(room: Room) -> None:
    room.feed(r.exam(pack_version="2"))

    assert room.rows("SELECT pack_version FROM exam")[0].pack_version == "2"


def test_an_older_word_on_an_exam_that_comes_late_overwrites_nothing(room: Room) -> None:
    older = r.exam(pack_version="2+a", loaded_at=r.SUBMITTED_AT)
    newer = r.exam(
        pack_version="2+b", loaded_at=r.SUBMITTED_AT + dt.timedelta(seconds=1), settings={}
    )

    room.feed(newer, older)

    row = room.rows("SELECT pack_version, settings FROM exam WHERE code = 'demo'")[0]
    assert (row.pack_version, row.settings) == ("2+b", {})


def test_a_tick_ends_claims_that_have_run_out(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    site = room.person("site", Role.SITE_REVIEWER)
    room.do(claims.claim, room.case(submitted).id, site)
    room.rows("UPDATE claim SET expires_at = clock_timestamp() - interval '1 s' RETURNING 1")

    room.feed(m.DeadlineTick(now=r.SUBMITTED_AT))
    room.feed(m.DeadlineTick(now=r.SUBMITTED_AT))

    assert room.rows("SELECT count(*) FROM claim")[0][0] == 0


def test_a_round_after_publication_is_refused_and_recorded(room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    site, area = room.person("site", Role.SITE_REVIEWER), room.person("area", Role.AREA_REVIEWER)
    accept_all(room, submitted, site)
    case_id = room.case(submitted).id
    seen = version(room, submitted)
    room.do(decide.forward, case_id, Recommendation.PASS, "", site, seen_version=seen)
    room.do(claims.claim, case_id, area)
    room.do(
        decide.conclude, case_id, Outcome.PASSED, "", area, seen_version=version(room, submitted)
    )
    room.rows("UPDATE review_case SET state = 'published' RETURNING 1")

    room.feed(r.next_round(submitted, [r.image()]))

    assert room.case(submitted).round == 1
    assert room.rows("SELECT count(*) FROM parked")[0][0] == 0


def test_a_check_that_ends_while_the_case_is_being_opened_is_not_lost(room: Room) -> None:
    image = r.image(state="checking", view_key=None, grid_key=None)
    submitted = r.submission(image)
    check = _checked(submitted, image, refused=False)
    with ThreadPoolExecutor(1) as pool:
        with room.database.transaction() as session:
            rounds.receive_round(session, submitted, vault=room.vault)
            heard = pool.submit(room.feed, check)
            with contextlib.suppress(TimeoutError):
                heard.result(timeout=0.5)
        heard.result(timeout=10)

    ((state, view_key),) = room.rows("SELECT state, view_key FROM image")
    assert (state, view_key) == ("checked", "late/view.jpg")
    assert room.rows("SELECT 1 FROM early_check") == []


def _checked(
    submitted: m.ApplicationSubmitted, image: m.SubmittedImage, *, refused: bool
) -> m.SubmittedImageChecked:
    return m.SubmittedImageChecked(
        application_id=submitted.application_id,
        image_id=image.image_id,
        refused=refused,
        width=0 if refused else 1500,
        height=0 if refused else 1000,
        view_key=None if refused else "late/view.jpg",
        grid_key=None if refused else "late/grid.jpg",
        findings=(m.Finding(code="too_small", severity="refuse", measured=9, threshold=300),)
        if refused
        else (),
    )


def _locked(submitted: m.ApplicationSubmitted) -> m.ApplicationLocked:
    return m.ApplicationLocked(
        application_id=submitted.application_id,
        exam=submitted.exam,
        site=submitted.site,
        registration_number=submitted.registration_number,
        masked_name=submitted.masked_name,
        locked_at=r.SUBMITTED_AT,
    )


def _asked(room: Room) -> tuple[m.ApplicationSubmitted, uuid.UUID]:
    """A case whose site asked to replace the second image."""
    submitted = r.submission()
    room.feed(submitted)
    site = room.person("site", Role.SITE_REVIEWER)
    old = submitted.images[1].image_id
    ask_for(room, submitted, old, site)
    return submitted, old
