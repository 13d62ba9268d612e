"""The web process of upload: `gunicorn 'services.upload.app:create_app()'`."""

from flask import Flask, g, request, url_for
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import DBAPIError

from libs.common import settings
from libs.common.db import Database
from libs.common.storage import Storage, StorageSettings
from libs.common.web import app as frame
from libs.common.web.app import WebSettings
from libs.common.web.languages import LANGUAGES
from services.upload import api
from services.upload.domain.activation import Step
from services.upload.operations.launch import read_launch_keys
from services.upload.operations.registrations import set_language
from services.upload.refusals import REFUSALS
from services.upload.settings import EntrySettings, UploadSettings
from services.upload.vault import open_vault
from services.upload.web import (
    activation,
    answers,
    door,
    entry,
    forgotten,
    images,
    launch,
    materials,
    news,
    receipts,
    submission,
    verification,
    wording,
)

PAGES = (
    *(launch, activation, entry, forgotten, materials, images, answers),
    *(submission, receipts, verification, news),
)


def create_app() -> Flask:
    """The app with the settings of the environment."""
    frame.configure_logs("upload-web")
    own = settings.load(UploadSettings)
    return build(
        door.Parts(
            database=Database(own.upload_database_url, process="upload-web"),
            storage=Storage(settings.load(StorageSettings)),
            vault=open_vault(own),
            entry=settings.load(EntrySettings),
            web=settings.load(WebSettings),
        )
    )


def build(parts: door.Parts) -> Flask:
    """The app around its parts; tests bring their own."""
    app = frame.create(
        "services.upload.app",
        parts.web,
        words=REFUSALS,
        database=parts.database,
        account_language=_account_language,
        on_refusal=door.record_refusal,
    )
    app.extensions["upload"] = parts
    app.extensions["launch_keys"] = read_launch_keys(parts.entry)
    csrf: CSRFProtect = app.extensions["csrf"]
    feed = api.blueprint(
        parts.database,
        vault=parts.vault,
        keys=api.read_keys(parts.entry.registration_api_keys),
    )
    for room in PAGES:
        app.register_blueprint(room.pages)
    app.register_blueprint(feed)
    # What other systems send is signed; they cannot know a token of our forms.
    launch.exempt(csrf)
    csrf.exempt(feed)
    app.register_error_handler(door.SignInNeeded, door.to_sign_in)
    app.register_error_handler(door.ActivationNeeded, door.to_activation)
    wording.install(app)
    app.context_processor(_frame_context)
    app.before_request(_remember_language)
    app.jinja_env.globals["language_url"] = _language_url
    app.jinja_env.globals["registration_url"] = parts.entry.registration_url
    return app


def _frame_context() -> dict[str, object]:
    """What the frame of every page shows."""
    try:
        who = door.known()
    except DBAPIError:
        # The page that says so must not need the database that is down.
        who = None
    return {
        "signed": who if who is not None and who.step is Step.DONE else None,
        "is_known": who is not None,
        "unread": g.get("unread", 0),
        "site": who.site if who else None,
        "footer_lines": who.footer if who else (),
        "active": "",
    }


def _account_language() -> str | None:
    who = door.known()
    return who.language if who else None


def _remember_language() -> None:
    """What she chooses by a press holds for her notices too."""
    wanted = request.args.get("lang")
    who = door.known() if wanted in LANGUAGES else None
    if who is not None and wanted is not None and wanted != who.language:
        with door.transaction() as db:
            set_language(
                db,
                application_id=who.application_id,
                language=wanted,
                vault=door.parts().vault,
            )


def _language_url(language: str) -> str:
    """This page in another language; the answer to a form leads to its own page."""
    arguments = {**request.args.to_dict(), **(request.view_args or {}), "lang": language}
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or set()):
        return url_for("materials.home", lang=language)
    return url_for(str(request.endpoint), **arguments)
