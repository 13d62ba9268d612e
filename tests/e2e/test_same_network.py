"""HOST=0.0.0.0: a phone on the same network enters by the machine's own address."""

import shutil
from collections.abc import Iterator

import pytest
import requests

from libs.stack.ports import LOOPBACK
from tests.e2e import exams
from tests.e2e.browser import Browser, person
from tests.e2e.stack import Stack, short_folder

pytestmark = pytest.mark.slow


@pytest.fixture
def open_house() -> Iterator[Stack]:
    folder = short_folder()
    made = Stack(folder, host="0.0.0.0")  # noqa: S104 - what is tested
    try:
        if made.place.public_host == LOOPBACK:
            pytest.skip("this machine has no address but loopback")
        made.start()
        exams.open_for_days(made, exams.OPEN)
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_candidate_is_launched_by_the_machines_own_address(open_house: Stack) -> None:
    she = Browser(open_house, person(exams.OPEN))
    open_house.enlist([she.who])

    she.launch()

    assert open_house.place.public_host in she.url
    page = she.get("/activation")
    assert page.status_code == 200
    assert open_house.place.public_host in page.url
    assert "127.0.0.1" not in page.text


def test_under_a_strangers_name_nothing_is_answered(open_house: Stack) -> None:
    answer = requests.get(
        open_house.url("upload-web") + "/sign-in", headers={"Host": "evil.example"}, timeout=60
    )

    assert answer.status_code == 400
