"""A big photo lies on the disk while it is cut, hashed and sent: never all of it in memory."""

import hashlib
import io
import tracemalloc

import pytest
from flask import Flask, request

from libs.common.errors import Refusal
from libs.common.storage import Storage
from libs.common.web.arriving_files import FileClosingRequest
from services.upload import forms, intake
from services.upload.domain.metadata import strip
from services.upload.domain.shrink import MAX_BYTES, Photo
from services.upload.operations.shrinks import StoredPhoto
from services.upload.pieces import Pieces
from tests import pictures
from tests.multipart import multipart, photo

KEY = "00000000-0000-4000-8000-000000000000"
MEGABYTE = 1 << 20


class Arrivals:
    """Takes a file in blocks, as the store does, and remembers its hash alone."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def send(self, key: str, file: io.RawIOBase, *, size: int, content_type: str) -> None:
        while block := file.read(16_384):
            self.digest.update(block)
        assert file.tell() == size


def padded(data: bytes, size: int) -> bytes:
    """A whole JPEG whose scan is stuffed to that size."""
    return data[:-2] + bytes(size - len(data)) + data[-2:]


def received(data: bytes) -> tuple[StoredPhoto, Arrivals, int]:
    """What is stored of a form with that file, and the peak of memory meanwhile, in bytes."""
    app, arrivals, found = Flask("pieces"), Arrivals(), []
    app.request_class = FileClosingRequest

    @app.post("/")
    def door() -> str:
        sent = forms.picture(request)
        photo = forms.checked(sent, "zh-CN", limit=204_800)
        assert isinstance(photo, Photo)
        storage = Storage.__new__(Storage)
        storage.arrivals = arrivals  # type: ignore[assignment]
        found.append(intake.store_photo(storage, photo))
        return ""

    with app.test_request_context(method="POST", **multipart({"key": KEY, "picture": photo(data)})):
        tracemalloc.start()
        door()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return found[0], arrivals, peak


def test_twenty_megabytes_take_two_of_memory() -> None:
    data = padded(pictures.jpeg(pictures.paper(800, 600)), MAX_BYTES)

    stored, arrivals, peak = received(data)

    assert stored.size_bytes == MAX_BYTES
    assert stored.sha256 == arrivals.digest.hexdigest() == hashlib.sha256(data).hexdigest()
    assert peak < 2 * MEGABYTE


def test_what_lies_on_the_disk_is_cut_as_what_is_in_memory() -> None:
    plain = pictures.jpeg(pictures.paper(800, 600))
    data = pictures.after_start(padded(plain, 3 * MEGABYTE), pictures.exif(6, extra=b"a place"))

    stored, arrivals, _ = received(data)

    assert stored.orientation == 6
    assert arrivals.digest.hexdigest() == hashlib.sha256(strip(data).data).hexdigest()


def test_a_byte_too_many_is_refused_before_it_is_read() -> None:
    with pytest.raises(Refusal, match="picture_huge"):
        received(bytes(MAX_BYTES + 1))


def test_pieces_are_read_as_one_file() -> None:
    file = Pieces((b"ab", b"", memoryview(b"cdef")))

    assert (file.size, file.read(3), file.read(), file.read()) == (6, b"ab", b"cdef", b"")
    assert (file.seek(-2, io.SEEK_END), file.tell(), file.read(9)) == (4, 4, b"ef")
    assert (file.seek(1), file.seek(2, io.SEEK_CUR), file.read(1)) == (1, 3, b"d")
    assert Pieces(()).read() == b""
