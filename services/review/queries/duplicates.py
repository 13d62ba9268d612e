"""Pairs of equal pictures with the two cases that hold them."""

import dataclasses as dc
import datetime as dt
import uuid

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from services.review.models.case import Case, Image
from services.review.models.hearing import Duplicate

PAGE_ROWS = 50


@dc.dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two pictures, and whose it is."""

    image: Image
    case: Case


@dc.dataclass(frozen=True, kw_only=True)
class Pair:
    """Two candidates' pictures that are the same."""

    one: Side
    other: Side
    distance: float
    found_at: dt.datetime
    cleared_at: dt.datetime | None
    words: str


@dc.dataclass(frozen=True, kw_only=True)
class Page:
    """A part of the open pairs, and whether more follow."""

    pairs: list[Pair]
    has_more: bool


def page(session: Session, *, at: int) -> Page:
    """The open pairs, the closest first."""
    query = _pairs().where(Duplicate.cleared_at.is_(None))
    rows = session.execute(
        query.order_by(Duplicate.distance, Duplicate.found_at, Duplicate.image_id)
        .offset(at)
        .limit(PAGE_ROWS + 1)
    )
    found = [_pair(row) for row in rows]
    return Page(pairs=found[:PAGE_ROWS], has_more=len(found) > PAGE_ROWS)


def pair(session: Session, image_id: uuid.UUID, other_image_id: uuid.UUID) -> Pair | None:
    """One pair, if both pictures belong to cases of this area."""
    row = session.execute(
        _pairs().where(Duplicate.image_id == image_id, Duplicate.other_image_id == other_image_id)
    ).one_or_none()
    return None if row is None else _pair(row)


def _pairs() -> Select[Duplicate, Image, Image, Case, Case]:
    one, other = aliased(Image), aliased(Image)
    first, second = aliased(Case), aliased(Case)
    return (
        select(
            Duplicate,
            one,
            other,
            first,
            second,
        )
        .join(one, one.id == Duplicate.image_id)
        .join(other, other.id == Duplicate.other_image_id)
        .join(first, first.id == one.case_id)
        .join(second, second.id == other.case_id)
    )


def _pair(row: Row[Duplicate, Image, Image, Case, Case]) -> Pair:
    duplicate, one, other, first, second = row
    return Pair(
        one=Side(image=one, case=first),
        other=Side(image=other, case=second),
        distance=duplicate.distance,
        found_at=duplicate.found_at,
        cleared_at=duplicate.cleared_at,
        words=duplicate.words,
    )
