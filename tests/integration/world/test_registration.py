"""The stand-in of the registration system: what it sends over, and what it believes."""

import base64
import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.wrappers import Request, Response

from examples.registration import feed
from examples.registration.app import create_app
from examples.registration.roster import Roster
from examples.registration.settings import RegistrationSettings
from libs.common.clock import now
from libs.common.errors import Misconfigured
from libs.common.signing import sign, verify
from tests.serving import served

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
FEED_KEY, RESULTS_KEY = "f" * 32, "r" * 32
CANDIDATE_PASSWORD, OPERATOR_PASSWORD = "sample password", "another sample"
ANNA = {
    "registration_number": "23000001",
    "exam": "demo",
    "name": "样例·王秀英",
    "id_number": "120000199001010005",
    "phone": "13800000001",
    "unit_phone": "022-00000000",
    "unit": "样例医院",
    "site": "heping",
    "language": "zh-CN",
    "facts": {"level": "physician", "holds_assistant_licence": "false"},
}


def settings_in(folder: Path, **changes: Any) -> RegistrationSettings:
    roster = folder / "roster.json"
    if not roster.exists():
        bob = ANNA | {"registration_number": "23000002", "name": "样例·李建国"}
        roster.write_text(json.dumps([ANNA, bob]), encoding="utf-8")
    values: dict[str, Any] = {
        "cookie_key": "cookie",
        "candidate_password": CANDIDATE_PASSWORD,
        "operator_password": OPERATOR_PASSWORD,
        "registration_roster": roster,
        "registration_database": folder / "registration.sqlite",
        "upload_url": "http://127.0.0.1:8001",
        "launch_key_id": "launch-1",
        "launch_private_key": base64.b64encode(KEY.private_bytes_raw()).decode(),
        "registration_api_key_id": "registration-1",
        "registration_api_key": FEED_KEY,
        "results_keys": (f"results-1:{RESULTS_KEY}",),
    }
    return RegistrationSettings(**(values | changes))


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return create_app(settings_in(tmp_path))


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """Anna's browser, signed in."""
    with app.test_client() as client:
        assert sign_in(client) == 303
        yield client


def sign_in(
    client: FlaskClient, number: str = "23000001", password: str = CANDIDATE_PASSWORD
) -> int:
    page = client.get("/").get_data(as_text=True)
    shown = {"csrf_token": csrf_of(page), "number": number, "password": password}
    return client.post("/", data=shown).status_code


def sign_in_operator(client: FlaskClient, password: str = OPERATOR_PASSWORD) -> int:
    page = client.get("/operator/sign-in").get_data(as_text=True)
    shown = {"csrf_token": csrf_of(page), "password": password}
    return client.post("/operator/sign-in", data=shown).status_code


def csrf_of(page: str) -> str:
    match = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert match is not None
    return match[1]


def press_upload(client: FlaskClient, **headers: str) -> Any:
    page = client.get("/me").get_data(as_text=True)
    return client.post("/me/launch", data={"csrf_token": csrf_of(page)}, headers=headers)


def test_the_launch_token_says_who_comes_for_which_exam_for_two_minutes(
    client: FlaskClient,
) -> None:
    answer = press_upload(client, Accept="application/json").get_json()

    header = jwt.get_unverified_header(answer["token"])
    claims = jwt.decode(
        answer["token"],
        KEY.public_key(),
        algorithms=["EdDSA"],
        audience="shencai",
        issuer="registration",
        options={"require": ["iss", "aud", "sub", "exam", "jti", "iat", "exp"]},
    )
    assert header == {"alg": "EdDSA", "kid": "launch-1", "typ": "shencai-launch+jwt"}
    assert (claims["sub"], claims["exam"]) == ("23000001", "demo")
    assert claims["exp"] - claims["iat"] == 120
    assert answer["action"] == "http://127.0.0.1:8001/launch?lang=zh-CN"


def test_each_launch_has_a_nonce_of_its_own(client: FlaskClient) -> None:
    tokens = [press_upload(client, Accept="application/json").get_json()["token"] for _ in range(2)]

    first, second = (jwt.decode(t, options={"verify_signature": False})["jti"] for t in tokens)
    assert first != second


def test_without_javascript_a_page_with_a_button_carries_the_token_over(
    client: FlaskClient,
) -> None:
    answer = press_upload(client)

    page = answer.get_data(as_text=True)
    assert 'method="post" action="http://127.0.0.1:8001/launch?lang=zh-CN"' in page
    assert 'name="token" value="ey' in page
    assert "form-action 'self' http://127.0.0.1:8001;" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_page_holds_a_token_before_the_button_was_pressed(client: FlaskClient) -> None:
    page = client.get("/me").get_data(as_text=True)

    assert "token" not in page.replace("csrf_token", "")


