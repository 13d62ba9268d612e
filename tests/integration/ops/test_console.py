"""The operations page against real servers: guarded, read-only, honest when something is away."""

import re
import uuid

import psycopg2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg2 import errors

from libs.common import life
from libs.stack.valkey import Valkey
from ops.console.app import create_app
from ops.console.web import OPEN
from tests.integration.ops.house import PASSWORD, House


def token_of(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found
    return found[1]


def sign_in(client: FlaskClient, password: str = PASSWORD) -> int:
    form = {"csrf_token": token_of(client, "/sign-in"), "password": password}
    return client.post("/sign-in", data=form).status_code


def text_of(client: FlaskClient, path: str = "/?lang=en") -> str:
    page = client.get(path).get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("&#34;", '"')


def test_every_route_but_the_sign_in_asks_for_the_password(
    console: Flask, client: FlaskClient
) -> None:
    console.config["WTF_CSRF_ENABLED"] = False
    known = {"service": "upload", "message": uuid.uuid4(), "what": "retry"}
    for rule in console.url_map.iter_rules():
        if rule.endpoint in OPEN:
            continue
        path = rule.build({k: v for k, v in known.items() if k in rule.arguments})
        assert path
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            answer = client.open(path[1], method=method)
            assert answer.status_code in {302, 401}, rule.endpoint
            assert answer.headers.get("Location", "/sign-in") == "/sign-in"


def test_the_password_lets_in_and_a_wrong_one_does_not(client: FlaskClient) -> None:
    assert sign_in(client, "a wrong one") == 401
    assert client.get("/").status_code == 302

    assert sign_in(client) == 302
    assert client.get("/").status_code == 200
    cookie = client.get_cookie("operations")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Strict"


def test_guessing_is_braked_and_says_for_how_long(client: FlaskClient) -> None:
    answers = [sign_in(client, f"guess {n}") for n in range(6)]

    assert answers == [401] * 5 + [429]
    assert sign_in(client) == 429


def test_signing_out_ends_it(client: FlaskClient) -> None:
    sign_in(client)

    client.post("/sign-out", data={"csrf_token": token_of(client, "/")})

    assert client.get("/").status_code == 302


def test_a_form_without_its_token_changes_nothing(house: House, client: FlaskClient) -> None:
    sign_in(client)
    parked = house.park("review")

    assert client.post(f"/parked/review/{parked}/retry").status_code == 400
    assert house.run("review", "SELECT 1 FROM parked_messages")


def test_retry_sends_the_message_again_once_and_is_audited(
    house: House, client: FlaskClient
) -> None:
    sign_in(client)
    parked = house.park("review")
    form = {"csrf_token": token_of(client, "/")}

    first = client.post(f"/parked/review/{parked}/retry", data=form)
    second = client.post(f"/parked/review/{parked}/retry", data=form)

    assert "told=retried" in first.headers["Location"]
    assert "told=gone" in second.headers["Location"]
    (row,) = house.run("review", "SELECT queue, type FROM outbox WHERE id = :id", id=parked)
    assert tuple(row) == ("review", "CaseAdvanced")
    (audit,) = house.run("review", "SELECT actor, action FROM audit")
    assert tuple(audit) == ("ops", "parked.retried")


def test_dismissing_takes_it_off_the_list(house: House, client: FlaskClient) -> None:
    sign_in(client)
    parked = house.park("notify")

    form = {"csrf_token": token_of(client, "/")}
    answer = client.post(f"/parked/notify/{parked}/dismiss", data=form)

    assert "told=dismissed" in answer.headers["Location"]
    assert house.run("notify", "SELECT 1 FROM parked_messages") == []


@pytest.mark.parametrize("path", ["/parked/other/{}/retry", "/parked/review/{}/delete"])
def test_there_is_no_other_service_and_no_other_deed(client: FlaskClient, path: str) -> None:
    sign_in(client)
    form = {"csrf_token": token_of(client, "/")}

    assert client.post(path.format(uuid.uuid4()), data=form).status_code == 404


def test_its_role_can_change_and_read_nothing_else(house: House) -> None:
    for url in (
        house.settings.ops_upload_database_url,
        house.settings.ops_review_database_url,
        house.settings.ops_notify_database_url,
    ):
        connection = psycopg2.connect(url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in (
                "SELECT body FROM outbox",
                "SELECT envelope FROM parked",
                "DELETE FROM parked",
                "UPDATE outbox SET settled_at = now()",
                "SELECT details FROM audit",
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    cursor.execute(statement)
        connection.close()


def test_depth_age_workers_and_traffic_are_those_of_the_house(
    house: House, client: FlaskClient
) -> None:
    house.queue("images", 7)
    house.work("images", processes=3)
    house.live_through(minutes=3, busiest=20)
    sign_in(client)

    words = text_of(client)

    assert re.search(r"Picture checks images \S.* 7 \d+ \d\.\d s 3 \d+ ", words)
    (row,) = house.run(
        "upload",
        "SELECT messages FROM traffic_since(date_trunc('minute', now()) - interval '1 minute')"
        " WHERE way = 'heard' AND minute = date_trunc('minute', now()) - interval '1 minute'",
    )
    assert f"Picture checks {row.messages} pictures / min" in words


def test_missing_workers_and_pages_are_red(house: House, client: FlaskClient) -> None:
    house.is_ready = False
    sign_in(client)

    words = text_of(client)

    assert 'Nobody works on "One-time codes"' in words
    assert 'The pages of "Review service" are not ready' in words


def test_a_redis_that_is_away_is_said_and_the_rest_is_shown(
    house: House, client: FlaskClient, shared_valkey: Valkey
) -> None:
    house.park("upload")
    shared_valkey.kill()
    sign_in(client)

    words = text_of(client)

    assert "Redis does not answer" in words
    assert 'Parked messages of "Upload service" that wait for a person: 1' in words
    shared_valkey.start()


def test_a_database_that_is_away_is_said_and_nothing_is_changed(house: House) -> None:
    away = re.sub(r"@127\.0\.0\.1:\d+", "@127.0.0.1:1", house.settings.ops_review_database_url)
    values = house.settings.__dict__ | {"ops_review_database_url": away}
    app = create_app(type(house.settings)(**values), watch=False)
    with app.test_client() as client:
        sign_in(client)

        assert 'The database of "Review service" does not answer' in text_of(client)
        form = {"csrf_token": token_of(client, "/")}
        answer = client.post(f"/parked/review/{uuid.uuid4()}/retry", data=form)
        assert "told=away" in answer.headers["Location"]
    app.extensions["console"].close()


def test_a_message_without_our_header_counts_as_new(house: House, client: FlaskClient) -> None:
    from libs.common import broker

    connection = broker.client(house.broker_url)
    connection.lpush("images", b"not json", b'{"headers": {}}')
    connection.close()
    sign_in(client)

    assert client.get("/panel").status_code == 200


def test_the_page_holds_no_body_of_a_message(house: House, client: FlaskClient) -> None:
    house.run(
        "review",
        "INSERT INTO parked (id, origin, type, envelope, reason) VALUES (gen_random_uuid(),"
        " 'inbox', 'CaseAdvanced', '{\"body\": {\"x\": \"marker-of-the-body\"}}', 'a reason')",
    )
    sign_in(client)

    page = client.get("/").get_data(as_text=True)
    assert "a reason" in page
    assert "marker-of-the-body" not in page


def test_metrics_say_depth_age_and_workers_of_every_queue(
    house: House, client: FlaskClient
) -> None:
    house.queue("images", 3)
    house.work("images")
    life.seen("images", house.broker_url, is_degraded=lambda: True)

    told = client.get("/metrics").get_data(as_text=True)

    assert 'queue_messages{queue="images"} 3.0' in told
    assert 'queue_messages{queue="codes"} 0.0' in told
    assert 'queue_workers{queue="images"} 3.0' in told
    assert 'queue_degraded_workers{queue="images"} 1.0' in told
    assert 'queue_degraded_workers{queue="shrink"} 0.0' in told
    assert re.search(r'queue_oldest_seconds\{queue="images"\} 0\.0*[1-9]', told)
    assert "queue_in_hand" in told
