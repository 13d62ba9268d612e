"""The web process of notify: `gunicorn 'services.notify.app:create_app()'`."""

from flask import Flask

from libs.common import settings
from libs.common.db import Database
from libs.common.fields import FieldCipher
from libs.common.web import app as web_app
from services.notify.refusals import REFUSALS
from services.notify.settings import WebProcessSettings
from services.notify.web import desk
from services.notify.web.door import Parts
from services.notify.web.front import pages


def create_app(given: WebProcessSettings | None = None) -> Flask:
    """The app with its database; settings come from the environment unless they are given."""
    web_app.configure_logs("notify-web")
    given = given or settings.load(WebProcessSettings)
    database = Database(given.notify_database_url, process="notify-web")
    app = web_app.create(__name__, given, words=REFUSALS, database=database)
    app.extensions["database"] = database
    routes = pages(
        database,
        cipher=FieldCipher(given.notify_field_keys),
        receipts_token=given.sms_receipts_token,
    )
    app.register_blueprint(routes)
    app.register_blueprint(desk.pages)
    app.extensions["notify"] = Parts(
        database=database,
        cipher=FieldCipher(given.notify_field_keys),
        cookie=web_app.cookie_name(given, "desk"),
        secure_cookies=given.secure_cookies,
    )
    # Vendors hold no session of ours and sign nothing; the secret path is what lets them in.
    app.extensions["csrf"].exempt("services.notify.web.front.receive")
    return app
