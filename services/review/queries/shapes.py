"""What the desk shows of one case: plain data that templates and forms read."""

import dataclasses as dc
import datetime as dt
import uuid
from collections.abc import Iterable

from services.review.domain import judging
from services.review.domain.case import State
from services.review.domain.judging import Choice, Judged, JudgedImage
from services.review.domain.request import Standing
from services.review.models.case import Case, Exam, Image
from services.review.models.hearing import Duplicate, Wish
from services.review.models.judging import Request


@dc.dataclass(frozen=True, kw_only=True)
class DeskImage:
    """An image as the desk shows it."""

    row: Image
    number: int
    """Its place within the material, from 1."""
    site: Choice | None
    area: Choice | None
    draft: Request | None
    answered: Request | None
    """The request that this image answers, or that was answered by words, or let pass."""
    explanation: str
    older: "DeskImage | None"
    """The version that it replaces."""
    version: int
    is_new: bool
    """Came with the newest round of several."""
    repeats: tuple[str, int] | None = None
    """Material and number of the image of the same candidate that shows the same picture."""

    @property
    def id(self) -> uuid.UUID:
        return self.row.id

    @property
    def verdict(self) -> Choice | None:
        """The verdict that holds."""
        return self.area or self.site

    @property
    def is_clear(self) -> bool:
        """Whether the checks and the reader have both looked, and say nothing that a person should
        see.
        """
        row = self.row
        agrees = bool(row.compared) and all(r == "match" for r in row.compared.values())
        return row.state == "checked" and not row.findings and agrees


def with_repeats(images: Iterable[DeskImage]) -> list[DeskImage]:
    """The images of a case; where a check says that one repeats another, which."""
    found = list(images)
    places = {str(image.id): (image.row.material, image.number) for image in found}
    return [
        dc.replace(image, repeats=next((places[o] for o in _others(image) if o in places), None))
        for image in found
    ]


def _others(image: DeskImage) -> list[str]:
    return [f["image_id"] for f in image.row.findings if f.get("image_id")]


@dc.dataclass(frozen=True, kw_only=True)
class DeskMaterial:
    """A material of the list with what was handed in."""

    code: str
    images: tuple[DeskImage, ...]
    absence: str
    """Why there is none, in her words (R5)."""
    drafts: tuple[Request, ...]
    """ADD requests that are written for it."""
    unsubmitted: tuple[DeskImage, ...] = ()
    """Answers that were uploaded and never submitted (R21): shown, never judged."""
    is_asked_for: bool = True
    """False: the corrected record does not ask for it any more (R3)."""

    @property
    def entrance(self) -> DeskImage | None:
        """The image that opens when the material is chosen: the first without a verdict."""
        shown = (*self.images, *self.unsubmitted)
        return next((i for i in self.images if i.verdict is None), next(iter(shown), None))

    @property
    def is_judged(self) -> bool:
        """Whether every image has a verdict."""
        return all(i.verdict is not None for i in self.images)

    @property
    def is_asked(self) -> bool:
        """Whether something of it is asked for."""
        return bool(self.drafts) or any(i.verdict is Choice.ASK for i in self.images)


@dc.dataclass(frozen=True, kw_only=True)
class Happening:
    """A line of the case's record."""

    kind: str
    level: str | None
    words: str
    count: int
    staff_name: str | None
    at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class SuspicionLine:
    """A flag, for those who may see it."""

    id: uuid.UUID
    image_id: uuid.UUID | None
    words: str
    staff_name: str
    at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class Desk:
    """One case, whole."""

    case: Case
    exam: Exam
    materials: tuple[DeskMaterial, ...]
    requests: tuple[Request, ...]
    """All of the case, the newest first."""
    happenings: tuple[Happening, ...]
    suspicions: tuple[SuspicionLine, ...]
    claimed_by: str | None
    claimed_until: dt.datetime | None
    claim_is_mine: bool
    may_judge: bool
    wish: Wish | None
    """She asks for her papers back (R17), and nobody has answered."""
    duplicates: tuple[Duplicate, ...]
    """Pairs of its current images with another candidate's, not cleared."""

    @property
    def images(self) -> tuple[DeskImage, ...]:
        """All current images in the list's order."""
        return tuple(i for m in self.materials for i in m.images)

    @property
    def drafts(self) -> tuple[Request, ...]:
        """Requests that are written and not sent."""
        return tuple(r for r in self.requests if r.standing == Standing.DRAFT.value)

    @property
    def judged(self) -> Judged:
        """What the domain asks of the case."""
        return Judged(
            state=State(self.case.state),
            images=tuple(
                JudgedImage(
                    image_id=i.id, checked=i.row.state == "checked", site=i.site, area=i.area
                )
                for i in self.images
            ),
            drafts=len(self.drafts),
        )

    def image(self, image_id: uuid.UUID | None) -> DeskImage | None:
        """The image asked for, else the first without a verdict, else the first."""
        by_id = {i.id: i for i in self.images}
        if image_id in by_id:
            return by_id[image_id]
        for extra in (i for m in self.materials for i in m.unsubmitted):
            if extra.id == image_id or not by_id:
                return extra
        open_ = self.judged.without_verdict
        if open_:
            return by_id[open_[0]]
        return self.images[0] if self.images else None

    def after(self, image_id: uuid.UUID) -> uuid.UUID:
        """The next image to judge after this one, or this one when none is open."""
        order = [i.id for i in self.images]
        return judging.next_open(order, self.judged, image_id) or image_id

    def twins(self, image_id: uuid.UUID) -> tuple[Duplicate, ...]:
        """The pairs of this image."""
        return tuple(d for d in self.duplicates if image_id in (d.image_id, d.other_image_id))
