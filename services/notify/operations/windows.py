"""What the clock and the windows bring: an end that draws near, an end, an opening, more time."""

import datetime as dt

from sqlalchemy.orm import Session

from libs.common import messages as m
from services.notify.operations.learn import know_application, know_applications
from services.notify.operations.notices import About, announce, announce_all


def closing(session: Session, message: m.WindowClosing, *, now: dt.datetime) -> None:
    """Tell her that her window ends soon, and what is missing. One that comes late is no help.

    Who has submitted is never told that she has not: of the second window it is the deferred
    materials (R5), of what the site gave back the new submission (R17).
    """
    know_applications(session, message.exam, [message.application_id])
    if message.ends_at <= now:
        return
    fact = "deferred_closing" if message.window == "second" else "window_closing"
    if message.given_back:
        fact = "given_back_closing"
    announce(
        session,
        fact,
        about=f"{message.application_id}:{message.ends_at.isoformat()}:{message.hours_left}",
        application_id=message.application_id,
        params={
            "ends_at": message.ends_at.isoformat(),
            "hours_left": message.hours_left,
            "missing": list(message.missing),
        },
        now=now,
        due_at=message.ends_at,
    )


def opened(session: Session, message: m.WindowOpened, *, now: dt.datetime) -> None:
    """Tell her that her deferred materials can be uploaded, and until when (R5)."""
    know_applications(session, message.exam, [message.application_id])
    if message.ends_at <= now:
        return
    announce(
        session,
        "window_opened",
        about=f"{message.application_id}:{message.window}:{message.opens_at.isoformat()}",
        application_id=message.application_id,
        params={"ends_at": message.ends_at.isoformat(), "missing": list(message.missing)},
        now=now,
        due_at=message.ends_at,
    )


def locked(session: Session, message: m.ApplicationLocked, *, now: dt.datetime) -> None:
    """Tell her that the window ended without a submission (R13); of the second one, that its
    materials were not handed in, and that what she had submitted stands (R5).
    """
    know_application(
        session,
        exam=message.exam,
        site=message.site,
        application_id=message.application_id,
        number=message.registration_number,
    )
    announce(
        session,
        "application_locked" if message.window == "main" else "deferred_locked",
        about=f"{message.application_id}:{message.locked_at.isoformat()}",
        application_id=message.application_id,
        params={"locked_at": message.locked_at.isoformat()},
        now=now,
    )


def extended(session: Session, message: m.WindowExtended, *, now: dt.datetime) -> None:
    """Tell everybody concerned the new end (R14); the reason stays with the staff."""
    know_applications(session, message.exam, message.applications)
    params = {"ends_at": message.ends_at.isoformat()}
    announce_all(
        session,
        "window_extended",
        [About(f"{a}:{params['ends_at']}", a, params) for a in message.applications],
        now=now,
    )
