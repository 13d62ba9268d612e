"""Builders for the review room's tests: messages as they come, people, and a fed database."""

import base64
import datetime as dt
import os
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.db import Database
from libs.common.doors import ServiceDoor
from libs.common.envelopes import dump
from libs.common.sealing import new_key_pair, seal
from services.review.domain.staff import Reviewer, Role
from services.review.ears import operations
from services.review.models.case import Case
from services.review.operations import staff
from services.review.vault import Vault
from tests import make

PRIVATE_KEY, PUBLIC_KEY = new_key_pair()
FIELD_KEYS = "k1:" + base64.b64encode(os.urandom(32)).decode()
SUBMITTED_AT = dt.datetime(2023, 2, 14, 11, 6, tzinfo=dt.UTC)
PERSON: dict[str, object] = {
    "name": "样例·李文清",
    "id_number": "120000199704180009",
    "birth_date": "1997-04-18",
    "sex": "女",
    "phone": "13900000001",
    "work_unit": "天津市样例医院",
    "unit_phone": "02200000001",
}
PASSWORD = "a password of some length"


def image(material: str = "A01", position: int = 1, **changes: Any) -> m.SubmittedImage:
    values: dict[str, Any] = {
        "image_id": m.ImageId(uuid.uuid4()),
        "material": material,
        "position": position,
        "sha256": "0" * 64,
        "size_bytes": 190_000,
        "width": 1500,
        "height": 1040,
        "state": "checked",
        "view_key": f"{uuid.uuid4()}/view.jpg",
        "grid_key": f"{uuid.uuid4()}/grid.jpg",
        "findings": (),
        "replaces": None,
        "answers": None,
    }
    return m.SubmittedImage(**(values | changes))


def submission(*images: m.SubmittedImage, **changes: Any) -> m.ApplicationSubmitted:
    values: dict[str, Any] = {
        "application_id": m.ApplicationId(uuid.uuid4()),
        "submission_id": m.SubmissionId(uuid.uuid4()),
        "exam": "demo",
        "site": "heping",
        "registration_number": f"TJ-2023-{uuid.uuid4().int % 10**6:06d}",
        "round": 1,
        "receipt_number": "TJ23-0001",
        "submitted_at": SUBMITTED_AT,
        "facts": {"level": "physician", "category": "clinical", "id_type": "mainland"},
        "personal": seal(PERSON, PUBLIC_KEY),
        "masked_name": "样***清",
        "materials": ("A01", "B01"),
        "images": images or (image("A01", 1), image("A01", 2), image("B01", 1)),
        "absences": (),
        "explanations": (),
    }
    return m.ApplicationSubmitted(**(values | changes))


def next_round(
    before: m.ApplicationSubmitted, images: Sequence[m.SubmittedImage], **changes: Any
) -> m.ApplicationSubmitted:
    same = {
        "application_id": before.application_id,
        "registration_number": before.registration_number,
    }
    return submission(*images, **(same | {"round": before.round + 1} | changes))


def exam(**changes: Any) -> m.ExamLoaded:
    values: dict[str, Any] = {
        "exam": "demo",
        "pack_version": "1",
        "zone": "Asia/Shanghai",
        "names": {"zh-CN": "样例考试", "en": "Sample exam"},
        "sites": {
            "heping": {"zh-CN": "和平考点", "en": "Heping site", "phone": "1", "hours": "9-17"},
            "hexi": {"zh-CN": "河西考点", "en": "Hexi site", "phone": "1", "hours": "9-17"},
        },
        "materials": {
            "A01": {"zh-CN": "有效身份证明", "en": "ID card, both sides"},
            "B01": {"zh-CN": "毕业证书", "en": "Diploma"},
            "Z01": {"zh-CN": "其他证明材料", "en": "Other"},
        },
        "reasons": {
            "RE01": _reason("REPLACE", "图片不清晰", "The picture is not sharp", "tpbqx"),
            "RE02": _reason("REPLACE", "反光遮挡内容", "Glare hides part of it", "fgzdnr"),
            "AD01": _reason("ADD", "缺少页面", "Pages are missing", "qsym"),
            "FX01": _reason("FIX", "姓名与证件不符", "The name differs", "xmyzjbf", facts="name"),
            "FX02": _reason("FIX", "号码与证件不符", "The number differs", "hm", facts="id_number"),
            "FX09": _reason("FIX", "报名信息与材料不符", "It differs from the papers", "bmxx"),
        },
        "settings": {"request_due_hours": 48, "damage_due_hours": 48, "claim_minutes": 20},
        "facts": {
            "name": {"zh-CN": "姓名", "en": "Name"},
            "id_number": {"zh-CN": "证件号码", "en": "ID number"},
            "level": {
                "zh-CN": "报考级别",
                "en": "Level",
                "physician.zh-CN": "执业医师",
                "physician.en": "Physician",
            },
        },
    }
    return m.ExamLoaded(**(values | changes))


def _reason(kind: str, zh: str, en: str, initials: str, facts: str = "") -> dict[str, str]:
    return {
        "zh-CN": zh,
        "en": en,
        "kind": kind,
        "cure": "重拍",
        "cure_en": "Again",
        "initials": initials,
        "materials": "",
        "facts": facts,
    }


def envelope(message: m.Message, **changes: Any) -> dict[str, Any]:
    return dump(make.envelope(message, **({"at": SUBMITTED_AT} | changes)))


class Room:
    """A migrated database with its door, and short ways to look inside."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.database = Database(url, process="test", pool_size=10)
        self.vault = Vault(FIELD_KEYS, PRIVATE_KEY)
        self.door = ServiceDoor(lambda: self.database, operations(self.vault))

    def feed(self, *messages: m.Message) -> None:
        for message in messages:
            self.door.handle(envelope(message))

    def do(self, operation: Any, *arguments: Any, **named: Any) -> Any:
        with self.database.transaction() as session:
            return operation(session, *arguments, **named)

    def case(self, submitted: m.ApplicationSubmitted) -> Case:
        with self.database.transaction() as session:
            return session.scalars(
                select(Case).where(Case.application_id == submitted.application_id)
            ).one()

    def rows(self, statement: str, **values: Any) -> list[Any]:
        with self.database.transaction() as session:
            return list(session.execute(text(statement), values))

    def said(self, kind: type[m.Message]) -> list[dict[str, Any]]:
        rows = self.rows(
            "SELECT DISTINCT ON (body::text) body, created_at FROM outbox WHERE type = :type"
            " ORDER BY body::text, created_at",
            type=kind.__name__,
        )
        return [row.body for row in sorted(rows, key=lambda r: r.created_at)]

    def person(self, login: str, *roles: Role, sites: Sequence[str] = ("heping",)) -> Reviewer:
        def work(session: Session) -> Reviewer:
            made = staff.add(
                session,
                login=login,
                name=f"样例·{login}",
                roles=frozenset(roles),
                sites=frozenset(sites),
                vault=self.vault,
                by="test",
                password=PASSWORD,
            )
            found = staff.reviewer(session, made.id)
            assert found is not None
            return found

        return self.do(work)  # type: ignore[no-any-return]
