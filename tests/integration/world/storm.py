"""A night at the vendors': notify's ladder over both real SDKs against the misbehaving simulator.

Time is notify's own and runs ahead in steps; what the SDKs and the simulator do is real.
"""

import dataclasses as dc
import datetime as dt
import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response

from examples.sms_gateway.app import create_app
from examples.sms_gateway.settings import GatewaySettings
from libs.common import messages as m
from libs.common import sealing
from libs.common.fields import FieldCipher
from services.notify.operations.close import store_receipt
from tests import make
from tests.integration.notify.room import EXAM, FIELD_KEYS, Room, an_application, contact, raised
from tests.serving import served
from workers.sms.aliyun import AliyunGateway, AliyunSettings
from workers.sms.gateways import Gateway
from workers.sms.sending import Sender
from workers.sms.settings import TEMPLATES, read_templates
from workers.sms.tencent import TencentGateway, TencentSettings

VENDORS = ("tencent", "aliyun")
ACCOUNT, KEY, APP, SIGN = "AKIDstorm", "sk-storm", "1400000001", "审材演示"
SENDERS = 8
STEP_SECONDS = 20
DOWN_SECONDS = 600


@dc.dataclass
class Webhook:
    """Takes receipts as vendors push them, by vendor."""

    pushed: list[tuple[str, bytes]] = dc.field(default_factory=list)
    lock: threading.Lock = dc.field(default_factory=threading.Lock)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """The WSGI side."""
        request = Request(environ)
        with self.lock:
            self.pushed.append((request.path.rpartition("/")[2], request.get_data()))
        return Response('{"code": 0, "result": 0}')(environ, start_response)

    def take(self) -> list[tuple[str, bytes]]:
        with self.lock:
            taken, self.pushed = self.pushed, []
        return taken


@dc.dataclass(frozen=True)
class Outcome:
    """What became of every notice."""

    states: Counter[str]
    called: int
    unexplained: int
    """Neither delivered nor called about nor with a reason."""
    twice: Counter[str]
    """How often a notice was on its phone more than once: `unknown` before, or `known`."""
    shares: list[int]
    """The weight of the vendor that was down, as time went by."""


class Storm:
    """One run; `count` candidates are asked for something, each by one SMS."""

    def __init__(self, room: Room, url: str, webhook: Webhook, count: int) -> None:
        self.room, self.url, self.webhook, self.count = room, url, webhook, count
        self.heard = 0
        self.sender = Sender(
            gateways=_gateways(url),
            templates=read_templates(TEMPLATES),
            unseal=lambda sealed: sealing.unseal(sealed, room.sms_private_key),
        )

    def begin(self) -> None:
        """Everybody's contact and request."""
        self.room.hear(EXAM)
        self.room.tick(seconds=1)
        for number in range(self.count):
            application = an_application()
            self.room.hear(contact(self.room, application, phone=f"139{number:08d}"))
            message = raised(application)
            due = self.room.now + dt.timedelta(days=6)
            later = [m.RaisedRequest(**{**r.__dict__, "due_at": due}) for r in message.requests]
            self.room.hear(m.RequestsRaised(**{**message.__dict__, "requests": tuple(later)}))

    def step(self, seconds: float) -> None:
        """Time goes on; what is due is sent by both SDKs, and what is pushed is read."""
        self.room.tick(seconds=seconds)
        commands = self.room.said(m.SendSms)[self.heard :]
        self.heard += len(commands)
        with ThreadPoolExecutor(SENDERS) as pool:
            for report in pool.map(self._send, commands):
                self.room.hear(report)
        cipher = FieldCipher(FIELD_KEYS)
        for vendor, body in self.webhook.take():
            with self.room.database.transaction() as session:
                store_receipt(session, vendor=vendor, body=body, cipher=cipher, now=self.room.now)

    def _send(self, command: m.SendSms) -> m.SmsReported:
        return self.sender.send_sms(command, make.envelope(command, producer="notify"))

    def weight(self) -> int:
        rows = self.room.rows("SELECT weight FROM vendor WHERE name = 'tencent'")
        return int(rows[0].weight)

    def outcome(self, phones: Counter[str], shares: list[int]) -> Outcome:
        rows = self.room.rows(
            "SELECT d.id, d.state, d.reason, EXISTS (SELECT FROM call c WHERE"
            " c.notice_id = d.notice_id) AS called, EXISTS (SELECT FROM delivery_step s WHERE"
            " s.delivery_id = d.id AND s.state = 'unknown') AS unknown FROM delivery d"
            " JOIN notice n ON n.id = d.notice_id"
            " WHERE d.channel = 'sms' AND n.fact = 'requests_raised'"
        )
        open_ones = [r for r in rows if r.state != "delivered" and not (r.called or r.reason)]
        twice = Counter(
            "unknown" if row.unknown else "known" for row in rows if phones[str(row.id)] > 1
        )
        return Outcome(
            states=Counter(row.state for row in rows),
            called=sum(row.called for row in rows),
            unexplained=len(open_ones),
            twice=twice,
            shares=shares,
        )


