"""What no honest browser sends is refused before any page reads it, and which paths are ours."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, SecurityError

from libs.common.web.arriving_files import FileClosingRequest


class PlainRequest(FileClosingRequest):
    """A request whose form holds no NUL; a body that is read raw stays unread here."""

    def _load_form_data(self) -> None:
        super()._load_form_data()
        _refuse_nul(_both(self.form))


def install(app: Flask) -> None:
    """Refuse a NUL in an address or a form: PostgreSQL keeps none in a text, and nobody types one.

    Installed first: under a stranger's host no guard is asked, as none could draw a page.
    """
    app.request_class = PlainRequest

    @app.before_request
    def plain_address() -> None:
        if isinstance(request.routing_exception, SecurityError):
            raise request.routing_exception
        _refuse_nul([request.path, *_both(request.args)])


def own_path(address: str | None) -> str:
    """The address if it is a path of ours, else nothing: no sign-in leads to a stranger's page."""
    given = address or ""
    try:
        parts = urlsplit(given)
    except ValueError:  # brackets that hold no network address
        return ""
    is_ours = given.startswith("/") and not given.startswith(("//", "/\\"))
    return given if is_ours and not parts.scheme and not parts.netloc else ""


def _both(fields: MultiDict[str, str]) -> Iterable[str]:
    for name, value in fields.items(multi=True):
        yield name
        yield value


def _refuse_nul(words: Iterable[str]) -> None:
    if any("\0" in word for word in words):
        raise BadRequest
