"""What the command line may do in this room; it runs with this service's secrets only."""

import dataclasses as dc
from collections.abc import Sequence

from libs.common import settings, two_factors
from libs.common.db import Database
from libs.common.errors import Misconfigured
from services.review.domain.staff import SITE_ROLES, Role
from services.review.operations import staff
from services.review.settings import ReviewSettings
from services.review.vault import Vault

ACTOR = "cli"
TOTP_ISSUER = "Shencai"


@dc.dataclass(frozen=True, kw_only=True)
class Added:
    """A new account as the command prints it, once."""

    login: str
    password: str
    totp_secret: str
    """Base32, for an authenticator app."""
    totp_uri: str


def _known_roles(roles: Sequence[str], sites: Sequence[str]) -> frozenset[Role]:
    known = [role.value for role in Role]
    unknown = sorted(set(roles) - set(known))
    if unknown or not roles:
        raise Misconfigured(f"unknown role {', '.join(unknown)}; there are: {', '.join(known)}")
    given = frozenset(Role(role) for role in roles)
    if SITE_ROLES & given and not sites:
        raise Misconfigured("a site role needs at least one site code")
    return given


def add_staff(
    *,
    login: str,
    name: str,
    roles: Sequence[str],
    sites: Sequence[str] = (),
    password: str | None = None,
    totp_secret: str | None = None,
) -> Added:
    """Add an account. Password and TOTP secret are made unless given (the demo gives them).

    Raises Misconfigured with a sentence for an unknown role or a site role without a site, and
    Refusal `login_taken`.
    """
    known = _known_roles(roles, sites)
    chosen = settings.load(ReviewSettings)
    database = Database(chosen.review_database_url, process="review-command", pool_size=1)
    try:
        with database.transaction() as session:
            made = staff.add(
                session,
                login=login,
                name=name,
                roles=known,
                sites=frozenset(sites),
                vault=Vault(chosen.review_field_keys),
                by=ACTOR,
                password=password,
                totp_secret=totp_secret,
            )
    finally:
        database.engine.dispose()
    return Added(
        login=login.strip().lower(),
        password=made.password,
        totp_secret=made.totp_secret,
        totp_uri=two_factors.uri(login, made.totp_secret, issuer=TOTP_ISSUER),
    )
