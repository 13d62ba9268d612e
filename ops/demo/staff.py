"""Who works in the demo, and the codes of their second factor."""

import base64
import dataclasses as dc
import datetime as dt
import hashlib
import hmac

import pyotp

from libs.common.two_factors import STEP_SECONDS, Factors

SECRET_BYTES = 20
"""RFC 4226 recommends 160 bits."""


@dc.dataclass(frozen=True, kw_only=True)
class Member:
    """One account of the demo's staff."""

    login: str
    name: str
    role: str
    sites: tuple[str, ...] = ()


STAFF: tuple[Member, ...] = (
    Member(login="site1", name="样例·初审甲", role="site_reviewer", sites=("heping", "nankai")),
    Member(login="site2", name="样例·初审乙", role="site_reviewer", sites=("hexi", "binhai")),
    Member(login="site3", name="样例·初审丙", role="site_reviewer", sites=("wuqing", "jizhou")),
    Member(login="sitelead", name="样例·考点负责人", role="site_lead", sites=("heping", "nankai")),
    Member(login="area1", name="样例·考区复审甲", role="area_reviewer"),
    Member(login="area2", name="样例·考区复审乙", role="area_reviewer"),
    Member(login="lead1", name="样例·考区负责人甲", role="area_lead"),
    Member(login="lead2", name="样例·考区负责人乙", role="area_lead"),
    Member(login="admin", name="样例·管理员", role="administrator"),
    Member(login="auditor", name="样例·监督员", role="auditor"),
)
OPERATORS: tuple[Member, ...] = (
    Member(login="desk1", name="样例·发送台值班", role="operator"),
    Member(login="desk2", name="样例·发送台负责人", role="operator_with_phones"),
)
"""Who works at the delivery desk."""
SITE_REVIEWERS = {site: m.login for m in STAFF if m.role == "site_reviewer" for site in m.sites}
CONCLUDING = "area1"
LEADS = ("lead1", "lead2")
"""Who publishes: two persons."""


@dc.dataclass(frozen=True, kw_only=True)
class StaffSettings:
    """What a service's part of the demo needs beyond the service's own settings."""

    demo_staff_password: str
    demo_staff_totp_key: str

    def factors_of(self, login: str) -> Factors:
        """Both factors of one member."""
        secret = totp_secret(self.demo_staff_totp_key, login)
        return Factors(password=self.demo_staff_password, totp_secret=secret)


def totp_secret(key: str, login: str) -> str:
    """The second factor of one member, made from the one secret that the machine keeps."""
    digest = hmac.new(key.encode(), f"totp:{login}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:SECRET_BYTES]).decode()


def code(key: str, login: str, *, now: dt.datetime) -> str:
    """The six digits that hold now."""
    return pyotp.TOTP(totp_secret(key, login), interval=STEP_SECONDS).at(now)


def seconds_left(now: dt.datetime) -> int:
    """How long the present codes still hold."""
    return STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS
