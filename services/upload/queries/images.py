"""Images and requests as pages show them."""

import dataclasses as dc
from collections.abc import Mapping, Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, Finding, ImageId
from services.upload import findings
from services.upload.domain.application import CheckState, RequestKind, RequestState, State
from services.upload.domain.deadline import Phase
from services.upload.domain.exam import Exam, Text
from services.upload.models.application import Image, findings_of, open_warnings
from services.upload.models.holdings import Holdings
from services.upload.models.review import Request
from services.upload.queries.shapes.images import ImageView, Place, StoredImage
from services.upload.queries.shapes.requests import RequestView

ShownState = Literal["checking", "checked", "refused"]
_STATES: Mapping[str, ShownState] = {
    CheckState.PENDING: "checking",
    CheckState.CHECKED: "checked",
    CheckState.REFUSED: "refused",
}


def stored_image(
    session: Session, *, application_id: ApplicationId, image_id: ImageId
) -> StoredImage:
    """Where her image's bytes are, deleted ones too. Raises Refusal `no_image`."""
    image = session.scalars(
        select(Image).where(Image.id == image_id, Image.application_id == application_id)
    ).one_or_none()
    if image is None:
        raise Refusal("no_image")
    return stored(image)


def stored(image: Image) -> StoredImage:
    """Where the image's bytes are."""
    return StoredImage(
        id=image.id,
        original_key=image.original_key,
        format="png" if image.format == "png" else "jpeg",
        orientation=image.orientation,
        sha256=image.sha256,
        view_key=image.view_key,
        grid_key=image.grid_key,
    )


def state_of(image: Image) -> ShownState:
    """What its tile says of the check."""
    return _STATES[image.check_state]


def views_of(held: Holdings) -> dict[ImageId, ImageView]:
    """Every image that is in place, numbered from 1 within its material, and the old versions."""
    current = {image.id for image in held.current()}
    positions: dict[str, int] = {}
    views = {}
    for image in held.images:
        if image.id in current:
            positions[image.material] = positions.get(image.material, 0) + 1
        views[image.id] = _view(held, image, max(1, positions.get(image.material, 1)))
    places = {
        image.id: _place(held, image, views[image.id].position, is_former=image.id not in current)
        for image in held.images
    }
    return {view.id: dc.replace(view, repeats=_repeated(view, places)) for view in views.values()}


def _repeated(view: ImageView, places: Mapping[ImageId, Place]) -> Place | None:
    others = (f.image_id for f in view.findings if f.image_id is not None)
    return next((places[other] for other in others if other in places), None)


def _place(held: Holdings, image: Image, position: int, *, is_former: bool) -> Place:
    material = next((m for m in held.exam.materials if m.code == image.material), None)
    title = material.title if material else Text(zh=image.material, en=image.material)
    return Place(title, material.slots if material else (), position, is_former)


def _view(held: Holdings, image: Image, position: int) -> ImageView:
    return ImageView(
        id=image.id,
        material=image.material,
        position=position,
        version=image.version,
        state=state_of(image),
        is_locked=image.locked_at is not None or not _can_change(held, image),
        is_accepted=image.accepted_at is not None,
        can_delete=_can_delete(held, image),
        has_renditions=image.view_key is not None,
        width=image.width,
        height=image.height,
        size_bytes=image.size_bytes,
        sha256=image.sha256,
        received_at=image.received_at,
        findings=findings_of(image),
        open_findings=_open_findings(image),
        replaces=image.replaces,
        answers=image.answers,
        carried_from=_carried_from(image),
        repeats=None,
    )


def _carried_from(image: Image) -> Text | None:
    names = image.carried_exam
    return Text(zh=names["zh-CN"], en=names["en"]) if names else None


def _open_findings(image: Image) -> tuple[Finding, ...]:
    waiting = open_warnings(image)
    return tuple(f for f in findings_of(image) if f.severity == "refuse" or f.code in waiting)


def _can_change(held: Holdings, image: Image) -> bool:
    """Whether its application, or the second window, still admits changes."""
    is_later = any(entry.code == image.material for entry in held.takes_deferred)
    return is_later or held.state in (State.OPEN, State.RETURNED)


