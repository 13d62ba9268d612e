"""First entry of the demo's candidates: the activation, step by step (acts as upload)."""

import dataclasses as dc
import datetime as dt
import secrets
import uuid

from sqlalchemy.orm import Session

from libs.common.db import Database, database_now
from libs.common.messages import ApplicationId
from libs.common.storage import Storage
from ops.demo.cast import Player
from ops.demo.large_type import reads_large
from ops.demo.pace import Pace
from services.upload.domain.activation import CODE_DIGITS, CODE_MINUTES, Step
from services.upload.models.application import Application
from services.upload.models.candidate import Account, PhoneCode
from services.upload.models.packs import the_exam
from services.upload.operations import activation
from services.upload.operations.account import set_large_type
from services.upload.vault import Vault


@dc.dataclass(frozen=True, kw_only=True)
class Room:
    """What every candidate of this process shares."""

    database: Database
    storage: Storage
    vault: Vault
    password: str
    pace: Pace


def activate(room: Room, player: Player, application_id: ApplicationId, *, until: Step) -> None:
    """Each step in order, as her browser would; what an earlier start did is kept."""
    while (step := _step(room, application_id)) is not until and step is not Step.DONE:
        with room.database.transaction() as session:
            whose = {"application_id": application_id}
            exam = the_exam(session, session.get_one(Application, application_id).exam)
            refusal = None
            match step:
                case Step.IDENTITY:
                    id_number, vault = player.id_number, room.vault
                    refusal = activation.confirm_identity(
                        session, **whose, id_number=id_number, vault=vault
                    )
                case Step.PHONE:
                    code = _new_code(session, room, application_id)
                    refusal = activation.verify_phone(session, **whose, code=code, vault=room.vault)
                case Step.PRIVACY:
                    activation.accept_privacy(
                        session,
                        **whose,
                        privacy_version=exam.privacy.version,
                        consent_version=exam.consent.version,
                    )
                case Step.PLEDGE:
                    version = exam.pledge.version
                    activation.make_pledge(session, **whose, pledge_version=version)
                case Step.PASSWORD:
                    activation.set_password(session, **whose, password=room.password)
                    if player.number == reads_large().number:
                        set_large_type(session, **whose, is_large=True)
        if refusal is not None:
            raise refusal


def _new_code(session: Session, room: Room, application_id: ApplicationId) -> str:
    """A code of which no SMS tells: the demo cannot read its candidates' phones."""
    code, code_id = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}", uuid.uuid4()
    sent_at = database_now(session)
    session.add(
        PhoneCode(
            id=code_id,
            application_id=application_id,
            purpose="activation",
            code_hash=room.vault.code_hash(code, code_id=code_id),
            sent_at=sent_at,
            expires_at=sent_at + dt.timedelta(minutes=CODE_MINUTES),
        )
    )
    session.flush()
    return code


def _step(room: Room, application_id: ApplicationId) -> Step:
    with room.database.transaction() as session:
        return Step(session.get_one(Account, application_id).step)
