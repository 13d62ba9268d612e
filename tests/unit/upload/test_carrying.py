"""Which accepted images of an earlier exam this exam still takes (carry-over)."""

import datetime as dt
import uuid

from libs.common.messages import ImageId
from services.upload.domain.carrying import Former, offered
from services.upload.domain.exam import Carry

ENDS = dt.datetime(2023, 2, 17, tzinfo=dt.UTC)
EXAM_DAY = dt.date(2023, 6, 10)
CARRY = Carry(exams=("last", "before"), max_age_days=400)
DATED = Carry(exams=("last",), max_age_days=400, dated=True)


def former(
    position: int = 1, *, exam: str = "last", age: int = 380, until: dt.date | None = None
) -> Former:
    return Former(
        image_id=ImageId(uuid.UUID(int=position)),
        exam=exam,
        position=position,
        received_at=ENDS - dt.timedelta(days=age),
        valid_until=until,
    )


def taken(carry: Carry, *formers: Former) -> list[int]:
    return [f.position for f in offered(carry, formers, ends_at=ENDS, valid_on=EXAM_DAY)]


def test_accepted_images_are_offered_in_their_old_order() -> None:
    assert taken(CARRY, former(2), former(1)) == [1, 2]


def test_an_image_as_old_as_allowed_is_offered_and_an_older_one_is_not() -> None:
    assert taken(CARRY, former(1, age=400), former(2, age=401)) == [1]


def test_only_the_last_exam_that_has_any_counts() -> None:
    assert taken(CARRY, former(1, exam="before"), former(2)) == [2]
    assert taken(CARRY, former(1, exam="before")) == [1]
    assert taken(CARRY, former(1, exam="another")) == []


def test_what_ends_before_the_exam_is_not_offered_and_what_ends_on_its_day_is() -> None:
    day = dt.timedelta(days=1)

    assert taken(CARRY, former(1, until=EXAM_DAY), former(2, until=EXAM_DAY - day)) == [1]


def test_a_paper_that_expires_needs_a_validity_that_was_read() -> None:
    assert taken(DATED, former(1), former(2)) == []
    assert taken(DATED, former(1), former(2, until=EXAM_DAY)) == [1, 2]


def test_of_a_paper_that_expires_all_sides_are_offered_or_none() -> None:
    yesterday = EXAM_DAY - dt.timedelta(days=1)

    assert taken(DATED, former(1), former(2, until=yesterday)) == []
    assert taken(DATED, former(1, age=401), former(2, until=EXAM_DAY)) == []
