"""Who can do what in the demo, on one screen."""

import datetime as dt
from collections.abc import Iterator, Mapping

from ops.demo.cast import EXAM, Stage, cast
from ops.demo.former import returning
from ops.demo.large_type import reads_large
from ops.demo.staff import OPERATORS, STAFF, code, seconds_left

ROLES = {
    "site_reviewer": "first review:",
    "site_lead": "leads the sites",
    "area_reviewer": "final review",
    "area_lead": "final review; two leads publish the results",
    "administrator": "administrator",
    "auditor": "reads everything, changes nothing",
    "operator": "delivery desk",
    "operator_with_phones": "delivery desk; may see a number in clear",
}


def screen(secrets: Mapping[str, str]) -> Iterator[str]:
    """The sign-ins, line by line."""
    yield f"Exam {EXAM}. Candidates sign in at the registration system, or here directly, with a"
    yield f"number below and the password {secrets['DEMO_CANDIDATE_PASSWORD']}"
    for stage in Stage:
        numbers = [player.number for player in cast() if player.stage is stage]
        yield f"  {_span(numbers):15} {stage.value}"
    yield f"  {reads_large().number:15} reads large type: one material at a time"
    yield f"  {returning().number:15} took part a year ago: accepted papers can be used again"
    staff = secrets["REGISTRATION_OPERATOR_PASSWORD"]
    yield f"  The registration system's staff: its page /operator, password {staff}"
    yield "`shencai demo people` shows the ID number and the phone that activation asks for"
    yield ""
    yield f"Staff: password {secrets['DEMO_STAFF_PASSWORD']}, then the six digits that"
    yield "`shencai demo codes` shows"
    for member in STAFF:
        yield f"  {member.login:15} {ROLES[member.role]} {' '.join(member.sites)}".rstrip()
    for member in OPERATORS:
        yield f"  {member.login:15} {ROLES[member.role]}"


def codes(secrets: Mapping[str, str], *, now: dt.datetime) -> Iterator[str]:
    """The staff's present second factors."""
    key = secrets["DEMO_STAFF_TOTP_KEY"]
    for member in (*STAFF, *OPERATORS):
        yield f"{member.login:10} {code(key, member.login, now=now)}   {member.name}"
    yield f"Each counts once; the next ones come in {seconds_left(now)} s."


def people() -> Iterator[str]:
    """What each candidate would know of herself: number, ID number, phone, name."""
    for player in cast():
        yield f"{player.number}   {player.id_number:18}   {player.phone}   {player.name}"


def _span(numbers: list[str]) -> str:
    """`DEMO-0001…0007`."""
    first, last = numbers[0], numbers[-1]
    return first if first == last else f"{first}…{last[-4:]}"
