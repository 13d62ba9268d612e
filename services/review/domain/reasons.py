"""Reasons of an exam as the desk offers them: fitting, with a key, found by pinyin initials."""

import dataclasses as dc
import re
from collections.abc import Mapping

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

    def words(self, language: str) -> str:
        """The words in the language of this tag."""
        return self.en if language.startswith("en") else self.zh

    def fits(self, kind: Kind, material: str | None) -> bool:
        """Whether it can be given for this."""
        return self.kind is kind and (not self.materials or material in self.materials)


def read(reasons: Mapping[str, Mapping[str, str]]) -> list[Reason]:
    """The reasons of ExamLoaded, in the order of their codes."""
    return [
        Reason(
            code=code,
            kind=Kind(body.get("kind", Kind.REPLACE)),
            zh=body["zh-CN"],
            en=body["en"],
            initials=body.get("initials", "").lower(),
            materials=frozenset(re.findall(r"\w+", body.get("materials", ""))),
        )
        for code, body in sorted(reasons.items())
    ]


def offered(
    reasons: list[Reason], *, kind: Kind, material: str | None, used: Mapping[str, int]
) -> list[tuple[str, Reason]]:
    """Key letter and reason, the most used first; beyond the letters the key is empty."""
    fitting = [r for r in reasons if r.fits(kind, material)]
    fitting.sort(key=lambda r: (-used.get(r.code, 0), r.code))
    return [(KEYS[n] if n < len(KEYS) else "", r) for n, r in enumerate(fitting)]
