"""Who can do what in the demo, on one screen."""

import datetime as dt
from collections.abc import Iterator, Mapping

from libs.stack.place import Place
from ops.demo.cast import Stage, cast
from ops.demo.staff import STAFF, code, seconds_left

ROLES = {
    "site_reviewer": "first review at",
    "site_lead": "leads the sites",
    "area_reviewer": "final review",
    "area_lead": "final review; two leads publish the results",
    "administrator": "accounts, windows",
    "auditor": "reads everything, changes nothing",
}


def screen(place: Place, secrets: Mapping[str, str]) -> Iterator[str]:
    """The sign-ins, line by line."""
    yield f"Candidates: press 上传相关材料 at {place.public_url('registration')}, or sign in at"
    yield f"{place.public_url('upload-web')} with a number and {secrets['DEMO_CANDIDATE_PASSWORD']}"
    for stage in Stage:
        numbers = [player.number for player in cast() if player.stage is stage]
        yield f"  {_span(numbers):16} {stage.value}"
    yield f"Their SMS: {place.public_url('sms-gateway')}"
    yield ""
    yield f"Staff: sign in at {place.public_url('review-web')}, password"
    yield f"{secrets['DEMO_STAFF_PASSWORD']}, then the six digits of `shencai demo codes`"
    for member in STAFF:
        where = " ".join(member.sites)
        yield f"  {member.login:16} {ROLES[member.role]} {where}".rstrip()


def codes(secrets: Mapping[str, str], *, now: dt.datetime) -> Iterator[str]:
    """The staff's present second factors; each counts once."""
    key = secrets["DEMO_STAFF_TOTP_KEY"]
    for member in STAFF:
        yield f"{member.login:10} {code(key, member.login, now=now)}   {member.name}"
    yield f"The next codes come in {seconds_left(now)} s; each counts once."


def _span(numbers: list[str]) -> str:
    """`DEMO-0001…0007`."""
    first, last = numbers[0], numbers[-1]
    return first if first == last else f"{first}…{last[-4:]}"
