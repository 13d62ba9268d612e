"""The dry run, the answers to a push, and what the registration system says it holds (R24)."""

import datetime as dt
import uuid

import pytest
from flask import Flask

from libs.common import messages as m
from libs.common.errors import Refusal
from services.review.domain.publication import Holding, digest
from services.review.domain.staff import Reviewer, Role
from services.review.operations import publish, reconcile
from services.review.queries import rehearsal
from tests.integration.review import room as r
from tests.integration.review.pages import app, parsed, shelf, visitor
from tests.integration.review.room import Room
from tests.integration.review.test_publication import absent, concluded

__all__ = ["app", "shelf"]
AT = dt.datetime(2023, 3, 2, tzinfo=dt.UTC)


@pytest.fixture
def people(room: Room) -> tuple[Reviewer, Reviewer, Reviewer]:
    return (
        room.person("site", Role.SITE_REVIEWER),
        room.person("lead1", Role.AREA_LEAD),
        room.person("lead2", Role.AREA_LEAD),
    )


def published(room: Room, people: tuple[Reviewer, Reviewer, Reviewer]) -> uuid.UUID:
    _, first, second = people
    batch_id = room.do(publish.propose, "demo", None, first)
    room.do(publish.confirm, batch_id, second)
    assert isinstance(batch_id, uuid.UUID)
    return batch_id


def answered(
    application_id: m.ApplicationId, *, accepted: bool = True, status: int = 200
) -> m.ResultAnswered:
    return m.ResultAnswered(
        application_id=application_id, accepted=accepted, status=status, answered_at=AT
    )


def test_a_dry_run_says_what_would_be_pushed_and_changes_nothing(
    room: Room, people: tuple[Reviewer, Reviewer, Reviewer]
) -> None:
    site, first, _ = people
    submitted, locked = concluded(room, site, first), absent(room)
    case = room.case(submitted)

    run = room.do(rehearsal.rehearse, "demo", None, people[1])

    assert run.counts == {("passed", "new"): 1, ("not_submitted", "new"): 1}
    assert {(x.registration_number, x.outcome, x.before) for x in run.lines} == {
        (submitted.registration_number, "passed", None),
        (locked.registration_number, "not_submitted", None),
    }
    assert room.case(submitted).version == case.version
    assert room.rows("SELECT count(*) FROM batch")[0][0] == 0
    assert room.said(m.ResultsPublished) == []


def test_a_dry_run_tells_the_new_from_the_changed_and_the_same(
    room: Room, people: tuple[Reviewer, Reviewer, Reviewer]
) -> None:
    site, first, _ = people
    late, same = absent(room), absent(room)
    published(room, people)
    room.rows("UPDATE unsubmitted SET published_at = NULL RETURNING 1")
    room.feed(r.submission(r.image(), application_id=late.application_id))
    new = concluded(room, site, first)
    room.rows(
        "UPDATE review_case SET state = 'concluded', outcome = 'passed', concluded_by = :by"
        " WHERE application_id = :id RETURNING 1",
        id=late.application_id,
        by=first.id,
    )

    run = room.do(rehearsal.rehearse, "demo", None, people[1])

    assert run.counts == {
        ("passed", "changed"): 1,
        ("passed", "new"): 1,
        ("not_submitted", "same"): 1,
    }
    assert [line.difference for line in run.lines] == ["changed", "new", "same"]
    assert run.lines[0].before == "not_submitted"
    assert run.lines[1].registration_number == new.registration_number
    assert run.lines[2].registration_number == same.registration_number


