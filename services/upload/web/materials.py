"""The list of materials, and the sample of each."""

from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Response, abort, make_response, render_template, request, session
from flask_babel import lazy_gettext as _l

from libs.common.web.languages import gettext as _
from services.upload.domain.application import State
from services.upload.domain.deadline import Phase
from services.upload.operations.changes import mark_seen
from services.upload.packs.pack import PACKS
from services.upload.queries.account import registration_panel
from services.upload.queries.application import application_page
from services.upload.queries.corrections import registration_notes
from services.upload.queries.public import exam_of
from services.upload.queries.shapes.application import ApplicationPage, LaterState
from services.upload.queries.shapes.materials import EntryState, MaterialEntry
from services.upload.web import faces
from services.upload.web.door import parts, required, see, signed, transaction
from services.upload.web.one import one_of
from services.upload.web.wording import remaining, say_times_in, zone_words

pages = Blueprint("materials", __name__)

NEAR_SECONDS = 86_400
SHRUNK_BYTES = 203_000
"""What the browser shrinks to (R8): a little below the limit of R7."""
MISTAKES = {
    "glare": (_l("反光"), _l("灯光盖住了文字。请换个角度，避开直射的光。")),
    "cut": (_l("缺角"), _l("纸边在画面外。请退后一点，四角都拍进来。")),
    "dark": (_l("太暗"), _l("光线不足，看不清。请到窗边或开灯再拍。")),
    "sideways": (_l("横倒"), _l("文字方向不正。请转正手机再拍，或在预览里旋转。")),
}
"""What most often makes a reviewer ask again; the pictures stand in the pack."""
_SHOWN = {
    "todo": faces.TO_DO,
    "done": faces.DONE,
    "locked": faces.LOCKED,
    "optional": faces.OPTIONAL,
}


@pages.get("/")
def home() -> Response:
    """The front door."""
    return see("materials.page" if signed() else "entry.sign_in")


@pages.get("/materials")
def page() -> str:
    """Her list, with everything that can be done to it."""
    who = required()
    with transaction() as db:
        shown = application_page(db, who.application_id, show_all=request.args.get("all") == "1")
        panel = registration_panel(db, who.application_id, vault=parts().vault)
        notes = registration_notes(db, who.application_id)
        limit = exam_of(db, who.application_id).settings.image_max_bytes
    say_times_in(shown.deadline.zone)
    show = request.args.get("show", "all")
    return render_template(
        "materials.html",
        title=_("报名材料"),
        active="materials.page",
        page=shown,
        panel=panel,
        notes=notes,
        show=show if show in _SHOWN else "all",
        one=one_of(shown.entries),
        sections=_sections(shown, show),
        filters=_filters(shown.entries, show),
        numbers={entry.code: at for at, entry in enumerate(shown.entries, start=1)},
        is_first_visit=not any(entry.images for entry in shown.entries),
        flashed=session.pop("said", []),
        limit_bytes=limit,
        target_bytes=min(SHRUNK_BYTES, limit),
        zone_words=zone_words(),
        **_clock(shown),
    )


@pages.post("/materials/corrections/read")
def put_notes_away() -> Response:
    """She has read what the corrected registration changed."""
    who = required()
    with transaction() as db:
        mark_seen(db, who.application_id)
    return see("materials.page")


def _sections(page: ApplicationPage, show: str) -> list[tuple[str, list[MaterialEntry]]]:
    """Headings with their materials: what needs her first, then the list's own order."""
    wanted = [e for e in page.entries if show not in _SHOWN or e.state in _SHOWN[show]]
    first = [e for e in wanted if e.state is EntryState.NEEDS_ACTION]
    rest = [e for e in wanted if e.state is not EntryState.NEEDS_ACTION]
    groups = [
        (faces.in_language(group.title), [e for e in rest if e.group == group])
        for group in page.groups
    ]
    return [(title, found) for title, found in ((_("请先处理"), first), *groups) if found]


def _filters(entries: Sequence[MaterialEntry], show: str) -> list[tuple[str, str, int]]:
    """A filter that finds nothing is not offered, but for the one that is chosen."""
    words = {"todo": _("待处理"), "done": _("已上传"), "locked": _("已锁定"), "optional": _("选交")}
    counts = {key: sum(e.state in states for e in entries) for key, states in _SHOWN.items()}
    return [
        ("all", _("全部"), len(entries)),
        *((key, words[key], counts[key]) for key in _SHOWN if counts[key] or key == show),
    ]


def _clock(shown: ApplicationPage) -> dict[str, object]:
    """What the header counts down to, and what it says when there is nothing to wait for."""
    ends_at = None
    if shown.state is State.OPEN and shown.deadline.phase in (Phase.OPEN, Phase.GRACE):
        ends_at = shown.deadline.ends_at
    elif shown.state is State.RETURNED:
        ends_at = shown.requests_close_at
    elif shown.later is not None and shown.later.state is LaterState.OPEN:
        ends_at = shown.later.ends_at
    left = (ends_at - shown.deadline.server_now).total_seconds() if ends_at else 0
    return {
        "counts_to": ends_at,
        "left_words": remaining(left),
        "is_near": ends_at is not None and left < NEAR_SECONDS,
        "state_words": _state_words(shown),
    }


def _state_words(shown: ApplicationPage) -> str:
    if shown.state is State.SUBMITTED:
        return faces.stage_words(shown.stage)
    return _("已公布") if shown.state is State.PUBLISHED else _("已截止")


@pages.get("/materials/<code>/sample")
def sample(code: str) -> str:
    """示例 (R6): requirement, hints, the sample picture and typical mistakes."""
    shown, entry = _entry(code)
    folder = _samples(shown)
    return render_template(
        "sample.html",
        title=_("示例"),
        active="materials.page",
        material=entry,
        has_picture=(folder / f"{code}.jpg").is_file(),
        mistakes=[
            (look, *words)
            for look, words in MISTAKES.items()
            if (folder / "mistakes" / f"{code}-{look}.jpg").is_file()
        ],
    )


@pages.get("/materials/<code>/sample.jpg")
def sample_picture(code: str) -> Response:
    """The sample picture of a material; it holds nothing personal."""
    shown, entry = _entry(code)
    return _drawn(_samples(shown) / f"{entry.code}.jpg")


@pages.get("/materials/<code>/mistakes/<look>.jpg")
def mistake_picture(code: str, look: str) -> Response:
    """The same paper, photographed as it should not be."""
    shown, entry = _entry(code)
    if look not in MISTAKES:
        abort(404)
    return _drawn(_samples(shown) / "mistakes" / f"{entry.code}-{look}.jpg")


def _entry(code: str) -> tuple[ApplicationPage, MaterialEntry]:
    who = required()
    with transaction() as db:
        shown = application_page(db, who.application_id, show_all=True)
    entry = next((e for e in shown.entries if e.code == code), None)
    if entry is None:
        abort(404)
    return shown, entry


def _samples(shown: ApplicationPage) -> Path:
    return PACKS / shown.pack / "samples"


def _drawn(path: Path) -> Response:
    if not path.is_file():
        abort(404)
    response = make_response(path.read_bytes())
    response.content_type = "image/jpeg"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
