"""Is what was sent of the right shape? What is wrong here is no rule's business: 400."""

import dataclasses as dc
import uuid
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from services.review.domain.judging import Choice
from services.review.domain.request import Demand, Kind, Mark

MAX_SEARCH = 60
MAX_TEXT = 2000
MAX_TICKED = 200
E = TypeVar("E", bound=StrEnum)
Fields = MultiDict[str, str]


class Decision(StrEnum):
    """What the conclusion's buttons send."""

    ASK = "ask"
    FORWARD_PASS = "forward_pass"  # noqa: S105 - a decision, no password
    FORWARD_NOT_ELIGIBLE = "forward_not_eligible"
    CONCLUDE_PASSED = "conclude_passed"
    CONCLUDE_NOT_PASSED = "conclude_not_passed"
    SEND_BACK = "send_back"


@dc.dataclass(frozen=True, kw_only=True)
class Judgement:
    """A verdict form: accept, or a demand for a replacement."""

    choice: Choice
    demand: Demand | None


def text(fields: Fields, name: str, *, most: int = MAX_TEXT) -> str:
    """A field's words, trimmed. Too long for any honest form is a bad request."""
    value = fields.get(name, "").strip()
    if len(value) > most or "\0" in value:
        raise BadRequest
    return value


def number(fields: Fields, name: str, *, default: int | None = None) -> int:
    """A whole number."""
    value = fields.get(name, "")
    if not value and default is not None:
        return default
    if not value.isascii() or not value.isdigit() or len(value) > 9:  # noqa: PLR2004 - fits int4
        raise BadRequest
    return int(value)


def one_of(kind: type[E], value: str | None) -> E:
    """A member of the enumeration."""
    try:
        return kind(value or "")
    except ValueError:
        raise BadRequest from None


def optional_id(value: str | None) -> uuid.UUID | None:
    """An id, or None where the field is empty."""
    if not value:
        return None
    try:
        return uuid.UUID(value)
    except ValueError:
        raise BadRequest from None


def ids(fields: Fields, name: str) -> list[uuid.UUID]:
    """All ids that stand under this name."""
    found = [optional_id(value) for value in fields.getlist(name)[:MAX_TICKED]]
    return [value for value in found if value is not None]


def seen_version(fields: Fields) -> int:
    """Which state of the case the reviewer looked at."""
    return number(fields, "version")


def judgement(fields: Fields, *, image_id: uuid.UUID, material: str, due_hours: int) -> Judgement:
    """The verdict on one image; `due_hours` is the exam's default."""
    choice = one_of(Choice, fields.get("choice"))
    if choice is Choice.ACCEPT:
        return Judgement(choice=choice, demand=None)
    demand = Demand(
        kind=Kind.REPLACE,
        material=material,
        image_id=image_id,
        add_count=0,
        fact=None,
        reason=text(fields, "reason", most=40),
        words=text(fields, "words"),
        mark=_mark(fields.get("mark", "")),
        due_hours=number(fields, "due_hours", default=due_hours),
    )
    return Judgement(choice=choice, demand=demand)


def demand(fields: Fields, *, due_hours: int) -> Demand:
    """An ADD or FIX request."""
    kind = one_of(Kind, fields.get("kind"))
    if kind is Kind.REPLACE:
        raise BadRequest
    is_add = kind is Kind.ADD
    return Demand(
        kind=kind,
        material=text(fields, "material", most=40) or None if is_add else None,
        image_id=None,
        add_count=number(fields, "add_count", default=1) if is_add else 0,
        fact=None if is_add else text(fields, "fact", most=60) or None,
        reason=text(fields, "reason", most=40),
        words=text(fields, "words"),
        mark=None,
        due_hours=number(fields, "due_hours", default=due_hours),
    )


def _mark(value: str) -> Mark | None:
    """`left,top,width,height` as shares, as the stage writes it; empty means none."""
    if not value:
        return None
    try:
        left, top, width, height = (round(float(part), 4) for part in value.split(","))
    except ValueError:
        raise BadRequest from None
    return Mark(left, top, width, height)
