"""The words for more time: how far it has come, whom it concerns, and why it was refused."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from flask_babel import LazyString, gettext, lazy_gettext

from services.review.domain.asking import Asked
from services.review.models.asked import AskedExtension
from services.review.web import zones

_l = lazy_gettext
STATES: Mapping[Asked, tuple[str, str, LazyString]] = {
    Asked.COUNTING: ("info", "clock", _l("正在核对影响范围")),
    Asked.OFFERED: ("info", "eye", _l("预览：尚未提出")),
    Asked.IMPOSSIBLE: ("bad", "cross", _l("不能延长")),
    Asked.CONFIRMED: ("info", "clock", _l("已提出，等待答复")),
    Asked.GRANTED: ("ok", "check", _l("已生效")),
    Asked.REFUSED: ("bad", "cross", _l("没有生效")),
}
"""State → tag colour, icon, word: never one alone."""
CONCERNED: Mapping[str, LazyString] = {
    "open": _l("还没有提交，获得更多时间"),
    "locked": _l("截止未提交，重新解锁"),
    "submitted": _l("已提交，还欠补交阶段的材料"),
    "returned": _l("正在补正，还欠补交阶段的材料"),
}
_REFUSALS: Mapping[str, LazyString] = {
    "extension_not_later": _l("现在的截止时间（%(until)s）不早于新的时间。"),
    "extension_without_reason": _l("没有写明理由。"),
    "no_registration": _l("这场考试没有报名号 %(number)s。"),
    "unknown_exam": _l("上传系统没有载入考试 %(exam)s。"),
    "unknown_site": _l("这场考试没有考点 %(site)s。"),
    "unknown_window": _l("这场考试没有补交阶段。"),
}


def concerned(row: AskedExtension) -> list[tuple[str, int]]:
    """How many get the time, by state, in a fixed order."""
    return [(str(word), int(row.concerned.get(state, 0))) for state, word in CONCERNED.items()]


def refusal(row: AskedExtension, zone: ZoneInfo) -> str:
    """Why it was refused, as a sentence; empty where it was not."""
    if row.refusal is None:
        return ""
    sentence = _REFUSALS.get(row.refusal)
    if sentence is None:
        return str(gettext("上传系统没有接受（%(code)s）。", code=row.refusal))
    params = dict(row.params)
    if "until" in params:
        params["until"] = zones.whole_time(dt.datetime.fromisoformat(params["until"]), zone)
    return str(sentence) % params