def test_a_push_is_reconciled_by_count_and_a_yes_is_never_taken_back(
    room: Room, people: tuple[Reviewer, Reviewer, Reviewer]
) -> None:
    one, two, three = absent(room), absent(room), absent(room)
    batch_id = published(room, people)
    room.feed(
        answered(one.application_id),
        answered(one.application_id, accepted=False, status=409),
        answered(two.application_id, accepted=False, status=404),
    )

    (push,) = room.do(rehearsal.pushed, "demo").values()

    assert (push.sent, push.confirmed, push.refused, push.waiting) == (3, 1, 1, 1)
    assert not push.is_done
    (refused,) = room.do(rehearsal.refused, "demo")[batch_id]
    assert (refused.registration_number, refused.status) == (two.registration_number, 404)

    room.do(reconcile.push_again, batch_id, people[1])
    (said,) = room.said(m.PushAgain)
    assert (said["batch_id"], said["by"]) == (str(batch_id), "lead1")
    with pytest.raises(Refusal, match="nothing_refused"):
        room.do(reconcile.push_again, batch_id, people[1])
    room.feed(answered(two.application_id), answered(three.application_id))

    assert room.do(rehearsal.pushed, "demo")[batch_id].is_done


def test_a_batch_that_is_not_published_is_not_pushed_again(
    room: Room, people: tuple[Reviewer, Reviewer, Reviewer]
) -> None:
    absent(room)
    batch_id = room.do(publish.propose, "demo", None, people[1])

    with pytest.raises(Refusal, match="not_found"):
        room.do(reconcile.push_again, batch_id, people[1])


def test_what_the_other_side_holds_is_compared_by_count_and_hash(
    room: Room, people: tuple[Reviewer, Reviewer, Reviewer], app: Flask
) -> None:
    one, two = absent(room), absent(room)
    published(room, people)
    room.feed(answered(one.application_id), answered(two.application_id))
    client = visitor(app, room, people[1])
    client.post("/publication/demo/held")
    (asked,) = room.said(m.AskResultsHeld)
    numbers = [one.registration_number, two.registration_number]
    check_id = m.CheckId(uuid.UUID(asked["check_id"]))
    held = m.HeldResults(outcome="not_submitted", count=2, digest=digest(numbers))
    told = m.ResultsHeld(check_id=check_id, answered=True, status=200, held=(held,))

    room.feed(told, told)

    assert room.do(rehearsal.confirmed, "demo")["not_submitted"] == Holding(
        count=2, digest=digest(numbers)
    )
    assert parsed(client.get("/publication/demo"), "zh-CN").count("份数和名单一致") == 3
    assert "对账一致" in client.get("/publication/demo").text
    parsed(client.get("/publication/demo/rehearsal?lang=en"), "en")
    assert client.get("/publication/demo/rehearsal?site=nowhere").status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"answered": False, "status": 0}, "对方没有答复"),
        ({"answered": False, "status": 404}, "对方没有提供查询（答复 404）"),
        (
            {"held": (m.HeldResults(outcome="passed", count=2, digest="0" * 64),)},
            "相差 2 份",
        ),
    ],
)
def test_silence_and_difference_are_said_on_the_page(
    room: Room,
    people: tuple[Reviewer, Reviewer, Reviewer],
    app: Flask,
    changes: dict[str, object],
    sentence: str,
) -> None:
    check_id = m.CheckId(room.do(reconcile.ask_held, "demo", people[1]))
    client = visitor(app, room, people[1])
    assert "等待答复；请稍后刷新" in client.get("/publication/demo").text
    values = {"check_id": check_id, "answered": True, "status": 200, "held": ()} | changes

    room.feed(m.ResultsHeld(**values))  # type: ignore[arg-type]

    assert sentence in client.get("/publication/demo").text


def test_open_cases_stand_on_the_page_with_the_way_to_them(
    room: Room, people: tuple[Reviewer, Reviewer, Reviewer], app: Flask
) -> None:
    room.feed(r.submission(), r.submission(site="hexi"))

    page = visitor(app, room, people[1]).get("/publication/demo").text

    assert "2 份未结" in page
    assert 'href="/queues/site?exam=demo"' in page
    assert 'href="/queues/site?exam=demo&amp;site=hexi"' in page
