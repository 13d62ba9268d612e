"""One-time codes: at once, by day and night, once, and kept nowhere."""

import datetime as dt

import pytest

from libs.common import messages as m
from libs.common import sealing
from tests.integration.notify.room import CODE, PHONE, Room, code_request, reported


def test_a_code_leaves_at_once_without_contact_or_exam(room: Room) -> None:
    request = code_request(room)

    room.hear(request, times=2, copies=2)

    (command,) = room.said(m.SendCode)
    assert command.template == "code.zh-CN"
    assert command.expires_at == room.now + dt.timedelta(minutes=5)
    assert room.opened(command) == {"phone": PHONE, "params": [CODE]}
    assert room.said(m.InAppPosted) == room.said(m.SendSms) == []


def test_a_second_code_is_a_second_message(room: Room) -> None:
    room.hear(code_request(room))
    room.hear(code_request(room))

    assert len(room.said(m.SendCode)) == 2


def test_a_code_leaves_at_night(room: Room) -> None:
    room.now += dt.timedelta(hours=12)

    room.hear(code_request(room))

    assert len(room.said(m.SendCode)) == 1


def test_a_code_that_expired_on_its_way_is_not_sent(room: Room) -> None:
    room.hear(code_request(room, expires_at=room.now.isoformat()))

    assert room.said(m.SendCode) == []
    assert room.state("code") == "skipped expired"


@pytest.mark.parametrize("outcome", ["retryable", "throttled", "account", "number_limit"])
def test_a_code_is_never_sent_again_by_machine(room: Room, outcome: m.SmsClass) -> None:
    room.hear(code_request(room))
    (command,) = room.said(m.SendCode)

    room.hear(reported(command.delivery_id, outcome))
    room.tick(minutes=2)
    room.tick(days=2)

    assert len(room.said(m.SendCode)) == 1
    assert room.said(m.SendSms) == []
    assert room.state("code") == f"failed {outcome}"


def test_a_code_of_unknown_fate_waits_for_its_receipt_alone(room: Room) -> None:
    room.hear(code_request(room))
    (command,) = room.said(m.SendCode)

    room.hear(reported(command.delivery_id, "unknown"))
    room.tick(hours=1)
    assert room.state("code") == "unknown unknown"
    room.tick(hours=72)

    assert room.state("code") == "undelivered no_receipt"
    assert room.said(m.SendSms) == []


def test_code_and_phone_are_kept_nowhere(
    room: Room, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    room.hear(code_request(room))

    heard = capsys.readouterr()
    for place in (room.everything(), heard.out, heard.err, caplog.text):
        assert PHONE not in place
        assert CODE not in place


@pytest.mark.parametrize(
    "secret",
    [{}, {"phone": PHONE}, {"code": CODE}, {"phone": 1, "code": CODE}, {"phone": "", "code": ""}],
)
def test_a_secret_that_lacks_something_is_parked_without_its_values(
    room: Room, secret: dict[str, object]
) -> None:
    whole = code_request(room)
    sealed = sealing.seal(secret, room.public_key)

    room.hear(m.NoticeRequested(**{**whole.__dict__, "secret": sealed}))

    assert room.parked() == ["the secret of a code lacks its phone or its code"]
    assert PHONE not in room.everything()


@pytest.mark.parametrize("change", [{"fact": "results_published"}, {"fact": "?"}, {"secret": None}])
def test_only_codes_can_be_asked_for(room: Room, change: dict[str, str | None]) -> None:
    room.hear(m.NoticeRequested(**{**code_request(room).__dict__, **change}))

    (reason,) = room.parked()
    assert reason.startswith("NoticeRequested with a fact that cannot be asked for")


@pytest.mark.parametrize(("text", "why"), [("soon", "no time"), ("2030-02-10T04:00:00", "offset")])
def test_an_expiry_must_be_an_instant(room: Room, text: str, why: str) -> None:
    room.hear(code_request(room, expires_at=text))

    (reason,) = room.parked()
    assert why in reason
