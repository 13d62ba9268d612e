"""The web process of the review room: wires settings, database, storage and pages."""

from flask import Flask

from libs.common import settings
from libs.common.db import Database
from libs.common.storage import Storage, StorageSettings
from libs.common.web.app import WebSettings, configure_logs, cookie_name, create
from services.review import words
from services.review.queries.counts import ReviewCollector
from services.review.refusals import REFUSALS
from services.review.settings import ReviewSettings
from services.review.vault import Vault
from services.review.web import (
    account,
    accounts,
    after,
    calls,
    catalog,
    conclusion,
    contact,
    desk,
    door,
    duplicates,
    entry,
    images,
    invitation,
    packs,
    passkeys,
    preview,
    publication,
    queues,
    scripts,
    second,
    statistics,
    windows,
    wishes,
    zones,
)

PAGES = (
    statistics,
    windows,
    packs,
    catalog,
    accounts,
    invitation,
    calls,
    after,
    entry,
    account,
    passkeys,
    queues,
    desk,
    contact,
    preview,
    wishes,
    conclusion,
    second,
    images,
    duplicates,
    publication,
)


def create_app() -> Flask:
    """The app, from the environment."""
    configure_logs("review-web")
    chosen = settings.load(ReviewSettings)
    web = settings.load(WebSettings)
    database = Database(chosen.review_database_url, process="review-web")
    storage = Storage(settings.load(StorageSettings))
    return build(
        web,
        door.Parts(
            database=database,
            vault=Vault(chosen.review_field_keys),
            renditions=storage.renditions,
            cookie=cookie_name(web, door.COOKIE),
            secure_cookies=web.secure_cookies,
        ),
    )


def build(web: WebSettings, parts: door.Parts) -> Flask:
    """The app with the parts that it is given."""
    app = create("services.review.app", web, words=REFUSALS, database=parts.database)
    for room in PAGES:
        app.register_blueprint(room.pages)
    door.install(app, parts)
    app.extensions["collectors"].append(ReviewCollector(parts.database))
    app.jinja_env.globals.update(
        words=words,
        zones=zones,
        scripts=scripts,
        me=door.me,
        signed_in=door.signed_in,
        places=door.places,
    )
    return app
