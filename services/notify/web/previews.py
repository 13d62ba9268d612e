"""Each wording as a candidate reads it, and what its SMS costs."""

import dataclasses as dc
from zoneinfo import ZoneInfo

from services.notify.domain import samples
from services.notify.domain.facts import FACTS, Channel, Fact
from services.notify.domain.wording import LANGUAGES, ExamWords, Language, in_app, sms_text
from services.notify.models.notice import Notice
from services.notify.models.people import Exam

SIGNATURE_CHARACTERS = 14
"""The longest that a vendor allows, with its brackets."""
ONE_PART, MORE_PARTS = 70, 67
"""Characters of an SMS, and of each part of a longer one (help.aliyun.com 463270)."""


@dc.dataclass(frozen=True)
class Text:
    """An SMS without its signature, and as how many it is billed with one."""

    language: Language
    words: str
    parts: int


@dc.dataclass(frozen=True)
class Record:
    """The in-app message."""

    language: Language
    title: str
    body: str


@dc.dataclass(frozen=True)
class Preview:
    """A fact with what it says over each channel."""

    name: str
    fact: Fact
    texts: list[Text]
    records: list[Record]


def previews() -> list[Preview]:
    """Of every fact, in the table's order."""
    return [Preview(name, fact, _texts(fact), _records(fact)) for name, fact in FACTS.items()]


def told(notice: Notice, exam: Exam | None, language: Language) -> Record | None:
    """What stands on the candidate's page; None of a code, or where it cannot be composed."""
    fact = FACTS[notice.fact]
    if exam is None or Channel.IN_APP not in fact.channels:
        return None
    words = ExamWords(
        names=exam.names, zone=ZoneInfo(exam.zone), titles=exam.titles, facts=exam.facts
    )
    try:
        return Record(language, *in_app(fact.wording, notice.params, words, language))
    except (KeyError, ValueError):
        return None


def _texts(fact: Fact) -> list[Text]:
    if not {Channel.SMS, Channel.CODE} & {*fact.channels}:
        return []
    texts = {one: sms_text(fact.wording, one).format(code=samples.CODE) for one in LANGUAGES}
    return [Text(language, words, _billed(words)) for language, words in texts.items()]


def _records(fact: Fact) -> list[Record]:
    if Channel.IN_APP not in fact.channels:
        return []
    return [
        Record(language, *in_app(fact.wording, samples.PARAMS, samples.EXAM, language))
        for language in LANGUAGES
    ]


def _billed(text: str) -> int:
    length = len(text) + SIGNATURE_CHARACTERS
    return 1 if length <= ONE_PART else -(-length // MORE_PARTS)
