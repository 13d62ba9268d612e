"""The web process's doors: when a request began, what is stored, and that refusals are recorded."""

import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Iterator
from typing import Any, cast

import pytest
from flask.testing import FlaskClient

from libs.common import browser_sessions
from libs.common import messages as m
from libs.common.clock import now
from libs.common.storage import Storage
from libs.common.web.app import WebSettings
from services.upload.app import build
from services.upload.web import door
from tests.hostile import FOREIGN_CASES, JPEG_CASES, PNG_CASES
from tests.integration.upload.room import Room
from tests.integration.upload.test_entry import Entry
from tests.integration.upload.test_launch import settings
from tests.pictures import after_start, exif, jpeg, paper

PROXY = "127.0.0.1"


class Shelf:
    """Holds objects in memory, as one bucket does."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        assert content_type.startswith("image/")
        self.objects[key] = data

    def send(self, key: str, file: io.RawIOBase, *, size: int, content_type: str) -> None:
        self.put(key, file.read() or b"", content_type=content_type)
        assert len(self.objects[key]) == size

    def get(self, key: str) -> bytes:
        return self.objects[key]


class Shelves:
    """The three buckets."""

    def __init__(self) -> None:
        self.originals, self.renditions, self.arrivals = Shelf(), Shelf(), Shelf()


@pytest.fixture
def shelves() -> Shelves:
    return Shelves()


@pytest.fixture
def client(room: Room, shelves: Shelves) -> Iterator[FlaskClient]:
    app = build(
        door.Parts(
            database=room.database,
            storage=cast("Storage", shelves),
            vault=room.vault,
            entry=settings(),
            web=WebSettings(
                cookie_key="x" * 40, trusted_hosts=("localhost",), trusted_proxies=(PROXY,)
            ),
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_client() as client:
        yield client


@pytest.fixture
def her(room: Room, client: FlaskClient) -> m.ApplicationId:
    """An activated candidate whose browser is signed in."""
    entry = Entry(room)
    entry.activate()
    with room.database.transaction() as session:
        token = browser_sessions.start(
            session, kind=door.CANDIDATE, subject=entry.id, limits=door.LIMITS[door.CANDIDATE]
        )
    client.set_cookie(door.CANDIDATE, token)
    return entry.id


def photo() -> bytes:
    """A fitting photo as a phone makes it: turned, with EXIF."""
    return after_start(jpeg(paper(800, 600)), exif(6))


def send(
    client: FlaskClient, data: bytes, *, key: str = "", began: dt.datetime | None = None
) -> Any:
    headers = {"Accept": "application/json"}
    if began is not None:
        headers["X-Request-Start"] = f"t={began.timestamp():.3f}"
    return client.post(
        "/materials/A01/images",
        data={"picture": (io.BytesIO(data), "photo.jpg"), "key": key or str(uuid.uuid4())},
        headers=headers,
    )


def test_what_is_uploaded_is_stored_before_it_is_hers(
    room: Room, client: FlaskClient, shelves: Shelves, her: m.ApplicationId
) -> None:
    answer = send(client, photo())

    assert answer.status_code == 200, answer.text
    (image,) = room.held(her).images
    assert str(image.id) == answer.json["image"]
    stored = shelves.originals.objects[image.original_key]
    assert (len(stored), hashlib.sha256(stored).hexdigest()) == (image.size_bytes, image.sha256)
    assert image.orientation == 6
    assert b"Exif" not in stored


def test_a_retry_stores_nothing_anew(
    room: Room, client: FlaskClient, shelves: Shelves, her: m.ApplicationId
) -> None:
    key = str(uuid.uuid4())

    first, second = send(client, photo(), key=key), send(client, photo(), key=key)

    assert first.json == second.json
    assert len(shelves.originals.objects) == len(room.held(her).images) == 1


def test_a_refused_upload_stores_nothing_and_is_recorded(
    room: Room, client: FlaskClient, shelves: Shelves, her: m.ApplicationId
) -> None:
    room.move_window(ends_in=-3600)

    answer = send(client, photo())

    assert (answer.status_code, answer.json["code"]) == (409, "window_closed")
    assert shelves.originals.objects == {}
    (row,) = room.rows("SELECT * FROM audit WHERE action = 'request.refused'")
    assert row.details["code"] == "window_closed"
    assert row.actor == f"application:{her}"


@pytest.mark.parametrize(("ago", "status"), [(20, 200), (0, 409)])
def test_the_gateways_stamp_says_when_a_request_began(
    room: Room, client: FlaskClient, her: m.ApplicationId, ago: int, status: int
) -> None:
    room.move_window(ends_in=-10, grace=60)

    answer = send(client, photo(), began=now() - dt.timedelta(seconds=ago))

    assert answer.status_code == status
    assert len(room.held(her).images) == (1 if status == 200 else 0)


def test_an_incomplete_submission_is_recorded_as_refused(
    room: Room, client: FlaskClient, her: m.ApplicationId
) -> None:
    answer = client.post("/check", follow_redirects=True)

    assert answer.status_code == 422
    assert "还不能提交" in answer.text
    (row,) = room.rows("SELECT * FROM audit WHERE action = 'request.refused'")
    assert row.details["code"] == "not_ready"
    assert room.held(her).application.state == "open"


def test_no_hostile_file_brings_the_door_down(
    room: Room, client: FlaskClient, her: m.ApplicationId
) -> None:
    # The image check and the cut of metadata see all of them; the door, a share of each kind.
    for case in (*FOREIGN_CASES, *JPEG_CASES[::6], *PNG_CASES[::6]):
        answer = send(client, case.make())

        assert answer.status_code in {200, 202, 409, 413, 422}, (case.name, answer.text)
        for image in room.held(her).images:
            room.delete(her, image.id)
