"""What a reading says against the registration: verify, never believe (R19's hints).

Expected values stay in this service; the reader only names candidates. An ID number is compared by
edit distance, with the checksum of GB 11643: one symbol apart is a misread, three and more apart
with a right checksum is another number. Nothing here ever refuses an image.
"""

import dataclasses as dc
import datetime as dt
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from libs.common.contracts.message import Finding
from libs.common.contracts.rounds import Comparison
from services.upload.domain.registration import ID_CHECK, ID_WEIGHTS

UNKNOWN = "unknown"
CONFIRMED_WITHIN = 1
"""Of 3,692 readings no impostor of the same area and birthday was taken for the candidate beyond
.2 %; at two symbols it would be 10 %."""
DIFFERS_FROM = 3
"""A right checksum that many symbols away is another person's number; nearer, a typing error of
the registration is as likely as a misreading."""
NAME_COMPARE_WITHIN = 1
NAME_GOES_ON = 2
AFTER_NAMES = frozenset({"男", "女", "同志", "医师", "学生", "性别"})
"""What a sentence or a misread line joins to a name."""
DOTS = str.maketrans("", "", "·•・.．。 　")
"""Separators in names, which papers and registrations write in many ways."""

COMPARED: dict[str, tuple[str, ...]] = {
    "id_front": ("id_number", "name"),
    "id_back": ("expiry",),
    "temporary_id": ("expiry",),
    "hk_mo_tw_permit": ("expiry",),
    "passport": ("expiry",),
    "registration_slip": ("id_number", "name"),
    "education_register": ("name",),
    "probation": ("id_number", "name"),
    "practice": ("id_number", "name"),
    "pledge": ("id_number", "name"),
    "insurance": ("id_number", "name"),
    "score_report": ("id_number", "name"),
}
"""Kind of paper → the facts that stand on it and are the candidate's own."""
MUST_BE_READ = frozenset({"id_front"})
"""Kinds that prove who she is: an ID number that cannot be read is said."""

WRONG_KIND = "wrong_kind"
ID_NOT_READ = "id_not_read"
ID_DIFFERS = "id_differs"
NAME_DIFFERS = "name_differs"
EXPIRED = "expired"
FROM_READING = frozenset(
    {WRONG_KIND, ID_NOT_READ, ID_DIFFERS, NAME_DIFFERS, EXPIRED, "cut_off", "glare", "mirrored"}
)
"""Every code that a reading can leave at an image; a newer reading takes the older one's place."""


@dc.dataclass(frozen=True, kw_only=True)
class Candidates:
    """What the reader saw; personal, never stored or logged."""

    id_numbers: Sequence[str] = ()
    names: Sequence[str] = ()
    dates: Sequence[str] = ()


@dc.dataclass(frozen=True, kw_only=True)
class Expected:
    """What the registration and the exam say."""

    id_number: str
    name: str
    exam_day: dt.date | None
    kinds: Collection[str]
    """Kinds of paper that belong to the material; none: any may."""


@dc.dataclass(frozen=True, kw_only=True)
class Verdict:
    """Fact → how the paper compares, and what is said of it."""

    compared: dict[str, Comparison]
    findings: tuple[Finding, ...]


def verdict(kind: str, seen: Candidates, expected: Expected) -> Verdict:
    """The reading against what is expected. An unknown kind accuses nobody."""
    if kind == UNKNOWN:
        return Verdict(compared=_quietly(seen, expected), findings=())
    if expected.kinds and kind not in expected.kinds:
        return Verdict(compared={}, findings=(_warn(WRONG_KIND),))
    compared = {fact: _COMPARE[fact](seen, expected) for fact in _facts(kind, seen)}
    found = [_SAID[fact] for fact, how in compared.items() if how == "differs"]
    if kind in MUST_BE_READ and compared["id_number"] == "not_read":
        found.append(ID_NOT_READ)
    return Verdict(compared=compared, findings=tuple(_warn(code) for code in found))


def valid_until(kind: str, seen: Candidates) -> dt.date | None:
    """The end of validity of a paper that expires: the latest date that was read there."""
    if "expiry" not in _facts(kind, seen):
        return None
    return max((dt.date.fromisoformat(date) for date in seen.dates), default=None)


