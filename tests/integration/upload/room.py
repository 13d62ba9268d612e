"""Upload with a database and keys of its own, as its web process and consumer would run it."""

import base64
import dataclasses as dc
import datetime as dt
import hashlib
import itertools
import uuid
from pathlib import Path
from typing import Any

from sqlalchemy import text

from libs.common import messages as m
from libs.common import sealing
from libs.common.clock import now
from libs.common.db import Database
from libs.common.doors import ServiceDoor
from libs.common.envelopes import Envelope, dump
from services.upload.domain import registration
from services.upload.domain.registration import Record
from services.upload.ears import operations
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.operations import exams, images, submission
from services.upload.operations.crashes import count_crash
from services.upload.operations.images import StoredPicture
from services.upload.operations.registrations import import_registrations
from services.upload.operations.slots import Upload
from services.upload.operations.submission import HandedIn
from services.upload.packs import copies, pack
from services.upload.settings import UploadSettings
from services.upload.vault import Vault, open_vault
from tests import make

PACK = Path("exams/tianjin-2023/exam.yaml")
EXAM = "demo"
KEY = base64.b64encode(b"0123456789" * 3 + b"ab").decode()
NAME, PHONE, UNIT_PHONE, UNIT = "样例·甲", "13900001234", "022-00001111", "样例医院"


class Room:
    """One upload service: do something, then look at its pages' data and its outbox."""

    def __init__(self, url: str) -> None:
        self.review_key, review_public = sealing.new_key_pair()
        self.notify_key, notify_public = sealing.new_key_pair()
        own_key, self.own_public = sealing.new_key_pair()
        self.url = url
        self.database = Database(url, process="test", pool_size=24)
        self.vault: Vault = open_vault(
            UploadSettings(
                upload_database_url=url,
                upload_field_keys=f"k1:{KEY}",
                upload_index_key=KEY,
                review_sealing_key=review_public,
                notify_sealing_key=notify_public,
            ),
            own_key=own_key,
        )
        self.door = ServiceDoor(lambda: self.database, operations(self.vault), count_crash)
        self._numbers = itertools.count(1)
        with self.database.transaction() as session:
            document = copies.demo(pack.read(PACK), now=now())
            self.exam = exams.load_exam(session, document, actor="test:room")

    def record(self, number: int | None = None, **changes: Any) -> Record:
        """A registration that is right; `facts` and personal columns can be changed."""
        serial = number or next(self._numbers)
        facts = make.FACTS | changes.pop("facts", {})
        raw = {
            "number": f"TJ-{serial:05d}",
            "site": self.exam.sites[0].code,
            "name": NAME,
            "id_number": make.id_number(serial),
            "phone": PHONE,
            "work_unit": UNIT,
            "unit_phone": UNIT_PHONE,
        }
        found = registration.read(
            raw | changes, facts, row=1, sites=tuple(s.code for s in self.exam.sites)
        )
        assert isinstance(found, Record), found
        return found

    def register(self, *records: Record) -> list[m.ApplicationId]:
        """The applications of these registrations."""
        with self.database.transaction() as session:
            import_registrations(session, records, exam=EXAM, vault=self.vault, actor="test:room")
        found = {
            row.number: row.application_id
            for row in self.rows("SELECT number, application_id FROM registration")
        }
        return [found[record.number] for record in records]

    def candidate(self, **changes: Any) -> m.ApplicationId:
        """A fresh application."""
        return self.register(self.record(**changes))[0]

    def upload(
        self,
        application_id: m.ApplicationId,
        material: str = "A01",
        *,
        key: str | None = None,
        began_at: dt.datetime | None = None,
        request_id: m.RequestId | None = None,
    ) -> m.ImageId:
        """Receive a picture whose bytes are said to be stored."""
        asked = Upload(
            application_id=application_id,
            material=material,
            idempotency_key=key or uuid.uuid4().hex,
            began_at=began_at or now(),
            request_id=request_id,
        )
        with self.database.transaction() as session:
            return images.receive(session, asked, stored_picture(asked.idempotency_key))

    def delete(self, application_id: m.ApplicationId, image_id: m.ImageId) -> None:
        with self.database.transaction() as session:
            images.delete(session, application_id=application_id, image_id=image_id, began_at=now())

    def fill(self, application_id: m.ApplicationId) -> list[m.ImageId]:
        """Upload what the list still asks for."""
        held = self.held(application_id)
        wanted = [(e.code, e.min - len(held.counting(e.code))) for e in held.entries]
        return [self.upload(application_id, code) for code, count in wanted for _ in range(count)]

    def submit(
        self,
        application_id: m.ApplicationId,
        *,
        began_at: dt.datetime | None = None,
        kind: m.WindowKind = "main",
        round_: int | None = None,
    ) -> HandedIn:
        with self.database.transaction() as session:
            return submission.submit(
                session,
                application_id=application_id,
                began_at=began_at or now(),
                vault=self.vault,
                kind=kind,
                round_=round_,
            )

    def submitted(self, **changes: Any) -> tuple[m.ApplicationId, list[m.ImageId]]:
        """An application that was handed in, every image checked, and its images."""
        application_id = self.candidate(**changes)
        filled = self.fill(application_id)
        for image_id in filled:
            self.hear(checked(image_id))
        self.submit(application_id)
        return application_id, filled

    def held(self, application_id: m.ApplicationId) -> Holdings:
        with self.database.transaction() as session:
            return read_holdings(session, application_id)

    def hear(self, message: m.Message, *, times: int = 1, copies: int = 1) -> None:
        """The message enters in `times` envelopes, each `copies` times."""
        for _ in range(times):
            sent = dump(envelope(message))
            for _ in range(copies):
                self.door.handle(sent)

    def tick(self) -> None:
        """The clock's message; what it says of the time does not matter."""
        self.hear(m.DeadlineTick(now=now()))

    def move_window(self, *, ends_in: float, grace: int = 60, opened_ago: float = 86400) -> None:
        """The main window ends so many seconds from now on the database's clock."""
        self.run(
            "UPDATE exam_window SET opens_at = clock_timestamp() - make_interval(secs => :ago),"
            " ends_at = clock_timestamp() + make_interval(secs => :ends), grace_seconds = :grace"
            " WHERE kind = 'main'",
            ago=max(opened_ago, opened_ago - ends_in),
            ends=ends_in,
            grace=grace,
        )

    def move_second(self, *, opens_in: float, ends_in: float, grace: int = 60) -> None:
        """The window of deferred materials opens and ends so many seconds from now."""
        self.run(
            "UPDATE exam_window SET opens_at = clock_timestamp() + make_interval(secs => :opens),"
            " ends_at = clock_timestamp() + make_interval(secs => :ends), grace_seconds = :grace"
            " WHERE kind = 'second'",
            opens=opens_in,
            ends=ends_in,
            grace=grace,
        )

    def rows(self, statement: str, **params: object) -> list[Any]:
        with self.database.transaction() as session:
            return list(session.execute(text(statement), params).all())

    def run(self, statement: str, **params: object) -> None:
        with self.database.transaction() as session:
            session.execute(text(statement), params)

    def said(self, kind: type[m.Message]) -> list[Any]:
        """The messages of that type in the outbox, oldest first, each once."""
        rows = self.rows(
            "SELECT DISTINCT ON (body) body, created_at FROM outbox WHERE type = :t",
            t=kind.__name__,
        )
        ordered = sorted(rows, key=lambda row: row.created_at)
        return [make.message_of(kind.__name__, row.body) for row in ordered]


