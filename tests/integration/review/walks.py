"""Short ways through a case."""

import uuid
from typing import Any

from libs.common import messages as m
from services.review.domain.request import Demand, Kind
from services.review.domain.staff import Reviewer
from services.review.operations import claims, decide, judge
from tests.integration.review.room import Room


def version(room: Room, submitted: m.ApplicationSubmitted) -> int:
    return room.case(submitted).version


def take(room: Room, submitted: m.ApplicationSubmitted, by: Reviewer) -> dict[str, Any]:
    """Claim the case; what every deed then needs."""
    case_id = room.case(submitted).id
    room.do(claims.claim, case_id, by)
    return {"case_id": case_id, "by": by, "seen_version": version(room, submitted)}


def replacement(image_id: uuid.UUID, material: str = "A01", **changes: Any) -> Demand:
    values: dict[str, Any] = {
        "kind": Kind.REPLACE,
        "material": material,
        "image_id": image_id,
        "add_count": 0,
        "fact": None,
        "reason": "RE02",
        "words": "",
        "mark": None,
        "due_hours": 48,
    }
    return Demand(**(values | changes))


def accept_all(
    room: Room,
    submitted: m.ApplicationSubmitted,
    by: Reviewer,
    *,
    but: uuid.UUID | None = None,
) -> dict[str, Any]:
    deed = take(room, submitted, by)
    for image in submitted.images:
        if image.image_id != but:
            room.do(judge.accept, image_id=image.image_id, **deed)
    return deed


def ask_for(
    room: Room, submitted: m.ApplicationSubmitted, image_id: uuid.UUID, by: Reviewer
) -> None:
    """Accept all but one image, ask for that one, and send it."""
    deed = accept_all(room, submitted, by, but=image_id)
    room.do(judge.ask_replacement, demand=replacement(image_id), **deed)
    room.do(decide.ask, **deed)
