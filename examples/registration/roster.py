"""The made-up candidates: a JSON file, read again when it changes."""

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from examples.registration import facts, resident

log = logging.getLogger(__name__)


class Candidate(BaseModel):
    """One registration, with the fields that go over to Shencai."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    registration_number: str
    exam: str
    name: str
    id_number: str
    sex: Literal["", "male", "female"] = ""
    birth_date: str = ""
    """Both may be left out where the ID number tells them."""
    phone: str
    unit_phone: str = ""
    unit: str = ""
    site: str
    language: Literal["zh-CN", "en"] = "zh-CN"
    facts: dict[str, str | bool]
    version: int = 0
    """Grows with each edit: Shencai keeps the newest, whatever comes last."""
    exam_names: dict[str, str] = {}
    site_names: dict[str, str] = {}
    """Language tag → name, for this system's own pages; not sent over."""

    def exam_in(self, language: str) -> str:
        """The exam's name, or its code while there is none."""
        return self.exam_names.get(language, self.exam)

    def site_in(self, language: str) -> str:
        """The site's name, or its code while there is none."""
        return self.site_names.get(language, self.site)

    def as_sent(self) -> dict[str, object]:
        """The fields that go over to Shencai."""
        own = {"exam_names", "site_names"}
        return self.model_dump(exclude=own if self.version else own | {"version"})

    @property
    def told(self) -> dict[str, str]:
        """What a resident's ID number tells of her."""
        is_resident = self.facts.get("id_type") in resident.ID_TYPES
        return resident.told_by(self.id_number) if is_resident else {}

    def value_of(self, fact: str) -> str:
        """What Shencai holds by that code, also where it is left out here."""
        if fact in facts.PERSONAL:
            written = str(getattr(self, facts.PERSONAL[fact].field))
            return written or self.told.get(fact, "")
        missing = "false" if facts.is_claim(fact) else ""
        return facts.as_text(self.facts.get(fact, missing))

    @property
    def masked_id_number(self) -> str:
        """First four and last two characters; what lies between is masked."""
        return f"{self.id_number[:4]}{'*' * (len(self.id_number) - 6)}{self.id_number[-2:]}"

    @property
    def masked_phone(self) -> str:
        """138****0000."""
        return f"{self.phone[:3]}****{self.phone[-4:]}"


_ROSTER = TypeAdapter(list[Candidate])


class Roster:
    """The candidates of one file; safe to share between threads."""

    def __init__(
        self, path: Path, *, edited: Callable[[], Mapping[str, Candidate]] | None = None
    ) -> None:
        self._path = path
        self._edited = edited or dict
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._by_number: dict[str, Candidate] = {}

    def all(self) -> list[Candidate]:
        """Every candidate, in the file's order; none while there is no file."""
        with self._lock:
            self._refresh()
            edited = self._edited()
            return [edited.get(number, c) for number, c in self._by_number.items()]

    def find(self, registration_number: str) -> Candidate | None:
        """The candidate of that number."""
        with self._lock:
            self._refresh()
            known = self._by_number.get(registration_number)
            return None if known is None else self._edited().get(registration_number, known)

    def search(self, words: str) -> list[Candidate]:
        """Candidates whose name, number, site or unit contains the words."""
        wanted = words.strip().lower()
        return [
            c
            for c in self.all()
            if not wanted or any(wanted in field.lower() for field in _searched(c))
        ]

    def _refresh(self) -> None:
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp == self._stamp:
                return
            candidates = _ROSTER.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return
        except ValidationError as error:
            # What stood before stays; the file may be half written at this moment.
            log.warning("the roster has %d faults, kept the old one", error.error_count())
            return
        self._by_number = {c.registration_number: c for c in candidates}
        self._stamp = stamp


def _searched(candidate: Candidate) -> tuple[str, ...]:
    return (
        candidate.name,
        candidate.registration_number,
        candidate.site,
        candidate.unit,
        *candidate.site_names.values(),
    )
