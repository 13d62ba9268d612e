"""Everything that one application holds, read in a constant number of statements."""

import dataclasses as dc
import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, ImageId, RequestId
from services.upload.domain import deadline
from services.upload.domain.application import (
    CheckState,
    RequestKind,
    RequestState,
    RequestWindow,
    State,
    by_the_clock,
)
from services.upload.domain.deadline import Window
from services.upload.domain.exam import Exam
from services.upload.domain.materials import Entry, deferred_for, list_for
from services.upload.domain.readiness import Lack, Readiness, lacks
from services.upload.domain.retention import kept_until
from services.upload.models.application import Absence, Application, Image, open_warnings
from services.upload.models.candidate import Registration
from services.upload.models.exam import WindowExtension
from services.upload.models.packs import the_exam
from services.upload.models.review import Request
from services.upload.models.windows import plain, row_of, second_of, window_of


@dc.dataclass(frozen=True, kw_only=True)
class Holdings:
    """One application with all that belongs to it, as of `now` on the database's clock."""

    application: Application
    registration: Registration
    exam: Exam
    base_window: Window
    window: Window
    """Extensions included."""
    extension: WindowExtension | None
    images: Sequence[Image]
    """Not deleted; in the order of materials, positions and ids. Superseded ones too."""
    absences: Sequence[Absence]
    requests: Sequence[Request]
    now: dt.datetime
    second: Window | None
    """The window of deferred materials, extensions included; None where the exam has none."""

    @property
    def deferred(self) -> tuple[Entry, ...]:
        """What the second window asks of her (R5), as that window asks it."""
        return deferred_for(self.exam, self.registration.facts)

    @property
    def owed(self) -> tuple[Lack, ...]:
        """What of it is still missing."""
        return lacks(self.deferred, counts=self.counts(), absent=self.absent)

    def not_handed_in(self) -> tuple[Lack, ...]:
        """What of it no submission holds."""
        handed = Counter(i.material for i in self.counting() if i.locked_at is not None)
        return lacks(self.deferred, counts=handed, absent=self.absent)

    @property
    def takes_deferred(self) -> tuple[Entry, ...]:
        """The deferred materials, while what they lack can be handed in by a round of its own."""
        waits = self.state in (State.SUBMITTED, State.RETURNED)
        return self.deferred if waits and self.application.second_submitted_at is None else ()

    @property
    def kept_until(self) -> dt.datetime | None:
        """When its retention time ends (R27); None while that has not begun to run."""
        ends = [window.ends_at for window in (self.window, self.second) if window is not None]
        return kept_until(
            published_at=self.application.published_at,
            was_handed_in=self.application.round > 0,
            last_end=max(ends),
            retention_days=self.exam.settings.retention_days,
        )

    @property
    def absent(self) -> set[str]:
        """Materials answered 暂缺/不适用."""
        return {absence.material for absence in self.absences}

    def counts(self) -> Mapping[str, int]:
        """Material → images that count."""
        return Counter(image.material for image in self.counting())

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Her list."""
        return list_for(self.exam, self.registration.facts)

    @property
    def whole_list(self) -> tuple[Entry, ...]:
        """The exam's list, also what is not asked of her."""
        return list_for(self.exam, self.registration.facts, show_all=True)

    @property
    def state(self) -> State:
        """The state that holds by the clock, whether or not a worker has written it down."""
        return by_the_clock(
            State(self.application.state),
            window_is_over=self.now >= self.window.closes_at,
            has_open_requests=bool(self.open_requests()),
            was_handed_in=self.application.round > 0,
        )

    def request_window(self, request: Request) -> RequestWindow:
        """The request's own time."""
        return RequestWindow(
            raised_at=request.raised_at, due_at=request.due_at, grace=self.base_window.grace
        )

    def open_requests(self) -> list[Request]:
        """Requests that can still be answered by the clock."""
        return [
            request
            for request in self.requests
            if request.state == RequestState.OPEN
            and not self.request_window(request).is_over(self.now)
        ]

    def current(self) -> list[Image]:
        """Images that are in place now: neither superseded nor about to be replaced."""
        replaced = {i.replaces for i in self.images if i.check_state != CheckState.REFUSED}
        return [i for i in self.images if i.superseded_at is None and i.id not in replaced]

    def counting(self, material: str | None = None) -> list[Image]:
        """Current images that were not refused; of one material, or of all."""
        return [
            image
            for image in self.current()
            if image.check_state != CheckState.REFUSED and material in (None, image.material)
        ]

    def answers_to(self, request_id: RequestId) -> list[Image]:
        """Images that answer the request and were not refused."""
        return [
            image
            for image in self.images
            if image.answers == request_id and image.check_state != CheckState.REFUSED
        ]

    def allowed(self, entry: Entry) -> int:
        """The material's max with what ADD requests allow (R9)."""
        return entry.max + self.added(entry.code)

    def added(self, material: str) -> int:
        """How many images ADD requests allow beyond the list's max."""
        return sum(
            request.add_count
            for request in self.requests
            if request.kind == RequestKind.ADD
            and request.material == material
            and request.state != RequestState.WITHDRAWN
        )

    def is_answered(self, request: Request) -> bool:
        """Whether she has answered: an image, words, or a corrected registration (R20)."""
        has_words = bool(request.explanation) or request.fixed_at is not None
        return has_words or bool(self.answers_to(request.id))

    def readiness(self) -> Readiness:
        """What a submission would meet now (R15)."""
        waits_for_answers = self.application.state not in (State.OPEN, State.LOCKED)
        counting, counts, absent = self.counting(), self.counts(), self.absent
        current = self.current()
        return Readiness(
            lacks=() if waits_for_answers else lacks(self.entries, counts=counts, absent=absent),
            unanswered=tuple(
                request.id
                for request in self.open_requests()
                # What is past due can no longer be begun; it goes along as overdue.
                if self.now < request.due_at and not self.is_answered(request)
            ),
            is_empty=not waits_for_answers and not counting and not absent,
            warnings=tuple(
                (image.id, code)
                for image in counting
                if image.locked_at is None
                for code in open_warnings(image)
            ),
            checking=sum(1 for i in current if i.check_state == CheckState.PENDING),
            refused=tuple(
                i.id for i in current if i.check_state == CheckState.REFUSED and i.locked_at is None
            ),
        )

    def readiness_of_deferred(self) -> Readiness:
        """What the second window's submission would meet: what it lacks, and open requests, which
        must be answered before anything is handed in again (R20).
        """
        return dc.replace(self.readiness(), lacks=self.owed, is_empty=False)

    def image(self, image_id: ImageId) -> Image | None:
        """The image, if it is hers and not deleted."""
        return next((image for image in self.images if image.id == image_id), None)


