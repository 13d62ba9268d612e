"""Notify with a database, keys and a clock of its own, as its consumer would run it."""

import dataclasses as dc
import datetime as dt
import json
import uuid
from typing import Any

from sqlalchemy import text

from libs.common import messages as m
from libs.common import sealing
from libs.common.db import Database
from libs.common.doors import ServiceDoor
from libs.common.envelopes import dump
from services.notify.ears import Ears
from services.notify.settings import ConsumerSettings
from tests import make

NOON = dt.datetime(2030, 2, 10, 4, tzinfo=dt.UTC)
"""12:00 in Shanghai, and ahead of the database's clock."""
PHONE = "13900001234"
UNIT_PHONE = "13900005678"
CODE = "271828"
INDEX_KEY = "aW5kZXggb2YgcGhvbmVz"
FIELD_KEYS = "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


class Room:
    """One notify: `hear` what came, then look at its outbox and its deliveries."""

    def __init__(self, url: str, *, vendors: tuple[str, ...] = ("tencent",)) -> None:
        self.private_key, self.public_key = sealing.new_key_pair()
        self.sms_private_key, sms_public_key = sealing.new_key_pair()
        self.review_private_key, self.review_public_key = sealing.new_key_pair()
        self.now = NOON
        settings = ConsumerSettings(
            notify_database_url=url,
            notify_field_keys=FIELD_KEYS,
            notify_private_key=self.private_key,
            notify_index_key=INDEX_KEY,
            sms_public_key=sms_public_key,
            review_sealing_key=self.review_public_key,
            broker_url="redis://127.0.0.1:1/0",
            sms_vendors=vendors,
        )
        self.database = Database(url, process="test", pool_size=8)
        self.ears = Ears(settings, clock=lambda: self.now)
        self.door = ServiceDoor(lambda: self.database, self.ears.operations())

    def hear(self, message: m.Message, *, times: int = 1, copies: int = 1) -> None:
        """The message enters `copies` times in `times` envelopes each."""
        for _ in range(times):
            sent = dump(make.envelope(message, at=self.now))
            for _ in range(copies):
                self.door.handle(sent)

    def tick(self, **later: float) -> None:
        """Let time pass, and the clock tick."""
        self.now += dt.timedelta(**later)
        self.hear(m.DeadlineTick(now=self.now))

    def rows(self, statement: str, **params: object) -> list[Any]:
        with self.database.transaction() as session:
            return list(session.execute(text(statement), params).all())

    def said(self, kind: type[m.Message]) -> list[Any]:
        """The messages of that type in the outbox, oldest first."""
        rows = self.rows("SELECT * FROM outbox WHERE type = :t ORDER BY id", t=kind.__name__)
        return [make.message_of(r.type, r.body) for r in rows]

    def opened(self, message: m.SendSms | m.SendCode) -> dict[str, object]:
        """What the SMS worker would read under the seal."""
        return sealing.unseal(message.secret, self.sms_private_key)

    def state(self, channel: str = "sms") -> str:
        """State and reason of the only delivery over that channel."""
        (row,) = self.rows("SELECT state, reason FROM delivery WHERE channel = :c", c=channel)
        return f"{row.state} {row.reason}".strip()

    def parked(self) -> list[str]:
        return [row.reason for row in self.rows("SELECT reason FROM parked")]

    def everything(self) -> str:
        """All rows of all tables as text, as somebody with a copy of the database reads them."""
        tables = self.rows(
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_type = 'BASE TABLE'"
        )
        names = [row.name for row in tables]
        dump = [self.rows(f"SELECT to_jsonb(x) AS row FROM {n} x") for n in names]  # noqa: S608
        return json.dumps([[row.row for row in rows] for rows in dump], ensure_ascii=False)


EXAM = m.ExamLoaded(
    exam="demo",
    pack_version="2023.2+aa",
    zone="Asia/Shanghai",
    names={"zh-CN": "样例考试", "en": "Sample exam"},
    sites={},
    materials={"A01": {"zh-CN": "有效身份证明", "en": "ID card"}},
    reasons={},
    settings={},
    facts={"name": {"zh-CN": "姓名", "en": "Name"}},
)


def an_application() -> m.ApplicationId:
    return m.ApplicationId(uuid.uuid4())


def contact(
    room: Room, application: m.ApplicationId, *, revision: int = 1, phone: str = PHONE, **other: Any
) -> m.ContactChanged:
    return m.ContactChanged(
        application_id=application,
        revision=revision,
        exam="demo",
        site="S01",
        language=other.get("language", "zh-CN"),
        contact=sealing.seal({"phone": phone, "unit_phone": UNIT_PHONE}, room.public_key),
    )


def submitted(
    application: m.ApplicationId, *, round_: int = 1, **other: Any
) -> m.ApplicationSubmitted:
    plain = m.ApplicationSubmitted(
        application_id=application,
        submission_id=m.SubmissionId(uuid.uuid4()),
        exam="demo",
        site="S01",
        registration_number="R0001",
        round=round_,
        receipt_number="TJ-0001",
        submitted_at=NOON,
        facts={},
        personal=m.Sealed("sealed-for-review"),
        masked_name="样*例",
        materials=("A01",),
        images=(),
        absences=(),
        explanations=(),
    )
    return dc.replace(plain, **other)


def answering(application: m.ApplicationId) -> m.ApplicationSubmitted:
    explained = m.Explanation(request_id=m.RequestId(uuid.uuid4()), text="样例说明")
    return submitted(application, round_=2, explanations=(explained,))


def raised(application: m.ApplicationId) -> m.RequestsRaised:
    request = m.RaisedRequest(
        request_id=m.RequestId(uuid.uuid4()),
        kind="REPLACE",
        material="A01",
        image_id=m.ImageId(uuid.uuid4()),
        add_count=0,
        fact=None,
        reason="BLURRY",
        words="请您重拍",
        mark=None,
        due_at=NOON + dt.timedelta(days=2),
    )
    return m.RequestsRaised(
        application_id=application,
        case_id=m.CaseId(uuid.uuid4()),
        level="site",
        round=1,
        requests=(request,),
        accepted=(),
    )


def published(*applications: m.ApplicationId) -> m.ResultsShown:
    return m.ResultsShown(
        exam="demo",
        batch_id=m.BatchId(uuid.uuid4()),
        published_at=NOON,
        applications=applications,
    )


def code_request(room: Room, **params: str) -> m.NoticeRequested:
    return m.NoticeRequested(
        fact="phone_code",
        application_id=an_application(),
        language="zh-CN",
        params=params,
        secret=sealing.seal({"phone": PHONE, "code": CODE}, room.public_key),
    )


def reported(
    delivery: m.DeliveryId, outcome: m.SmsClass, *, vendor_id: str | None = None
) -> m.SmsReported:
    return m.SmsReported(
        delivery_id=delivery,
        outcome=outcome,
        vendor="tencent",
        vendor_code="Ok" if outcome == "accepted" else outcome,
        vendor_id=vendor_id,
    )
