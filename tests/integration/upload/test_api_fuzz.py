"""Whatever a caller sends to the registration system's interface, it answers as described."""

import json
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libs.common.clock import now
from libs.common.signing import sign
from libs.common.web import refusals
from services.upload import api
from services.upload import refusals as upload_refusals
from tests.integration.upload.room import EXAM, Room
from tests.make import FACTS, id_number

KEYS = {"registration-1": "0123456789" * 4}
CALLERS = ("nobody", "foreign", "registration-1")
DESCRIPTION: dict[str, Any] = json.loads(api.DESCRIPTION.read_text("utf-8"))
BOUNDED = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

GOOD: dict[str, Any] = {
    "registration_number": "TJ-1",
    "exam": EXAM,
    "site": "TJ01",
    "name": "样例·甲",
    "id_number": id_number(1),
    "phone": "13800000001",
    "unit": "",
    "unit_phone": "",
    "language": "zh-CN",
    "version": 0,
    "facts": FACTS,
}
texts = st.text(max_size=40) | st.sampled_from(["", "\x00", "\ud800", "TJ-1", EXAM, "x" * 200])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
rows = st.builds(
    lambda name, value: GOOD | {name: value}, st.sampled_from([*GOOD, "other"]), values
)
bodies = st.builds(lambda some: {"registrations": some}, st.lists(rows | values, max_size=3))

queries = st.builds(
    lambda exam, after, limit: f"exam={exam}&after={after}&limit={limit}",
    st.text("abcdefghijklmnop-0123456789", max_size=120),
    st.integers() | st.text("0123456789.-e", max_size=30),
    st.integers(-2, 2000),
)


@pytest.fixture
def app(room: Room) -> Flask:
    made = Flask("registrations")
    plain = {
        code: refusals.Words(words.status, code, code)
        for code, words in upload_refusals.REFUSALS.items()
    }
    refusals.install(made, plain)
    made.register_blueprint(api.blueprint(room.database, vault=room.vault, keys=KEYS))
    return made


def call(app: Flask, method: str, path: str, body: bytes, caller: str) -> Any:
    headers = {"Content-Type": "application/json"} if body else {}
    if caller != "nobody":
        key = KEYS.get(caller, "f" * 40)
        headers |= sign(method, path, body, key_id=caller, key=key, now=now())
    return app.test_client().open(path, method=method, data=body, headers=headers)


@pytest.mark.parametrize("caller", CALLERS)
@given(body=bodies | values)
@BOUNDED
def test_no_body_brings_it_down(app: Flask, caller: str, body: object) -> None:
    answer = call(app, "POST", api.PATH, json.dumps(body).encode(), caller)

    _as_described(answer, api.PATH, "post", caller)


@pytest.mark.parametrize("caller", CALLERS)
@given(body=st.binary(max_size=60))
@BOUNDED
def test_no_bytes_bring_it_down(app: Flask, caller: str, body: bytes) -> None:
    _as_described(call(app, "POST", api.PATH, body, caller), api.PATH, "post", caller)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("path", [api.RESULTS_PATH, api.SUMMARY_PATH])
@given(query=queries)
@BOUNDED
def test_no_address_brings_it_down(app: Flask, caller: str, path: str, query: str) -> None:
    _as_described(call(app, "GET", f"{path}?{query}", b"", caller), path, "get", caller)


def _as_described(answer: Any, path: str, method: str, caller: str) -> None:
    told = DESCRIPTION["paths"][path][method]["responses"]
    assert str(answer.status_code) in told, answer.text
    assert isinstance(answer.json, dict)
    if answer.status_code == 200:
        assert caller in KEYS
    else:
        assert set(answer.json) == {"code", "cause", "cure"}
