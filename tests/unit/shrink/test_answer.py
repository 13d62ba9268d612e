"""ShrinkImage in, ImageShrunk out; ClearShrink in, ShrinkCleared out; a store in memory."""

import hashlib
import io
import uuid
from typing import cast

import pytest

from libs.common.messages import ClearShrink, ImageId, ShrinkCleared, ShrinkImage
from libs.common.storage import ObjectMissing, Storage
from tests import pictures as p
from workers.shrink.answer import SHRINKER, WrongBytes, clear, key_of, shrink


class Shelf:
    """One bucket in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        assert content_type == "image/jpeg"
        self.objects[key] = data

    def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise ObjectMissing(key)
        return self.objects[key]

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)


class Shelves:
    """The worker knows the arrivals alone: no other bucket is here."""

    def __init__(self) -> None:
        self.arrivals = Shelf()


@pytest.fixture
def shelves() -> Shelves:
    return Shelves()


def command(shelves: Shelves, data: bytes, *, orientation: int = 1) -> ShrinkImage:
    shelves.arrivals.objects["big"] = data
    return ShrinkImage(
        image_id=ImageId(uuid.UUID(int=3)),
        original_key="big",
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        orientation=orientation,
    )


def test_a_photo_is_answered_with_its_image_under_a_key_of_its_own(shelves: Shelves) -> None:
    asked = command(shelves, p.jpeg(p.paper(2000, 1500), 95))
    storage = cast("Storage", shelves)

    said = shrink(asked, storage)
    again = shrink(asked, storage)

    stored = shelves.arrivals.objects[key_of(asked)]
    assert said == again
    assert (said.key, said.sha256) == (key_of(asked), hashlib.sha256(stored).hexdigest())
    assert (said.size_bytes, said.shrinker, said.findings) == (len(stored), SHRINKER, ())
    assert io.BytesIO(stored).read(3) == b"\xff\xd8\xff"
    assert shelves.arrivals.objects.keys() == {"big", key_of(asked)}


def test_what_is_no_photo_is_answered_with_its_finding_and_nothing_is_stored(
    shelves: Shelves,
) -> None:
    said = shrink(command(shelves, b"%PDF-1.7"), cast("Storage", shelves))

    assert (said.key, said.size_bytes, said.width) == (None, 0, 0)
    assert [(f.code, f.severity) for f in said.findings] == [("not_jpeg_or_png", "refuse")]
    assert shelves.arrivals.objects.keys() == {"big"}


def test_other_bytes_than_the_named_ones_are_trouble(shelves: Shelves) -> None:
    asked = command(shelves, b"one")
    shelves.arrivals.objects["big"] = b"another"

    with pytest.raises(WrongBytes):
        shrink(asked, cast("Storage", shelves))


def test_a_photo_that_was_cleared_meanwhile_gets_an_answer_too(shelves: Shelves) -> None:
    asked = command(shelves, b"one")
    shelves.arrivals.objects.clear()

    said = shrink(asked, cast("Storage", shelves))

    assert (said.key, [f.code for f in said.findings]) == (None, ["damaged"])


def test_clearing_removes_both_and_may_be_done_twice(shelves: Shelves) -> None:
    shelves.arrivals.objects |= {"big": b"1", "small": b"2", "another's": b"3"}
    asked = ClearShrink(image_id=ImageId(uuid.UUID(int=3)), keys=("big", "small"))

    for _ in range(2):
        said = clear(asked, cast("Storage", shelves))

    assert said == ShrinkCleared(image_id=asked.image_id, keys=asked.keys)
    assert shelves.arrivals.objects == {"another's": b"3"}
