"""Signed requests between Shencai and the registration system."""

import datetime as dt
from typing import Any

import pytest

from libs.common.signing import BadSignature, Signed, sign, verify

NOW = dt.datetime(2023, 2, 7, 9, 0, tzinfo=dt.UTC)
KEY = "k" * 32
BODY = b'{"exam":"demo"}'


def signed(**changes: Any) -> dict[str, str]:
    given: dict[str, Any] = {"key_id": "results-1", "key": KEY, "now": NOW} | changes
    return sign("POST", "/api/results?x=1", BODY, **given)


def check(
    headers: dict[str, str],
    *,
    method: str = "POST",
    path: str = "/api/results?x=1",
    body: bytes = BODY,
    now: dt.datetime = NOW,
) -> Signed:
    return verify(method, path, body, headers, keys={"results-1": KEY}, now=now)


def test_a_signed_request_is_believed_and_gives_its_nonce_back() -> None:
    headers = signed()

    proof = check({name.lower(): value for name, value in headers.items()})

    assert proof.key_id == "results-1"
    assert proof.nonce == headers["X-Shencai-Nonce"]
    assert proof.signed_at == NOW


def test_each_signature_has_a_nonce_of_its_own() -> None:
    assert signed()["X-Shencai-Nonce"] != signed()["X-Shencai-Nonce"]


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"path": "/api/results"},
        {"path": "/api/registrations"},
        {"body": b'{"exam":"other"}'},
    ],
)
def test_a_changed_request_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadSignature, match="does not match"):
        check(signed(), **change)


@pytest.mark.parametrize("name", ["Timestamp", "Nonce", "Signature"])
def test_a_changed_header_is_refused(name: str) -> None:
    headers = signed()
    given = headers[f"X-Shencai-{name}"]
    headers[f"X-Shencai-{name}"] = given[:-1] + ("1" if given.endswith("0") else "0")

    with pytest.raises(BadSignature, match="does not match"):
        check(headers)


@pytest.mark.parametrize("name", ["Key", "Timestamp", "Nonce", "Signature"])
def test_a_missing_header_is_refused(name: str) -> None:
    headers = signed()
    del headers[f"X-Shencai-{name}"]

    with pytest.raises(BadSignature, match="not signed"):
        check(headers)


def test_a_foreign_key_is_refused() -> None:
    with pytest.raises(BadSignature, match="not known"):
        check(signed(key_id="other"))
    with pytest.raises(BadSignature, match="does not match"):
        check(signed(key="z" * 32))


@pytest.mark.parametrize("seconds", [-300, 300])
def test_clocks_may_differ_by_five_minutes(seconds: int) -> None:
    assert check(signed(), now=NOW + dt.timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_clocks_may_not_differ_by_more(seconds: int) -> None:
    with pytest.raises(BadSignature, match="300 seconds"):
        check(signed(), now=NOW + dt.timedelta(seconds=seconds))


def test_a_time_that_is_no_number_and_an_endless_nonce_are_refused() -> None:
    with pytest.raises(BadSignature):
        check(signed() | {"X-Shencai-Timestamp": "1" * 400})
    with pytest.raises(BadSignature, match="too long"):
        check(signed() | {"X-Shencai-Nonce": "n" * 65})


def test_a_non_ascii_signature_is_refused_and_not_a_crash() -> None:
    with pytest.raises(BadSignature, match="does not match"):
        check(signed() | {"X-Shencai-Signature": "签"})


def test_a_short_key_signs_nothing() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        signed(key="short")
