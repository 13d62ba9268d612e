"""Every route of the candidate's side × everybody who might ask; a route without a row fails."""

import uuid
from enum import Enum

import pytest
from flask.testing import FlaskClient

from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests


class Who(Enum):
    """Whom a route is for."""

    ANYBODY = "anybody"
    LAUNCHED = "whoever has just landed from the registration system"
    KNOWN = "a candidate, activated or not"
    CANDIDATE = "an activated candidate"
    SIGNED = "another system whose request is signed"


ROUTES = {
    "asset": Who.ANYBODY,
    "livez": Who.ANYBODY,
    "readyz": Who.ANYBODY,
    "metrics": Who.ANYBODY,
    "launch.land": Who.SIGNED,
    "launch.question": Who.LAUNCHED,
    "launch.go_on": Who.LAUNCHED,
    "launch.not_me": Who.ANYBODY,
    "api.registrations": Who.SIGNED,
    "activation.page": Who.KNOWN,
    "activation.send_code": Who.KNOWN,
    "entry.sign_in": Who.ANYBODY,
    "entry.forgotten": Who.ANYBODY,
    "entry.new_password": Who.ANYBODY,
    "entry.sign_out": Who.ANYBODY,
    "materials.home": Who.ANYBODY,
    "materials.page": Who.CANDIDATE,
    "materials.sample": Who.CANDIDATE,
    "materials.sample_picture": Who.CANDIDATE,
    "images.upload": Who.CANDIDATE,
    "images.page": Who.CANDIDATE,
    "images.delete": Who.CANDIDATE,
    "images.restore": Who.CANDIDATE,
    "images.move": Who.CANDIDATE,
    "images.grid": Who.CANDIDATE,
    "images.view": Who.CANDIDATE,
    "images.original": Who.CANDIDATE,
    "answers.absence": Who.CANDIDATE,
    "answers.withdraw_absence": Who.CANDIDATE,
    "answers.explain": Who.CANDIDATE,
    "submission.check": Who.CANDIDATE,
    "submission.receipt": Who.CANDIDATE,
    "submission.receipt_json": Who.CANDIDATE,
    "submission.receipt_text": Who.CANDIDATE,
    "submission.verify": Who.ANYBODY,
    "news.progress": Who.CANDIDATE,
    "news.messages": Who.CANDIDATE,
    "news.read_all": Who.CANDIDATE,
    "news.status": Who.CANDIDATE,
    "news.help_page": Who.ANYBODY,
}
ARGUMENTS = {
    "code": "A01",
    "image_id": uuid.UUID(int=1),
    "request_id": uuid.UUID(int=2),
    "number": "SAMPLE",
    "version": "1",
    "name": "common/css/base.css",
}


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    made = CandidateSite(postgres, s3)
    made.app.config["WTF_CSRF_ENABLED"] = False
    return made


def asked(site: CandidateSite, client: FlaskClient, endpoint: str) -> list[tuple[int, str]]:
    """Status and target of each way to ask for the route."""
    answers = []
    for rule in site.app.url_map.iter_rules(endpoint):
        path = rule.build({k: v for k, v in ARGUMENTS.items() if k in rule.arguments})
        assert path, endpoint
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(path[1], method=method)
            answers.append((answer.status_code, answer.headers.get("Location", "")))
    return answers


def test_every_route_stands_in_the_table(site: CandidateSite) -> None:
    assert {rule.endpoint for rule in site.app.url_map.iter_rules()} == set(ROUTES), (
        "say in ROUTES whom the new route is for; its door calls required(), known() or nothing"
    )


@pytest.mark.parametrize("endpoint", ROUTES)
def test_a_stranger_gets_nothing_that_is_a_candidates(site: CandidateSite, endpoint: str) -> None:
    answers = asked(site, site.client(), endpoint)

    match ROUTES[endpoint]:
        case Who.CANDIDATE | Who.KNOWN:
            assert {status for status, _ in answers} == {303}
            assert all(target.startswith("/sign-in") for _, target in answers)
        case Who.LAUNCHED:
            assert all(s == 403 or (s, t) == (303, "/sign-in") for s, t in answers), answers
        case Who.SIGNED:
            assert {status for status, _ in answers} <= {400, 401}
        case Who.ANYBODY:
            assert {status for status, _ in answers} <= {200, 303, 422}


@pytest.mark.parametrize("endpoint", [e for e, who in ROUTES.items() if who is Who.CANDIDATE])
def test_who_is_not_activated_yet_is_led_to_the_next_step(
    site: CandidateSite, endpoint: str
) -> None:
    client = site.client(site.register())

    answers = asked(site, client, endpoint)

    assert answers
    assert set(answers) == {(303, "/activation")}


@pytest.mark.parametrize("endpoint", [e for e, who in ROUTES.items() if who is Who.CANDIDATE])
def test_an_activated_candidate_is_never_sent_away(site: CandidateSite, endpoint: str) -> None:
    client = site.client(site.activated("230000002"))

    answers = asked(site, client, endpoint)

    assert {status for status, _ in answers} <= {200, 303, 400, 404, 409, 422}
    assert not [t for _, t in answers if t.startswith(("/sign-in", "/activation"))]