def stored_picture(seed: str) -> StoredPicture:
    digest = hashlib.sha256(seed.encode()).hexdigest()
    return StoredPicture(
        key=f"{digest[:32]}.jpeg", sha256=digest, size_bytes=1000, orientation=1, format="jpeg"
    )


def checked(image_id: m.ImageId, *, code: str | None = None, refused: bool = False) -> Any:
    """What the image worker says: fine, a warning, or a refusal."""
    severity: m.Severity = "refuse" if refused else "warn"
    word = code or ("damaged" if refused else None)
    found = [m.Finding(code=word, severity=severity, measured=1, threshold=2)] if word else []
    return m.ImageChecked(
        image_id=image_id,
        checker="test",
        format="jpeg",
        width=0 if refused else 1200,
        height=0 if refused else 900,
        findings=tuple(found),
        signals={"sharpness": 9.0},
        view_key=None if refused else f"{image_id}.view",
        grid_key=None if refused else f"{image_id}.grid",
    )


def replace(image_id: m.ImageId, *, due_in: float = 3600) -> m.RaisedRequest:
    """A REPLACE request."""
    return _request(kind="REPLACE", image_id=image_id, reason="Q01", due_in=due_in)


def add(material: str, count: int = 1, *, due_in: float = 3600) -> m.RaisedRequest:
    """An ADD request."""
    return _request(kind="ADD", material=material, add_count=count, reason="Z01", due_in=due_in)


def fix(fact: str, *, due_in: float = 3600) -> m.RaisedRequest:
    """A FIX request."""
    return _request(kind="FIX", fact=fact, reason="F01", due_in=due_in)


def _request(*, due_in: float, **fields: Any) -> m.RaisedRequest:
    empty: dict[str, Any] = {"material": None, "image_id": None, "add_count": 0, "fact": None}
    return m.RaisedRequest(
        request_id=m.RequestId(uuid.uuid4()),
        words="请补拍",
        mark=None,
        due_at=now() + dt.timedelta(seconds=due_in),
        **(empty | fields),
    )


def raised(
    application_id: m.ApplicationId,
    *requests: m.RaisedRequest,
    accepted: tuple[m.ImageId, ...] = (),
    round_: int = 1,
) -> m.RequestsRaised:
    return m.RequestsRaised(
        application_id=application_id,
        case_id=m.CaseId(uuid.uuid4()),
        level="site",
        round=round_,
        requests=requests,
        accepted=accepted,
    )


def envelope(message: m.Message) -> Envelope:
    return make.envelope(message, producer="review")


def again(message: Envelope) -> Envelope:
    """The relay's second copy."""
    return dc.replace(message, attempt=2)
