"""The lines of her list, each with one state (R5, R9, R16)."""

from collections.abc import Mapping, Sequence

from libs.common.messages import ImageId
from services.upload.domain.application import RequestState, State, free_slots
from services.upload.domain.deadline import Phase
from services.upload.domain.materials import Entry, Status
from services.upload.models.holdings import Holdings
from services.upload.queries.shapes.images import ImageView, OfferView
from services.upload.queries.shapes.materials import EntryState, MaterialEntry
from services.upload.queries.shapes.requests import RequestView


def entries_of(
    held: Holdings,
    views: Mapping[ImageId, ImageView],
    requests: Sequence[RequestView],
    *,
    offers: Mapping[str, tuple[OfferView, ...]],
    show_all: bool,
) -> tuple[MaterialEntry, ...]:
    """Her list; also what holds images or requests without being asked for any more."""
    current = {image.id for image in held.current()}
    shown = [views[image.id] for image in held.images if image.id in current]
    holding = {view.material for view in shown} | {r.material for r in requests}
    later = {entry.code: entry for entry in open_deferred(held)}
    return tuple(
        _entry(
            held,
            later.get(entry.code, entry),
            images=tuple(v for v in shown if v.material == entry.code),
            requests=tuple(r for r in requests if r.material == entry.code),
            offers=offers.get(entry.code, ()),
        )
        for entry in held.whole_list
        if show_all or entry.status is not Status.NOT_ASKED or entry.code in holding
    )


def open_deferred(held: Holdings) -> tuple[Entry, ...]:
    """The deferred materials, while their window takes them (R5)."""
    is_open = held.second is not None and held.second.phase(held.now) is Phase.OPEN
    return held.takes_deferred if is_open else ()


def _entry(
    held: Holdings,
    entry: Entry,
    *,
    images: tuple[ImageView, ...],
    requests: tuple[RequestView, ...],
    offers: tuple[OfferView, ...],
) -> MaterialEntry:
    material, allowed = entry.material, held.allowed(entry)
    count = len(held.counting(entry.code))
    free = free_slots(allowed=allowed, kept=count)
    absence = next((a.reason for a in held.absences if a.material == entry.code), None)
    is_later = entry in open_deferred(held)
    is_open = is_later or (held.state is State.OPEN and held.window.phase(held.now) is Phase.OPEN)
    can_upload = is_open and entry.takes_images and free > 0
    return MaterialEntry(
        code=entry.code,
        title=material.title,
        requirement=material.requirement,
        hints=material.hints,
        slots=material.slots,
        group=held.exam.group(entry.code),
        status=entry.status,
        state=_state(held, entry, images=images, requests=requests, absence=absence),
        because=entry.because,
        min=entry.min,
        max=allowed,
        count=count,
        free_slots=free,
        can_upload=can_upload,
        absence_allowed=entry.absence_allowed,
        absence=absence,
        is_no_longer_asked=bool(images) and not entry.takes_images,
        images=images,
        offers=offers if can_upload else (),
        requests=requests,
    )


def _state(
    held: Holdings,
    entry: Entry,
    *,
    images: tuple[ImageView, ...],
    requests: tuple[RequestView, ...],
    absence: str | None,
) -> EntryState:
    """What matters most comes first."""
    if any(r.state is RequestState.OPEN and not r.is_answered for r in requests):
        return EntryState.NEEDS_ACTION
    counting = [image for image in images if image.state != "refused"]
    if held.state is State.OPEN or entry in open_deferred(held):
        return _open_state(entry, images=images, counting=counting, absence=absence)
    if counting and all(image.is_accepted for image in counting):
        return EntryState.ACCEPTED
    if any(not image.is_locked for image in counting):
        return EntryState.UPLOADED
    if not counting and entry.status is not Status.REQUIRED:
        return _EMPTY[entry.status]
    return EntryState.ABSENT if absence is not None and not counting else EntryState.LOCKED


def _open_state(
    entry: Entry,
    *,
    images: tuple[ImageView, ...],
    counting: Sequence[ImageView],
    absence: str | None,
) -> EntryState:
    if len(images) > len(counting):
        return EntryState.NEEDS_ACTION
    if absence is not None and entry.absence_allowed and not counting:
        return EntryState.ABSENT
    if not counting:
        return _EMPTY[entry.status]
    if len(counting) < entry.min:
        return EntryState.PARTIAL
    if any(image.state == "checking" for image in counting):
        return EntryState.CHECKING
    return EntryState.UPLOADED


_EMPTY: Mapping[Status, EntryState] = {
    Status.REQUIRED: EntryState.TODO,
    Status.OPTIONAL: EntryState.OPTIONAL,
    Status.DEFERRED: EntryState.DEFERRED,
    Status.WAIVED: EntryState.WAIVED,
    Status.NOT_ASKED: EntryState.NOT_ASKED,
}
