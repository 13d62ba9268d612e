"""What a pack of the right shape must also fulfil; each fault is told with its place."""

import dataclasses as dc
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from services.upload.domain.condition import Tell
from services.upload.domain.exam import MAIN, SECOND, Carry, Exam, Material, ReasonKind
from services.upload.domain.facts import FACTS, PERSONAL_FACTS, SEXES

MOST_RETENTION_DAYS = 3660
"""Personal data is kept no longer than its purpose needs (PIPL 19)."""


def judge(exam: Exam, *, tell: Tell) -> None:
    """The rules that look at several parts of a pack at once."""
    for name, number in dc.asdict(exam.settings).items():
        if name.endswith("_percent"):
            if not 0 <= number <= 100:  # noqa: PLR2004 - a share
                tell(f"settings.{name}", "must be between 0 and 100")
        elif number < 1:
            tell(f"settings.{name}", "must be at least 1")
    if exam.settings.retention_days > MOST_RETENTION_DAYS:
        tell("settings.retention_days", f"must be at most {MOST_RETENTION_DAYS}, ten years")
    _judge_codes(exam, tell=tell)
    _judge_windows(exam, tell=tell)
    for material in exam.materials:
        _judge_material(material, exam, tell=tell)
    _judge_reasons(exam, tell=tell)
    _judge_labels(exam, tell=tell)
    for number, text in enumerate(exam.notice):
        rest = re.sub(r"\{(opens|ends|grace)\}", "", text.zh + text.en)
        if "{" in rest or "}" in rest:
            tell(f"notice[{number}]", "has braces around more than opens, ends and grace")


def _judge_codes(exam: Exam, *, tell: Tell) -> None:
    lists: Mapping[str, Iterable[str]] = {
        "materials": [material.code for material in exam.materials],
        "sites": [site.code for site in exam.sites],
        "reasons": [reason.code for reason in exam.reasons],
        "facts": [fact.name for fact in exam.facts],
        "groups": [group.letter for group in exam.groups],
    }
    for place, codes in lists.items():
        for code, count in Counter(codes).items():
            if count > 1:
                tell(f"{place}.{code}", f"stands {count} times")


def _judge_windows(exam: Exam, *, tell: Tell) -> None:
    main = exam.windows.get(MAIN)
    if main is None:
        tell("windows.main", "is missing")
        return
    for name, window in exam.windows.items():
        if name not in (MAIN, SECOND):
            tell(f"windows.{name}", f"is not a known window; they are {MAIN} and {SECOND}")
        if name != MAIN and window.opens_at < main.closes_at:
            tell(f"windows.{name}", "opens before the main window has closed")


def _judge_material(material: Material, exam: Exam, *, tell: Tell) -> None:
    place = f"materials.{material.code}"
    if not any(group.letter == material.code[0] for group in exam.groups):
        tell(place, f"has no group of the letter {material.code[0]}")
    if material.min > material.max:
        tell(place, f"asks for at least {material.min} and at most {material.max} images")
    if (material.optional or material.deferred) and material.min > 0:
        tell(f"{place}.min", "must be 0, because nothing is required in the main window")
    if not material.optional and not material.deferred and material.min == 0:
        tell(f"{place}.min", "must be at least 1, or the material be optional or deferred")
    if len(material.slots) > material.max:
        tell(f"{place}.slots", f"names {len(material.slots)} of at most {material.max} images")
    if material.carry is not None:
        _judge_carry(material.carry, exam, place=f"{place}.carry", tell=tell)
    later = material.deferred
    if later is None:
        return
    if later.window == MAIN or later.window not in exam.windows:
        tell(f"{place}.deferred.window", f"{later.window!r} is not a later window of this exam")
    if not 1 <= later.min <= later.max:
        tell(f"{place}.deferred", f"asks for at least {later.min} and at most {later.max} images")


def _judge_carry(carry: Carry, exam: Exam, *, place: str, tell: Tell) -> None:
    if not carry.exams:
        tell(f"{place}.exams", "names no exam; leave out carry to take every image anew")
    for code, count in Counter(carry.exams).items():
        if count > 1:
            tell(f"{place}.exams", f"{code} stands {count} times")
    if exam.code in carry.exams:
        tell(f"{place}.exams", f"{exam.code} is this exam itself")
    if carry.max_age_days < 1:
        tell(f"{place}.max_age_days", "must be at least 1")
    if carry.dated and exam.exam_day is None:
        tell(f"{place}.dated", "needs exam_day, the day on which the paper must be valid")


def _judge_reasons(exam: Exam, *, tell: Tell) -> None:
    materials = {material.code for material in exam.materials}
    known = {*FACTS, *PERSONAL_FACTS}
    for reason in exam.reasons:
        place = f"reasons.{reason.code}"
        for code in sorted(set(reason.materials) - materials):
            tell(f"{place}.materials", f"{code} is not a material of this exam")
        for name in sorted(set(reason.facts) - known):
            tell(f"{place}.facts", f"{name} is not a known fact")
        if reason.kind is ReasonKind.FIX and reason.materials:
            tell(f"{place}.materials", "must be empty: FIX asks to correct facts")
        if reason.kind is not ReasonKind.FIX and reason.facts:
            tell(f"{place}.facts", "must be empty: only FIX asks to correct facts")
    for kind in ReasonKind:
        if not any(reason.kind is kind for reason in exam.reasons):
            tell("reasons", f"has none of kind {kind}")


def _judge_labels(exam: Exam, *, tell: Tell) -> None:
    known = {
        **{name: fact.values for name, fact in FACTS.items()},
        **dict.fromkeys(PERSONAL_FACTS),
        "sex": SEXES,
    }
    shown = {fact.name: fact for fact in exam.facts}
    for name in sorted(set(shown) - set(known)):
        tell(f"facts.{name}", "is not a known fact")
    for name, values in known.items():
        if name not in shown:
            tell(f"facts.{name}", "has no label")
            continue
        labelled = set(shown[name].values)
        for value in sorted(set(values or ()) ^ labelled):
            said = "is not one of its values" if value in labelled else "has no label"
            tell(f"facts.{name}.values.{value}", said)
