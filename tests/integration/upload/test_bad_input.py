"""Nonsense in every address and in the candidate's forms: a clear refusal, and nothing is kept."""

import uuid

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from libs.common.messages import ApplicationId
from tests import garbage, pictures
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests

KEPT = ("image", "absence", "submission", "reopen_ask", "phone_link", "account")
"""What the forms below would write."""


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    made = CandidateSite(postgres, s3)
    made.app.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.fixture(scope="module")
def her(site: CandidateSite) -> ApplicationId:
    return site.activated("230000921")


def test_no_address_breaks_a_page(site: CandidateSite, her: ApplicationId) -> None:
    client = site.client(her)

    wrong = {
        address[:80]: fault
        for method, address in garbage.addresses(site.app)
        if (fault := garbage.unclear(client.open(f"{address}?lang=en", method=method)))
    }

    assert wrong == {}


def test_no_header_breaks_a_page(site: CandidateSite, her: ApplicationId) -> None:
    client = site.client(her)
    for name, value in garbage.STRANGE_HEADERS:
        for path, method in (("/materials", "GET"), ("/sign-in", "POST"), ("/nowhere", "POST")):
            answer = client.open(path, method=method, headers={name: value})
            assert answer.status_code < 500, (name, value, path)


def test_no_word_in_a_form_of_hers_breaks_a_page(site: CandidateSite, her: ApplicationId) -> None:
    image = site.upload(her, "A01", pictures.jpeg(pictures.paper()))
    forms = {
        "/materials/A01/images": {"key": str(uuid.uuid4()), "request": "", "instead": ""},
        "/materials/C06/absence": {"reason": "样例"},
        f"/images/{image}/move": {"position": "1"},
        f"/images/{image}/turn": {"turn": "right", "key": str(uuid.uuid4())},
        "/check?window=main": {"round": "1", "window": "main"},
        "/reopening": {"reason": "样例"},
        "/materials/A01/phone": {"request": str(uuid.UUID(int=1))},
        "/notice": {"privacy": "v", "consent": "v"},
        "/verify": {"number": "x"},
    }

    assert _wrong(site.client(her), forms) == {}


def test_no_word_in_a_form_of_a_visitor_breaks_a_page(site: CandidateSite) -> None:
    forms = {
        "/sign-in?then=//[": {"name": "230000921", "password": "x"},
        "/forgotten": {"name": "230000921"},
        "/launch": {"token": "a.b.c"},
    }

    assert _wrong(site.client(), forms) == {}
    for step, field in (("identity", "id_number"), ("phone", "code"), ("password", "password")):
        entering = site.register(f"23000093{len(step)}")
        with site.database.transaction() as db:
            db.connection().exec_driver_sql(
                "UPDATE account SET step = %s WHERE application_id = %s", (step, entering)
            )
        fields = {"step": step, field: "x", "again": "x"}
        assert _wrong(site.client(entering), {"/activation": fields}) == {}


def test_what_is_refused_changes_nothing(site: CandidateSite, her: ApplicationId) -> None:
    before = _kept(site)
    for address in ("/materials/C06/absence", "/reopening", "/check"):
        answer = garbage.send(site.client(her), address, b"reason=a%00b&round=%00&password=%00")
        assert answer.status_code == 400, address

    assert _kept(site) == before


def test_a_form_after_the_session_has_ended_says_that_it_was_not_kept(site: CandidateSite) -> None:
    came = {"Referer": "http://localhost/reopening"}

    answer = site.client().post("/reopening", data={"reason": "样例"}, headers=came)
    page = site.client().get(answer.headers["Location"]).text

    assert answer.headers["Location"] == "/sign-in?then=/reopening&ended=1"
    assert "刚才的表单没有保存" in page
    assert "刚才的表单没有保存" not in site.client().get("/sign-in?then=/reopening").text


def test_what_is_locked_is_not_offered_to_be_deleted(site: CandidateSite) -> None:
    late = site.activated("230000941")
    image = site.upload(late, "A01", pictures.jpeg(pictures.paper()))
    assert site.client(late).get(f"/images/{image}/delete").status_code == 200
    with site.database.transaction() as db:
        db.connection().exec_driver_sql(
            "UPDATE image SET locked_at = now() WHERE id = %s", (image,)
        )

    answer = site.client(late).get(f"/images/{image}/delete")

    assert (answer.status_code, "<code>locked</code>" in answer.text) == (409, True)


def _wrong(client: FlaskClient, forms: dict[str, dict[str, str]]) -> dict[str, str]:
    return {
        f"{address} {what}": fault
        for address, fields in forms.items()
        for what, body in garbage.posts(fields)
        if (fault := garbage.unclear(_sent(client, address, body)))
    }


def _sent(client: FlaskClient, address: str, body: bytes) -> TestResponse:
    return garbage.send(client, f"{address}{'&' if '?' in address else '?'}lang=en", body)


def _kept(site: CandidateSite) -> list[int]:
    return [site.value(f'SELECT count(*) FROM "{name}"') for name in KEPT]  # noqa: S608
