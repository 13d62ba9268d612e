"""Reasons of an exam as the desk offers them: fitting, with a key, found by pinyin initials."""

import dataclasses as dc
import re
from collections.abc import Collection, Mapping
from itertools import count

from libs.common.errors import Refusal
from services.review.domain.request import Kind

KEYS = "QWSDFGYUIOHL"
"""Letters that no other key of the desk uses."""


@dc.dataclass(frozen=True, kw_only=True)
class Reason:
    """Why something is asked, in both languages."""

    code: str
    kind: Kind
    zh: str
    en: str
    initials: str
    materials: frozenset[str]
    """Those that it fits; empty means all."""
    facts: frozenset[str] = frozenset()
    """Those that a correction may be asked of with it; empty means all."""
    cure_zh: str = ""
    cure_en: str = ""
    is_retired: bool = False
    """Not offered any more; requests that were given with it keep its words."""

    def words(self, language: str) -> str:
        """The words in the language of this tag."""
        return self.en if language.startswith("en") else self.zh

    def fits(self, kind: Kind, material: str | None) -> bool:
        """Whether it can be given for this."""
        fits_material = not self.materials or material in self.materials
        return self.kind is kind and not self.is_retired and fits_material

    def covers(self, fact: str) -> bool:
        """Whether a correction of this fact can be asked with it."""
        return not self.facts or fact in self.facts


def read(reasons: Mapping[str, Mapping[str, str]]) -> list[Reason]:
    """The reasons of ExamLoaded, in the order of their codes."""
    return [read_one(code, body) for code, body in sorted(reasons.items())]


def read_one(code: str, body: Mapping[str, str]) -> Reason:
    """One reason of ExamLoaded."""
    return Reason(
        code=code,
        kind=Kind(body.get("kind", Kind.REPLACE)),
        zh=body["zh-CN"],
        en=body["en"],
        initials=body.get("initials", "").lower(),
        materials=frozenset(body.get("materials", "").split()),
        facts=frozenset(body.get("facts", "").split()),
        cure_zh=body.get("cure", ""),
        cure_en=body.get("cure_en", ""),
        is_retired=bool(body.get("retired")),
    )


def offered(
    reasons: list[Reason], *, kind: Kind, material: str | None, used: Mapping[str, int]
) -> list[tuple[str, Reason]]:
    """Key letter and reason, the most used first; beyond the letters the key is empty."""
    fitting = [r for r in reasons if r.fits(kind, material)]
    fitting.sort(key=lambda r: (-used.get(r.code, 0), r.code))
    return [(KEYS[n] if n < len(KEYS) else "", r) for n, r in enumerate(fitting)]


PREFIXES = {Kind.REPLACE: "RE", Kind.ADD: "AD", Kind.FIX: "FX"}
OWN = "D"
"""Behind the prefix of a code that was made at the desk: no pack's code begins so."""
MAX_REASON = 60
MAX_CURE = 200
MAX_INITIALS = 20


def check_edit(reason: Reason, *, materials: Collection[str], facts: Collection[str] = ()) -> None:
    """Refuses `reason_words`, `reason_too_long`, `reason_initials`, `reason_materials`,
    `reason_facts`.
    """
    said = (reason.zh, reason.en, reason.cure_zh, reason.cure_en)
    if not all(said):
        raise Refusal("reason_words")
    if max(map(len, said[:2])) > MAX_REASON or max(map(len, said[2:])) > MAX_CURE:
        raise Refusal("reason_too_long", words=MAX_REASON, cure=MAX_CURE)
    if not re.fullmatch(rf"[a-z0-9]{{1,{MAX_INITIALS}}}", reason.initials):
        raise Refusal("reason_initials", limit=MAX_INITIALS)
    is_fix = reason.kind is Kind.FIX
    if not reason.materials <= set(materials) or (is_fix and reason.materials):
        raise Refusal("reason_materials")
    if not reason.facts <= set(facts) or (not is_fix and reason.facts):
        raise Refusal("reason_facts")


def new_code(kind: Kind, known: Collection[str]) -> str:
    """A code of the desk's own that nobody has yet: first RED01, then RED02."""
    numbers = (f"{PREFIXES[kind]}{OWN}{n:02}" for n in count(1))
    return next(code for code in numbers if code not in known)
