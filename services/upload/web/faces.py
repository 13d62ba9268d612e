"""How states look: each has its icon, its word and its colour, and never one of them alone."""

import dataclasses as dc
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext

from libs.common.messages import Outcome, Stage
from libs.common.web.languages import gettext as _
from libs.common.web.languages import language, ngettext
from services.upload.domain.application import RequestKind, RequestState, State
from services.upload.domain.exam import Text
from services.upload.domain.materials import Status
from services.upload.queries.shapes.application import ApplicationPage
from services.upload.queries.shapes.images import ImageView, Place
from services.upload.queries.shapes.materials import EntryState, MaterialEntry
from services.upload.queries.shapes.requests import RequestView

if TYPE_CHECKING:
    from flask_babel import LazyString

_l = lazy_gettext


@dc.dataclass(frozen=True)
class Face:
    """`kind` is the colour: "", ok, info, warn, bad or lock; `icon` a symbol of icons.svg."""

    kind: str
    icon: str
    word: "LazyString | str"


FACES: Mapping[EntryState, Face] = {
    EntryState.TODO: Face("", "plus", _l("待上传")),
    EntryState.PARTIAL: Face("info", "plus", _l("未传齐")),
    EntryState.CHECKING: Face("info", "again", _l("检查中，未提交")),
    EntryState.UPLOADED: Face("ok", "check", _l("已上传，未提交")),
    EntryState.NEEDS_ACTION: Face("warn", "alert", _l("需处理")),
    EntryState.ABSENT: Face("lock", "pen", _l("已答暂缺")),
    EntryState.LOCKED: Face("lock", "lock", _l("已锁定")),
    EntryState.ACCEPTED: Face("ok", "seal", _l("审核已接受")),
    EntryState.OPTIONAL: Face("", "plus", _l("选交")),
    EntryState.DEFERRED: Face("", "calendar", _l("以后补交")),
    EntryState.WAIVED: Face("lock", "check", _l("免交")),
    EntryState.NOT_ASKED: Face("lock", "minus", _l("您无需提交")),
}

TO_DO = frozenset({EntryState.TODO, EntryState.PARTIAL, EntryState.NEEDS_ACTION})
DONE = frozenset({EntryState.CHECKING, EntryState.UPLOADED, EntryState.ABSENT})
LOCKED = frozenset({EntryState.LOCKED, EntryState.ACCEPTED})
OPTIONAL = frozenset({EntryState.OPTIONAL, EntryState.DEFERRED})

_STAGES: Mapping[Stage, "LazyString"] = {
    "site_review": _l("考点审核中"),
    "area_review": _l("考区审核中"),
    "awaiting_publication": _l("审核结束，等待公布"),
}
_OUTCOMES: Mapping[Outcome, "LazyString"] = {
    "passed": _l("审核通过"),
    "not_passed": _l("审核未通过"),
    "not_submitted": _l("未提交"),
}


def of(entry: MaterialEntry) -> Face:
    """The face of a material."""
    return FACES[entry.state]


def of_image(image: ImageView, asked: bool = False) -> Face:  # noqa: FBT001, FBT002 - in templates
    """The face of one image; `asked`: a reviewer wants it exchanged."""
    if image.state == "refused":
        return Face("bad", "cross", _("没有收下"))
    if asked:
        return Face("warn", "again", _("请更换"))
    return _locked_face(image) if image.is_locked else _open_face(image)


def _locked_face(image: ImageView) -> Face:
    if image.is_accepted:
        return Face("ok", "check", _("已接受"))
    return Face("lock", "lock", _("已锁定"))


def _open_face(image: ImageView) -> Face:
    if image.state == "checking":
        return Face("checking", "again", _("检查中"))
    if image.open_findings:
        return Face("warn", "alert", _("有提示"))
    return Face("plain", "check", _("已上传"))


def segment(entry: MaterialEntry) -> str:
    """The colour of a required material in the bar of progress."""
    if entry.state in DONE | LOCKED and (entry.count >= entry.min or entry.absence is not None):
        return "done"
    return {EntryState.PARTIAL: "part", EntryState.NEEDS_ACTION: "act"}.get(entry.state, "todo")


def counts(entry: MaterialEntry) -> str:
    """How many images the material takes, and how many are there."""
    if entry.status in (Status.WAIVED, Status.NOT_ASKED):
        return ""
    if entry.min == entry.max:
        asked = ngettext("共 %(num)d 张", "共 %(num)d 张", entry.max)
    elif entry.min == 0:
        asked = _("选交，最多 %(n)s 张", n=entry.max)
    else:
        asked = _("可上传 %(low)s–%(high)s 张", low=entry.min, high=entry.max)
    return f"{asked} · " + _("已传 %(n)s 张", n=entry.count) if entry.count else asked


def place(entry: MaterialEntry | Place, image: ImageView | Place) -> str:
    """Which of the material's pictures it is: by the slot's name, else by its number."""
    if image.position <= len(entry.slots):
        return entry.slots[image.position - 1].to(language())
    return _("第 %(n)s 张", n=image.position)


