"""The operations page's process: `gunicorn 'ops.console.app:create_app()'`."""

from zoneinfo import ZoneInfo

from flask import Flask

from libs.common import settings
from libs.common.web import app as web_app
from ops.console import words
from ops.console.collector import QueueCollector, VendorCollector
from ops.console.door import Door
from ops.console.settings import ConsoleSettings
from ops.console.sources import Sources
from ops.console.web import Console, pages


def create_app(given: ConsoleSettings | None = None, *, watch: bool = True) -> Flask:
    """The app; settings come from the environment unless they are given.

    Without `watch` it looks only once, when the first page asks.
    """
    web_app.configure_logs("ops")
    given = given or settings.load(ConsoleSettings)
    app = web_app.create(__name__, given, words=words.REFUSALS)
    console = Console(
        sources=Sources(given),
        door=Door(password=given.ops_password, cookie_key=given.cookie_key),
        cookie=web_app.cookie_name(given, "operations"),
        secure=given.secure_cookies,
        zone=ZoneInfo(given.ops_zone),
    )
    app.extensions["console"] = console
    app.extensions["collectors"].extend(
        (QueueCollector(console.sources), VendorCollector(console.sources))
    )
    if watch:
        console.sampler.start()
    app.register_blueprint(pages(console))
    return app
