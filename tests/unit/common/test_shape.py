"""Which addresses are paths of ours, and what no honest browser sends."""

import pytest
from flask import Flask, request
from werkzeug.test import TestResponse

from libs.common.web import shape


@pytest.mark.parametrize("path", ["/", "/materials?show=todo", "/x?then=//a"])
def test_a_path_of_ours_leads_there(path: str) -> None:
    assert shape.own_path(path) == path


@pytest.mark.parametrize(
    "strange",
    [
        None,
        "",
        "materials",
        "//b.example/",
        "/\\b.example",
        "http://b.example/",
        "//[",
        "http://[::1",
    ],
)
def test_anything_else_leads_nowhere(strange: str | None) -> None:
    assert shape.own_path(strange) == ""


@pytest.mark.parametrize(
    ("address", "form"),
    [("/a%00b", {}), ("/?a=b%00", {}), ("/?a%00=b", {}), ("/", {"a": "b\0"}), ("/", {"a\0": "b"})],
)
def test_a_nul_in_an_address_or_a_form_is_a_bad_request(address: str, form: dict[str, str]) -> None:
    assert _posted(address, form).status_code == 400


def test_a_body_that_is_read_raw_stays_whole() -> None:
    raw = _app().test_client().post("/raw", data={"a": "b\0"})

    assert raw.data == b"a=b%00"


def _posted(address: str, form: dict[str, str]) -> TestResponse:
    return _app().test_client().post(address, data=form)


def _app() -> Flask:
    app = Flask(__name__)
    shape.install(app)
    app.add_url_rule("/raw", "raw", lambda: bytes(request.get_data()), methods=["POST"])
    app.add_url_rule("/<path:x>", "any", lambda x: x + request.form.get("a", ""), methods=["POST"])
    app.add_url_rule("/", "root", lambda: request.form.get("a", ""), methods=["POST"])
    return app
