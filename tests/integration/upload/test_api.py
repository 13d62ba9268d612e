"""The registration system's interface: pulled results, counts, and a description that is true."""

import datetime as dt
import json
import shutil
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from libs.common import messages as m
from libs.common.clock import now
from libs.common.signing import sign
from libs.common.web import refusals
from services.upload import api
from services.upload import refusals as upload_refusals
from tests.integration.upload.room import EXAM, Room
from tests.serving import served

KEY_ID, KEY = "registration-1", "0123456789" * 4
PAGE = Path(__file__).parents[3] / "docs" / "integration.md"
DESCRIPTION: dict[str, Any] = json.loads(api.DESCRIPTION.read_text("utf-8"))


@pytest.fixture
def app(room: Room) -> Flask:
    made = Flask("registrations")
    plain = {
        code: refusals.Words(words.status, code, code)
        for code, words in upload_refusals.REFUSALS.items()
    }
    refusals.install(made, plain)
    made.register_blueprint(api.blueprint(room.database, vault=room.vault, keys={KEY_ID: KEY}))
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def get(client: FlaskClient, path: str, *, times: int = 1) -> Any:
    headers = sign("GET", path, b"", key_id=KEY_ID, key=KEY, now=now())
    answers = [client.get(path, headers=headers) for _ in range(times)]
    return answers[-1]


def publish(room: Room, count: int) -> list[str]:
    """So many results, a minute old; their applications."""
    applications = [room.submitted()[0] for _ in range(count)]
    for application in applications:
        room.hear(
            m.ResultsPublished(
                exam=EXAM,
                batch_id=m.BatchId(uuid.uuid4()),
                part=1,
                parts=1,
                published_at=dt.datetime(2023, 3, 1, tzinfo=dt.UTC),
                results=(
                    m.PublishedResult(
                        application_id=application, registration_number="x", outcome="passed"
                    ),
                ),
            )
        )
    with room.database.transaction() as session:
        session.execute(
            text("UPDATE result_push SET recorded_at = recorded_at - interval '2 minutes'")
        )
    return [str(application) for application in applications]


def test_results_are_pulled_behind_a_cursor_without_gap_or_copy(
    room: Room, client: FlaskClient
) -> None:
    applications = publish(room, 5)
    found, after = [], "0"
    while True:
        answer = get(client, f"/api/results?exam={EXAM}&after={after}&limit=2").json
        found += [one["application_id"] for one in answer["results"]]
        after = answer["next"]
        if not answer["more"]:
            break

    assert found == applications
    more = publish(room, 1)
    answer = get(client, f"/api/results?exam={EXAM}&after={after}").json
    assert [one["application_id"] for one in answer["results"]] == more


def test_a_result_of_this_minute_waits(room: Room, client: FlaskClient) -> None:
    publish(room, 1)
    with room.database.transaction() as session:
        session.execute(text("UPDATE result_push SET recorded_at = clock_timestamp()"))

    assert get(client, f"/api/results?exam={EXAM}").json["results"] == []


def test_the_counts_say_what_was_published(room: Room, client: FlaskClient) -> None:
    publish(room, 3)

    assert get(client, f"/api/results/summary?exam={EXAM}").json == {
        "exam": EXAM,
        "published": 3,
        "outcomes": {"passed": 3},
        "confirmed": 0,
        "refused": 0,
    }
    assert get(client, "/api/results/summary?exam=nowhere").json["published"] == 0


def test_a_pull_is_signed_and_each_nonce_counts_once(client: FlaskClient) -> None:
    path = f"/api/results?exam={EXAM}"

    assert client.get(path).status_code == 401
    assert get(client, path, times=2).status_code == 409
    headers = sign("GET", path, b"", key_id=KEY_ID, key=KEY, now=now())
    assert client.get(f"{path}&after=9", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "query",
    [
        "after=1",
        "exam=",
        f"exam={'x' * 101}",
        "exam=a&after=-1",
        "exam=a&after=x",
        f"exam=a&after={'9' * 19}",
        f"exam=a&after={'9' * 400}",
        "exam=a&limit=0",
        "exam=a&limit=1001",
        "exam=a&limit=%D9%A1",
    ],
)
def test_a_pull_that_asks_for_nonsense_is_refused(client: FlaskClient, query: str) -> None:
    answer = get(client, f"/api/results?{query}")

    assert answer.status_code == 400
    assert set(answer.json) == {"code", "cause", "cure"}


def test_the_description_names_every_route_and_no_other(app: Flask) -> None:
    told = {
        (path, method.upper())
        for path, methods in DESCRIPTION["paths"].items()
        for method in methods
    }

    routes = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert told == routes
    assert app.test_client().get("/api/openapi.json").json == DESCRIPTION


def test_the_description_tells_the_fields_that_are_read_and_the_limits() -> None:
    from services.upload.roster import Row

    row = DESCRIPTION["components"]["schemas"]["Registration"]
    rows = DESCRIPTION["components"]["schemas"]["Registrations"]["properties"]["registrations"]

    assert set(row["properties"]) == set(Row.model_fields)
    needed = {name for name, field in Row.model_fields.items() if field.is_required()}
    assert set(row["required"]) == needed
    assert rows["maxItems"] == api.MAX_ROWS


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_documented_curl_lines_are_believed(app: Flask) -> None:
    page = PAGE.read_text("utf-8")
    script = page.partition("```sh\n")[2].partition("```")[0]
    with served(app) as url:
        ran = subprocess.run(
            ["bash", "-ceu", script],
            env={"PATH": "/usr/bin:/bin", "KEY_ID": KEY_ID, "KEY": KEY, "UPLOAD": url},
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )

    assert json.loads(ran.stdout) == {"accepted": 0, "refused": []}, ran.stderr
