"""A share of the conclusions is read again, blind; nothing of it changes an outcome by itself."""

import uuid
from typing import Any

import pytest
from flask import Flask

from libs.common import messages as m
from libs.common.errors import Refusal
from services.review.domain.case import Outcome, Recommendation
from services.review.domain.judging import Choice
from services.review.domain.second import Judgement, Settlement
from services.review.domain.staff import Reviewer, Role
from services.review.operations import decide, publish, second
from services.review.queries import filters, queues, seconds
from services.review.queries.filters import Filters, Queue
from tests.integration.review import room as r
from tests.integration.review.pages import app, parsed, shelf, visitor
from tests.integration.review.room import Room
from tests.integration.review.walks import accept_all, take, version

__all__ = ["app", "shelf"]
ALL = {"second_reading_percent": 100}
ACCEPTED = Judgement(choice=Choice.ACCEPT)


def asked(reason: str) -> Judgement:
    return Judgement(choice=Choice.ASK, reason=reason)


@pytest.fixture
def everyone_is_drawn(room: Room) -> Room:
    settings = {"request_due_hours": 48, "damage_due_hours": 48, "claim_minutes": 20}
    room.feed(r.exam(settings=settings | ALL))
    return room


@pytest.fixture
def people(everyone_is_drawn: Room) -> dict[str, Reviewer]:
    room = everyone_is_drawn
    return {
        "site": room.person("site", Role.SITE_REVIEWER),
        "area": room.person("area", Role.AREA_REVIEWER),
        "other": room.person("other", Role.AREA_REVIEWER),
        "lead": room.person("lead", Role.AREA_LEAD),
    }


def concluded(room: Room, people: dict[str, Reviewer], **changes: Any) -> m.ApplicationSubmitted:
    submitted = r.submission(r.image("A01", 1), r.image("B01", 1), **changes)
    room.feed(submitted)
    deed = accept_all(room, submitted, people["site"])
    room.do(decide.forward, recommendation=Recommendation.PASS, words="考点的话", **deed)
    deed = take(room, submitted, people["area"])
    room.do(decide.conclude, outcome=Outcome.PASSED, words="", **deed)
    return submitted


def read(
    room: Room, submitted: m.ApplicationSubmitted, by: Reviewer, *, asks: bool = False
) -> uuid.UUID:
    reading_id = room.do(second.claim_next, by)
    assert isinstance(reading_id, uuid.UUID)
    for number, image in enumerate(submitted.images):
        said = asked("RE02") if asks and not number else ACCEPTED
        room.do(second.judge, reading_id, image.image_id, said, by)
    room.do(second.finish, reading_id, by, eligible=True, words="")
    return reading_id


def test_no_conclusion_is_drawn_when_the_exam_wants_none(room: Room) -> None:
    room.feed(r.exam(settings={"second_reading_percent": 0}))
    people = {n: room.person(n, role) for n, role in _ROLES.items()}
    concluded(room, people)

    assert room.rows("SELECT count(*) FROM second_reading")[0][0] == 0


_ROLES = {"site": Role.SITE_REVIEWER, "area": Role.AREA_REVIEWER}


def test_the_key_of_the_draw_survives_a_new_version_of_the_pack(room: Room) -> None:
    before = room.rows("SELECT draw_key FROM exam")
    room.feed(r.exam(pack_version="2"))

    assert room.rows("SELECT draw_key FROM exam") == before
    assert len(bytes(before[0].draw_key)) == 32


def test_who_had_a_part_or_looked_gets_another_case(
    everyone_is_drawn: Room, people: dict[str, Reviewer], app: Flask
) -> None:
    room = everyone_is_drawn
    submitted = concluded(room, people)
    assert visitor(app, room, people["lead"]).get(f"/cases/{room.case(submitted).id}").status_code

    assert room.do(second.claim_next, people["site"]) is None, "the site reads no conclusion again"
    assert room.do(second.claim_next, people["area"]) is None, "she concluded it"
    assert room.do(second.claim_next, people["lead"]) is None, "she looked at it"
    taken = room.do(second.claim_next, people["other"])
    assert taken is not None
    assert room.do(second.claim_next, people["other"]) == taken, "her own first"
    assert room.do(queues.counts, people["area"])[Queue.SAMPLE] == 0


