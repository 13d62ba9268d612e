"""The results worker against the stand-in: confirmed, refused for good, or tried again."""

import dataclasses as dc
import datetime as dt
import hashlib
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.wrappers import Response

from examples.registration.app import create_app
from libs.common.clock import now
from libs.common.messages import (
    ApplicationId,
    AskResultsHeld,
    CheckId,
    HeldResults,
    PushResult,
    ResultPushed,
)
from libs.stack.valkey import Valkey
from tests.integration.world.celery_worker import Room, worker
from tests.integration.world.test_registration import RESULTS_KEY, settings_in
from tests.ports import free_ports
from tests.serving import served, until
from workers.results.push import NotAnswered, RegistrationSettings, ask_held, push

APPLICATION = ApplicationId(uuid.UUID(int=5))
COMMAND = PushResult(
    application_id=APPLICATION,
    exam="demo",
    registration_number="23000001",
    outcome="passed",
    published_at=dt.datetime(2023, 3, 1, tzinfo=dt.UTC),
)


def settings_for(url: str) -> RegistrationSettings:
    return RegistrationSettings(
        registration_results_url=f"{url}/api/results",
        results_key_id="results-1",
        results_key=RESULTS_KEY,
    )


@pytest.fixture
def stand_in(tmp_path: Path) -> Iterator[RegistrationSettings]:
    with served(create_app(settings_in(tmp_path))) as url:
        yield settings_for(url)


def test_a_result_is_confirmed_and_a_copy_of_the_command_is_confirmed_again(
    stand_in: RegistrationSettings,
) -> None:
    confirmed = ResultPushed(application_id=APPLICATION, accepted=True, status=200)

    assert push(COMMAND, stand_in, now=now()) == confirmed
    assert push(COMMAND, stand_in, now=now()) == confirmed


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"registration_number": "0"}, 404), ({"exam": "x" * 101}, 400)],
)
def test_a_refusal_is_final(
    stand_in: RegistrationSettings, changes: dict[str, Any], status: int
) -> None:
    fact = push(dc.replace(COMMAND, **changes), stand_in, now=now())

    assert fact == ResultPushed(application_id=APPLICATION, accepted=False, status=status)


def test_a_result_that_contradicts_an_earlier_one_is_refused(
    stand_in: RegistrationSettings,
) -> None:
    push(COMMAND, stand_in, now=now())

    fact = push(dc.replace(COMMAND, outcome="not_passed"), stand_in, now=now())

    assert (fact.accepted, fact.status) == (False, 409)


def test_a_wrong_key_is_a_refusal(stand_in: RegistrationSettings) -> None:
    fact = push(COMMAND, dc.replace(stand_in, results_key="z" * 32), now=now())

    assert (fact.accepted, fact.status) == (False, 401)


@pytest.mark.parametrize("status", [302, 408, 429, 500, 503])
def test_trouble_of_the_moment_is_left_to_a_later_try(status: int) -> None:
    with served(Response(status=status)) as url, pytest.raises(NotAnswered, match=str(status)):
        push(COMMAND, settings_for(url), now=now())


def test_a_receiver_that_is_not_there_is_left_to_a_later_try() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"

        with pytest.raises(NotAnswered, match="ConnectionError"):
            push(COMMAND, settings_for(url), now=now())


@pytest.mark.slow
def test_a_result_that_found_nobody_is_sent_again_and_answered_then(
    shared_valkey: Valkey, tmp_path: Path
) -> None:
    url, log = f"http://127.0.0.1:{free_ports(1)[0]}", tmp_path / "log"
    room = Room(shared_valkey, "upload", "results")
    environ = {
        "BROKER_URL": shared_valkey.url,
        "REGISTRATION_RESULTS_URL": f"{url}/api/results",
        "RESULTS_KEY_ID": "results-1",
        "RESULTS_KEY": RESULTS_KEY,
    }

    with worker("results", "workers.results.tasks", environ, log):
        sent = room.send(COMMAND)
        until(lambda: "NotAnswered" in log.read_text("utf-8"), seconds=30)
        assert room.answers() == []
        with served(create_app(settings_in(tmp_path)), port=int(url.rpartition(":")[2])):
            room.send(COMMAND, attempt=2, of=sent.id)
            envelope, fact = room.answer(1)

    assert envelope.answers == sent.id
    assert fact == ResultPushed(application_id=APPLICATION, accepted=True, status=200)


def test_what_the_registration_system_holds_is_told_by_count_and_hash(
    stand_in: RegistrationSettings,
) -> None:
    push(COMMAND, stand_in, now=now())
    check = CheckId(uuid.UUID(int=6))

    told = ask_held(AskResultsHeld(check_id=check, exam="demo"), stand_in, now=now())

    digest = hashlib.sha256(b"23000001\n").hexdigest()
    assert (told.answered, told.status) == (True, 200)
    assert told.held == (HeldResults(outcome="passed", count=1, digest=digest),)
    none = ask_held(AskResultsHeld(check_id=check, exam="other"), stand_in, now=now())
    assert (none.answered, none.held) == (True, ())


@pytest.mark.parametrize(
    ("body", "status", "told_status"),
    [
        ("no json", 200, 200),
        ('{"outcomes": []}', 404, 404),
        ('{"outcomes": {"passed": 1}}', 200, 200),
    ],
)
def test_an_answer_of_another_shape_is_told_as_none(
    body: str, status: int, told_status: int
) -> None:
    with served(Response(body, status)) as url:
        told = ask_held(
            AskResultsHeld(check_id=CheckId(uuid.UUID(int=6)), exam="demo"),
            settings_for(url),
            now=now(),
        )

    assert (told.answered, told.status, told.held) == (False, told_status, ())


def test_a_long_answer_is_closed_after_its_first_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed: list[requests.Response] = []
    close = requests.Response.close

    def counted(answer: requests.Response) -> None:
        closed.append(answer)
        close(answer)

    monkeypatch.setattr(requests.Response, "close", counted)
    command = AskResultsHeld(check_id=CheckId(uuid.UUID(int=6)), exam="demo")

    with served(Response("x" * 100_000, 200)) as url:
        told = ask_held(command, settings_for(url), now=now())

    assert (told.answered, len(closed)) == (False, 1)


def test_silence_and_a_wrong_key_are_told_as_none(stand_in: RegistrationSettings) -> None:
    command = AskResultsHeld(check_id=CheckId(uuid.UUID(int=6)), exam="demo")
    (port,) = free_ports(1)

    silent = ask_held(command, settings_for(f"http://127.0.0.1:{port}"), now=now())
    stranger = ask_held(command, dc.replace(stand_in, results_key="z" * 32), now=now())

    assert (silent.answered, silent.status) == (False, 0)
    assert (stranger.answered, stranger.status) == (False, 401)
