"""The app factory that every web process begins with."""

import dataclasses as dc
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import jinja2
from flask import Flask, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from libs.common import logs
from libs.common.db import Database
from libs.common.errors import Refusal
from libs.common.web import (
    arrival,
    assets,
    compression,
    health,
    languages,
    refusals,
    security,
    shape,
    told,
)
from libs.common.web.refusals import Words

MAX_BODY_BYTES = 21 * 1024 * 1024
"""The shrink door takes pictures of 20 MB (R8); a form adds little."""
MAX_FORM_BYTES = 256 * 1024
MAX_FORM_PARTS = 64


@dc.dataclass(frozen=True, kw_only=True)
class WebSettings:
    """What every web process needs to know."""

    cookie_key: str
    """Signs the cookie that carries the CSRF token."""
    trusted_hosts: tuple[str, ...]
    """Names under which the process may be called; others are answered with 400."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of the gateways whose X-Forwarded-* and X-Request-Start are believed."""
    secure_cookies: bool = False
    """True where the gateway speaks TLS: cookies get Secure and the __Host- prefix."""


def create(
    name: str,
    settings: WebSettings,
    *,
    words: Mapping[str, Words],
    database: Database | None = None,
    form_targets: tuple[str, ...] = (),
    account_language: Callable[[], str | None] | None = None,
    on_refusal: Callable[[Refusal], None] | None = None,
) -> Flask:
    """An app for the package `name` (`services.upload.app`), with everything that pages share."""
    app = Flask(name, static_folder=None)
    folder = Path(app.root_path)
    app.config.update(
        SECRET_KEY=settings.cookie_key,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        # Cookies know no ports: beside one another each service needs a name of its own.
        SESSION_COOKIE_NAME=cookie_name(settings, f"form-{name.split('.')[1]}"),
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )
    _load_templates(app, folder)
    shape.install(app)
    # Installed first, it touches answers last.
    compression.install(app)
    app.extensions["csrf"] = CSRFProtect(app)
    refusals.install(app, words, on_refusal=on_refusal)
    told.install(app, database, key=settings.cookie_key)
    security.install(app, form_targets=form_targets)
    assets.install(app)
    languages.install(app, catalogues=folder / "translations", account=account_language)
    health.install(app, database)
    _wrap(app, settings)
    return app


def _load_templates(app: Flask, folder: Path) -> None:
    """The service's own before the shared ones."""
    folders = (folder, Path(__file__).parent)
    app.jinja_loader = jinja2.ChoiceLoader(
        [jinja2.FileSystemLoader(each / "templates") for each in folders]
    )
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _wrap(app: Flask, settings: WebSettings) -> None:
    inner: arrival.WsgiApp = app.wsgi_app
    proxied = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
    trusted = frozenset(settings.trusted_proxies)

    def only_known_proxies(environ: dict[str, object], start: object) -> object:
        app_ = proxied if environ.get("REMOTE_ADDR") in trusted else inner
        return app_(environ, start)  # type: ignore[arg-type]

    app.wsgi_app = arrival.Arrival(  # type: ignore[method-assign]
        cast("arrival.WsgiApp", only_known_proxies), trusted_proxies=settings.trusted_proxies
    )


def began_at() -> dt.datetime:
    """When this request began (R12): aware, UTC."""
    return cast("dt.datetime", request.environ[arrival.BEGAN_AT])


def cookie_name(settings: WebSettings, name: str) -> str:
    """`__Host-name` where cookies are secure: bound to this origin by the browser."""
    return f"__Host-{name}" if settings.secure_cookies else name


def configure_logs(process: str) -> None:
    """Logs of a web process."""
    logs.configure(process)
