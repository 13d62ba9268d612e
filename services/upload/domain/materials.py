"""The list of materials for one candidate (R5): what is asked of her, how many, and why."""

import dataclasses as dc
from enum import StrEnum

from services.upload.domain.condition import holds
from services.upload.domain.exam import MAIN, SECOND, Exam, Material, Text
from services.upload.domain.facts import Facts


class Status(StrEnum):
    """What a material is for her, in one window."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    DEFERRED = "deferred"
    """Due in a later window; images are welcome already."""
    WAIVED = "waived"
    NOT_ASKED = "not_asked"


@dc.dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of her list. `max` is 0 where nothing can be uploaded."""

    material: Material
    status: Status
    min: int
    max: int
    because: Text
    absence_allowed: bool

    @property
    def code(self) -> str:
        """The material's code."""
        return self.material.code

    @property
    def takes_images(self) -> bool:
        """Whether images can be uploaded to it in this window."""
        return self.max > 0


OTHER_WINDOW = Text(
    zh="本阶段只接收补交材料",
    en="only the deferred materials are collected in this window",
)


def list_for(
    exam: Exam, facts: Facts, *, window: str = MAIN, show_all: bool = False
) -> tuple[Entry, ...]:
    """Her list in the order of the exam's; with `show_all` also what is not asked of her.

    A window other than the main one opens its deferred materials only.
    """
    entries = (_entry(material, facts, window=window) for material in exam.materials)
    return tuple(e for e in entries if show_all or e.status is not Status.NOT_ASKED)


def deferred_for(exam: Exam, facts: Facts) -> tuple[Entry, ...]:
    """What the second window asks of her, as that window asks it (R5)."""
    if SECOND not in exam.windows:
        return ()
    entries = list_for(exam, facts, window=SECOND)
    return tuple(entry for entry in entries if entry.status is Status.REQUIRED)


def required_codes(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """The codes of what must be there for a submission, in the list's order."""
    return tuple(entry.code for entry in entries if entry.status is Status.REQUIRED)


def newly_required(before: tuple[Entry, ...], after: tuple[Entry, ...]) -> tuple[str, ...]:
    """What changed facts made required; after a submission each becomes an ADD request (R3)."""
    known = set(required_codes(before))
    return tuple(code for code in required_codes(after) if code not in known)


def no_longer_asked(before: tuple[Entry, ...], after: tuple[Entry, ...]) -> tuple[str, ...]:
    """What took images before the facts changed and no longer does; it stays, marked (R3)."""
    takes_now = {entry.code for entry in after if entry.takes_images}
    return tuple(e.code for e in before if e.takes_images and e.code not in takes_now)


def _entry(material: Material, facts: Facts, *, window: str) -> Entry:
    status, because = _status(material, facts, window=window)
    low, high = _counts(material, status, window=window)
    return Entry(
        material=material,
        status=status,
        min=low,
        max=high,
        because=because,
        absence_allowed=status is Status.REQUIRED and holds(material.absence_when, facts),
    )


def _status(material: Material, facts: Facts, *, window: str) -> tuple[Status, Text]:
    if not holds(material.when, facts):
        return Status.NOT_ASKED, material.otherwise
    if material.waived_because is not None and holds(material.waived_when, facts):
        return Status.WAIVED, material.waived_because
    due_here = material.deferred is not None and material.deferred.window == window
    if window != MAIN and not due_here:
        return Status.NOT_ASKED, OTHER_WINDOW
    if material.deferred is not None and not due_here:
        return Status.DEFERRED, material.because
    return Status.OPTIONAL if material.optional else Status.REQUIRED, material.because


def _counts(material: Material, status: Status, *, window: str) -> tuple[int, int]:
    if status in (Status.WAIVED, Status.NOT_ASKED):
        return 0, 0
    if window != MAIN and material.deferred is not None:
        return material.deferred.min, material.deferred.max
    return material.min, material.max
