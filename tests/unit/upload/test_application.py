"""An application's states, its requests' own time, and when it is ready."""

import dataclasses as dc
import datetime as dt
import uuid
from typing import Any

import pytest

from libs.common.messages import ImageId, RequestId
from services.upload.domain.application import (
    TRANSITIONS,
    Event,
    RequestWindow,
    State,
    after,
    free_slots,
    order_is_complete,
)
from services.upload.domain.materials import list_for
from services.upload.domain.readiness import Lack, Readiness, lacks
from tests.unit.upload.profiles import make_facts, tianjin

T0 = dt.datetime(2023, 2, 10, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
WINDOW = RequestWindow(raised_at=T0, due_at=T0 + HOUR, grace=dt.timedelta(seconds=60))


@pytest.mark.parametrize(
    ("state", "event", "next_state"),
    [
        ("open", "submit", "submitted"),
        ("open", "close", "locked"),
        ("locked", "extend", "open"),
        ("submitted", "request", "returned"),
        ("returned", "submit", "submitted"),
        ("returned", "relock", "submitted"),
        ("submitted", "publish", "published"),
        ("open", "publish", None),
        ("open", "request", None),
        ("locked", "submit", None),
        ("submitted", "submit", None),
        ("published", "request", None),
    ],
)
def test_a_transition_is_a_table(state: str, event: str, next_state: str | None) -> None:
    assert after(State(state), Event(event)) == next_state


def test_nothing_follows_publication_and_everything_can_come_to_it() -> None:
    reachable = {State.OPEN}
    for _ in State:
        reachable |= {new for (old, _), new in TRANSITIONS.items() if old in reachable}

    assert reachable == set(State)
    assert all(old is not State.PUBLISHED for old, _ in TRANSITIONS)


@pytest.mark.parametrize(
    ("began", "written", "admitted"),
    [
        (1800, 1801, True),
        (3599, 3659, True),
        (3599, 3660, False),
        (3600, 3601, False),
        (-5, 10, True),
    ],
)
def test_a_request_admits_what_began_before_it_is_due(
    began: int,
    written: int,
    admitted: bool,  # noqa: FBT001 - the table's last column
) -> None:
    moment = (T0 + dt.timedelta(seconds=s) for s in (began, written))

    assert WINDOW.admits(began_at=next(moment), written_at=next(moment)) is admitted


def test_a_request_is_over_at_its_due_time_and_grace() -> None:
    end = T0 + HOUR + WINDOW.grace

    assert not WINDOW.is_over(end - dt.timedelta(microseconds=1))
    assert WINDOW.is_over(end)


def test_slots_are_never_negative() -> None:
    assert [free_slots(allowed=2, kept=kept) for kept in (0, 2, 3)] == [2, 0, 0]


@pytest.mark.parametrize(
    ("wanted", "complete"),
    [("ab", True), ("ba", True), ("a", False), ("aab", False), ("abc", False)],
)
def test_an_order_names_each_image_once(wanted: str, complete: bool) -> None:  # noqa: FBT001
    assert order_is_complete(wanted=wanted, present="ab") is complete


def test_what_is_lacking_is_required_too_few_and_not_absent() -> None:
    entries = list_for(tianjin(), make_facts(unit_kind="clinic"))
    may_be_absent = [entry.code for entry in entries if entry.absence_allowed]

    everything = lacks(entries, counts={}, absent=())
    most = lacks(entries, counts={"A01": 1, "A07": 1}, absent={*may_be_absent, "A01"})

    assert Lack(material="A01", have=0, need=2) in everything
    assert Lack(material="A01", have=1, need=2) in most
    assert not {lack.material for lack in most} & {"A07", *may_be_absent}
    assert may_be_absent


def test_only_what_is_missing_keeps_from_being_ready() -> None:
    image, request = ImageId(uuid.uuid4()), RequestId(uuid.uuid4())
    good = Readiness(
        lacks=(),
        unanswered=(),
        is_empty=False,
        warnings=((image, "blurred"),),
        checking=3,
        refused=(image,),
    )
    gaps: tuple[dict[str, Any], ...] = (
        {"lacks": (Lack(material="A01", have=0, need=2),)},
        {"unanswered": (request,)},
        {"is_empty": True},
    )

    assert good.is_ready
    for gap in gaps:
        assert not dc.replace(good, **gap).is_ready
