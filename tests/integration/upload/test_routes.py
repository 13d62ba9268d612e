"""Who may use which route: a table, and a route that does not stand in it fails (R26)."""

import re
import uuid
from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from libs.common.messages import ApplicationId
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests

ANYONE = frozenset(
    {"asset", "livez", "readyz", "metrics", "refused", "materials.home", "news.help_page"}
    | {"entry.sign_in", "forgotten.page", "forgotten.new_password", "forgotten.again"}
    | {"verification.page", "verification.file"}
    | {"phone.land", "phone.take"}
    | {"api.openapi"}
    | {"launch.land", "launch.question", "launch.go_on", "launch.not_me"}
)
PHONE = frozenset({f"phone.{name}" for name in ("page", "upload", "picture", "status")})
"""A phone that has taken a link: its own kind of session, and no other."""
SYSTEM = frozenset(
    {"api.registrations", "api.registrations_in_bulk", "api.results", "api.results_summary"}
)
"""The registration system: signed requests alone."""
ENTERING = frozenset({"activation.page", "activation.send_code", "entry.sign_out"})
"""A candidate, also one whose activation is not finished."""
CANDIDATE = frozenset(
    {"materials.page", "materials.sample", "materials.sample_picture", "materials.mistake_picture"}
    | {"materials.put_notes_away"}
    | {f"images.{name}" for name in ("upload", "page", "delete", "restore", "move", "turn")}
    | {"images.use_anyway"}
    | {f"images.{name}" for name in ("grid", "view", "original")}
    | {f"carrying.{name}" for name in ("take", "page", "grid", "view")}
    | {"account.page", "account.end_browser", "account.everywhere", "account.notice"}
    | {"rights.page", "rights.as_json", "rights.whole"}
    | {f"erasure.{name}" for name in ("page", "question", "ask", "withdraw")}
    | {f"shrinks.{name}" for name in ("page", "picture", "confirm", "dismiss")}
    | {"answers.absence", "answers.withdraw_absence", "answers.explain"}
    | {"submission.check", "receipts.page", "receipts.picture_page"}
    | {f"receipts.as_{name}" for name in ("json", "text", "pdf", "picture")}
    | {f"news.{name}" for name in ("progress", "messages", "message", "read_all", "status")}
    | {"phone_links.make", "phone_links.page", "phone_links.end"}
    | {f"asked.{name}" for name in ("page", "picture", "versions", "ask_to_reopen")}
)


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


@pytest.fixture(scope="module")
def entering(site: CandidateSite) -> ApplicationId:
    return site.register("230000501")


def rules_of(site: CandidateSite, endpoints: frozenset[str]) -> list[Rule]:
    return [rule for rule in site.app.url_map.iter_rules() if rule.endpoint in endpoints]


def address(rule: Rule) -> str:
    values: Mapping[str, str] = {
        "uuid": str(uuid.uuid4()),
        "code": "A01",
        "number": "x",
        "look": "glare",
    }
    return re.sub(r"<(?:(\w+):)?(\w+)>", lambda found: values[found[1] or found[2]], str(rule.rule))


def token_of(client: FlaskClient) -> str:
    found = re.search('name="csrf-token" content="([^"]+)"', client.get("/verify").text)
    assert found
    return found[1]


def answers(client: FlaskClient, rule: Rule) -> list[tuple[int, str]]:
    """What each of the rule's methods answers: status, and where it leads."""
    given = []
    for method in sorted((rule.methods or set()) & {"GET", "POST"}):
        data = {"csrf_token": token_of(client)} if method == "POST" else None
        answer = client.open(address(rule), method=method, data=data)
        given.append((answer.status_code, answer.headers.get("Location", "").partition("?")[0]))
    return given


def test_every_route_stands_in_the_table(site: CandidateSite) -> None:
    known = ANYONE | SYSTEM | ENTERING | CANDIDATE | PHONE

    assert {rule.endpoint for rule in site.app.url_map.iter_rules()} == known


def test_a_stranger_is_led_to_the_sign_in_from_every_page_of_a_candidate(
    site: CandidateSite,
) -> None:
    for rule in rules_of(site, CANDIDATE | ENTERING):
        assert set(answers(site.client(), rule)) == {(303, "/sign-in")}, rule


def test_before_her_activation_is_done_everything_leads_back_to_it(
    site: CandidateSite, entering: ApplicationId
) -> None:
    for rule in rules_of(site, CANDIDATE):
        assert set(answers(site.client(entering), rule)) == {(303, "/activation")}, rule


def test_no_form_is_taken_without_its_token(site: CandidateSite, entering: ApplicationId) -> None:
    signed = {"launch.land", "api.registrations", "api.registrations_in_bulk"}
    for rule in site.app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and rule.endpoint not in signed:
            answer = site.client(entering).post(address(rule))
            assert (answer.status_code, "form_expired" in answer.text) == (400, True), rule


def test_the_registration_systems_door_takes_nothing_unsigned(site: CandidateSite) -> None:
    for rule in rules_of(site, SYSTEM):
        method = "POST" if "POST" in (rule.methods or set()) else "GET"
        assert site.client().open(address(rule), method=method, json={}).status_code == 401


def test_neither_a_stranger_nor_a_signed_in_candidate_may_use_a_phones_pages(
    site: CandidateSite,
) -> None:
    her = site.activated("230000502")
    for client in (site.client(), site.client(her)):
        for rule in rules_of(site, PHONE):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                data = {"csrf_token": token_of(client)} if method == "POST" else None
                headers = {"Accept": "application/json"}
                answer = client.open(address(rule), method=method, data=data, headers=headers)
                assert (answer.status_code, answer.get_json()["code"]) == (410, "phone_link_over")
