"""A vendor whose answers are none: nothing is raised, and nothing is believed to be unsent."""

from collections.abc import Iterator

import pytest
from werkzeug.wrappers import Request, Response

from tests.integration.world.storm import gateways
from tests.serving import served
from workers.sms.gateways import Gateway, NoClearAnswer, Sms
from workers.sms.signed_http import SignedHttpGateway, SignedHttpSettings

SMS = Sms(
    out_id="01900000-0000-7000-8000-000000000001", phone="13900001234", template="1", params=()
)
GARBAGE = (
    b"",
    b"no JSON",
    b"null",
    b"[]",
    b"7",
    b'"OK"',
    b"{}",
    b'{"Response": null}',
    b'{"Response": {}}',
    b'{"Response": {"RequestId": "1"}}',
    b'{"Response": {"RequestId": "1", "SendStatusSet": null, "PullSmsSendStatusSet": null}}',
    b'{"Response": {"RequestId": "1", "SendStatusSet": [], "PullSmsSendStatusSet": 7}}',
    b'{"Response": {"RequestId": "1", "SendStatusSet": [{}], "PullSmsSendStatusSet": [null]}}',
    b'{"Response": {"RequestId": "1", "SendStatusSet": [null], "PullSmsSendStatusSet": "x"}}',
    b'{"Code": null, "BizId": 7}',
    b'{"Code": "", "SmsSendDetailDTOs": 7}',
    b'{"Code": ["OK"], "SmsSendDetailDTOs": {"SmsSendDetailDTO": [7]}}',
    b'{"outcome": ["accepted"], "code": null}',
    b'{"outcome": {}, "code": "x", "id": {}}',
)


class Answerer:
    """Answers everything with these bytes."""

    body = b""
    status = 200

    def __call__(self, environ: object, start_response: object) -> object:
        """The WSGI side."""
        Request(environ).get_data()  # type: ignore[arg-type]
        answer = Response(self.body, status=self.status, mimetype="application/json")
        return answer(environ, start_response)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def vendor() -> Iterator[tuple[Answerer, dict[str, Gateway]]]:
    answerer = Answerer()
    with served(answerer) as url:
        signed = SignedHttpSettings(
            sms_http_url=url, sms_http_key_id="k", sms_http_key="0123456789" * 4
        )
        yield answerer, {**gateways(url), "http": SignedHttpGateway(signed)}


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("body", GARBAGE)
@pytest.mark.parametrize("name", ["tencent", "aliyun", "http"])
def test_an_answer_that_is_none_leaves_it_open_whether_it_was_sent(
    vendor: tuple[Answerer, dict[str, Gateway]], name: str, body: bytes, status: int
) -> None:
    answerer, known = vendor
    answerer.body, answerer.status = body, status

    assert known[name].send(SMS).outcome == "unknown"
    with pytest.raises(NoClearAnswer):
        known[name].find(SMS)