def test_a_reading_that_agrees_is_counted_and_goes_to_nobody(
    everyone_is_drawn: Room, people: dict[str, Reviewer]
) -> None:
    room = everyone_is_drawn
    submitted = concluded(room, people)
    before = room.case(submitted)

    read(room, submitted, people["other"])

    (row,) = room.rows("SELECT * FROM second_reading")
    assert (row.state, row.ending, row.agrees) == ("read", "passed", True)
    after = room.case(submitted)
    assert (after.state, after.outcome, after.version) == ("concluded", "passed", before.version)
    assert room.rows("SELECT count(*) FROM verdict")[0][0] == 2, "hers are kept apart"
    assert room.do(queues.counts, people["lead"])[Queue.DISAGREED] == 0
    (line,) = room.do(seconds.seconds, people["lead"])
    assert (line.drawn, line.read, line.passed, line.disagree) == (1, 1, 1, 0)


def test_a_disagreement_goes_to_the_lead_and_changes_nothing_by_itself(
    everyone_is_drawn: Room, people: dict[str, Reviewer], app: Flask
) -> None:
    room = everyone_is_drawn
    submitted = concluded(room, people)
    reading_id = read(room, submitted, people["other"], asks=True)
    case = room.case(submitted)
    assert (case.state, case.outcome) == ("concluded", "passed")
    assert room.do(queues.counts, people["lead"])[Queue.DISAGREED] == 1
    page = room.do(queues.page, people["lead"], Queue.DISAGREED, Filters())
    assert [row.case_id for row in page.rows] == [case.id]

    seen = visitor(app, room, people["lead"]).get(f"/second/cases/{case.id}")

    text = parsed(seen, "zh-CN")
    assert "样例·area" in text
    assert "样例·other" in text
    assert "反光遮挡内容" in text
    (line,) = room.do(seconds.reason_differences, people["lead"])
    assert (line.reason, line.area, line.second_asks, line.second_accepts) == ("RE02", 0, 1, 0)
    (numbers,) = room.do(seconds.seconds, people["lead"])
    assert (numbers.ask, numbers.disagree) == (1, 1)
    assert room.do(seconds.seconds, people["site"]) == []

    settled = {"reading_id": reading_id, "by": people["lead"], "words": "确有反光"}
    room.do(
        second.settle,
        settlement=Settlement.REOPENED,
        seen_version=version(room, submitted),
        **settled,
    )
    assert room.case(submitted).state == "area_review"
    with pytest.raises(Refusal, match="not_found"):
        room.do(second.settle, settlement=Settlement.KEPT, seen_version=0, **settled)


def test_the_lead_may_let_the_conclusion_stand(
    everyone_is_drawn: Room, people: dict[str, Reviewer]
) -> None:
    room = everyone_is_drawn
    submitted = concluded(room, people)
    reading_id = read(room, submitted, people["other"], asks=True)
    room.do(publish.confirm, room.do(publish.propose, "demo", None, people["lead"]), _lead(room))
    said = {"by": people["lead"], "words": "可以辨认", "seen_version": 0}
    with pytest.raises(Refusal, match="case_moved"):
        room.do(second.settle, reading_id, Settlement.REOPENED, **said)
    with pytest.raises(Refusal, match="wrong_state"):
        room.do(
            second.settle,
            reading_id,
            Settlement.REOPENED,
            **(said | {"seen_version": version(room, submitted)}),
        )

    room.do(second.settle, reading_id, Settlement.KEPT, **said)

    assert room.case(submitted).outcome == "passed"
    assert room.do(queues.counts, people["lead"])[Queue.DISAGREED] == 0
    actions = room.rows("SELECT action FROM audit WHERE action LIKE 'second.%' ORDER BY id")
    assert [a.action for a in actions] == [
        "second.drawn",
        "second.taken",
        "second.read",
        "second.kept",
    ]


def _lead(room: Room) -> Reviewer:
    return room.person("lead2", Role.AREA_LEAD)


def test_a_conclusion_that_is_taken_back_is_not_read_again(
    everyone_is_drawn: Room, people: dict[str, Reviewer]
) -> None:
    room = everyone_is_drawn
    submitted = concluded(room, people)
    case_id = room.case(submitted).id
    seen = version(room, submitted)
    room.do(decide.reopen, case_id, "再看", people["lead"], seen_version=seen)
    assert room.do(second.claim_next, people["other"]) is None

    deed = take(room, submitted, people["lead"])
    room.do(decide.conclude, outcome=Outcome.NOT_PASSED, words="不符", **deed)

    rows = room.rows("SELECT state, outcome FROM second_reading ORDER BY drawn_at")
    assert [tuple(row) for row in rows] == [("void", "passed"), ("waiting", "not_passed")]


