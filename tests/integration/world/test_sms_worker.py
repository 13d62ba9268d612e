"""The SMS worker as it runs: Celery on a real Valkey, the vendor's SDK, the simulated gateway."""

import base64
import dataclasses as dc
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from libs.common import broker
from libs.common import messages as m
from libs.common.clock import now
from libs.common.routes import Queue
from libs.common.sealing import new_key_pair, seal
from libs.stack.valkey import Valkey
from tests.integration.world.conftest import (
    APP_ID,
    CODE,
    NOTICE,
    PHONE,
    SECRET_ID,
    SECRET_KEY,
    SIGN,
    Simulator,
    until,
)

PRIVATE, PUBLIC = new_key_pair()


@contextmanager
def worker(queue: Queue, module: str, environ: dict[str, str], log: Path) -> Iterator[None]:
    """One Celery worker, as the Procfile starts it."""
    command = [sys.executable, "-m", "celery", "-A", module, "worker", "-Q", queue, "-c", "1"]
    with log.open("wb") as stream:
        running = subprocess.Popen(
            [*command, "-n", f"{queue}.test@%h", "--without-gossip", "--without-mingle"],
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environ},
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


@dc.dataclass
class Room:
    """A worker with its broker: what it is sent, and what it says."""

    valkey: Valkey
    queue: Queue

    def send(
        self, message: m.Message, *, attempt: int = 1, of: uuid.UUID | None = None
    ) -> m.Envelope:
        """Send a command as notify's relay does."""
        envelope = m.Envelope(
            id=m.MessageId(of or uuid.uuid4()),
            type=type(message).__name__,
            v=message.version,
            trace="a" * 32,
            at=now(),
            producer="notify",
            answers=None,
            attempt=attempt,
            body=m.body_of(message),
        )
        broker.send(broker.sender(self.valkey.url), [(self.queue, envelope)])
        return envelope

    def reports(self) -> list[tuple[m.Envelope, m.SmsReported]]:
        """What stands in notify's queue, oldest first."""
        with self.valkey.client() as client:
            raws = cast("list[bytes]", client.lrange("notify", 0, -1))
        found = []
        for raw in reversed(raws):
            args, _, _ = json.loads(base64.b64decode(json.loads(raw)["body"]))
            envelope, message = m.load(args[0])
            assert isinstance(message, m.SmsReported)
            found.append((envelope, message))
        return found

    def report(self, count: int) -> tuple[m.Envelope, m.SmsReported]:
        """The newest of so many reports."""
        until(lambda: len(self.reports()) == count, seconds=30)
        return self.reports()[-1]


@pytest.fixture
def environ(shared_valkey: Valkey, simulator: Simulator, tmp_path: Path) -> dict[str, str]:
    templates = tmp_path / "templates.json"
    templates.write_text(json.dumps({"results_published.en": NOTICE, "code.en": CODE}), "utf-8")
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
    room, log = Room(shared_valkey, "codes"), tmp_path / "log"
    command = m.SendCode(
        delivery_id=m.DeliveryId(uuid.uuid4()),
        template="code.en",
        secret=secret("314159"),
        expires_at=now() + dt.timedelta(minutes=5),
    )

    with worker("codes", "workers.sms.codes", environ, log):
        sent = room.send(command)
        envelope, first = room.report(1)
        room.send(command, attempt=2, of=sent.id)
        _, second = room.report(2)

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
    room = Room(shared_valkey, "sms")
    command = m.SendSms(
        delivery_id=m.DeliveryId(uuid.uuid4()), template="results_published.en", secret=secret()
    )

    with worker("sms", "workers.sms.tasks", environ, tmp_path / "log"):
        sent = room.send(command)
        _, first = room.report(1)
        room.send(command, attempt=2, of=sent.id)
        _, second = room.report(2)

    assert (first.outcome, second.outcome) == ("accepted", "accepted")
    assert first.vendor_id == second.vendor_id
    assert len(simulator.inbox()) == 1
    assert [call["action"] for call in simulator.calls] == [
        "SendSms",
        "PullSmsSendStatusByPhoneNumber",
    ]