def caption(entry: MaterialEntry, image: ImageView, face: Face) -> str:
    """The few words under a thumbnail; where there is but one picture, its state alone."""
    dot = "·" if language() == "zh-CN" else " · "
    if image.position <= len(entry.slots):
        return f"{place(entry, image)}{dot}{face.word}"
    return f"{image.position}{dot}{face.word}" if len(entry.images) > 1 else str(face.word)


def alt(entry: MaterialEntry, image: ImageView, face: Face) -> str:
    """What a picture is, for those who do not see it."""
    return _(
        "%(title)s，%(place)s，%(state)s",
        title=entry.title.to(language()),
        place=place(entry, image),
        state=face.word,
    )


def asked(requests: Sequence[RequestView]) -> str:
    """The heading over what reviewers want."""
    by_area = any(request.level == "area" for request in requests)
    pictures = sum(1 for r in requests if r.kind is RequestKind.REPLACE)
    if pictures == len(requests):
        if by_area:
            return ngettext("考区请您更换 %(num)d 张图片", "考区请您更换 %(num)d 张图片", pictures)
        return ngettext("考点请您更换 %(num)d 张图片", "考点请您更换 %(num)d 张图片", pictures)
    if by_area:
        return ngettext("考区有 %(num)d 项要求", "考区有 %(num)d 项要求", len(requests))
    return ngettext("考点有 %(num)d 项要求", "考点有 %(num)d 项要求", len(requests))


def request_title(request: RequestView, page: ApplicationPage) -> str:
    """What a request names, in a few words."""
    if request.fact_label is not None:
        return _("更正报名信息：%(fact)s", fact=request.fact_label.to(language()))
    entry = next((e for e in page.entries if e.code == request.material), None)
    if entry is None:
        return request.material or ""
    title = entry.title.to(language())
    old = next((i for i in entry.images if i.id == request.image_id), None)
    if old is not None:
        return _("%(title)s（%(place)s）", title=title, place=place(entry, old))
    if request.kind is RequestKind.ADD:
        return _("%(title)s（补充 %(n)s 张）", title=title, n=request.add_count)
    return title


def past_request(request: RequestView) -> tuple[str, str, str]:
    """What became of a request: colour, icon and word."""
    return {
        RequestState.ANSWERED: ("ok", "check", _("已答复")),
        RequestState.OVERDUE: ("warn", "clock", _("更换逾期")),
        RequestState.WITHDRAWN: ("lock", "minus", _("已撤回")),
        RequestState.OPEN: ("warn", "alert", _("待处理")),
    }[request.state]


_LEADS_TO_LIST = frozenset(
    {
        *("window_closing", "window_extended", "case_reopened", "given_back_closing"),
        *("window_opened", "deferred_closing"),
    }
)
"""Facts that ask for uploads and a submission."""


def place_of_notice(fact: str) -> tuple[str, str]:
    """Where a message leads: the page's endpoint, and the words of the link."""
    if fact in ("requests_raised", "requests_due", "requests_extended"):
        return "asked.page", _("去处理要求")
    if fact.startswith("requests_"):
        return "asked.page", _("查看要求")
    if fact in _LEADS_TO_LIST:
        return "materials.page", _("去材料清单")
    return "news.progress", _("查看结果") if fact == "results_published" else _("查看进度")


def stage_words(stage: Stage | None) -> str:
    """Where the application is, and never how it ends (R23)."""
    return str(_STAGES[stage]) if stage is not None else _("已提交")


def outcome_words(outcome: Outcome) -> str:
    """The published result."""
    return str(_OUTCOMES[outcome])


@dc.dataclass(frozen=True)
class StageLine:
    """One line of the progress page; `kind` is is-done, is-now or is-next."""

    kind: str
    word: str
    more: str


def stages(page: ApplicationPage) -> list[StageLine]:
    """The way of an application, with her place on it."""
    if page.state is State.LOCKED:
        return [StageLine("is-now", _("截止未提交"), _("内容已锁定。如有疑问请联系考点。"))]
    lines = (
        (_("上传并提交"), _("您提交后内容锁定。")),
        (_("考点审核"), _("逐张审核；需要更换时会通知您。")),
        (_("考区审核"), _("复核并形成结论；此时也可能请您更换。")),
        (_("等待公布"), _("全部审核结束后统一公布。")),
        (_("公布结果"), _("在这里和考试报名系统都可以看到。")),
    )
    at = _stage_number(page)
    kinds = ["is-done" if n < at else "is-now" if n == at else "is-next" for n in range(len(lines))]
    return [StageLine(kind, *words) for kind, words in zip(kinds, lines, strict=True)]


def _stage_number(page: ApplicationPage) -> int:
    if page.outcome is not None:
        return 5
    if page.state is State.OPEN or page.stage is None:
        return 0
    return {"site_review": 1, "area_review": 2, "awaiting_publication": 3}[page.stage]


def in_language(text: Text) -> str:
    """The words in the page's language."""
    return text.to(language())