def test_a_lease_that_ran_out_gives_the_reading_to_another_without_what_was_judged(
    everyone_is_drawn: Room, people: dict[str, Reviewer]
) -> None:
    room = everyone_is_drawn
    submitted = concluded(room, people)
    reading_id = room.do(second.claim_next, people["other"])
    image = submitted.images[0].image_id
    room.do(second.judge, reading_id, image, ACCEPTED, people["other"])
    room.rows("UPDATE second_reading SET expires_at = clock_timestamp() RETURNING 1")

    assert room.do(second.claim_next, people["lead"]) == reading_id

    assert room.rows("SELECT count(*) FROM second_verdict")[0][0] == 0
    with pytest.raises(Refusal, match="not_found"):
        room.do(second.judge, reading_id, image, ACCEPTED, people["other"])
    room.do(second.give_back, reading_id, people["lead"])
    assert room.do(queues.counts, people["other"])[Queue.SAMPLE] == 1


def test_verdicts_are_on_images_of_the_case_and_with_reasons_of_the_exam(
    everyone_is_drawn: Room, people: dict[str, Reviewer]
) -> None:
    room = everyone_is_drawn
    submitted = concluded(room, people)
    reading_id, by = room.do(second.claim_next, people["other"]), people["other"]
    image = submitted.images[0].image_id

    for reason in ("", "XX99", "AD01"):
        with pytest.raises(Refusal, match="unknown_reason"):
            room.do(second.judge, reading_id, image, asked(reason), by)
    with pytest.raises(Refusal, match="not_found"):
        room.do(second.judge, reading_id, uuid.uuid4(), ACCEPTED, by)
    with pytest.raises(Refusal, match="images_open"):
        room.do(second.finish, reading_id, by, eligible=True, words="")


def test_the_reader_sees_papers_and_facts_and_nothing_of_the_past(
    everyone_is_drawn: Room, people: dict[str, Reviewer], app: Flask
) -> None:
    room = everyone_is_drawn
    first = r.submission(r.image("A01", 1), r.image("B01", 1))
    room.feed(first)
    deed = accept_all(room, first, people["site"])
    room.do(decide.forward, recommendation=Recommendation.NOT_ELIGIBLE, words="考点的话", **deed)
    deed = take(room, first, people["area"])
    room.do(decide.conclude, outcome=Outcome.NOT_PASSED, words="考区的话", **deed)
    case = room.case(first)
    client = visitor(app, room, people["other"])

    taken = client.post("/second/claim-next")

    page = parsed(client.get(taken.headers["Location"]), "zh-CN")
    assert "样例·李文清" in page
    for past in ("考点的话", "考区的话", "样例·site", "样例·area", "审核不通过", "考点建议"):
        assert past not in page
    assert 'data-verdict=""' in page
    for closed in ("", "/conclusion", "/preview"):
        answer = client.get(f"/cases/{case.id}{closed}")
        assert answer.headers.get("Location") == taken.headers["Location"], closed
    assert "审核不通过" not in parsed(client.get("/queues/concluded"), "zh-CN")
    for file in ("cases", "decisions"):
        form = {"queue": "concluded", "format": "csv"}
        text = client.post(f"/statistics/{file}", data=form).data.decode()
        for past in ("not_passed", "not_eligible", "考点的话", "考区的话"):
            assert past not in text, file
    assert case.registration_number not in client.get("/publication/demo/rehearsal").text
    (row,) = room.do(queues.page, people["other"], Queue.SAMPLE, Filters()).rows
    assert (row.case_id, row.registration_number, row.masked_name) == (None, "", "")

    reading = taken.headers["Location"]
    for image in first.images:
        client.post(f"{reading}/images/{image.image_id}", data={"choice": "accept"})
    done = client.post(reading, data={"ending": "not_passed", "words": "不符合报考条件"})

    assert done.headers["Location"] == "/queues/sample"
    assert room.rows("SELECT agrees FROM second_reading")[0].agrees is True
    assert client.get(f"/cases/{case.id}").status_code == 200, "now it is open to her again"


def test_queues_of_the_second_reading_are_offered_to_whom_they_concern(
    everyone_is_drawn: Room, people: dict[str, Reviewer]
) -> None:
    auditor = everyone_is_drawn.person("auditor", Role.AUDITOR)
    shown = {
        who.name[3:]: {Queue.SAMPLE, Queue.DISAGREED} & set(filters.offered(who))
        for who in (*people.values(), auditor)
    }

    assert shown == {
        "site": set(),
        "area": {Queue.SAMPLE},
        "other": {Queue.SAMPLE},
        "lead": {Queue.SAMPLE, Queue.DISAGREED},
        "auditor": {Queue.SAMPLE, Queue.DISAGREED},
    }
