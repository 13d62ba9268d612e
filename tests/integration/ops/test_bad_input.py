"""Nonsense in every address, header and field of the operations page is clearly refused."""

from flask import Flask
from flask.testing import FlaskClient

from tests import garbage
from tests.integration.ops.house import PASSWORD, House


def test_nothing_that_is_sent_breaks_the_page(
    house: House, console: Flask, client: FlaskClient
) -> None:
    console.config["WTF_CSRF_ENABLED"] = False
    parked = f"/parked/upload/{house.park('upload')}/dismiss"
    stranger = console.test_client()
    assert client.post("/sign-in", data={"password": PASSWORD}).status_code == 302
    wrong: dict[str, str] = {}
    for method, address in garbage.addresses(console):
        for who in (client, stranger):
            wrong[f"{method} {address}"] = garbage.unclear(
                who.open(f"{address}?lang=en", method=method)
            )
    for name, value in garbage.STRANGE_HEADERS:
        answer = stranger.get("/", headers={name: value})
        assert answer.status_code < 500, (name, value)
    for what, body in garbage.posts({"password": "x"}):
        wrong[what] = garbage.unclear(garbage.send(stranger, "/sign-in?lang=en", body))

    assert {place: fault for place, fault in wrong.items() if fault} == {}
    assert garbage.send(stranger, parked, b"").status_code == 401
    assert house.run("upload", "SELECT count(*) FROM parked")[0][0] == 1
