"""From a fact and its parameters to the words that a person reads, in both languages.

SMS texts are fixed: carriers refuse variables, and a phone lies open on tables. In-app texts may
name the exam, the materials and the times, and hold nothing personal.
"""

import dataclasses as dc
import datetime as dt
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, cast
from zoneinfo import ZoneInfo

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
NOTICES = Path(__file__).parents[1] / "templates" / "notices"

_STAGES: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "site_review": "考点审核中",
        "area_review": "考区审核中",
        "awaiting_publication": "审核已结束，等待公布结果",
    },
    "en": {
        "site_review": "being reviewed by the site",
        "area_review": "being reviewed by the area",
        "awaiting_publication": "reviewed; the result will be published later",
    },
}
_DEMANDS: dict[Language, dict[str, str]] = {
    "zh-CN": {"REPLACE": "更换图片", "ADD": "补充图片", "FIX": "更正报名信息"},
    "en": {"REPLACE": "replace a picture", "ADD": "add pictures", "FIX": "correct a fact"},
}
_MISSING: dict[Language, tuple[str, str, str]] = {
    "zh-CN": ("还缺：{missing}。", "、", "材料已经齐全，只差最后一步：提交审核。"),
    "en": (
        "Still missing: {missing}.",
        ", ",
        "All is there: only the last step, Submit, is missing.",
    ),
}
"""What is missing, how a list is joined, and that nothing is."""
_SAID: dict[Language, str] = {
    "zh-CN": "\n审核人员说明：{words}",
    "en": "\nThe reviewer says: {words}",
}
_LINES: dict[Language, tuple[str, str]] = {
    "zh-CN": ("· {title}：{demand}，{due_at} 前", "· {demand}，{due_at} 前"),
    "en": ("· {title}: {demand}, before {due_at}", "· {demand}, before {due_at}"),
}


_OF_STAFF = frozenset({"reason", "words"})
"""What a reviewer wrote, which may be nothing."""


@dc.dataclass(frozen=True)
class ExamWords:
    """What notices say of an exam: its name, its zone, the titles of its materials."""

    names: Mapping[str, str]
    zone: ZoneInfo
    titles: Mapping[str, Mapping[str, str]]
    """Material code → language → title."""
    facts: Mapping[str, Mapping[str, str]]
    """Name of a registration fact → language → label."""


def in_app(
    wording: str, params: Mapping[str, object], exam: ExamWords, language: Language
) -> tuple[str, str]:
    """Title and body of the message of record."""
    words = {"exam": exam.names[language]}
    for name, value in params.items():
        if name.endswith("_at"):
            words[name] = moment(_instant(value), exam.zone, language)
        elif name == "stage":
            words[name] = _STAGES[language][str(value)]
        elif name == "requests":
            rows = cast("list[dict[str, str | None]]", value)
            words[name] = "\n".join(_line(row, exam, language) for row in rows)
        elif name == "missing":
            words[name] = _missing(cast("list[str]", value), exam, language)
        elif name in _OF_STAFF:
            words[name] = _SAID[language].format(words=value) if value else ""
        else:
            words[name] = str(value)
    title, body = (_read(wording, part, language) for part in ("title", "body"))
    return title.format_map(words), body.format_map(words)


def sms_text(wording: str, language: Language) -> str:
    """The fixed text of an SMS without its signature; a code's place is `{code}`."""
    return _read(wording, "sms", language)


def moment(at: dt.datetime, zone: ZoneInfo, language: Language) -> str:
    """A time as people say it: the end of a day is its 24:00, not the next day's 00:00."""
    local = at.astimezone(zone)
    clock = f"{local:%H:%M}"
    if clock == "00:00":
        local, clock = local - dt.timedelta(days=1), "24:00"
    if language == "en":
        return f"{local.day} {local:%b %Y}, {clock}"
    return f"{local.year}年{local.month}月{local.day}日 {clock}"


def _line(request: dict[str, str | None], exam: ExamWords, language: Language) -> str:
    with_title, without = _LINES[language]
    words = exam.titles.get(request["material"] or "") or exam.facts.get(request["fact"] or "", {})
    title = words.get(language)
    return (with_title if title else without).format(
        title=title,
        demand=_DEMANDS[language][str(request["kind"])],
        due_at=moment(_instant(request["due_at"]), exam.zone, language),
    )


def _missing(codes: list[str], exam: ExamWords, language: Language) -> str:
    sentence, comma, nothing = _MISSING[language]
    if not codes:
        return nothing
    titles = (exam.titles.get(code, {}).get(language, code) for code in codes)
    return sentence.format(missing=comma.join(titles))


def _instant(value: object) -> dt.datetime:
    return dt.datetime.fromisoformat(str(value))


@functools.cache
def _read(wording: str, part: str, language: Language) -> str:
    path = NOTICES / wording / f"{part}.{language}.txt"
    return path.read_text(encoding="utf-8").rstrip("\n")