def _can_delete(held: Holdings, image: Image) -> bool:
    if image.locked_at is not None:
        return False
    if any(entry.code == image.material for entry in held.takes_deferred):
        return held.second is not None and held.second.phase(held.now) is Phase.OPEN
    if image.answers is None:
        return held.state is State.OPEN and held.now >= held.window.opens_at
    return any(request.id == image.answers for request in held.open_requests())


def requests_of(
    held: Holdings, views: Mapping[ImageId, ImageView], *, withdrawn: bool = False
) -> tuple[RequestView, ...]:
    """Every request, oldest first; those that are no longer asked only when wanted."""
    return tuple(
        _request(held, request, views)
        for request in held.requests
        if withdrawn or request.state != RequestState.WITHDRAWN
    )


def _request(held: Holdings, request: Request, views: Mapping[ImageId, ImageView]) -> RequestView:
    window = held.request_window(request)
    is_over = request.state == RequestState.OPEN and window.is_over(held.now)
    state = RequestState.OVERDUE if is_over else RequestState(request.state)
    can_answer = state is RequestState.OPEN and held.now < request.due_at
    reason, cure = _words(held.exam, request.reason)
    room = max(0, _answer_slots(request) - len(held.answers_to(request.id)))
    return RequestView(
        id=request.id,
        kind=RequestKind(request.kind),
        level="area" if request.level == "area" else "site",
        material=request.material or _material_of(views, request.image_id),
        image_id=request.image_id,
        add_count=request.add_count,
        fact=request.fact,
        fact_label=_fact_label(held.exam, request.fact),
        reason=request.reason,
        reason_words=reason,
        cure=cure,
        words=request.words,
        mark=_mark(request.mark),
        raised_at=request.raised_at,
        due_at=request.due_at,
        closes_at=request.due_at + window.grace,
        state=state,
        is_answered=held.is_answered(request),
        explanation=request.explanation,
        images=tuple(v for v in views.values() if v.answers == request.id),
        can_answer=can_answer,
        can_upload=can_answer and room > 0,
        old=views.get(request.image_id) if request.image_id is not None else None,
        room=room,
        is_extended=request.extended_at is not None,
        change_reason=request.change_reason,
        is_pushed=request.pushed_at is not None,
        is_fixed=request.fixed_at is not None,
        ended_at=request.ended_at,
    )


def _answer_slots(request: Request) -> int:
    slots = {RequestKind.REPLACE: 1, RequestKind.ADD: request.add_count, RequestKind.FIX: 0}
    return slots[RequestKind(request.kind)]


def _material_of(views: Mapping[ImageId, ImageView], image_id: ImageId | None) -> str | None:
    view = views.get(image_id) if image_id is not None else None
    return None if view is None else view.material


def _words(exam: Exam, code: str) -> tuple[Text, Text]:
    """The reason's words and cure; a finding's, where a late check asked by itself (R15); the
    code itself where a newer pack has dropped it.
    """
    if code in findings.ASKED_BY_ITSELF:
        zh, en = (findings.ASKED_BY_ITSELF[code][tag] for tag in ("zh-CN", "en"))
        return Text(zh=zh["cause"], en=en["cause"]), Text(zh=zh["cure"], en=en["cure"])
    if code in findings.REFUSALS:
        zh, en = findings.LATE["zh-CN"], findings.LATE["en"]
        return Text(zh=zh["cause"], en=en["cause"]), Text(zh=zh["cure"], en=en["cure"])
    try:
        reason = exam.reason(code)
    except KeyError:
        return Text(zh=code, en=code), Text(zh="", en="")
    return reason.words, reason.cure


def _fact_label(exam: Exam, name: str | None) -> Text | None:
    return next((fact.label for fact in exam.facts if fact.name == name), None)


def _mark(mark: Sequence[float] | None) -> tuple[float, float, float, float] | None:
    if mark is None:
        return None
    left, top, width, height = mark
    return left, top, width, height
