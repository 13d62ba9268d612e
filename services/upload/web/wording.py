"""What templates say of times, sizes and findings, in the page's language and the exam's zone."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g

from libs.common.clock import now
from libs.common.errors import Refusal
from libs.common.messages import Finding
from libs.common.passwords import MIN_CHARACTERS
from libs.common.web.languages import gettext as _
from libs.common.web.languages import language
from libs.common.web.refusals import sentences
from services.upload import findings
from services.upload.domain.deadline import end_words, moment_words
from services.upload.domain.turning import CURES
from services.upload.operations.actors import HOME_ZONE
from services.upload.operations.answers import MAX_WORDS
from services.upload.queries.shapes.images import ImageView, Place
from services.upload.web import faces


def install(app: Flask) -> None:
    """Give the words to the templates."""
    app.jinja_env.filters.update(words=faces.in_language, iso=iso, grouped=grouped, size=size)
    app.jinja_env.globals.update(
        faces=faces,
        moment=moment,
        end_of=end_of,
        finding_words=finding_words,
        turn_of=lambda finding: CURES.get(finding.code),
        gap=gap,
        clock=clock,
        clock_in=lambda seconds: clock(now() + dt.timedelta(seconds=seconds)),
        password_rules=password_rules,
        most_words=MAX_WORDS,
        new_key=lambda: str(uuid.uuid4()),
    )


def say_times_in(zone: str) -> None:
    """Times on this page are in the exam's zone."""
    g.zone = zone


def moment(at: dt.datetime, *, seconds: bool = False, year: bool = False) -> str:
    """An instant: `2月7日09:30`; with seconds the year too, as a proof says it."""
    if not seconds:
        return moment_words(at, zone=_zone(), language=language(), with_year=year)
    return f"{at.astimezone(ZoneInfo(_zone())):%Y-%m-%d %H:%M:%S}"


def gap() -> str:
    """What stands between two sentences: Chinese ones need nothing."""
    return " " if language() == "en" else ""


def clock(at: dt.datetime) -> str:
    """A moment of these minutes: `21:05:30`."""
    return f"{at.astimezone(ZoneInfo(_zone())):%H:%M:%S}"


def password_rules() -> str:
    """What a password must be, said before she chooses one."""
    return _(
        "至少 %(min)s 个字符，一句容易记的话就很好；可以有汉字和空格，不要求大小写和符号。"
        "不要用 12345678901 这样一猜就中的。",
        min=MIN_CHARACTERS,
    )


def end_of(at: dt.datetime) -> str:
    """An end: midnight is 24:00 of the day before."""
    return end_words(at, zone=_zone(), language=language())


def zone_words() -> str:
    """The zone as people call it."""
    return _("北京时间") if _zone() == HOME_ZONE else _zone()


def remaining(seconds: float) -> str:
    """Time left, before scripts count it down."""
    minutes = max(0, int(seconds // 60))
    hours, days = minutes // 60, minutes // 1440
    if days:
        return _("%(d)s 天 %(h)s 小时", d=days, h=hours % 24)
    return _("%(h)s 小时 %(m)s 分", h=hours, m=minutes % 60)


def finding_words(finding: Finding, image: ImageView | None = None) -> tuple[str, str]:
    """Cause and cure of a finding; where it speaks of another image, that one's place."""
    place = image.repeats if image is not None else None
    return findings.words(finding, language(), place=_quoted(place) if place else "")


def _quoted(place: Place) -> str:
    """Material and place of another image, in a sentence about the one that repeats it."""
    words = f"{place.title.to(language())} · {faces.place(place, place)}"
    if place.is_former:
        return _("“%(place)s”（换下的旧图）", place=words)
    return _("“%(place)s”", place=words)


def refusal_words(refusal: Refusal) -> str:
    """Cause and cure in one line, as it stands at a field."""
    cause, cure = sentences(current_app, refusal.code, refusal.params)
    return f"{cause}{gap()}{cure}"


def iso(at: dt.datetime) -> str:
    """The instant for machines, in milliseconds."""
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds")


def grouped(number: int) -> str:
    """204,800."""
    return f"{number:,}"


def size(count: int) -> str:
    """How big a file is, as the page's script says it: 190 KB, 3.9 MB."""
    kilobytes = max(1, round(count / 1024))
    return f"{kilobytes} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def _zone() -> str:
    return str(g.get("zone", HOME_ZONE))
