"""The candidate's side as tests need it: the real app over real PostgreSQL and S3.

`CandidateSite` registers candidates, gives pictures to the real image check, and speaks to the
service as the review would: through the consumer's own door.
"""

import base64
import datetime as dt
import secrets
import uuid
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from sqlalchemy import text

from libs.common import browser_sessions
from libs.common import messages as m
from libs.common.clock import now
from libs.common.db import Database
from libs.common.messages import ApplicationId
from libs.common.sealing import new_key_pair
from libs.common.storage import Storage
from libs.common.web.app import WebSettings
from services.upload import ears, intake
from services.upload.app import build
from services.upload.domain.facts import checked
from services.upload.domain.metadata import strip
from services.upload.domain.registration import Record
from services.upload.operations import exams, images, slots, submission
from services.upload.operations.activation import hashed
from services.upload.operations.registrations import import_registrations
from services.upload.packs import copies, pack
from services.upload.settings import EntrySettings, UploadSettings
from services.upload.vault import open_vault
from services.upload.web.door import CANDIDATE, LIMITS, Parts
from tests import make
from tests.servers import PostgresForTests, S3ForTests
from workers.images.answer import answer
from workers.shrink.answer import clear, shrink

PACK = Path(__file__).parents[1] / "exams" / "tianjin-2023"
PASSWORD = "样例·一句容易记的话"
FACTS = make.FACTS | {"fresh_graduate": "true"}

FEED_KEY_ID, FEED_KEY = "feed", secrets.token_hex(32)
"""Signs what the registration system sends."""


def id_number_of(number: str) -> str:
    """The made-up ID number of a registration."""
    return f"12000019980504{number[-3:]}X"


