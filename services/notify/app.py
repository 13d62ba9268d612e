"""The web process of notify: `gunicorn 'services.notify.app:create_app()'`."""

from flask import Flask

from libs.common import settings
from libs.common.db import Database
from libs.common.fields import FieldCipher
from libs.common.web import app as web_app
from services.notify.settings import WebProcessSettings
from services.notify.web import pages


def create_app(given: WebProcessSettings | None = None) -> Flask:
    """The app with its database; settings come from the environment unless they are given."""
    web_app.configure_logs("notify-web")
    given = given or settings.load(WebProcessSettings)
    database = Database(given.notify_database_url, process="notify-web")
    app = web_app.create(__name__, given, words={}, database=database)
    app.extensions["database"] = database
    routes = pages(
        database,
        cipher=FieldCipher(given.notify_field_keys),
        receipts_token=given.sms_receipts_token,
    )
    app.register_blueprint(routes)
    # Vendors hold no session of ours and sign nothing; the secret path is what lets them in.
    app.extensions["csrf"].exempt("services.notify.web.receive")
    return app
