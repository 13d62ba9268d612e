"""Two persons publish; nothing leaves before, nothing twice (R24)."""

import dataclasses as dc
import datetime as dt

import pytest

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from services.review.domain.case import Outcome, Recommendation
from services.review.domain.staff import Reviewer, Role
from services.review.operations import decide, publish
from tests.integration.review import room as r
from tests.integration.review.room import Room
from tests.integration.review.walks import accept_all, take, version


def concluded(room: Room, site: Reviewer, area: Reviewer) -> m.ApplicationSubmitted:
    submitted = r.submission(r.image())
    room.feed(submitted)
    deed = accept_all(room, submitted, site)
    room.do(decide.forward, recommendation=Recommendation.PASS, words="", **deed)
    room.do(decide.conclude, outcome=Outcome.PASSED, words="", **take(room, submitted, area))
    return submitted


def absent(room: Room) -> m.ApplicationLocked:
    submitted = r.submission()
    locked = m.ApplicationLocked(
        application_id=submitted.application_id,
        exam="demo",
        site="heping",
        registration_number=submitted.registration_number,
        masked_name="样**",
        locked_at=r.SUBMITTED_AT,
    )
    room.feed(locked)
    return locked


@pytest.fixture
def people(room: Room) -> tuple[Reviewer, Reviewer, Reviewer]:
    return (
        room.person("site", Role.SITE_REVIEWER),
        room.person("lead1", Role.AREA_LEAD),
        room.person("lead2", Role.AREA_LEAD),
    )


def test_two_persons_publish_everything_once(
    room: Room, people: tuple[Reviewer, Reviewer, Reviewer]
) -> None:
    site, first, second = people
    submitted, locked = concluded(room, site, first), absent(room)
    batch_id = room.do(publish.propose, "demo", None, first)
    assert room.said(m.ResultsPublished) == []

    with pytest.raises(Refusal, match="same_person"):
        room.do(publish.confirm, batch_id, first)
    assert room.case(submitted).state == "concluded"
    room.do(publish.confirm, batch_id, second)
    with pytest.raises(Refusal, match="not_found"):
        room.do(publish.confirm, batch_id, second)

    (said,) = room.said(m.ResultsPublished)
    assert {p["registration_number"]: p["outcome"] for p in said["results"]} == {
        submitted.registration_number: "passed",
        locked.registration_number: "not_submitted",
    }
    assert (said["part"], said["parts"]) == (1, 1)
    assert room.case(submitted).state == "published"
    with pytest.raises(Refusal, match="nothing_to_publish"):
        room.do(publish.propose, "demo", None, first)


def test_an_open_case_stops_the_exam_but_not_another_site(
    room: Room, people: tuple[Reviewer, Reviewer, Reviewer]
) -> None:
    site, first, second = people
    concluded(room, site, first)
    room.feed(r.submission(site="hexi"))

    with pytest.raises(Refusal, match="cases_open") as refused:
        room.do(publish.propose, "demo", None, first)
    assert refused.value.params == {"count": 1}
    room.do(publish.confirm, room.do(publish.propose, "demo", "heping", first), second)

    assert len(room.said(m.ResultsPublished)) == 1


def test_a_result_that_changed_after_the_proposal_is_not_confirmed(
    room: Room, people: tuple[Reviewer, Reviewer, Reviewer]
) -> None:
    site, first, second = people
    submitted = concluded(room, site, first)
    batch_id = room.do(publish.propose, "demo", None, first)
    with pytest.raises(Refusal, match="already_proposed"):
        room.do(publish.propose, "demo", None, second)
    case_id = room.case(submitted).id
    seen = version(room, submitted)
    room.do(decide.reopen, case_id, "再看", first, seen_version=seen)
    with pytest.raises(Refusal, match="cases_open"):
        room.do(publish.confirm, batch_id, second)
    room.do(
        decide.conclude, outcome=Outcome.NOT_PASSED, words="不符", **take(room, submitted, first)
    )

    with pytest.raises(Refusal, match="batch_changed"):
        room.do(publish.confirm, batch_id, second)
    assert room.case(submitted).state == "concluded"
    room.do(publish.withdraw, batch_id, second)
    again = room.do(publish.propose, "demo", None, second)
    room.do(publish.confirm, again, first)

    assert room.said(m.ResultsPublished)[0]["results"][0]["outcome"] == "not_passed"


def test_whoever_got_an_extension_is_not_published_as_absent(
    room: Room, people: tuple[Reviewer, Reviewer, Reviewer]
) -> None:
    site, first, _ = people
    concluded(room, site, first)
    locked = absent(room)
    extended = m.WindowExtended(
        exam="demo",
        site=None,
        applications=(locked.application_id,),
        ends_at=r.SUBMITTED_AT.replace(day=20),
        reason="医院证明",
    )
    room.feed(extended, extended)

    assert room.do(publish.readiness, "demo", None).not_submitted == 0


def test_who_is_locked_again_after_the_publication_is_published_anew(
    room: Room, people: tuple[Reviewer, Reviewer, Reviewer]
) -> None:
    _, first, second = people
    locked = absent(room)
    room.do(publish.confirm, room.do(publish.propose, "demo", None, first), second)
    room.feed(locked)
    assert room.do(publish.readiness, "demo", None).not_submitted == 0

    room.feed(dc.replace(locked, locked_at=now() + dt.timedelta(days=1)))

    assert room.do(publish.readiness, "demo", None).not_submitted == 1


def test_many_results_leave_in_parts(
    room: Room, people: tuple[Reviewer, Reviewer, Reviewer]
) -> None:
    _, first, second = people
    for _ in range(3):
        absent(room)
    room.rows(
        "INSERT INTO unsubmitted SELECT gen_random_uuid(), 'demo', 'hexi', 'N-' || n, '样*', now()"
        " FROM generate_series(1, 298) n RETURNING 1"
    )

    room.do(publish.confirm, room.do(publish.propose, "demo", None, first), second)

    said = room.said(m.ResultsPublished)
    assert sorted((s["part"], s["parts"], len(s["results"])) for s in said) == [
        (1, 2, 200),
        (2, 2, 101),
    ]
