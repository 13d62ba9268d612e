"""CheckImage in, ImageChecked out, with a store that is a dictionary."""

import hashlib
import io
import uuid

import pytest

from libs.common.messages import CheckImage, ImageId
from libs.common.storage import Bucket, ObjectMissing, Storage, StorageUnavailable
from tests import pictures as p
from workers.images.answer import WrongBytes, answer, rendition_keys
from workers.images.check import CHECKER, check


class Objects:
    """What the worker asks of an S3 client, kept in memory."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], bytes] = {}
        self.refuses_writes = False

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:  # noqa: N803
        assert ContentType == "image/jpeg"
        if self.refuses_writes:
            raise StorageUnavailable(Bucket)
        self.stored[Bucket, Key] = Body

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, io.BytesIO]:  # noqa: N803
        if (Bucket, Key) not in self.stored:
            raise ObjectMissing(Key)
        return {"Body": io.BytesIO(self.stored[Bucket, Key])}


@pytest.fixture
def objects() -> Objects:
    return Objects()


@pytest.fixture
def storage(objects: Objects) -> Storage:
    made = Storage.__new__(Storage)
    made.originals = Bucket(objects, "originals")
    made.renditions = Bucket(objects, "renditions")
    return made


def command(objects: Objects, data: bytes, orientation: int = 1) -> CheckImage:
    objects.stored["originals", "ab/original"] = data
    return CheckImage(
        image_id=ImageId(uuid.UUID(int=7)),
        original_key="ab/original",
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        orientation=orientation,
    )


def test_a_fit_picture_is_answered_with_two_stored_renditions(
    objects: Objects, storage: Storage
) -> None:
    data = p.jpeg(p.paper())

    fact = answer(command(objects, data), storage)

    verdict = check(data, orientation=1)
    assert fact.view_key is not None
    assert fact.grid_key is not None
    assert objects.stored["renditions", fact.view_key] == verdict.view
    assert objects.stored["renditions", fact.grid_key] == verdict.grid
    assert (fact.format, fact.width, fact.height) == ("jpeg", 1200, 900)
    assert fact.checker == CHECKER
    assert fact.signals == verdict.signals


def test_a_refused_picture_is_answered_and_nothing_is_stored(
    objects: Objects, storage: Storage
) -> None:
    fact = answer(command(objects, p.jpeg(p.paper())[:9000]), storage)

    assert [f.code for f in fact.findings] == ["damaged"]
    assert (fact.width, fact.height, fact.view_key, fact.grid_key) == (0, 0, None, None)
    assert [bucket for bucket, _ in objects.stored] == ["originals"]


def test_the_same_command_twice_gives_the_same_answer_and_the_same_objects(
    objects: Objects, storage: Storage
) -> None:
    asked = command(objects, p.png(p.paper(640, 480, grain=0)))

    first = answer(asked, storage)
    before = dict(objects.stored)
    second = answer(asked, storage)

    assert first == second
    assert objects.stored == before


def test_keys_differ_by_picture_bytes_and_turn_and_name_nothing(objects: Objects) -> None:
    one = command(objects, b"1")
    keys = {
        *rendition_keys(one),
        *rendition_keys(command(objects, b"2")),
        *rendition_keys(command(objects, b"1", orientation=6)),
    }

    assert len(keys) == 6
    for key in keys:
        root, folder, name = key.split("/")
        assert root == "renditions"
        assert name.startswith(folder)
        assert str(one.image_id) not in key


def test_bytes_of_another_hash_are_trouble_and_no_answer(
    objects: Objects, storage: Storage
) -> None:
    asked = command(objects, p.jpeg(p.paper()))
    objects.stored["originals", "ab/original"] = p.jpeg(p.paper(seed=2))

    with pytest.raises(WrongBytes):
        answer(asked, storage)


def test_a_missing_original_is_trouble(objects: Objects, storage: Storage) -> None:
    asked = command(objects, b"x")
    objects.stored.clear()

    with pytest.raises(ObjectMissing):
        answer(asked, storage)


def test_a_store_that_takes_no_renditions_is_trouble(objects: Objects, storage: Storage) -> None:
    asked = command(objects, p.jpeg(p.paper()))
    objects.refuses_writes = True

    with pytest.raises(StorageUnavailable):
        answer(asked, storage)
