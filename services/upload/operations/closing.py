"""The end of a window (R13) and of a request's time (R21): written down what is already true.

Late, lost or doubled ticks are harmless: every write asks the clock itself, and what this tick
leaves, the next takes.
"""

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.messages import ApplicationId, ApplicationLocked, WindowKind
from services.upload.domain.application import Event, RequestState, State, after
from services.upload.domain.exam import MAIN, SECOND
from services.upload.models.application import Application
from services.upload.models.exam import ExamWindow, WindowExtension
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.models.review import Request
from services.upload.models.windows import concerns_her, waits
from services.upload.operations.actors import SYSTEM, candidate
from services.upload.operations.endings import tell_overdue
from services.upload.operations.standing import restored
from services.upload.operations.submission import hand_in
from services.upload.vault import Vault

BATCH = 200
"""Applications that one tick closes: about a third of a second of one transaction."""


def close_due(session: Session, vault: Vault) -> int:
    """Lock what was not submitted when its window closed, tell it; how many there were.

    The window's row is taken FOR UPDATE, so that no write of this window is under way; where one
    is, the next tick comes again.
    """
    done = 0
    for window in _closed_windows(session):
        for application in _unsubmitted(session, window):
            held = read_holdings(session, application.id, application=application)
            own = held.window if window.kind == MAIN else held.second
            if own is not None and held.now >= own.closes_at:
                end = _close if window.kind == MAIN else _close_second
                end(session, held, vault)
                done += 1
    return done


def relock_overdue(session: Session) -> int:
    """Requests past due + grace are overdue, and what they unlocked is locked again (R21)."""
    applications = session.scalars(
        select(Application)
        .where(Application.id.in_(_requests_over()), Application.state == State.RETURNED)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for application in applications:
        _relock(session, read_holdings(session, application.id, application=application))
    return len(applications)


def _closed_windows(session: Session) -> list[ExamWindow]:
    """Windows past their own end + grace that may still hold something open, locked."""
    now = func.clock_timestamp()
    grace = func.make_interval(0, 0, 0, 0, 0, 0, ExamWindow.grace_seconds)
    waiting = (
        select(Application.id)
        .where(
            Application.exam == ExamWindow.exam,
            or_(
                and_(ExamWindow.kind == MAIN, waits(MAIN)),
                and_(ExamWindow.kind == SECOND, waits(SECOND)),
            ),
        )
        .exists()
    )
    return list(
        session.scalars(
            select(ExamWindow)
            .where(ExamWindow.ends_at + grace <= now, waiting)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )


def _unsubmitted(session: Session, window: ExamWindow) -> list[Application]:
    """Applications that have not handed in what the window is for, and that no extension keeps
    open, locked.
    """
    now = func.clock_timestamp()
    grace = func.make_interval(0, 0, 0, 0, 0, 0, window.grace_seconds)
    extended = (
        select(WindowExtension.id)
        .where(
            WindowExtension.exam == window.exam,
            WindowExtension.kind == window.kind,
            WindowExtension.ends_at + grace > now,
            concerns_her(),
        )
        .exists()
    )
    return list(
        session.scalars(
            select(Application)
            .where(Application.exam == window.exam, waits(window.kind), ~extended)
            .order_by(Application.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )


def _close(session: Session, held: Holdings, vault: Vault) -> None:
    application = held.application
    if application.round > 0:
        # The site gave it back (R17), and nothing newer was handed in: the last round stands.
        hand_in(session, restored(session, held), vault=vault, actor=SYSTEM)
        return
    submits = held.exam.on_close == "submit_if_complete" and bool(held.counting())
    if submits and held.readiness().is_ready:
        hand_in(session, held, vault=vault, actor=SYSTEM)
        return
    new_state = after(State(application.state), Event.CLOSE)
    assert new_state is not None
    application.state = new_state
    application.locked_at = held.now
    _tell_locked(session, held, "main")


def _close_second(session: Session, held: Holdings, vault: Vault) -> None:
    """The second window has ended; nothing of it can be handed in any more (R5, R13)."""
    application = held.application
    has_new = any(i.locked_at is None and i.answers is None for i in held.counting())
    is_ready = held.readiness_of_deferred().is_ready
    if held.exam.on_close == "submit_if_complete" and has_new and is_ready:
        hand_in(session, held, vault=vault, actor=SYSTEM, kind="second")
        return
    application.second_locked_at = held.now
    if held.not_handed_in():
        _tell_locked(session, held, "second")


def _tell_locked(session: Session, held: Holdings, kind: WindowKind) -> None:
    application = held.application
    application.revision += 1
    outbox.post(
        session,
        ApplicationLocked(
            application_id=application.id,
            exam=application.exam,
            site=application.site,
            registration_number=held.registration.number,
            masked_name=held.registration.masked_name,
            locked_at=held.now,
            window=kind,
        ),
    )
    audit.record(
        session,
        actor=SYSTEM,
        action="application.locked",
        subject=candidate(application.id),
        window=kind,
    )


def _requests_over() -> Select[ApplicationId]:
    """Applications with an open request whose time is over."""
    grace = func.make_interval(0, 0, 0, 0, 0, 0, ExamWindow.grace_seconds)
    return (
        select(Request.application_id)
        .join(Application, Application.id == Request.application_id)
        .join(
            ExamWindow,
            and_(ExamWindow.exam == Application.exam, ExamWindow.kind == MAIN),
        )
        .where(
            Request.state == RequestState.OPEN,
            Request.due_at + grace <= func.clock_timestamp(),
        )
    )


def _relock(session: Session, held: Holdings) -> None:
    application = held.application
    over = [
        request
        for request in held.requests
        if request.state == RequestState.OPEN and held.request_window(request).is_over(held.now)
    ]
    for request in over:
        request.state, request.ended_at = RequestState.OVERDUE, held.now
    tell_overdue(session, held, over)
    application.revision += 1
    if not held.open_requests():
        new_state = after(State(application.state), Event.RELOCK)
        assert new_state is not None
        application.state = new_state
    audit.record(
        session,
        actor=SYSTEM,
        action="requests.overdue",
        subject=candidate(application.id),
        requests=[str(r.id) for r in over],
    )
