"""A night at the vendors': notify's ladder over both real SDKs against the misbehaving simulator.

Time is notify's own and runs ahead in steps of 20 s; what the SDKs, the simulator and the database
do is real.
"""

import dataclasses as dc
import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import requests
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
"""Threads that send, and hear what was answered: as many processes of `sms` and notify's consumer
do so beside each other.
"""
STEP_SECONDS = 20
TICKS = 4
"""In a step, instead of one a second: 200 SMS leave by each."""
ARRIVE_SECONDS, DOWN_SECONDS = 720, 600
DOWN = "tencent"
LATE_RECEIPT_SECONDS = 0.3


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
    traffic: list[float]
    """Its share of the new SMS in each minute of the outage, in percent."""


class Storm:
    """One run; `count` candidates are asked for something, each by one SMS."""

    def __init__(self, room: Room, url: str, webhook: Webhook, count: int) -> None:
        self.room, self.url, self.webhook, self.count = room, url, webhook, count
        self.heard = 0
        self.people: list[m.ApplicationId] = []
        self.shares: list[int] = []
        self.sender = Sender(
            gateways=gateways(url),
            templates=read_templates(TEMPLATES),
            unseal=lambda sealed: sealing.unseal(sealed, room.sms_private_key),
        )

    def begin(self) -> None:
        """Everybody's contact is known before anything is asked of them."""
        self.room.hear(EXAM)
        self.room.tick(seconds=1)
        self.people = [an_application() for _ in range(self.count)]
        self.hear_all(
            contact(self.room, one, phone=f"139{number:08d}")
            for number, one in enumerate(self.people)
        )

    def ask(self, people: Iterable[m.ApplicationId]) -> None:
        """Something is asked of these, due in six days."""
        due = self.room.now + dt.timedelta(days=6)
        asked = [raised(application) for application in people]
        self.hear_all(
            dc.replace(one, requests=tuple(dc.replace(r, due_at=due) for r in one.requests))
            for one in asked
        )

    def hear_all(self, messages: Iterable[m.Message]) -> None:
        """Beside each other, as the processes of a consumer do."""
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(self.room.hear, messages))

    def step(self, seconds: float, *, ticks: int = 1) -> None:
        """Time goes on; what is due is sent by both SDKs, and what is pushed is read."""
        for _ in range(ticks):
            self.room.tick(seconds=seconds / ticks)
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(self._send, self._commands()))
            list(pool.map(self._receive, self.webhook.take()))
        self.shares.append(self._weight())

    def leap(self, seconds: float) -> None:
        """Much time goes on, and the receipts of what leaves then come soon after that."""
        self.step(seconds - STEP_SECONDS, ticks=2)
        time.sleep(2 * LATE_RECEIPT_SECONDS)
        self.step(STEP_SECONDS, ticks=2)

    def _commands(self) -> list[m.SendSms]:
        """The commands since the last step."""
        rows = self.room.rows(
            "SELECT type, body FROM outbox WHERE type = 'SendSms' ORDER BY id OFFSET :heard",
            heard=self.heard,
        )
        self.heard += len(rows)
        return [cast("m.SendSms", make.message_of(row.type, row.body)) for row in rows]

    def _send(self, command: m.SendSms) -> None:
        sent = make.envelope(command, producer="notify")
        self.room.hear(self.sender.send_sms(command, sent))

    def _receive(self, pushed: tuple[str, bytes]) -> None:
        vendor, body = pushed
        with self.room.database.transaction() as session:
            cipher = FieldCipher(FIELD_KEYS)
            store_receipt(session, vendor=vendor, body=body, cipher=cipher, now=self.room.now)

    def _weight(self) -> int:
        rows = self.room.rows("SELECT weight FROM vendor WHERE name = :name", name=DOWN)
        return int(rows[0].weight)

    def is_quiet(self) -> bool:
        """Whether every receipt that came has been read."""
        waiting = self.room.rows(
            "SELECT 1 FROM raw_receipt WHERE done_at IS NULL AND tries = 0 LIMIT 1"
        )
        return not waiting and not self.webhook.pushed

    def traffic(self, since: dt.datetime, until: dt.datetime) -> list[float]:
        """The share of new SMS that went to the vendor that was down, minute by minute."""
        rows = self.room.rows(
            "SELECT 100.0 * count(*) FILTER (WHERE vendor = :name) / count(*) AS share"
            " FROM (SELECT DISTINCT ON (delivery_id) at, vendor FROM delivery_step"
            " WHERE state = 'sending' ORDER BY delivery_id, at) AS first"
            " WHERE at > :since AND at <= :until"
            " GROUP BY floor(extract(epoch FROM at - :since) / 60)"
            " ORDER BY floor(extract(epoch FROM at - :since) / 60)",
            name=DOWN,
            since=since,
            until=until,
        )
        return [round(float(row.share), 1) for row in rows]

    def outcome(self, phones: Counter[str], traffic: list[float]) -> Outcome:
        """What became of everybody's SMS."""
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
            shares=self.shares,
            traffic=traffic,
        )


def run(room: Room, folder: Path, count: int) -> Outcome:
    """5 % of the answers lost, 2 % of the phones off, receipts shuffled; what is asked comes
    evenly in twelve minutes, and for ten of them one vendor is down.
    """
    with simulator(folder) as (url, webhook):
        storm = Storm(room, url, webhook, count)
        script(url)
        storm.begin()
        steps = ARRIVE_SECONDS // STEP_SECONDS
        calm = (steps - DOWN_SECONDS // STEP_SECONDS) // 2
        for step in range(steps):
            if step == calm:
                script(url, down=True)
                began = room.now
            storm.ask(storm.people[step * count // steps : (step + 1) * count // steps])
            storm.step(STEP_SECONDS, ticks=TICKS)
            if step == steps - calm - 1:
                script(url)
                ended = room.now
        for _ in range(10):
            storm.leap(16 * 60)
        for _ in range(8):
            storm.leap(10 * 3600)
        while not storm.is_quiet():
            storm.step(60, ticks=2)
        return storm.outcome(_on_phones(url, count), storm.traffic(began, ended))


@contextmanager
def simulator(folder: Path) -> Iterator[tuple[str, Webhook]]:
    """Both vendors, and where they push receipts."""
    webhook = Webhook()
    with served(webhook) as hook, served(create_app(_settings(hook, folder))) as url:
        yield url, webhook


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
        sms_gateway_late_receipt_seconds=LATE_RECEIPT_SECONDS,
        sms_gateway_hang_seconds=0.1,
    )


def gateways(url: str) -> dict[str, Gateway]:
    """Both real SDKs against the simulator."""
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


def script(url: str, *, down: bool = False, lost: float = 0.05, failed: float = 0.02) -> None:
    """What both vendors do from now on."""
    outage = [{"answer": "unavailable", "vendor": DOWN, "times": None}] if down else []
    body = {"steps": outage, "unknown_share": lost, "failed_share": failed, "receipt": "shuffled"}
    requests.put(f"{url}/control/script", json=body, timeout=5).raise_for_status()


def _on_phones(url: str, count: int) -> Counter[str]:
    """Our id → how often it stands on a phone."""

    def on_phone(number: int) -> list[str]:
        inbox = requests.get(f"{url}/inbox/139{number:08d}.json", timeout=5).json()
        return [one["out_id"] for one in inbox]

    with ThreadPoolExecutor(SENDERS) as pool:
        return Counter(out_id for ids in pool.map(on_phone, range(count)) for out_id in ids)