def run(room: Room, folder: Path, count: int) -> Outcome:
    """5 % of the answers lost, 2 % of the phones off, receipts shuffled, and Tencent down."""
    webhook = Webhook()
    with served(webhook) as hook, served(create_app(_settings(hook, folder))) as url:
        storm = Storm(room, url, webhook, count)
        _script(url, down=True)
        storm.begin()
        shares = [storm.weight()]
        for _ in range(DOWN_SECONDS // STEP_SECONDS):
            storm.step(STEP_SECONDS)
            shares.append(storm.weight())
        _script(url, down=False)
        for _ in range(8):
            storm.step(16 * 60)
            shares.append(storm.weight())
        for _ in range(8):
            storm.step(10 * 3600)
        return storm.outcome(_on_phones(url, count), shares)


def _settings(hook: str, folder: Path) -> GatewaySettings:
    root = Path(__file__).parents[3]
    return GatewaySettings(
        tencent_secret_id=ACCOUNT,
        tencent_secret_key=KEY,
        tencent_app_id=APP,
        tencent_sign_name=SIGN,
        aliyun_access_key_id=ACCOUNT,
        aliyun_access_key_secret=KEY,
        aliyun_sign_name=SIGN,
        sms_gateway_templates=root / "examples/sms_gateway/templates.json",
        sms_gateway_receipts_url=hook + "/{vendor}",
        sms_gateway_receipt_seconds=0.05,
        sms_gateway_late_receipt_seconds=0.5,
        sms_gateway_hang_seconds=0.1,
    )


def _gateways(url: str) -> dict[str, Gateway]:
    return {
        "tencent": TencentGateway(
            TencentSettings(
                tencent_secret_id=ACCOUNT,
                tencent_secret_key=KEY,
                tencent_app_id=APP,
                tencent_sign_name=SIGN,
                tencent_endpoint=url,
            )
        ),
        "aliyun": AliyunGateway(
            AliyunSettings(
                aliyun_access_key_id=ACCOUNT,
                aliyun_access_key_secret=KEY,
                aliyun_sign_name=SIGN,
                aliyun_endpoint=url,
            )
        ),
    }


def _script(url: str, *, down: bool) -> None:
    import requests

    outage = [{"answer": "unavailable", "vendor": "tencent", "times": None}] if down else []
    body = {"steps": outage, "unknown_share": 0.05, "failed_share": 0.02, "receipt": "shuffled"}
    requests.put(f"{url}/control/script", json=body, timeout=5).raise_for_status()


def _on_phones(url: str, count: int) -> Counter[str]:
    """Our id → how often it stands on a phone."""
    import requests

    found: Counter[str] = Counter()
    for number in range(count):
        inbox = requests.get(f"{url}/inbox/139{number:08d}.json", timeout=5).json()
        found.update(json.loads(json.dumps([one["out_id"] for one in inbox])))
    return found
