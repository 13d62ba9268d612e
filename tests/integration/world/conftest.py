"""The simulated gateway on loopback, and a webhook that takes its receipts."""

import dataclasses as dc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.wrappers import Request, Response

from examples.sms_gateway.app import create_app
from examples.sms_gateway.settings import GatewaySettings
from tests.serving import served
from workers.sms.aliyun import AliyunGateway, AliyunSettings
from workers.sms.signed_http import SignedHttpGateway, SignedHttpSettings
from workers.sms.tencent import TencentGateway, TencentSettings

SECRET_ID, SECRET_KEY, APP_ID, SIGN = "AKIDtest", "sk-test", "1400000001", "审材演示"
HTTP_KEY = "a key of at least thirty-two bytes"
NOTICE, CODE, UNKNOWN_TEMPLATE = "9000001", "9000002", "9999999"
PHONE = "13800000001"


@dc.dataclass
class Webhook:
    """Takes receipts, as notify does."""

    url: str = ""
    receipts: list[dict[str, Any]] = dc.field(default_factory=list)

    def of(self, vendor_id: str | None) -> list[dict[str, Any]]:
        """The receipts of one message; those of earlier tests may still be coming."""
        names = ("sid", "biz_id", "id")
        return [r for r in self.receipts if vendor_id in [r[n] for n in names if n in r]]

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """The WSGI side."""
        self.receipts += json.loads(Request(environ).get_data())
        return Response('{"result":0,"errmsg":"OK"}')(environ, start_response)


@dc.dataclass
class Simulator:
    """The simulated gateway under test, and how it is told to misbehave."""

    url: str

    def play(self, *steps: dict[str, object], **more: object) -> None:
        """Lay down what happens to the next calls."""
        body = {"steps": steps, **more}
        answer = requests.put(f"{self.url}/control/script", json=body, timeout=3)
        assert answer.status_code == 200, answer.text

    def clear(self) -> None:
        """Forget messages, calls and script."""
        requests.delete(f"{self.url}/control", timeout=3).raise_for_status()

    @property
    def calls(self) -> list[dict[str, object]]:
        """The HTTP requests to the vendor's door."""
        calls: list[dict[str, object]] = requests.get(f"{self.url}/control/calls", timeout=3).json()
        return calls

    def inbox(self, phone: str = PHONE) -> list[dict[str, Any]]:
        """What the phone shows."""
        inbox: list[dict[str, Any]] = requests.get(
            f"{self.url}/inbox/{phone}.json", timeout=3
        ).json()
        return inbox

    def settings(self, **changes: str) -> TencentSettings:
        """The account that it knows."""
        account = TencentSettings(
            tencent_secret_id=SECRET_ID,
            tencent_secret_key=SECRET_KEY,
            tencent_app_id=APP_ID,
            tencent_sign_name=SIGN,
            tencent_endpoint=self.url,
        )
        return dc.replace(account, **changes)

    def aliyun(self, **changes: str) -> AliyunGateway:
        """The worker's other gateway, by the other vendor's SDK."""
        account = AliyunSettings(
            aliyun_access_key_id=SECRET_ID,
            aliyun_access_key_secret=SECRET_KEY,
            aliyun_sign_name=SIGN,
            aliyun_endpoint=self.url,
        )
        return AliyunGateway(dc.replace(account, **changes))

    def signed(self, **changes: str) -> SignedHttpGateway:
        """The worker's gateway to any other vendor."""
        account = SignedHttpSettings(
            sms_http_url=f"{self.url}/http",
            sms_http_key_id="shencai",
            sms_http_key=HTTP_KEY,
            sms_http_sign_name=SIGN,
        )
        return SignedHttpGateway(dc.replace(account, **changes))

    def gateway(self, **changes: str) -> TencentGateway:
        """The worker's gateway, speaking to it by the vendor's SDK."""
        return TencentGateway(self.settings(**changes))


@pytest.fixture(scope="session")
def webhook() -> Iterator[Webhook]:
    """A webhook that takes receipts."""
    hook = Webhook()
    with served(hook) as url:
        hook.url = f"{url}/hooks/sms"
        yield hook


@pytest.fixture(scope="session")
def running_simulator(
    webhook: Webhook, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Simulator]:
    """One simulator for all tests of this folder."""
    templates: Path = tmp_path_factory.mktemp("sms") / "templates.json"
    texts = {NOTICE: "您的报名材料审核有新结果，请登录查看。", CODE: "验证码{1}，5分钟内有效。"}
    templates.write_text(json.dumps(texts), encoding="utf-8")
    settings = GatewaySettings(
        tencent_secret_id=SECRET_ID,
        tencent_secret_key=SECRET_KEY,
        tencent_app_id=APP_ID,
        tencent_sign_name=SIGN,
        aliyun_access_key_id=SECRET_ID,
        aliyun_access_key_secret=SECRET_KEY,
        aliyun_sign_name=SIGN,
        sms_http_key_id="shencai",
        sms_http_key=HTTP_KEY,
        sms_http_sign_name=SIGN,
        sms_gateway_templates=templates,
        sms_gateway_receipts_url=webhook.url,
        sms_gateway_receipt_seconds=0.1,
        sms_gateway_late_receipt_seconds=0.6,
        sms_gateway_hang_seconds=5,
    )
    with served(create_app(settings)) as url:
        yield Simulator(url)


@pytest.fixture
def simulator(running_simulator: Simulator) -> Simulator:
    """The simulator with empty phones and no script."""
    running_simulator.clear()
    return running_simulator
