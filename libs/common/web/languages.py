"""Two languages: Chinese is written in the source, English comes from the catalogue.

`?lang=en` is remembered in a cookie; then the account's choice; then the browser's; else zh-CN.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import flask_babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale

LANGUAGES = ("zh-CN", "en")
COOKIE = "lang"
_LOCALES = {"zh-CN": "zh_Hans_CN", "en": "en"}


def install(
    app: Flask, *, catalogues: Path | None = None, account: Callable[[], str | None] | None = None
) -> None:
    """Choose the language of each request; `account` tells the signed-in person's choice."""
    folders = [Path(__file__).parent / "translations"]
    if catalogues is not None:
        folders.insert(0, catalogues)
    for folder in folders:
        compile_catalogues(folder)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(f) for f in folders)

    def choose() -> str:
        wanted = request.args.get("lang") or request.cookies.get(COOKIE)
        if wanted not in LANGUAGES:
            wanted = (account() if account else None) or request.accept_languages.best_match(
                LANGUAGES, "zh-CN"
            )
        return _LOCALES[str(wanted)]

    Babel(app, default_locale="zh_Hans_CN", default_timezone="UTC", locale_selector=choose)

    @app.after_request
    def remember(response: Response) -> Response:
        wanted = request.args.get("lang")
        if wanted in LANGUAGES:
            response.set_cookie(
                COOKIE, wanted, max_age=31_536_000, samesite="Lax", secure=request.is_secure
            )
        return response

    app.jinja_env.globals["language"] = language


def language() -> str:
    """The request's language tag: `zh-CN` or `en`."""
    if "language" not in g:
        locale = get_locale()
        g.language = "en" if locale is not None and locale.language == "en" else "zh-CN"
    return str(g.language)


def gettext(words: str, **params: object) -> str:
    """The words in the request's language, with `%(name)s` filled in."""
    return str(flask_babel.gettext(words, **params))


def ngettext(one: str, many: str, number: int, **params: object) -> str:
    """The words for a number, which stands in `%(num)d`."""
    return str(flask_babel.ngettext(one, many, number, **params))


def compile_catalogues(folder: Path) -> None:
    """Write the .mo beside each .po that is newer; compiled files are never committed."""
    for source in folder.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as stream:
            catalogue = read_po(stream)
        buffer = BytesIO()
        write_mo(buffer, catalogue)
        partial = target.with_suffix(f".{id(buffer)}.part")
        partial.write_bytes(buffer.getvalue())
        partial.replace(target)
