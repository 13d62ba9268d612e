"""The vendor's real SDK against the simulator, which verifies its signatures."""

import dataclasses as dc
import logging
import socket

import pytest

from tests.integration.world.conftest import (
    CODE,
    NOTICE,
    PHONE,
    UNKNOWN_TEMPLATE,
    Simulator,
    Webhook,
)
from tests.serving import until
from workers.sms.gateways import Answer, NoClearAnswer, Sms

SMS = Sms(out_id="delivery-1", phone=PHONE, template=NOTICE, params=())


def test_a_message_is_signed_accepted_and_read_on_the_phone(simulator: Simulator) -> None:
    sms = dc.replace(SMS, template=CODE, params=("314159",))

    answer = simulator.gateway().send(sms)

    [message] = simulator.inbox()
    assert answer == Answer(outcome="accepted", code="Ok", vendor_id=message["serial"])
    assert message["text"] == "【审材演示】验证码314159，5分钟内有效。"
    assert message["out_id"] == "delivery-1"
    assert simulator.calls == [{"action": "SendSms", "signed": True, "code": "answered"}]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tencent_secret_key": "wrong"}, "AuthFailure.SignatureFailure"),
        ({"tencent_secret_id": "nobody"}, "AuthFailure.SecretIdNotFound"),
        ({"tencent_app_id": "1"}, "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
    ],
)
def test_a_wrong_account_is_refused(
    simulator: Simulator, changes: dict[str, str], code: str
) -> None:
    answer = simulator.gateway(**changes).send(SMS)

    assert (answer.outcome, answer.code) == ("account", code)
    assert simulator.inbox() == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("bad_number", "bad_recipient"),
        ("blacklisted", "bad_recipient"),
        ("template_parked", "content"),
        ("unknown_code", "content"),
        ("balance_gone", "account"),
        ("number_limit", "number_limit"),
        ("throttled", "throttled"),
    ],
)
def test_a_refusal_has_its_class_and_reaches_no_phone(
    simulator: Simulator, answer: str, outcome: str
) -> None:
    simulator.play({"answer": answer})

    assert simulator.gateway().send(SMS).outcome == outcome
    assert simulator.inbox() == []
    assert len(simulator.calls) == 1


@pytest.mark.parametrize(
    ("answer", "arrived"),
    [
        ("read_timeout", 1),
        ("reset", 1),
        ("internal_timeout", 1),
        ("unavailable", 0),
        ("html", 0),
    ],
)
def test_what_may_have_been_sent_is_unknown_and_asked_for_once(
    simulator: Simulator, answer: str, arrived: int
) -> None:
    simulator.play({"answer": answer})

    assert simulator.gateway().send(SMS).outcome == "unknown"
    assert len(simulator.inbox()) == arrived
    assert len(simulator.calls) == 1


def test_a_gateway_that_cannot_be_reached_has_sent_nothing(simulator: Simulator) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        gateway = simulator.gateway(tencent_endpoint=f"http://127.0.0.1:{port}")

        assert gateway.send(SMS) == Answer(outcome="retryable", code="NotConnected")


def test_a_template_that_the_vendor_does_not_know_and_wrong_parameters_are_content(
    simulator: Simulator,
) -> None:
    gateway = simulator.gateway()

    assert gateway.send(dc.replace(SMS, template=UNKNOWN_TEMPLATE)).outcome == "content"
    assert gateway.send(dc.replace(SMS, template=CODE)).outcome == "content"
    assert gateway.send(dc.replace(SMS, phone="12345")).outcome == "bad_recipient"


def test_the_hourly_limit_of_a_number_holds_for_that_number_alone(simulator: Simulator) -> None:
    simulator.play(hourly_limit_per_number=1)
    gateway = simulator.gateway()

    first, second = gateway.send(SMS), gateway.send(SMS)
    other = gateway.send(dc.replace(SMS, phone="13800000002"))

    assert [a.outcome for a in (first, second, other)] == ["accepted", "number_limit", "accepted"]


def test_a_message_is_found_by_our_id(simulator: Simulator) -> None:
    gateway = simulator.gateway()
    sent = gateway.send(SMS)

    assert gateway.find(SMS) == sent
    assert gateway.find(dc.replace(SMS, out_id="delivery-2")) is None


def test_no_answer_to_the_question_is_not_taken_for_a_no(simulator: Simulator) -> None:
    with pytest.raises(NoClearAnswer) as caught:
        simulator.gateway(tencent_secret_key="wrong").find(SMS)

    assert str(caught.value) == "AuthFailure.SignatureFailure"
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_full_page_of_records_is_no_clear_answer(simulator: Simulator) -> None:
    gateway = simulator.gateway()
    for number in range(100):
        gateway.send(dc.replace(SMS, out_id=f"other-{number}"))

    with pytest.raises(NoClearAnswer, match="TooManyRecords"):
        gateway.find(SMS)


def test_no_log_and_no_exception_holds_the_phone_number(
    simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    simulator.play({"answer": "bad_number"}, {"answer": "unknown_code"}, {"answer": "throttled"})
    gateway = simulator.gateway()

    answers = [gateway.send(SMS) for _ in range(4)]

    assert PHONE not in caplog.text
    assert PHONE not in repr(answers) + repr(SMS)


@pytest.mark.parametrize(
    ("receipt", "count", "status"),
    [
        ("normal", 1, "SUCCESS"),
        ("twice", 2, "SUCCESS"),
        ("late", 1, "SUCCESS"),
        ("failed", 1, "FAIL"),
    ],
)
def test_receipts_come_as_scripted(
    simulator: Simulator, webhook: Webhook, receipt: str, count: int, status: str
) -> None:
    simulator.play({"receipt": receipt})

    sid = simulator.gateway().send(SMS).vendor_id

    assert webhook.of(sid) == []
    until(lambda: len(webhook.of(sid)) == count)
    assert {r["report_status"] for r in webhook.of(sid)} == {status}


def test_an_early_receipt_is_there_before_the_answer(
    simulator: Simulator, webhook: Webhook
) -> None:
    simulator.play({"receipt": "early"})

    sid = simulator.gateway().send(SMS).vendor_id

    assert len(webhook.of(sid)) == 1


def test_a_receipt_that_never_comes_leaves_the_message_on_its_way(
    simulator: Simulator, webhook: Webhook
) -> None:
    simulator.play({"receipt": "never"}, {"receipt": "normal"})
    gateway = simulator.gateway()

    silent = gateway.send(SMS).vendor_id
    told = gateway.send(dc.replace(SMS, out_id="delivery-2")).vendor_id

    until(lambda: len(webhook.of(told)) == 1)
    assert webhook.of(silent) == []
    assert [m["status"] for m in simulator.inbox()] == ["delivered", "on_its_way"]
