"""What the desk's form for a correction offers: facts, and below each set of facts its reasons."""

import dataclasses as dc
from collections.abc import Sequence

from services.review import words
from services.review.domain.reasons import Reason
from services.review.models.case import Exam
from services.review.web.facts import FactLine


@dc.dataclass(frozen=True, kw_only=True)
class Group:
    """Reasons of the same facts."""

    facts: tuple[str, ...]
    """In the panel's order; empty means all."""
    labels: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dc.dataclass(frozen=True, kw_only=True)
class Corrections:
    """Facts of which each has a reason, and the reasons of which each has a fact."""

    facts: tuple[FactLine, ...]
    groups: tuple[Group, ...]


def choices(exam: Exam, lines: Sequence[FactLine], reasons: Sequence[Reason]) -> Corrections:
    """From the facts that the panel shows and the reasons that are offered."""
    facts = tuple(
        line
        for line in lines
        if line.fact in exam.facts and any(reason.covers(line.fact) for reason in reasons)
    )
    shown = {line.fact for line in facts}
    fitting = [reason for reason in reasons if not reason.facts or reason.facts & shown]
    order = [line.fact for line in facts]
    order += [fact for fact in exam.facts if fact not in shown]
    return Corrections(facts=facts, groups=tuple(_groups(exam, fitting, order)))


def _groups(exam: Exam, reasons: Sequence[Reason], order: Sequence[str]) -> list[Group]:
    """In the order of the panel; what fits all stands last."""
    together: dict[tuple[str, ...], list[Reason]] = {}
    for reason in reasons:
        together.setdefault(tuple(f for f in order if f in reason.facts), []).append(reason)
    return [
        Group(
            facts=facts,
            labels=tuple(words.fact_label(exam, fact) for fact in facts),
            reasons=tuple(together[facts]),
        )
        for facts in sorted(together, key=lambda s: (not s, [order.index(f) for f in s]))
    ]
