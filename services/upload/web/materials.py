"""The list of materials, and the sample of each."""

from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Response, abort, make_response, render_template, request, session

from libs.common.web.languages import gettext as _
from services.upload.domain.application import State
from services.upload.domain.deadline import Phase
from services.upload.queries.account import registration_panel
from services.upload.queries.application import application_page
from services.upload.queries.public import exam_of
from services.upload.queries.shapes import ApplicationPage, MaterialEntry
from services.upload.web import faces
from services.upload.web.door import parts, required, see, signed, transaction
from services.upload.web.wording import remaining, say_times_in, zone_words

pages = Blueprint("materials", __name__)

PACKS = Path(__file__).parents[3] / "exams"
NEAR_SECONDS = 86_400
SHRUNK_BYTES = 195_000
"""What the browser shrinks to (R8): a little below the limit of R7."""
_SHOWN = {"todo": faces.TO_DO, "done": faces.DONE, "locked": faces.LOCKED}


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
        limit = exam_of(db, who.application_id).settings.image_max_bytes
    say_times_in(shown.deadline.zone)
    show = request.args.get("show", "all")
    return render_template(
        "materials.html",
        title=_("报名材料"),
        active="materials.page",
        page=shown,
        panel=panel,
        show=show if show in _SHOWN else "all",
        shown=[e for e in shown.entries if show not in _SHOWN or e.state in _SHOWN[show]],
        filters=_filters(shown.entries),
        numbers={entry.code: at for at, entry in enumerate(shown.entries, start=1)},
        is_first_visit=not any(entry.images for entry in shown.entries),
        flashed=session.pop("said", []),
        limit_bytes=limit,
        target_bytes=min(SHRUNK_BYTES, limit),
        zone_words=zone_words(),
        **_clock(shown),
    )


def _filters(entries: Sequence[MaterialEntry]) -> list[tuple[str, str, int]]:
    words = {"todo": _("待处理"), "done": _("已上传"), "locked": _("已锁定")}
    counts = {key: sum(e.state in states for e in entries) for key, states in _SHOWN.items()}
    return [("all", _("全部"), len(entries)), *((key, words[key], counts[key]) for key in _SHOWN)]


def _clock(shown: ApplicationPage) -> dict[str, object]:
    """What the header counts down to, and what it says when there is nothing to wait for."""
    ends_at = None
    if shown.state is State.OPEN and shown.deadline.phase in (Phase.OPEN, Phase.GRACE):
        ends_at = shown.deadline.ends_at
    elif shown.state is State.RETURNED:
        ends_at = shown.requests_close_at
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
    """示例 (R6): requirement, hints and the sample picture."""
    who = required()
    with transaction() as db:
        shown = application_page(db, who.application_id, show_all=True)
    entry = next((e for e in shown.entries if e.code == code), None)
    if entry is None:
        abort(404)
    return render_template(
        "sample.html",
        title=_("示例"),
        active="materials.page",
        material=entry,
        has_picture=_sample_path(shown.pack, code).is_file(),
    )


@pages.get("/materials/<code>/sample.jpg")
def sample_picture(code: str) -> Response:
    """The sample picture of a material; it holds nothing personal."""
    who = required()
    with transaction() as db:
        shown = application_page(db, who.application_id, show_all=True)
    path = _sample_path(shown.pack, code)
    if code not in {entry.code for entry in shown.entries} or not path.is_file():
        abort(404)
    response = make_response(path.read_bytes())
    response.content_type = "image/jpeg"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def _sample_path(pack: str, code: str) -> Path:
    return PACKS / pack / "samples" / f"{code}.jpg"
