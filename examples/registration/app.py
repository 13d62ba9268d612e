"""The stand-in's web side: candidates, their registrations, and the launch into Shencai."""

import datetime as dt
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from examples.pages import language, remember_language
from examples.registration import doors, editing, facts, feed, launch
from examples.registration.memory import Memory
from examples.registration.roster import Candidate, Roster
from examples.registration.settings import RegistrationSettings
from examples.registration.words import WORDS
from libs.common.clock import now
from libs.common.settings import load
from libs.common.web import security

MAX_BODY_BYTES = 64 * 1024
CANDIDATES_SHOWN = 200
"""More are found by searching."""
ZONE = ZoneInfo("Asia/Shanghai")


def create_app(given: RegistrationSettings | None = None) -> Flask:
    """The stand-in; without settings they are read from the environment. Raises Misconfigured."""
    settings = given or load(RegistrationSettings)
    launch.private_key(settings)
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.cookie_key,
        SESSION_COOKIE_NAME="registration_form",
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        WTF_CSRF_TIME_LIMIT=None,
    )
    csrf = CSRFProtect(app)
    target = urlsplit(settings.upload_url)
    security.install(app, form_targets=(f"{target.scheme}://{target.netloc}",))
    remember_language(app)
    memory = Memory(settings.registration_database)
    roster = Roster(settings.registration_roster, edited=memory.edited)
    _add_words(app)
    _add_pages(app, settings, roster, memory)
    _add_launch(app, settings, roster)
    editing.add(app, settings, roster, memory)
    doors.add(app, settings, roster, memory, csrf)
    return app


def _add_words(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def words() -> dict[str, object]:
        return {"w": WORDS[language()], "html_lang": language()}

    @app.template_filter("local")
    def local(text: str) -> str:
        return dt.datetime.fromisoformat(text).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")

    @app.errorhandler(CSRFError)
    def expired(_: CSRFError) -> tuple[str, int]:
        return render_template("refusal.html", kind="expired"), 400

    @app.errorhandler(SecurityError)
    def foreign_host(error: SecurityError) -> AnyResponse:
        """Without a trusted host there are no addresses that a page could name."""
        return error.get_response()

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int]:
        kind = "missing" if error.code in {404, 405} else "trouble"
        return render_template("refusal.html", kind=kind), error.code or 500


def _add_pages(app: Flask, settings: RegistrationSettings, roster: Roster, memory: Memory) -> None:
    @app.get("/")
    def candidates() -> str:
        words = request.args.get("q", "")[:60]
        found = roster.search(words)
        return render_template(
            "candidates.html",
            candidates=found[:CANDIDATES_SHOWN],
            found=len(found),
            total=len(roster.all()),
            results=memory.results(),
            sync=memory.last_sync(),
            words=words,
        )

    @app.get("/candidates/<registration_number>")
    def candidate(registration_number: str) -> str:
        found = _found(roster, registration_number)
        return render_template(
            "candidate.html",
            c=found,
            facts=facts.in_words(found.facts, language()),
            result=memory.results().get((found.exam, found.registration_number)),
            corrections=memory.corrections(found),
            labels=facts.labels(language()),
            sent=memory.last_sent(found),
        )

    @app.post("/sync")
    def sync() -> AnyResponse:
        memory.note_sync(feed.hand_over(settings, roster.all()))
        return redirect(url_for("candidates"), 303)

    @app.get("/livez")
    def livez() -> Response:
        return jsonify({"ok": True})


def _add_launch(app: Flask, settings: RegistrationSettings, roster: Roster) -> None:
    target = settings.upload_url.rstrip("/") + "/launch"

    @app.post("/candidates/<registration_number>/launch")
    def launch_candidate(registration_number: str) -> AnyResponse | str:
        """To a script the token as JSON; else a page whose button carries it over."""
        found = _found(roster, registration_number)
        token = launch.token(
            settings, registration_number=found.registration_number, exam=found.exam, now=now()
        )
        action = f"{target}?lang={language()}"
        if request.accept_mimetypes.best == "application/json":
            return jsonify({"action": action, "token": token})
        return render_template("leaving.html", c=found, action=action, token=token)


def _found(roster: Roster, registration_number: str) -> Candidate:
    candidate = roster.find(registration_number)
    if candidate is None:
        abort(404)
    return candidate
