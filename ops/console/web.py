"""The routes of the operations page. Every one but the sign-in asks for the cookie."""

import uuid
from typing import cast
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from libs.common.clock import now
from libs.common.errors import Refusal
from libs.common.logs import logger
from ops.console import judge, view, words
from ops.console.door import SESSION_HOURS, Brake, Door
from ops.console.sampler import Sampler
from ops.console.sources import Sources

log = logger(__name__)

OPEN = {"console.sign_in", "asset", "livez", "readyz", "metrics"}
"""Endpoints that need no sign-in."""
REFRESH_SECONDS = 5
MAX_PASSWORD_CHARACTERS = 200


class Console:
    """The page's parts, as the routes use them."""

    def __init__(
        self, *, sources: Sources, door: Door, cookie: str, secure: bool, zone: ZoneInfo
    ) -> None:
        self.sources = sources
        self.sampler = Sampler(sources)
        self.door = door
        self.brake = Brake()
        self.cookie = cookie
        self.secure = secure
        self.zone = zone

    def close(self) -> None:
        """End the sampler and the connections."""
        self.sampler.stop()
        self.sources.close()

    def is_signed_in(self) -> bool:
        """Whether this request's browser has given the password."""
        return self.door.is_open_to(request.cookies.get(self.cookie))

    def view(self) -> view.View:
        """The page's content over the range that the address asks for."""
        asked = request.args.get("range", "")
        range_ = asked if asked in view.RANGES else "1h"
        reading = self.sampler.latest()
        history = self.sampler.history
        return view.compose(reading, history, range_=range_, now=now(), zone=self.zone)


def pages(console: Console) -> Blueprint:
    """All routes."""
    routes = Blueprint("console", __name__)
    routes.before_app_request(lambda: _guard(console))
    routes.add_url_rule("/sign-in", "sign_in", lambda: _sign_in(console), methods=["GET", "POST"])
    routes.add_url_rule("/sign-out", "sign_out", lambda: _sign_out(console), methods=["POST"])
    routes.add_url_rule("/", "front", lambda: _show("front.html", console))
    routes.add_url_rule("/panel", "panel", lambda: _show("panel.html", console))
    routes.add_url_rule(
        "/parked/<any(upload, review, notify):service>/<uuid:message>/<any(retry, dismiss):what>",
        "decide",
        lambda service, message, what: _decide(console, service, message, retry=what == "retry"),
        methods=["POST"],
    )
    return routes


def _guard(console: Console) -> AnyResponse | None:
    if request.endpoint in OPEN or console.is_signed_in():
        return None
    if request.method == "GET" and request.endpoint == "console.front":
        return redirect(url_for("console.sign_in"))
    raise Refusal("signed_out")


def _show(template: str, console: Console) -> str:
    told = words.TOLD.get(request.args.get("told", ""))
    return render_template(
        template,
        v=console.view(),
        words=words,
        judge=judge,
        ranges=tuple(view.RANGES),
        told=told,
        refreshes="refresh" in request.args,
        refresh_seconds=REFRESH_SECONDS,
        zone=console.zone,
    )


def _sign_in(console: Console) -> AnyResponse | tuple[str, int]:
    address = request.remote_addr or "unknown"
    if request.method == "GET":
        if console.is_signed_in():
            return redirect(url_for("console.front"))
        return _sign_in_page(faults={}), 200
    waits = console.brake.waits(address, now=now())
    if waits:
        log.warning("sign-in braked", seconds=waits)
        return _sign_in_page(faults={}, waits=waits), 429
    password = request.form.get("password", "")[:MAX_PASSWORD_CHARACTERS]
    if not console.door.is_right(password):
        console.brake.wrong(address, now=now())
        log.warning("sign-in refused")
        return _sign_in_page(faults={"password": "wrong"}), 401
    console.brake.right(address)
    log.info("signed in")
    response = redirect(url_for("console.front"))
    response.set_cookie(
        console.cookie,
        console.door.cookie(),
        max_age=SESSION_HOURS * 3600,
        secure=console.secure,
        httponly=True,
        samesite="Strict",
    )
    return response


def _sign_in_page(*, faults: dict[str, str], waits: int = 0) -> str:
    return render_template("sign_in.html", faults=faults, waits=waits)


def _sign_out(console: Console) -> AnyResponse:
    response = redirect(url_for("console.sign_in"))
    response.delete_cookie(console.cookie, secure=console.secure, httponly=True, samesite="Strict")
    return response


def _decide(console: Console, service: str, message: uuid.UUID, *, retry: bool) -> AnyResponse:
    try:
        done = console.sources.decide(service, message, retry=retry)
    except SQLAlchemyError as error:
        log.warning("parked message not changed", error=type(error).__name__)
        told = "away"
    else:
        told = ("retried" if retry else "dismissed") if done else "gone"
        log.info("parked message", outcome=told, service=service, message=str(message))
        console.sampler.refresh()
    target = url_for("console.front", told=told, range=request.args.get("range"))
    return cast("Response", redirect(f"{target}#parked"))