def test_a_launch_without_the_pages_own_form_is_refused(client: FlaskClient) -> None:
    assert client.post("/me/launch").status_code == 400


def test_pages_mask_the_id_number_and_the_phone(client: FlaskClient) -> None:
    page = client.get("/me?lang=en").get_data(as_text=True)

    assert "120000199001010005" not in page
    assert "13800000001" not in page
    assert "138****0001" in page
    assert "Holds assistant licence" in page


def test_a_candidate_is_found_by_a_part_of_the_name(client: FlaskClient) -> None:
    assert sign_in_operator(client) == 303

    page = client.get("/operator?q=建国").get_data(as_text=True)

    assert "样例·李建国" in page
    assert "样例·王秀英" not in page


def test_the_operator_reads_a_registration_and_neither_launches_nor_edits_it(
    client: FlaskClient,
) -> None:
    sign_in_operator(client)

    page = client.get("/operator/candidates/23000002").get_data(as_text=True)

    assert "样例·李建国" in page
    assert "/launch" not in page
    assert "/edit" not in page
    assert client.get("/operator/candidates/0").status_code == 404
    assert client.get("/me").headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/operator", "/operator/candidates/23000001", "/operator/sync"])
def test_the_list_is_the_operators_alone(client: FlaskClient, path: str) -> None:
    token = csrf_of(client.get("/me").get_data(as_text=True))
    answer = client.post(path, data={"csrf_token": token}) if "sync" in path else client.get(path)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/operator/sign-in")
    assert sign_in_operator(client, "wrong") == 422


def test_nobody_sees_a_registration_without_signing_in(app: Flask) -> None:
    with app.test_client() as stranger:
        for path in ("/me", "/me/edit"):
            answer = stranger.get(path)
            assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        token = csrf_of(stranger.get("/").get_data(as_text=True))
        launched = stranger.post("/me/launch", data={"csrf_token": token})
        assert (launched.status_code, launched.headers["Location"]) == (303, "/")


def test_each_sees_her_own_registration_and_after_signing_out_none(client: FlaskClient) -> None:
    page = client.get("/me").get_data(as_text=True)
    assert "样例·王秀英" in page
    assert "样例·李建国" not in page

    client.post("/sign-out", data={"csrf_token": csrf_of(page)})

    assert client.get("/me").status_code == 303
    assert sign_in(client, "23000002") == 303
    assert "样例·李建国" in client.get("/me").get_data(as_text=True)


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"number": "0"}, {"password": ""}])
def test_a_wrong_number_and_a_wrong_password_get_the_same_words(
    app: Flask, wrong: dict[str, str]
) -> None:
    with app.test_client() as stranger:
        assert sign_in(stranger, **wrong) == 422
        assert stranger.get("/me").status_code == 303


def test_after_five_failures_even_the_right_password_waits(app: Flask) -> None:
    with app.test_client() as stranger:
        for _ in range(5):
            sign_in(stranger, password="wrong")

        assert sign_in(stranger) == 422
        assert sign_in(stranger, "23000002") == 303


def test_what_does_not_exist_is_said_in_words(client: FlaskClient) -> None:
    answer = client.get("/nothing")

    assert answer.status_code == 404
    assert "没有这个页面" in answer.get_data(as_text=True)


def result(**changes: Any) -> bytes:
    fields = {
        "application_id": "a-1",
        "exam": "demo",
        "registration_number": "23000001",
        "outcome": "passed",
        "published_at": "2023-03-01T00:00:00+00:00",
    }
    return json.dumps(fields | changes).encode()


def post_result(client: FlaskClient, body: bytes, *, headers: dict[str, str] | None = None) -> int:
    signed = sign("POST", "/api/results", body, key_id="results-1", key=RESULTS_KEY, now=now())
    return client.post("/api/results", data=body, headers=headers or signed).status_code


def test_a_signed_result_shows_on_the_candidates_page_and_nothing_before(
    client: FlaskClient,
) -> None:
    before = client.get("/me").get_data(as_text=True)

    assert post_result(client, result()) == 200

    after = client.get("/me").get_data(as_text=True)
    assert "尚未公布" in before
    assert "审核通过" not in before
    assert "审核通过" in after
    assert "2023-03-01 08:00" in after


def test_the_same_result_again_changes_nothing_and_another_one_is_refused(
    client: FlaskClient,
) -> None:
    assert post_result(client, result()) == 200
    assert post_result(client, result()) == 200
    assert post_result(client, result(outcome="not_passed")) == 409
    assert "审核通过" in client.get("/me").get_data(as_text=True)


