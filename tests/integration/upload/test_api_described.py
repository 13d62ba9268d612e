"""As each kind of caller: whatever the description allows or forbids is answered as described."""

import warnings
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import EnvironBuilder

from libs.common.clock import now
from libs.common.messages import ApplicationId
from libs.common.signing import sign
from services.upload import api
from tests.candidate import FEED_KEY, FEED_KEY_ID, CandidateSite
from tests.servers import PostgresForTests, S3ForTests

CALLERS = ("nobody", "foreign", "candidate", "partner")
OPERATIONS = (
    *((api.PATH, "POST", mode) for mode in GenerationMode),
    *((api.BULK_PATH, "POST", mode) for mode in GenerationMode),
    *((api.RESULTS_PATH, "GET", mode) for mode in GenerationMode),
    *((api.SUMMARY_PATH, "GET", mode) for mode in GenerationMode),
    (api.DESCRIPTION_PATH, "GET", GenerationMode.POSITIVE),
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
BOUNDED = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


@pytest.fixture(scope="module")
def her(site: CandidateSite) -> ApplicationId:
    return site.activated("230000990")


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_is_as_described(
    site: CandidateSite,
    her: ApplicationId,
    operation: tuple[str, str, GenerationMode],
    caller: str,
) -> None:
    path, method, mode = operation
    described = _described(site.app)[path][method]
    client = site.client(her if caller == "candidate" else None)

    @given(case=described.as_strategy(generation_mode=mode))
    @BOUNDED
    def ask(case: "Case[Any]") -> None:
        asked = case.as_transport_kwargs()
        answer = client.open(**asked | {"headers": _headers(asked, caller)})
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code == 200 and path != api.DESCRIPTION_PATH:
            assert caller == "partner"

    ask()


def _described(app: Flask) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return schemathesis.openapi.from_wsgi(api.DESCRIPTION_PATH, app)


def _headers(asked: dict[str, Any], caller: str) -> dict[str, str]:
    """What was made up; signed, of those who have a key."""
    headers = dict(asked.get("headers") or {}) | {"Accept-Encoding": "identity"}
    if caller not in {"partner", "foreign"}:
        return headers
    request = EnvironBuilder(**asked).get_request()
    body, path = request.get_data(), request.full_path.removesuffix("?")
    key = FEED_KEY if caller == "partner" else "f" * 40
    return headers | sign(asked["method"], path, body, key_id=FEED_KEY_ID, key=key, now=now())
