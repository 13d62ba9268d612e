"""One line of her list."""

import dataclasses as dc
from enum import StrEnum

from services.upload.domain.exam import Group, Text
from services.upload.domain.materials import Status
from services.upload.queries.shapes.images import ImageView, OfferView
from services.upload.queries.shapes.requests import RequestView


class EntryState(StrEnum):
    """What a material's line says; each has its icon, word and colour."""

    TODO = "todo"
    """Required, nothing there yet."""
    PARTIAL = "partial"
    """Some images, fewer than asked for."""
    CHECKING = "checking"
    """Enough images; a check is still running."""
    UPLOADED = "uploaded"
    """已上传，未提交."""
    NEEDS_ACTION = "needs_action"
    """A refused image, or a request without an answer."""
    ABSENT = "absent"
    """Answered 暂缺/不适用."""
    LOCKED = "locked"
    """Handed in, or the window has closed."""
    ACCEPTED = "accepted"
    """Every image was accepted by the reviewers."""
    OPTIONAL = "optional"
    """May stay empty, and is."""
    DEFERRED = "deferred"
    """Due in a later window, and empty."""
    WAIVED = "waived"
    NOT_ASKED = "not_asked"
    """Shown only in the whole list."""


@dc.dataclass(frozen=True, kw_only=True)
class MaterialEntry:
    """One line of her list (R5)."""

    code: str
    title: Text
    requirement: Text
    hints: tuple[Text, ...]
    slots: tuple[Text, ...]
    group: Group
    status: Status
    state: EntryState
    because: Text
    min: int
    max: int
    """Including what ADD requests allow."""
    count: int
    """Images that count (not refused)."""
    free_slots: int
    can_upload: bool
    """An upload without a request; answers to requests are asked at the request."""
    absence_allowed: bool
    absence: str | None
    """Her reason of 暂缺/不适用."""
    is_no_longer_asked: bool
    """Holds images although changed facts no longer ask for it (R3)."""
    images: tuple[ImageView, ...]
    offers: tuple[OfferView, ...]
    """Accepted images of an earlier exam, while there is room for one."""
    requests: tuple[RequestView, ...]