def read_holdings(
    session: Session, application_id: ApplicationId, *, application: Application | None = None
) -> Holdings:
    """Ten statements, however much there is. Raises Refusal `no_application`."""
    row = application or session.get(Application, application_id)
    if row is None:
        raise Refusal("no_application")
    registration = session.get_one(Registration, application_id)
    base, extensions = window_of(session, row)
    second, later = second_of(session, row)
    deciding = deadline.deciding(base, [plain(e) for e in extensions])
    images = session.scalars(
        select(Image)
        .where(Image.application_id == application_id, Image.deleted_at.is_(None))
        .order_by(Image.material, Image.position, Image.received_at, Image.id)
        .execution_options(populate_existing=True)
    ).all()
    return Holdings(
        application=row,
        registration=registration,
        exam=the_exam(session, row.exam),
        base_window=base,
        window=deadline.effective(base, [plain(e) for e in extensions]),
        extension=row_of(deciding, extensions),
        images=images,
        absences=session.scalars(
            select(Absence).where(Absence.application_id == application_id)
        ).all(),
        requests=session.scalars(
            select(Request)
            .where(Request.application_id == application_id)
            .order_by(Request.raised_at, Request.id)
            .execution_options(populate_existing=True)
        ).all(),
        now=database_now(session),
        second=second and deadline.effective(second, [plain(e) for e in later]),
    )