def test_a_request_is_believed_once(client: FlaskClient) -> None:
    headers = sign("POST", "/api/results", result(), key_id="results-1", key=RESULTS_KEY, now=now())

    assert post_result(client, result(), headers=headers) == 200
    assert post_result(client, result(), headers=headers) == 401


def test_unsigned_foreign_and_old_requests_are_not_believed(client: FlaskClient) -> None:
    old = now() - dt.timedelta(seconds=400)
    body = result()
    foreign = sign("POST", "/api/results", body, key_id="results-1", key="x" * 32, now=now())
    late = sign("POST", "/api/results", body, key_id="results-1", key=RESULTS_KEY, now=old)

    for headers in ({"X-Nothing": "1"}, foreign, late):
        assert post_result(client, body, headers=headers) == 401
    assert "尚未公布" in client.get("/me").get_data(as_text=True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no json", 400),
        (b"[]", 400),
        (result(outcome="maybe"), 400),
        (result(extra="1"), 400),
        (result(published_at="2023-03-01T00:00:00"), 400),
        (result(registration_number="0"), 404),
        (result(exam="other"), 404),
    ],
)
def test_a_malformed_or_unknown_result_is_refused(
    client: FlaskClient, body: bytes, status: int
) -> None:
    assert post_result(client, body) == status


class Upload:
    """Shencai's receiving side, made small: verifies and counts."""

    def __init__(self, refused: tuple[str, ...] = (), status: int = 200) -> None:
        self.received: list[dict[str, Any]] = []
        self.refused = refused
        self.status = status

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """The WSGI side."""
        request = Request(environ)
        body = request.get_data()
        verify(
            request.method,
            request.path,
            body,
            request.headers,
            keys={"registration-1": FEED_KEY},
            now=now(),
        )
        rows = json.loads(body)["registrations"]
        self.received += rows
        numbers = [row["registration_number"] for row in rows]
        refused = [
            {"registration_number": n, "reason": "no such site"}
            for n in numbers
            if n in self.refused
        ]
        report = {"accepted": len(rows) - len(refused), "refused": refused}
        return Response(json.dumps(report), status=self.status)(environ, start_response)


def test_all_registrations_are_handed_over_signed(tmp_path: Path) -> None:
    upload = Upload()
    with served(upload) as url:
        settings = settings_in(tmp_path, internal_upload_url=url)

        sync = feed.hand_over(settings, Roster(settings.registration_roster).all())

    assert (sync.sent, sync.accepted, sync.problem) == (2, 2, "")
    assert upload.received[0] == ANNA | {"sex": "", "birth_date": ""}


@pytest.mark.parametrize(
    ("upload", "accepted", "problem"),
    [
        (Upload(refused=("23000002",)), 1, "23000002: no such site"),
        (Upload(status=503), 0, "HTTP 503"),
    ],
)
def test_what_was_not_taken_is_said(
    tmp_path: Path, upload: Upload, accepted: int, problem: str
) -> None:
    with served(upload) as url:
        client = create_app(settings_in(tmp_path, internal_upload_url=url)).test_client()
        sign_in_operator(client)
        token = csrf_of(client.get("/operator").get_data(as_text=True))

        client.post("/operator/sync", data={"csrf_token": token})

    page = client.get("/operator").get_data(as_text=True)
    assert problem in page
    assert f"{accepted} / 2" in page


def test_a_system_that_is_not_there_is_said_and_tried_for_a_while(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, internal_upload_url="http://127.0.0.1:9")

    sync = feed.hand_over_within(settings, Roster(settings.registration_roster).all(), seconds=0.1)

    assert (sync.accepted, sync.problem) == (0, "ConnectionError")


def test_the_roster_is_read_again_when_it_changes_and_kept_when_it_is_broken(
    tmp_path: Path,
) -> None:
    path = tmp_path / "roster.json"
    roster = Roster(path)
    assert roster.all() == []

    path.write_text(json.dumps([ANNA]), encoding="utf-8")
    assert [c.name for c in roster.all()] == ["样例·王秀英"]

    path.write_text("[{", encoding="utf-8")
    assert [c.name for c in roster.all()] == ["样例·王秀英"]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"launch_private_key": "short"}, "LAUNCH_PRIVATE_KEY"),
        ({"results_keys": ("nokey",)}, "RESULTS_KEYS"),
    ],
)
def test_a_wrong_key_stops_the_start_with_a_sentence(
    tmp_path: Path, changes: dict[str, Any], name: str
) -> None:
    with pytest.raises(Misconfigured, match=name):
        create_app(settings_in(tmp_path, **changes))


def test_a_foreign_host_name_is_refused(app: Flask) -> None:
    answer = app.test_client().get("/", headers={"Host": "evil.example"})

    assert answer.status_code == requests.codes.bad_request