class CandidateSite:
    """One upload service of a test, with the exam `demo` open."""

    def __init__(self, postgres: PostgresForTests, s3: S3ForTests) -> None:
        key, self.launch_key = secrets.token_bytes(32), Ed25519PrivateKey.generate()
        own = UploadSettings(
            upload_database_url=postgres.fresh_database("upload"),
            upload_field_keys=f"k1:{base64.b64encode(key).decode()}",
            upload_index_key=base64.b64encode(secrets.token_bytes(32)).decode(),
            review_sealing_key=new_key_pair()[1],
            notify_sealing_key=new_key_pair()[1],
        )
        public = base64.b64encode(self.launch_key.public_key().public_bytes_raw()).decode()
        self.database = Database(own.upload_database_url, process="tests")
        self.vault = open_vault(own)
        self.parts = Parts(
            database=self.database,
            storage=Storage(s3.settings("upload")),
            vault=self.vault,
            entry=EntrySettings(
                launch_keys=(f"k:{public}",),
                launch_issuer="registration",
                launch_audience="shencai",
                registration_api_keys=(f"{FEED_KEY_ID}:{FEED_KEY}",),
                upload_url="http://127.0.0.1:1",
                registration_url="http://127.0.0.1:1/",
            ),
            web=WebSettings(
                cookie_key=secrets.token_hex(16), trusted_hosts=("127.0.0.1", "localhost")
            ),
        )
        self.app = build(self.parts)
        self._images = Storage(s3.settings("images"))
        self._shrink = Storage(s3.settings("shrink"))
        self._ears = ears.operations(self.vault)
        document, _ = pack.load(PACK)
        with self.database.transaction() as db:
            exams.load_exam(db, copies.demo(document, now=now()), actor="tests")

    def register(
        self, number: str = "230000001", *, exam: str = "demo", **facts: str
    ) -> ApplicationId:
        """A registration that has arrived, not activated."""
        record = Record(
            number=number,
            site="heping",
            language="zh-CN",
            person={
                "name": "样例·林晓清",
                "id_number": id_number_of(number),
                "birth_date": "1998-05-04",
                "sex": "female",
                "phone": "13800000" + number[-3:],
                "work_unit": "样例医院",
                "unit_phone": "022-0000-0200",
            },
            facts=checked(FACTS | facts)[0],
        )
        with self.database.transaction() as db:
            import_registrations(db, [record], exam=exam, vault=self.vault, actor="tests")
            found = db.execute(
                text("SELECT application_id FROM registration WHERE number = :number"),
                {"number": number},
            )
            return ApplicationId(found.scalar_one())

    def activated(
        self, number: str = "230000001", *, exam: str = "demo", **facts: str
    ) -> ApplicationId:
        """A candidate who has been here before."""
        application_id = self.register(number, exam=exam, **facts)
        with self.database.transaction() as db:
            db.execute(
                text(
                    "UPDATE account SET step = 'done', identity_at = now(), phone_at = now(),"
                    " privacy_version = '2023-02-01', privacy_at = now(),"
                    " consent_version = '2023-02-01',"
                    " consent_at = now(), pledge_version = 'v', pledge_at = now(),"
                    " password_hash = :hash, activated_at = now() WHERE application_id = :id"
                ),
                {"hash": hashed(PASSWORD), "id": application_id},
            )
        return application_id

    def token(self, number: str = "230000001", **changed: object) -> str:
        """A launch token as the registration system signs it."""
        issued = int(now().timestamp())
        claims: dict[str, Any] = {
            "iss": "registration",
            "aud": "shencai",
            "sub": number,
            "exam": "demo",
            "jti": secrets.token_urlsafe(16),
            "iat": issued,
            "exp": issued + 120,
        }
        headers = {"typ": "shencai-launch+jwt", "kid": "k"}
        return jwt.encode(claims | changed, self.launch_key, algorithm="EdDSA", headers=headers)

    def cookie(self, application_id: ApplicationId) -> str:
        """The token of a fresh session of hers."""
        with self.database.transaction() as db:
            return browser_sessions.start(
                db, kind=CANDIDATE, subject=application_id, limits=LIMITS[CANDIDATE]
            )

    def client(self, application_id: ApplicationId | None = None) -> FlaskClient:
        """A browser without scripts, signed in when an application is given."""
        client = self.app.test_client()
        if application_id is not None:
            client.set_cookie("candidate", self.cookie(application_id), domain="localhost")
        return client

    def upload(self, application_id: ApplicationId, material: str, data: bytes) -> m.ImageId:
        """A picture of hers arrives."""
        wanted = slots.Upload(
            application_id=application_id,
            material=material,
            idempotency_key=str(uuid.uuid4()),
            began_at=now(),
        )
        picture = intake.store(self.parts.storage, strip(data))
        with self.database.transaction() as db:
            return images.receive(db, wanted, picture)

    def submit(self, application_id: ApplicationId) -> str:
        """She hands it in; the receipt's number."""
        with self.database.transaction() as db:
            done = submission.submit(
                db, application_id=application_id, began_at=now(), vault=self.vault
            )
        return done.receipt_number

    def hear(self, message: m.Message) -> None:
        """The message reaches the service."""
        with self.database.transaction() as db:
            self._ears[type(message)](db, message)

    def check_images(self) -> int:
        """Every picture that waits is checked for real; how many there were."""
        done = 0
        for body in self.posted("CheckImage", take=True):
            fields = {**body, "image_id": uuid.UUID(body["image_id"])}
            self.hear(answer(m.CheckImage(**fields), self._images))
            done += 1
        return done

    def shrink_photos(self) -> int:
        """Every photo at the shrink door is made smaller for real; how many there were."""
        done = 0
        for body in self.posted("ShrinkImage", take=True):
            fields = {**body, "image_id": uuid.UUID(body["image_id"])}
            self.hear(shrink(m.ShrinkImage(**fields), self._shrink))
            done += 1
        return done

    def clear_photos(self) -> int:
        """What came to its end at the shrink door is removed for real; how many there were."""
        done = 0
        for body in self.posted("ClearShrink", take=True):
            shrink_id = m.ImageId(uuid.UUID(body["image_id"]))
            asked = m.ClearShrink(image_id=shrink_id, keys=tuple(body["keys"]))
            self.hear(clear(asked, self._shrink))
            done += 1
        return done

    def posted(self, kind: str, *, take: bool = False) -> list[dict[str, Any]]:
        """Bodies of the messages of a type that wait in the outbox."""
        look = "SELECT body FROM outbox WHERE type = :kind AND settled_at IS NULL"
        settle = "UPDATE outbox SET settled_at = now() WHERE type = :kind AND settled_at IS NULL"
        with self.database.transaction() as db:
            rows = list(db.execute(text(look), {"kind": kind}).scalars())
            if take:
                db.execute(text(settle), {"kind": kind})
        return rows

    def value(self, statement: str, **params: object) -> Any:
        """One value out of the database."""
        with self.database.transaction() as db:
            return db.execute(text(statement), params).scalar_one()

    def ask_to_replace(self, application_id: ApplicationId, image_id: uuid.UUID) -> uuid.UUID:
        """The site wants an image exchanged; everything else is accepted."""
        request_id = uuid.uuid4()
        with self.database.transaction() as db:
            images = db.execute(
                text("SELECT id FROM image WHERE application_id = :id AND deleted_at IS NULL"),
                {"id": application_id},
            ).scalars()
            accepted = tuple(m.ImageId(i) for i in images if i != image_id)
        demand = m.RaisedRequest(
            request_id=m.RequestId(request_id),
            kind="REPLACE",
            material=None,
            image_id=m.ImageId(image_id),
            add_count=0,
            fact=None,
            reason="RE02",
            words="有效期限看不清，请避开灯光。",
            mark=(0.55, 0.1, 0.35, 0.4),
            due_at=now() + dt.timedelta(hours=48),
        )
        self.hear(
            m.RequestsRaised(
                application_id=application_id,
                case_id=m.CaseId(uuid.uuid4()),
                level="site",
                round=1,
                requests=(demand,),
                accepted=accepted,
            )
        )
        return request_id
