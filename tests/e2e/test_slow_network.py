"""A full picture over 64 kbit/s with five per cent loss, begun before the end and stored after."""

import datetime as dt
import time
import uuid
from urllib.parse import urlsplit

import pytest

from libs.common.clock import now
from tests import pictures
from tests.e2e import exams
from tests.e2e.browser import activated, person
from tests.e2e.stack import Stack
from tests.slow_network import Pace, slow_way

pytestmark = pytest.mark.slow
EDGE = Pace(bits_per_second=64_000, loss=0.05)
LEAST_BYTES = 195_000
ENDS_AFTER_SECONDS = 15
"""Less than the upload takes: 200 KB are 25 s of 64 kbit/s, without the losses."""


def full_picture() -> bytes:
    """A JPEG a little below the limit of 204,800 bytes."""
    data = pictures.jpeg(pictures.paper(seed=3))
    filler = b"\xff\xe2" + (10_000).to_bytes(2, "big") + b"ICC_PROFILE\x00" + bytes(9_986)
    while len(data) + len(filler) < 204_800:
        data = data[:2] + filler + data[2:]
    return data


def test_200_kb_arrive_over_64_kbit_with_losses_and_count_from_their_headers(
    stack: Stack,
) -> None:
    today = now().replace(microsecond=0)
    exams.load(
        stack,
        "slow",
        opens_at=today - dt.timedelta(days=1),
        ends_at=today + dt.timedelta(seconds=ENDS_AFTER_SECONDS + 15),
        grace_seconds=120,
    )
    (browser,) = activated(stack, [person("slow")])
    browser.get("/materials")
    picture = full_picture()
    assert LEAST_BYTES < len(picture) <= 204_800
    stack.rows(
        "upload",
        "UPDATE exam_window SET ends_at = clock_timestamp() + make_interval(secs => :left)"
        " WHERE exam = 'slow' AND kind = 'main' RETURNING 1",
        left=ENDS_AFTER_SECONDS,
    )

    with slow_way(urlsplit(browser.url).port or 0, EDGE) as port:
        began = time.monotonic()
        answer = browser.http.post(
            f"http://127.0.0.1:{port}/materials/B01/images",
            data={"csrf_token": browser._csrf, "key": str(uuid.uuid4())},
            files={"picture": ("photo.jpg", picture, "image/jpeg")},
            headers={"Accept": "application/json"},
            timeout=120,
        )
        took = time.monotonic() - began

    assert answer.status_code == 200, answer.text
    assert took > ENDS_AFTER_SECONDS, "else it proves nothing"
    (row,) = stack.rows(
        "upload",
        "SELECT i.began_at < w.ends_at AS in_time, i.received_at > w.ends_at AS is_late"
        " FROM image i JOIN application a ON a.id = i.application_id"
        " JOIN exam_window w ON w.exam = a.exam WHERE a.exam = 'slow' AND w.kind = 'main'",
    )
    assert (row.in_time, row.is_late) == (True, True)
