"""Security keys (WebAuthn) beside the authenticator app: added, believed, removed."""

import dataclasses as dc
import json
import uuid
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from libs.common import audit, passwords
from libs.common.db import database_now
from libs.common.errors import Refusal
from services.review import challenges
from services.review.domain.staff import Reviewer
from services.review.domain.words import needed
from services.review.models.staff import AnsweredChallenge, Passkey, Staff

RP_NAME = "Shencai 审材"
MOST_KEYS = 5
MAX_NAME = 30
MOST_ANSWER = 8000


@dc.dataclass(frozen=True, kw_only=True)
class Place:
    """Where the key is used: a key answers for this place alone, which keeps phishers out."""

    host: str
    origin: str
    key: str
    """Signs the challenges."""


def of(session: Session, staff_id: uuid.UUID) -> list[Passkey]:
    """His keys, the oldest first."""
    query = select(Passkey).where(Passkey.staff_id == staff_id).order_by(Passkey.added_at)
    return list(session.scalars(query))


def offer(session: Session, by: Reviewer, *, password: str, place: Place) -> str:
    """What a browser asks a new key for, as JSON. Refuses `wrong_password`, `keys_full`."""
    account = session.get_one(Staff, by.id)
    if not passwords.verify(password, account.password_hash):
        raise Refusal("wrong_password")
    known = of(session, by.id)
    if len(known) >= MOST_KEYS:
        raise Refusal("keys_full", limit=MOST_KEYS)
    options = generate_registration_options(
        rp_id=place.host,
        rp_name=RP_NAME,
        user_name=account.login,
        user_id=by.id.bytes,
        user_display_name=account.name,
        challenge=challenges.make(place.key, now=database_now(session)),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=k.credential_id) for k in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return options_to_json(options)


def add(session: Session, by: Reviewer, *, name: str, answer: str, place: Place) -> None:
    """Keep the key that answered. Refuses `words_needed`, `words_too_long`, `key_refused`,
    `keys_full`.
    """
    said = needed(name, limit=MAX_NAME)
    session.get_one(Staff, by.id, with_for_update=True)
    if len(of(session, by.id)) >= MOST_KEYS:
        raise Refusal("keys_full", limit=MOST_KEYS)
    challenge = _answered(session, answer, place)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
        )
    except (WebAuthnException, ValueError):
        raise Refusal("key_refused") from None
    added = session.scalar(
        insert(Passkey)
        .values(
            id=uuid.uuid4(),
            staff_id=by.id,
            name=said,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            added_at=func.clock_timestamp(),
        )
        .on_conflict_do_nothing()
        .returning(Passkey.id)
    )
    if added is None:
        raise Refusal("key_refused")
    _audit(session, by.id, "staff.key_added")


def remove(session: Session, by: Reviewer, key_id: uuid.UUID) -> None:
    """One of his own. Refuses `not_found`."""
    query = delete(Passkey).where(Passkey.id == key_id, Passkey.staff_id == by.id)
    if session.scalar(query.returning(Passkey.id)) is None:
        raise Refusal("not_found")
    _audit(session, by.id, "staff.key_removed")


def forget_all(session: Session, staff_id: uuid.UUID) -> None:
    """All his factors are made anew."""
    session.execute(delete(Passkey).where(Passkey.staff_id == staff_id))


def challenge(session: Session, *, place: Place) -> str:
    """What a browser asks a key at the door, as JSON: the same whoever stands there."""
    options = generate_authentication_options(
        rp_id=place.host,
        challenge=challenges.make(place.key, now=database_now(session)),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(options)


def answers(session: Session, staff_id: uuid.UUID, answer: str, *, place: Place) -> bool:
    """Whether a key of this account answered a challenge of ours, for the first time."""
    try:
        credential_id = base64url_to_bytes(str(_parsed(answer)["rawId"]))
        seen = _answered(session, answer, place)
        key = session.scalars(
            select(Passkey)
            .where(Passkey.credential_id == credential_id, Passkey.staff_id == staff_id)
            .with_for_update()
        ).one_or_none()
        if key is None:
            return False
        done = verify_authentication_response(
            credential=answer,
            expected_challenge=seen,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        )
    except (Refusal, WebAuthnException, ValueError, KeyError, TypeError):
        return False
    now = database_now(session)
    key.sign_count, key.used_at = done.new_sign_count, now
    return True


def _answered(session: Session, answer: str, place: Place) -> bytes:
    """The challenge that was answered: ours, not ended, and never answered before.

    Refuses `key_refused`.
    """
    try:
        client = _object(base64url_to_bytes(_parsed(answer)["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(client["challenge"])
    except (ValueError, KeyError, TypeError):
        raise Refusal("key_refused") from None
    ends = challenges.ends_at(challenge, place.key, now=database_now(session))
    if ends is None:
        raise Refusal("key_refused")
    first = session.scalar(
        insert(AnsweredChallenge)
        .values(challenge=challenge, ends_at=ends)
        .on_conflict_do_nothing()
        .returning(AnsweredChallenge.challenge)
    )
    if first is None:
        raise Refusal("key_refused")
    return challenge


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > MOST_ANSWER:
        raise ValueError(answer[:20])
    return _object(answer)


def _object(text: str | bytes) -> dict[str, Any]:
    """Raises ValueError, TypeError."""
    try:
        parsed = json.loads(text)
    except RecursionError:  # thousands of brackets
        raise ValueError("too deep") from None
    if not isinstance(parsed, dict):
        raise TypeError
    return parsed


def _audit(session: Session, staff_id: uuid.UUID, action: str) -> None:
    subject = f"staff:{staff_id}"
    audit.record(session, actor=subject, action=action, subject=subject)
