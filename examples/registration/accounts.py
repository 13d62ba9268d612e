"""Who is signed in: a candidate to her own registration, or the operator to the list of all."""

import datetime as dt
import hmac

from flask import Flask, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from examples.registration.failures import Failures
from examples.registration.memory import Memory
from examples.registration.roster import Candidate, Roster
from examples.registration.settings import RegistrationSettings
from libs.common.clock import now

IDLE = dt.timedelta(minutes=30)
MOST_CHARACTERS = 60
OPERATOR = "operator"


def me() -> Candidate:
    """The candidate who is signed in; the guard has looked."""
    found: Candidate = g.candidate
    return found


def add(app: Flask, settings: RegistrationSettings, roster: Roster, memory: Memory) -> None:
    """The two doors, the guard behind them, and the way out."""
    app.permanent_session_lifetime = IDLE
    _add_guard(app, roster)
    door = _Door(memory)

    @app.get("/")
    def sign_in() -> AnyResponse | str:
        if roster.find(session.get("candidate", "")):
            return redirect(url_for("candidate"), 303)
        return render_template("sign_in.html", kind="candidate")

    @app.post("/")
    def come_in() -> AnyResponse | tuple[str, int]:
        number = request.form.get("number", "").strip()[:MOST_CHARACTERS]
        known = roster.find(number) is not None
        if not door.opens(f"candidate:{number}", settings.candidate_password, is_known=known):
            return render_template("sign_in.html", kind="candidate", number=number, wrong=True), 422
        return _come_in({"candidate": number}, "candidate")

    @app.get("/operator/sign-in")
    def operator_sign_in() -> str:
        return render_template("sign_in.html", kind=OPERATOR)

    @app.post("/operator/sign-in")
    def operator_come_in() -> AnyResponse | tuple[str, int]:
        if not door.opens(OPERATOR, settings.operator_password, is_known=True):
            return render_template("sign_in.html", kind=OPERATOR, wrong=True), 422
        return _come_in({OPERATOR: True}, "candidates")

    @app.post("/sign-out")
    def sign_out() -> AnyResponse:
        was_operator = session.get(OPERATOR) is True
        session.clear()
        return redirect(url_for("operator_sign_in" if was_operator else "sign_in"), 303)


def _add_guard(app: Flask, roster: Roster) -> None:
    @app.before_request
    def guard() -> AnyResponse | None:
        """`/me` is hers alone, `/operator` the operator's."""
        if request.path.startswith("/me"):
            g.candidate = roster.find(session.get("candidate", ""))
            return redirect(url_for("sign_in"), 303) if g.candidate is None else None
        is_door = request.path == "/operator/sign-in"
        if request.path.startswith("/operator") and not is_door and not session.get(OPERATOR):
            return redirect(url_for("operator_sign_in"), 303)
        return None


class _Door:
    """Compares a password; who fails often has to wait."""

    def __init__(self, memory: Memory) -> None:
        self._failures = Failures(memory)

    def opens(self, account: str, password: str, *, is_known: bool) -> bool:
        """Whether the form's password opens this account now."""
        given = request.form.get("password", "")[:MOST_CHARACTERS]
        if self._failures.rests(account, now=now()):
            return False
        if hmac.compare_digest(given.encode(), password.encode()) and is_known:
            self._failures.forget(account)
            return True
        self._failures.note(account, now=now())
        return False


def _come_in(who: dict[str, object], endpoint: str) -> AnyResponse:
    session.clear()
    session.update(who)
    session.permanent = True
    return redirect(url_for(endpoint), 303)
