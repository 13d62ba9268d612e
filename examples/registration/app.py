"""The stand-in's web side, put together: its doors, her own pages, the operator's list."""

import datetime as dt
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, Response, jsonify, render_template, session
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from examples.pages import language, remember_language
from examples.registration import accounts, doors, editing, launch, listing, own
from examples.registration.memory import Memory
from examples.registration.roster import Roster
from examples.registration.settings import RegistrationSettings
from examples.registration.words import WORDS
from libs.common.settings import load
from libs.common.web import security

MAX_BODY_BYTES = 64 * 1024
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
        SESSION_COOKIE_HTTPONLY=True,
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
    _add_livez(app)
    accounts.add(app, settings, roster, memory)
    own.add(app, settings, memory)
    editing.add(app, settings, memory)
    listing.add(app, settings, roster, memory)
    doors.add(app, settings, roster, memory, csrf)
    return app


def _add_words(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def words() -> dict[str, object]:
        who = next((name for name in ("candidate", accounts.OPERATOR) if session.get(name)), "")
        return {"w": WORDS[language()], "html_lang": language(), "signed_in": who}

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


def _add_livez(app: Flask) -> None:
    @app.get("/livez")
    def livez() -> Response:
        return jsonify({"ok": True})
