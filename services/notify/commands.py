"""What the command line may do in this room; it runs with this service's secrets only."""

import dataclasses as dc
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from libs.common import settings, two_factors
from libs.common.clock import now
from libs.common.db import Database
from libs.common.fields import FieldCipher
from services.notify.operations import operators
from services.notify.settings import NotifySettings

ACTOR = "cli"
TOTP_ISSUER = "Shencai"
T = TypeVar("T")


@dc.dataclass(frozen=True, kw_only=True)
class Added:
    """A new account as the command prints it, once."""

    login: str
    password: str
    totp_secret: str
    totp_uri: str


@dc.dataclass(frozen=True, kw_only=True)
class Account:
    """One account as the command lists it."""

    login: str
    name: str
    may_see_phones: bool
    is_open: bool


def add_operator(*, login: str, name: str, may_see_phones: bool) -> Added:
    """Add an account of the delivery desk. Raises Refusal `login_taken`."""
    chosen = settings.load(NotifySettings)
    made = _in_one_transaction(
        lambda session: operators.add(
            session,
            login=login,
            name=name,
            may_see_phones=may_see_phones,
            cipher=FieldCipher(chosen.notify_field_keys),
            actor=ACTOR,
        )
    )
    uri = two_factors.uri(login, made.totp_secret, issuer=TOTP_ISSUER)
    return Added(login=login.strip().lower(), totp_uri=uri, **dc.asdict(made))


def close_operator(*, login: str) -> int:
    """Close an account, and sign its browsers out; how many were ended.

    Raises Refusal `no_operator`, `operator_closed`.
    """
    return _in_one_transaction(
        lambda session: operators.close(session, login=login, actor=ACTOR, now=now())
    )


def list_operators() -> list[Account]:
    """Everybody who may, or once might, work at the delivery desk."""
    return _in_one_transaction(
        lambda session: [
            Account(
                login=one.login,
                name=one.name,
                may_see_phones=one.may_see_phones,
                is_open=one.closed_at is None,
            )
            for one in operators.everybody(session)
        ]
    )


def _in_one_transaction(do: Callable[[Session], T]) -> T:
    chosen = settings.load(NotifySettings)
    database = Database(chosen.notify_database_url, process="notify-command", pool_size=1)
    try:
        with database.transaction() as session:
            return do(session)
    finally:
        database.engine.dispose()
