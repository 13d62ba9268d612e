"""What the pages of both stand-ins share: language, headers, and a server for one machine."""

import logging
import signal
from types import FrameType
from typing import NoReturn

from flask import Flask, Response, request
from werkzeug.serving import make_server

LANGUAGES = {"zh": "zh-CN", "en": "en"}
LANGUAGE_COOKIE = "stand_in_language"
YEAR_SECONDS = 365 * 24 * 3600


def language() -> str:
    """`zh` or `en`: asked for in the address, remembered, or the browser's wish; zh else."""
    for wish in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in LANGUAGES:
            return wish
    best = request.accept_languages.best_match(["zh", "zh-CN", "en"])
    return "en" if best == "en" else "zh"


def harden(app: Flask, *, form_targets: tuple[str, ...] = ()) -> None:
    """Strict headers on every answer; forms may lead to this site and the named origins."""
    targets = " ".join(("'self'", *form_targets))
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'; form-action {targets}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        wish = request.args.get("lang")
        if wish in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, wish, max_age=YEAR_SECONDS, httponly=True, samesite="Lax"
            )
        return response


def serve(app: Flask, *, host: str, port: int) -> None:
    """Answer requests until SIGTERM or Ctrl-C. For demonstrations; never before the internet."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server(host, port, app, threaded=True)

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return
    finally:
        server.server_close()
