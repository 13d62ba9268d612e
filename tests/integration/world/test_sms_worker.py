"""The SMS worker as it runs: Celery on a real Valkey, the vendor's SDK, the simulated gateway."""

import datetime as dt
import json
import uuid
from pathlib import Path

import pytest

from libs.common import messages as m
from libs.common.clock import now
from libs.common.sealing import new_key_pair, seal
from libs.stack.valkey import Valkey
from tests.integration.world.celery_worker import Room, worker
from tests.integration.world.conftest import (
    APP_ID,
    CODE,
    NOTICE,
    PHONE,
    SECRET_ID,
    SECRET_KEY,
    SIGN,
    Simulator,
)

PRIVATE, PUBLIC = new_key_pair()


@pytest.fixture
def environ(shared_valkey: Valkey, simulator: Simulator, tmp_path: Path) -> dict[str, str]:
    templates = tmp_path / "templates.json"
    templates.write_text(
        json.dumps({"tencent": {"results_published.en": NOTICE, "code.en": CODE}}), "utf-8"
    )
    return {
        "BROKER_URL": shared_valkey.url,
        "SMS_PRIVATE_KEY": PRIVATE,
        "SMS_TEMPLATES": str(templates),
        "TENCENT_SECRET_ID": SECRET_ID,
        "TENCENT_SECRET_KEY": SECRET_KEY,
        "TENCENT_APP_ID": APP_ID,
        "TENCENT_SIGN_NAME": SIGN,
        "TENCENT_ENDPOINT": simulator.url,
    }


def secret(*params: str) -> m.Sealed:
    return seal({"phone": PHONE, "params": list(params)}, PUBLIC)


@pytest.mark.slow
def test_a_code_travels_sealed_from_the_queue_to_the_phone_and_is_never_sent_twice(
    shared_valkey: Valkey, simulator: Simulator, environ: dict[str, str], tmp_path: Path
) -> None:
    room, log = Room(shared_valkey, "notify", "codes"), tmp_path / "log"
    command = m.SendCode(
        delivery_id=m.DeliveryId(uuid.uuid4()),
        template="code.en",
        secret=secret("314159"),
        expires_at=now() + dt.timedelta(minutes=5),
    )

    with worker("codes", "workers.sms.codes", environ, log):
        sent = room.send(command)
        envelope, first = room.answer(1)
        room.send(command, attempt=2, of=sent.id)
        _, second = room.answer(2)

    assert isinstance(first, m.SmsReported)
    assert isinstance(second, m.SmsReported)
    assert (envelope.answers, envelope.trace) == (sent.id, sent.trace)
    assert (first.delivery_id, first.outcome) == (command.delivery_id, "accepted")
    assert second.outcome == "unknown"
    assert [message["text"] for message in simulator.inbox()] == [
        "【审材演示】验证码314159，5分钟内有效。"
    ]
    written = log.read_text("utf-8")
    assert "command done" in written
    assert PHONE not in written
    assert "314159" not in written


@pytest.mark.slow
def test_a_repeated_notice_is_looked_up_and_not_sent_again(
    shared_valkey: Valkey, simulator: Simulator, environ: dict[str, str], tmp_path: Path
) -> None:
    room = Room(shared_valkey, "notify", "sms")
    command = m.SendSms(
        delivery_id=m.DeliveryId(uuid.uuid4()), template="results_published.en", secret=secret()
    )

    with worker("sms", "workers.sms.tasks", environ, tmp_path / "log"):
        sent = room.send(command)
        _, first = room.answer(1)
        room.send(command, attempt=2, of=sent.id)
        _, second = room.answer(2)

    assert isinstance(first, m.SmsReported)
    assert isinstance(second, m.SmsReported)
    assert (first.outcome, second.outcome) == ("accepted", "accepted")
    assert first.vendor_id == second.vendor_id
    assert len(simulator.inbox()) == 1
    assert [call["action"] for call in simulator.calls] == [
        "SendSms",
        "PullSmsSendStatusByPhoneNumber",
    ]
