"""One-time codes to the candidate's phone: six digits, five minutes, five tries (R2)."""

import dataclasses as dc
import datetime as dt
import secrets
import uuid
from typing import Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, NoticeRequested, Sealed
from services.upload.domain.activation import (
    CODE_DIGITS,
    CODE_MINUTES,
    CODE_TRIES,
    CODES_PER_DAY,
    wait_before_resend,
)
from services.upload.models.candidate import Account, PhoneCode, Registration
from services.upload.operations.access import lock
from services.upload.operations.actors import candidate
from services.upload.vault import Vault, masked, same_secret

Purpose = Literal["activation", "password"]


@dc.dataclass(frozen=True, kw_only=True)
class CodeSent:
    """Where the code went, and until when it counts."""

    masked_phone: str
    expires_at: dt.datetime


def send_code(
    session: Session, *, application_id: ApplicationId, purpose: Purpose, vault: Vault
) -> CodeSent:
    """A fresh code is on its way; older ones no longer count.

    Raises Refusal `code_too_soon` with `seconds`, `codes_used_up`.
    """
    lock(session, application_id)
    now = database_now(session)
    _require_turn(session, application_id, purpose, now=now)
    code, code_id = _draw(), uuid.uuid4()
    _void(session, application_id, purpose, now=now)
    expires_at = now + dt.timedelta(minutes=CODE_MINUTES)
    session.add(
        PhoneCode(
            id=code_id,
            application_id=application_id,
            purpose=purpose,
            code_hash=vault.code_hash(code, code_id=code_id),
            sent_at=now,
            expires_at=expires_at,
        )
    )
    phone = vault.read(session.get_one(Registration, application_id), "phone")
    secret = vault.seal_for_notify({"phone": phone, "code": code})
    _ask_to_send(session, application_id, secret, expires_at=expires_at)
    audit.record(
        session,
        actor=candidate(application_id),
        action="code.sent",
        subject=candidate(application_id),
        purpose=purpose,
    )
    return CodeSent(masked_phone=masked("phone", phone), expires_at=expires_at)


def _ask_to_send(
    session: Session, application_id: ApplicationId, secret: Sealed, *, expires_at: dt.datetime
) -> None:
    account = session.get_one(Account, application_id)
    outbox.post(
        session,
        NoticeRequested(
            fact="phone_code",
            application_id=application_id,
            language="en" if account.language == "en" else "zh-CN",
            params={"expires_at": expires_at.isoformat()},
            secret=secret,
        ),
    )


def _require_turn(
    session: Session, application_id: ApplicationId, purpose: Purpose, *, now: dt.datetime
) -> None:
    """The pause is each purpose's own: nobody waits for a code that she was not sent."""
    of_this = PhoneCode.purpose == purpose
    sent = session.execute(
        select(func.max(PhoneCode.sent_at).filter(of_this), func.count()).where(
            PhoneCode.application_id == application_id,
            PhoneCode.sent_at > now - dt.timedelta(days=1),
        )
    ).one()
    wait = wait_before_resend(last_sent_at=sent[0], now=now)
    if wait:
        raise Refusal("code_too_soon", seconds=wait)
    if sent[1] >= CODES_PER_DAY:
        raise Refusal("codes_used_up", max=CODES_PER_DAY)


def check_code(
    session: Session, *, application_id: ApplicationId, purpose: Purpose, code: str, vault: Vault
) -> Refusal | None:
    """None when it is the code; it is used up. Else a Refusal to show after the commit.

    Returned: `code_wrong` with `left`, `code_expired` (also when there is none, or no try is left).
    """
    lock(session, application_id)
    now = database_now(session)
    row = session.scalars(
        select(PhoneCode)
        .where(
            PhoneCode.application_id == application_id,
            PhoneCode.purpose == purpose,
            PhoneCode.used_at.is_(None),
            PhoneCode.expires_at > now,
            PhoneCode.tries < CODE_TRIES,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        return Refusal("code_expired")
    row.tries += 1
    typed = "".join(code.split())
    if same_secret(vault.code_hash(typed, code_id=row.id), row.code_hash):
        row.used_at = now
        return None
    audit.record(
        session,
        actor=candidate(application_id),
        action="code.wrong",
        subject=candidate(application_id),
        purpose=purpose,
        tries=row.tries,
    )
    if row.tries >= CODE_TRIES:
        return Refusal("code_expired")
    return Refusal("code_wrong", left=CODE_TRIES - row.tries)


def forget_codes(session: Session, application_id: ApplicationId) -> None:
    """Her phone was corrected: what the old one received counts no more, and the new one is asked
    without a wait.
    """
    session.execute(delete(PhoneCode).where(PhoneCode.application_id == application_id))


def _draw() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def _void(
    session: Session, application_id: ApplicationId, purpose: Purpose, *, now: dt.datetime
) -> None:
    session.execute(
        update(PhoneCode)
        .where(
            PhoneCode.application_id == application_id,
            PhoneCode.purpose == purpose,
            PhoneCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
