"""The web process of upload: `gunicorn 'services.upload.app:create_app()'`."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from libs.common import settings
from libs.common.db import Database
from libs.common.storage import Storage, StorageSettings
from libs.common.web import app as house
from libs.common.web.app import WebSettings
from services.upload import api
from services.upload.operations.launch import read_launch_keys
from services.upload.queries.counts import RetentionCollector
from services.upload.refusals import REFUSALS
from services.upload.settings import EntrySettings, UploadSettings
from services.upload.vault import open_vault
from services.upload.web import (
    account,
    activation,
    answers,
    asked,
    carrying,
    door,
    entry,
    erasure,
    forgotten,
    frame,
    images,
    launch,
    materials,
    news,
    one,
    phone,
    phone_links,
    receipts,
    rights,
    shrinks,
    submission,
    verification,
    wording,
)

PAGES = (
    *(launch, activation, entry, forgotten, account, rights, erasure),
    *(materials, images, carrying, shrinks, answers),
    *(phone_links, phone),
    *(submission, receipts, verification, asked, news),
)


def create_app() -> Flask:
    """The app with the settings of the environment."""
    house.configure_logs("upload-web")
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
    app = house.create(
        "services.upload.app",
        parts.web,
        words=REFUSALS,
        database=parts.database,
        account_language=_account_language,
        on_refusal=door.record_refusal,
    )
    app.extensions["upload"] = parts
    app.extensions["collectors"].append(RetentionCollector(parts.database))
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
    app.register_error_handler(door.NoticeNeeded, door.to_notice)
    wording.install(app)
    frame.install(app)
    app.jinja_env.globals["card_at"] = one.card_at
    app.jinja_env.globals["registration_url"] = parts.entry.registration_url
    return app


def _account_language() -> str | None:
    who = door.known()
    return who.language if who else None
