"""What both stand-ins share: the language of a page, and a server for one machine."""

import logging
import signal
from types import FrameType
from typing import NoReturn

from flask import Flask, Response, request
from werkzeug.serving import make_server

LANGUAGES = ("zh-CN", "en")
LANGUAGE_COOKIE = "stand_in_language"
YEAR_SECONDS = 365 * 24 * 3600


def language() -> str:
    """`zh-CN` or `en`: asked for in the address, remembered, or the browser's wish; else zh-CN."""
    for wish in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in LANGUAGES:
            return wish
    return request.accept_languages.best_match(LANGUAGES, "zh-CN")


def remember_language(app: Flask) -> None:
    """Keep the language that an address asks for in a cookie of the stand-ins' own."""

    @app.after_request
    def remember(response: Response) -> Response:
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
