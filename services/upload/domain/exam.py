"""An exam as data: what a pack in `exams/<code>/` says, once it is known to be right.

The leaves stand in packs as they stand here (`packs/` reads them), so what a pack may hold is
read off these classes; a field that they do not know is a fault.
"""

import dataclasses as dc
import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Literal, TypeVar

from services.upload.domain.condition import Condition
from services.upload.domain.deadline import Window, end_words, moment_words

MAIN = "main"
"""The window that every exam has; the other opens for deferred materials only (R5)."""
SECOND = "second"


class _Leaf:
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "str_min_length": 1}


@dc.dataclass(frozen=True, kw_only=True)
class Text(_Leaf):
    """Words in both languages."""

    zh: str
    en: str

    def to(self, language: str) -> str:
        """The words in the language of this tag; Chinese for all but English."""
        return self.en if language.startswith("en") else self.zh

    def by_tag(self) -> dict[str, str]:
        """The words under the language tags that messages use."""
        return {"zh-CN": self.zh, "en": self.en}


@dc.dataclass(frozen=True, kw_only=True)
class Site(_Leaf):
    """考点 (or the area itself): who helps a candidate, and when (R28)."""

    code: str
    name: Text
    phone: str
    hours: Text
    address: Text


@dc.dataclass(frozen=True, kw_only=True)
class Deferral(_Leaf):
    """In which later window the material is due, and how many images then."""

    window: str
    min: int
    max: int


@dc.dataclass(frozen=True, kw_only=True)
class Carry(_Leaf):
    """Which images of earlier exams may be used again, and how old they may be then."""

    exams: tuple[str, ...]
    """Codes of those exams, the newest first; her images come from the first that has some."""
    max_age_days: int
    """From the picture's receipt to the end of the main window."""
    dated: bool = False
    """The paper expires: a validity must have been read on one of its pictures."""


@dc.dataclass(frozen=True, kw_only=True)
class Material:
    """One entry of the list (附件1). `min` and `max` count images in the main window."""

    code: str
    title: Text
    requirement: Text
    hints: tuple[Text, ...]
    slots: tuple[Text, ...]
    """What belongs at the first positions, e.g. 人像面 and 国徽面; may be empty."""
    min: int
    max: int
    optional: bool
    when: Condition
    because: Text
    """Why it is asked: "because you hold an assistant licence"."""
    otherwise: Text
    """Why it is not: "only for those who hold an assistant licence"."""
    waived_when: Condition
    waived_because: Text | None
    deferred: Deferral | None
    absence_when: Condition
    """When 暂缺/不适用 with a reason may stand instead of an image."""
    kinds: tuple[str, ...] = ()
    """Kinds of paper, as the reader names them, that belong here; none: any may."""
    carry: Carry | None = None
    """From which exams its images may be carried over; None: they are always taken anew."""


class ReasonKind(StrEnum):
    """What a reviewer can ask for (R19)."""

    REPLACE = "REPLACE"
    ADD = "ADD"
    FIX = "FIX"


@dc.dataclass(frozen=True, kw_only=True)
class Reason(_Leaf):
    """Why a reviewer asks, and what cures it. Without materials (or facts) it fits all."""

    code: str
    kind: ReasonKind
    words: Text
    cure: Text
    initials: str
    """Pinyin initials of the Chinese words, for the reviewer's filter."""
    materials: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    retired: bool = False
    """Not offered any more; it stays for requests that were given with it."""


@dc.dataclass(frozen=True, kw_only=True)
class ShownFact(_Leaf):
    """A fact of the read-only panel (R3): its label, and words for each of its values."""

    name: str
    label: Text
    values: dict[str, Text]


@dc.dataclass(frozen=True, kw_only=True)
class Group(_Leaf):
    """A heading of the list: the materials whose codes begin with its letter."""

    letter: str
    title: Text


@dc.dataclass(frozen=True, kw_only=True)
class Statement(_Leaf):
    """A text that people agree to; consent is recorded with its version."""

    version: str
    title: Text
    paragraphs: tuple[Text, ...]


@dc.dataclass(frozen=True, kw_only=True)
class Settings(_Leaf):
    """Numbers of the exam, with their units in the names."""

    request_due_hours: int
    """What a reviewer's request gets unless he says otherwise (R19)."""
    damage_due_hours: int
    """What a REPLACE request gets that late found damage raises by itself (R15)."""
    request_reminder_hours: int
    """How long before a request is due its reminder goes out (R21)."""
    claim_minutes: int
    """How long a reviewer's claim holds without a sign of life (R18)."""
    image_max_bytes: int
    """Inclusive (R7)."""
    retention_days: int
    """After publication (R27)."""
    second_reading_percent: int = 5
    """Which share of the conclusions a second, blind reader judges again."""


@dc.dataclass(frozen=True, kw_only=True)
class Exam:
    """One exam session of one area."""

    code: str
    pack: str
    """Folder of the sample pictures; differs from the code where a pack was shifted."""
    version: str
    zone: str
    receipt_prefix: str
    name: Text
    area: Site
    source: Text
    """Where the list comes from; said on the page."""
    on_close: Literal["lock", "submit_if_complete"]
    windows: Mapping[str, Window]
    settings: Settings
    notice: tuple[Text, ...]
    """R4; may mention {opens}, {ends} and {grace}."""
    privacy: Statement
    consent: Statement
    """单独同意 to the handling of sensitive data (R28)."""
    pledge: Statement
    footer: tuple[Text, ...]
    sites: tuple[Site, ...]
    groups: tuple[Group, ...]
    facts: tuple[ShownFact, ...]
    materials: tuple[Material, ...]
    reasons: tuple[Reason, ...]
    exam_day: dt.date | None = None
    """First day of the exam: a paper whose validity ends before it is said to have expired."""

    def material(self, code: str) -> Material:
        """The material of that code. Raises KeyError."""
        return _by_code(self.materials, code)

    def site(self, code: str) -> Site:
        """The site of that code. Raises KeyError."""
        return _by_code(self.sites, code)

    def reason(self, code: str) -> Reason:
        """The reason of that code. Raises KeyError."""
        return _by_code(self.reasons, code)

    def notice_for(self, window: Window) -> tuple[Text, ...]:
        """The notice of R4 with the times of this candidate's window filled in."""
        return tuple(
            Text(**{tag: self._filled(getattr(text, tag), window, tag) for tag in ("zh", "en")})
            for text in self.notice
        )

    def _filled(self, words: str, window: Window, language: str) -> str:
        opens = moment_words(window.opens_at, zone=self.zone, language=language, with_year=True)
        ends = end_words(window.ends_at, zone=self.zone, language=language, with_year=True)
        grace = str(int(window.grace.total_seconds()))
        return words.replace("{opens}", opens).replace("{ends}", ends).replace("{grace}", grace)

    def group(self, material: str) -> Group:
        """The heading under which a material stands. Raises KeyError."""
        for group in self.groups:
            if group.letter == material[0]:
                return group
        raise KeyError(material)


_Coded = TypeVar("_Coded", Material, Site, Reason)


def _by_code(entries: tuple[_Coded, ...], code: str) -> _Coded:
    for entry in entries:
        if entry.code == code:
            return entry
    raise KeyError(code)
