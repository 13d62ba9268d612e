"""Aliyun's real SDK and the signed HTTP gateway against the simulator, which checks signatures."""

import dataclasses as dc
import logging
import socket

import pytest

from libs.common import logs
from tests.integration.world.conftest import (
    CODE,
    NOTICE,
    PHONE,
    UNKNOWN_TEMPLATE,
    Simulator,
    Webhook,
)
from tests.serving import until
from workers.sms.gateways import Answer, Gateway, NoClearAnswer, Sms

SMS = Sms(out_id="01900000-0000-7000-8000-000000000001", phone=PHONE, template=NOTICE, params=())
VENDORS = ("aliyun", "http")


def of(simulator: Simulator, vendor: str, **changes: str) -> Gateway:
    return simulator.aliyun(**changes) if vendor == "aliyun" else simulator.signed(**changes)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_message_is_signed_accepted_and_read_on_the_phone(
    simulator: Simulator, vendor: str
) -> None:
    sms = dc.replace(SMS, template=CODE, params=("314159",))

    answer = of(simulator, vendor).send(sms)

    [message] = simulator.inbox()
    assert (answer.outcome, answer.vendor_id) == ("accepted", message["serial"])
    assert message["text"] == "【审材演示】验证码314159，5分钟内有效。"
    assert message["out_id"] == SMS.out_id
    assert [call["signed"] for call in simulator.calls] == [True]


@pytest.mark.parametrize(
    ("vendor", "changes"),
    [
        ("aliyun", {"aliyun_access_key_secret": "wrong"}),
        ("aliyun", {"aliyun_access_key_id": "nobody"}),
        ("http", {"sms_http_key": "another key of thirty-two bytes !"}),
        ("http", {"sms_http_key_id": "nobody"}),
    ],
)
def test_a_wrong_account_is_refused(
    simulator: Simulator, vendor: str, changes: dict[str, str]
) -> None:
    answer = of(simulator, vendor, **changes).send(SMS)

    assert answer.outcome == "account"
    assert simulator.inbox() == []


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    ("played", "outcome"),
    [
        ("bad_number", "bad_recipient"),
        ("template_parked", "content"),
        ("unknown_code", "content"),
        ("balance_gone", "account"),
        ("number_limit", "number_limit"),
        ("throttled", "throttled"),
    ],
)
def test_a_refusal_has_its_class_and_reaches_no_phone(
    simulator: Simulator, vendor: str, played: str, outcome: str
) -> None:
    simulator.play({"answer": played})

    answer = of(simulator, vendor).send(SMS)

    assert answer.outcome == outcome
    assert answer.is_listed == (played != "unknown_code")
    assert simulator.inbox() == []
    assert len(simulator.calls) == 1


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    ("played", "arrived"), [("read_timeout", 1), ("reset", 1), ("unavailable", 0), ("html", 0)]
)
def test_what_is_not_clear_is_unknown_whether_or_not_it_arrived(
    simulator: Simulator, vendor: str, played: str, arrived: int
) -> None:
    simulator.play({"answer": played})

    assert of(simulator, vendor).send(SMS).outcome == "unknown"
    assert len(simulator.inbox()) == arrived


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_never_left_may_be_tried_again(simulator: Simulator, vendor: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
        name = "aliyun_endpoint" if vendor == "aliyun" else "sms_http_url"

        answer = of(simulator, vendor, **{name: nobody}).send(SMS)

    assert answer == Answer(outcome="retryable", code="NotConnected")


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_record_of_a_message_is_found_by_our_id(simulator: Simulator, vendor: str) -> None:
    gateway = of(simulator, vendor)
    assert gateway.find(SMS) is None

    simulator.play({"answer": "reset"})
    gateway.send(SMS)

    found = gateway.find(SMS)
    assert found is not None
    assert found.outcome == "accepted"
    assert gateway.find(dc.replace(SMS, out_id="01900000-0000-7000-8000-000000000002")) is None


@pytest.mark.parametrize("vendor", VENDORS)
def test_without_a_clear_answer_nothing_is_said_to_be_missing(
    simulator: Simulator, vendor: str
) -> None:
    changes = {"aliyun_access_key_id": "x"} if vendor == "aliyun" else {"sms_http_key_id": "x"}

    with pytest.raises(NoClearAnswer):
        of(simulator, vendor, **changes).find(SMS)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_receipt_names_our_message(simulator: Simulator, webhook: Webhook, vendor: str) -> None:
    answer = of(simulator, vendor).send(SMS)

    until(lambda: bool(webhook.of(answer.vendor_id)), what="the receipt")

    assert webhook.of(answer.vendor_id)[0]["out_id"] == SMS.out_id


def test_a_template_that_is_not_approved_is_a_fault_of_content(simulator: Simulator) -> None:
    for vendor in VENDORS:
        answer = of(simulator, vendor).send(dc.replace(SMS, template=UNKNOWN_TEMPLATE))
        assert answer.outcome == "content"


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_phone_and_no_code_enters_a_log_or_an_error(
    simulator: Simulator,
    vendor: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    sms = dc.replace(SMS, template=CODE, params=("314159",))
    with caplog.at_level(logging.DEBUG):
        # urllib3 writes every address at DEBUG: processes keep it at WARNING, as here.
        for noisy in logs.NOISY:
            logging.getLogger(noisy).setLevel(logging.WARNING)
        gateway = of(simulator, vendor)
        for played in ("ok", "bad_number", "unavailable", "reset", "throttled", "html"):
            simulator.play({"answer": played})
            said = repr(gateway.send(sms))
            assert PHONE not in said
            assert "314159" not in said

    heard = capfd.readouterr()
    ours = [r.getMessage() for r in caplog.records if r.name != "werkzeug"]
    for place in (*ours, heard.out):
        assert PHONE not in place
        assert "314159" not in place