def _facts(kind: str, seen: Candidates) -> tuple[str, ...]:
    """What is compared: of a card whose two sides stand on one picture also the end of validity."""
    facts = COMPARED.get(kind, ())
    return (*facts, "expiry") if kind == "id_front" and seen.dates else facts


def compare_id_number(candidates: Iterable[str], registered: str) -> Comparison:
    """By the nearest run of symbols; 18-symbol numbers alone can differ."""
    wanted = registered.strip().upper()
    runs = list(candidates)
    nearest = min((distance(run, wanted) for run in runs), default=len(wanted))
    if nearest <= CONFIRMED_WITHIN:
        return "match"
    others = [distance(run, wanted) for run in runs if has_right_checksum(run)]
    if not others:
        return "not_read"
    return "differs" if min(others) >= DIFFERS_FROM else "compare"


def compare_name(candidates: Iterable[str], registered: str) -> Comparison:
    """Equal, or standing whole in what was read; one character apart is for human eyes.

    So is one that is missing: a rare character, which no reader knows, is left out by it. And what
    goes on, on either side: 李明 and 李明华 are two people, a long name takes two lines.
    """
    wanted = _plain(registered)
    seen = [_plain(candidate) for candidate in candidates]
    seen = [name for name in seen if name]
    if not seen:
        return "not_read"
    if wanted in seen:
        return "match"
    if any(_goes_on(name, wanted) for name in seen):
        return "compare"
    if any(wanted in name for name in seen):
        return "match"
    near = any(
        wanted.startswith(name) or distance(name, wanted) <= NAME_COMPARE_WITHIN for name in seen
    )
    return "compare" if near else "differs"


def _plain(name: str) -> str:
    """Without dots; a character in one of the forms that are the same to a reader."""
    return unicodedata.normalize("NFKC", name).translate(DOTS)


def _goes_on(name: str, wanted: str) -> bool:
    """Whether it is the wanted name and one or two characters more: perhaps another person's."""
    rest = name.removeprefix(wanted)
    return 0 < len(rest) <= NAME_GOES_ON and rest != name and rest not in AFTER_NAMES


def compare_expiry(dates: Iterable[str], exam_day: dt.date | None) -> Comparison:
    """Whether the paper is still valid on the day of the exam."""
    days = [dt.date.fromisoformat(date) for date in dates]
    if not days or exam_day is None:
        return "not_read"
    return "match" if max(days) >= exam_day else "differs"


def has_right_checksum(run: str) -> bool:
    """Whether the last of 18 symbols fits the others (GB 11643)."""
    if len(run) != len(ID_WEIGHTS) + 1 or not run[:-1].isdigit():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, run[:-1], strict=True))
    return ID_CHECK[total % len(ID_CHECK)] == run[-1]


def distance(left: str, right: str) -> int:
    """Levenshtein's edit distance."""
    row = list(range(len(right) + 1))
    for at, symbol in enumerate(left, start=1):
        before, row[0] = row[0], at
        for place, other in enumerate(right, start=1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (symbol != other)),
            )
    return row[-1]


def _quietly(seen: Candidates, expected: Expected) -> dict[str, Comparison]:
    """Of a paper of no known kind only what agrees is told, for the reviewer's help."""
    how: dict[str, Comparison] = {
        "id_number": compare_id_number(seen.id_numbers, expected.id_number),
        "name": compare_name(seen.names, expected.name),
    }
    return {fact: told for fact, told in how.items() if told == "match"}


def _warn(code: str) -> Finding:
    return Finding(code=code, severity="warn", measured=0.0, threshold=0.0)


_COMPARE = {
    "id_number": lambda seen, expected: compare_id_number(seen.id_numbers, expected.id_number),
    "name": lambda seen, expected: compare_name(seen.names, expected.name),
    "expiry": lambda seen, expected: compare_expiry(seen.dates, expected.exam_day),
}
_SAID = {"id_number": ID_DIFFERS, "name": NAME_DIFFERS, "expiry": EXPIRED}
