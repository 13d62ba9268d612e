"""One registration as the registration system sends it: is it right, and what it says (R3)."""

import dataclasses as dc
import datetime as dt
import re
from collections.abc import Mapping

from services.upload.domain import facts as f

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = "10X98765432"
"""GB 11643-1999: the check symbol by the weighted sum modulo 11."""

_TEXT = r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]"
"""No control character and no half of a pair: neither can be stored, shown or sent."""
_MAINLAND = re.compile(r"[1-9][0-9]{16}[0-9X]")
_SHAPES: Mapping[str, tuple[re.Pattern[str], str]] = {
    "number": (re.compile(r"[A-Za-z0-9-]{4,40}"), "4 to 40 letters, digits or dashes"),
    "name": (re.compile(rf"(?!\s){_TEXT}{{1,100}}(?<!\s)"), "1 to 100 characters"),
    "id_number": (re.compile(r"[A-Z0-9()/-]{4,30}"), "4 to 30 letters, digits or ()/-"),
    "birth_date": (re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?"), "a date like 1998-05-04"),
    "sex": (re.compile(r"(male|female)?"), "male or female"),
    "phone": (re.compile(r"(\+[0-9]{6,15}|1[3-9][0-9]{9})"), "a mobile number, or + and digits"),
    "work_unit": (re.compile(rf"{_TEXT}{{0,200}}"), "at most 200 characters"),
    "unit_phone": (re.compile(r"[0-9+() -]{0,30}"), "digits, spaces, +, -, ()"),
}


@dc.dataclass(frozen=True, kw_only=True)
class Record:
    """A registration that is right. `person` is personal: never logged, stored encrypted."""

    number: str
    site: str
    language: str
    person: Mapping[str, str]
    facts: Mapping[str, str]
    version: int = 0
    """The registration system's count of this record: an older one never overwrites a newer."""


@dc.dataclass(frozen=True, kw_only=True)
class RowFault:
    """What is wrong with one row. The sentence never quotes a personal value."""

    row: int
    """From 1; of a file its line; 0 is the file itself."""
    number: str
    sentence: str

    def __str__(self) -> str:
        if not self.row:
            return f"the file {self.sentence}"
        return f"row {self.row} ({self.number or 'no number'}): {self.sentence}"


def read(
    raw: Mapping[str, str], given_facts: Mapping[str, object], *, row: int, sites: tuple[str, ...]
) -> Record | tuple[RowFault, ...]:
    """The record, or everything that is wrong with the row.

    `raw` has the fields of `_SHAPES`, `site` and `language`; birth date and sex may be empty
    where the ID number tells them.
    """
    values = {name: raw.get(name, "").strip() for name in _SHAPES}
    values["id_number"] = "".join(values["id_number"].split()).upper()
    said = [
        f"{name} is {'missing' if not values[name] else 'wrong'}; expected: {expected}"
        for name, (shape, expected) in _SHAPES.items()
        if not shape.fullmatch(values[name])
    ]
    born = values["birth_date"]
    if born and _SHAPES["birth_date"][0].fullmatch(born) and not _exists(born):
        said.append("birth_date is wrong; expected: a day that exists")
    facts, faults = f.checked(given_facts)
    said += faults
    if facts.get("id_type") in ("mainland", "temporary"):
        said += _id_faults(values)
    site = raw.get("site", "").strip()
    if site not in sites:
        said.append(f"site is {site[:40]!r}, not one of {', '.join(sites)}")
    language = raw.get("language", "") or "zh-CN"
    if language not in ("zh-CN", "en"):
        said.append("language is wrong; expected: zh-CN or en")
    if said:
        return tuple(RowFault(row=row, number=values["number"][:40], sentence=s) for s in said)
    number = values.pop("number")
    return Record(number=number, site=site, language=language, person=values, facts=facts)


def _exists(day: str) -> bool:
    try:
        dt.date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _id_faults(values: dict[str, str]) -> list[str]:
    """Judge a mainland ID number, and fill in what it tells."""
    id_number = values["id_number"]
    if not _MAINLAND.fullmatch(id_number):
        return ["id_number is wrong; expected: 17 digits and a digit or X"]
    total = sum(w * int(digit) for w, digit in zip(ID_WEIGHTS, id_number[:17], strict=True))
    if ID_CHECK[total % len(ID_CHECK)] != id_number[-1]:
        return ["id_number is wrong: its check symbol does not fit"]
    try:
        born = dt.datetime.strptime(id_number[6:14], "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return ["id_number is wrong: its birth date does not exist"]
    values["birth_date"] = values["birth_date"] or born.isoformat()
    values["sex"] = values["sex"] or ("male" if int(id_number[16]) % 2 else "female")
    return []
