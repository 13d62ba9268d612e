"""Registrations from outside: JSON of the registration system, CSV or JSON files of a roster."""

import csv
import dataclasses as dc
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.upload.domain.exam import Exam
from services.upload.domain.registration import Record, RowFault, read

PLAIN_COLUMNS = (
    *("registration_number", "exam", "site", "language", "name", "id_number"),
    *("birth_date", "sex", "phone", "unit", "unit_phone", "version"),
)
"""Every other column of a CSV file is a fact (`level`, `category` …)."""


class Row(BaseModel):
    """One registration as it travels."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    registration_number: str
    exam: str
    site: str
    name: str
    id_number: str
    phone: str
    unit: str = ""
    unit_phone: str = ""
    birth_date: str = ""
    """May be empty where the ID number tells it; so may `sex`."""
    sex: str = ""
    language: str = "zh-CN"
    version: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """Grows with each change of this registration; what arrives late overwrites nothing."""
    facts: dict[str, str | bool]


@dc.dataclass(frozen=True)
class Judged:
    """What can be imported, by exam, and what is wrong with the rest."""

    records: Mapping[str, list[Record]]
    faults: tuple[RowFault, ...]


class BadRoster(Exception):
    """A roster with faults; nothing of it was imported."""

    def __init__(self, faults: Iterable[RowFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def judge(rows: Iterable[tuple[int, object]], *, exam_of: Callable[[str], Exam | None]) -> Judged:
    """Each row (with its line) becomes a record or faults; `exam_of` knows the loaded exams."""
    records: defaultdict[str, list[Record]] = defaultdict(list)
    faults: list[RowFault] = []
    seen: dict[tuple[str, str], int] = {}
    for line, raw in rows:
        row = _shape(raw, line)
        if isinstance(row, RowFault):
            faults.append(row)
            continue
        found = _record(row, line, exam_of)
        first = seen.setdefault((row.exam, row.registration_number.strip()), line)
        if isinstance(found, tuple):
            faults += found
        elif first != line:
            faults.append(_fault(row, line, f"stands in row {first} already"))
        else:
            records[row.exam].append(found)
    return Judged(records, tuple(faults))


def rows_of(path: Path) -> list[tuple[int, object]]:
    """The rows of a roster file, each with its line (CSV) or place (JSON). Raises BadRoster."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadRoster([_file_fault("is not text in UTF-8")]) from None
    except OSError as error:
        raise BadRoster([_file_fault(f"cannot be read: {error.strerror}")]) from None
    rows = _csv_rows(text) if path.suffix.lower() == ".csv" else _json_rows(text)
    if not rows:
        raise BadRoster([_file_fault("has no rows")])
    return rows


def json_rows(body: bytes | str) -> list[tuple[int, object]]:
    """The rows of `[…]` or `{"registrations": […]}`. Raises ValueError with a sentence."""
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    rows = data.get("registrations") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise ValueError('is no list, nor has it a list "registrations"')  # noqa: TRY004
    return list(enumerate(rows, start=1))


def _json_rows(text: str) -> list[tuple[int, object]]:
    try:
        return json_rows(text)
    except ValueError as error:
        raise BadRoster([_file_fault(str(error))]) from None


def _csv_rows(text: str) -> list[tuple[int, object]]:
    reader = csv.DictReader(text.splitlines(), strict=True)
    try:
        return [(reader.line_num, _nested(raw)) for raw in reader]
    except csv.Error as error:
        line = reader.line_num
        raise BadRoster([RowFault(row=line, number="", sentence=str(error))]) from None


def _nested(raw: Mapping[str | None, Any]) -> object:
    """A CSV row in the shape of the JSON ones; a row of the wrong length stays a list."""
    if None in raw or None in raw.values():
        return list(raw.values())
    columns = {str(name).strip(): str(value).strip() for name, value in raw.items()}
    row: dict[str, object] = {n: v for n, v in columns.items() if n in PLAIN_COLUMNS and v}
    return row | {"facts": {n: v for n, v in columns.items() if n not in PLAIN_COLUMNS and v}}


def _shape(raw: object, line: int) -> Row | RowFault:
    try:
        return Row.model_validate(raw)
    except ValidationError as error:
        number = raw.get("registration_number", "") if isinstance(raw, dict) else ""
        # Places and kinds only: the values may be personal.
        places = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'it'}: {_SENTENCES.get(e['type'], e['type'])}"
            for e in error.errors(include_input=False)[:5]
        )
        return RowFault(row=line, number=str(number)[:40], sentence=places)


def _record(
    row: Row, line: int, exam_of: Callable[[str], Exam | None]
) -> Record | tuple[RowFault, ...]:
    exam = exam_of(row.exam)
    if exam is None:
        return (_fault(row, line, f"exam is {row.exam[:40]!r}, which is not loaded"),)
    raw = row.model_dump(exclude={"facts", "exam", "registration_number", "unit", "version"})
    raw |= {"number": row.registration_number, "work_unit": row.unit}
    found = read(raw, row.facts, row=line, sites=tuple(site.code for site in exam.sites))
    return dc.replace(found, version=row.version) if isinstance(found, Record) else found


def _fault(row: Row, line: int, sentence: str) -> RowFault:
    return RowFault(row=line, number=row.registration_number[:40], sentence=sentence)


def _file_fault(sentence: str) -> RowFault:
    return RowFault(row=0, number="", sentence=sentence)


_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
    "string_type": "is not a word",
    "int_parsing": "is not a whole number",
    "int_type": "is not a whole number",
    "greater_than_equal": "is below 0",
    "model_type": "is not a row with as many fields as the first line names",
    "dict_type": "is not a mapping of facts",
}
