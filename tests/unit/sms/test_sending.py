"""What is handed to the vendor, and what never is a second time."""

import dataclasses as dc
import datetime as dt
import uuid

import pytest

from libs.common import messages as m
from libs.common.envelopes import Envelope
from libs.common.errors import BadMessage
from libs.common.sealing import new_key_pair, seal, unseal
from tests import make
from workers.sms.gateways import Answer, NoClearAnswer, Sms
from workers.sms.sending import Sender

NOW = dt.datetime(2023, 2, 7, 9, 0, tzinfo=dt.UTC)
PRIVATE, PUBLIC = new_key_pair()
ACCEPTED = Answer(outcome="accepted", code="Ok", vendor_id="serial-1")
DELIVERY = m.DeliveryId(uuid.UUID(int=7))


@dc.dataclass
class FakeGateway:
    """Remembers what it was given; `record` is what it finds, or why it does not say."""

    vendor: str = "tencent"
    record: Answer | NoClearAnswer | None = None
    sent: list[Sms] = dc.field(default_factory=list)

    def send(self, sms: Sms) -> Answer:
        """Accept."""
        self.sent.append(sms)
        return ACCEPTED

    def find(self, sms: Sms) -> Answer | None:
        """Say what is set."""
        assert sms.out_id == str(DELIVERY)
        if isinstance(self.record, NoClearAnswer):
            raise self.record
        return self.record


def sender(gateway: FakeGateway) -> Sender:
    return Sender(
        gateways={gateway.vendor: gateway},
        templates={gateway.vendor: {"result": "9000001", "code": "9000002"}},
        unseal=lambda sealed: unseal(sealed, PRIVATE),
    )


def notice(template: str = "result", *, resend: bool = False) -> m.SendSms:
    secret = seal({"phone": "13800000001", "params": []}, PUBLIC)
    return m.SendSms(delivery_id=DELIVERY, template=template, secret=secret, resend=resend)


def code(*, expires_in_seconds: int = 300) -> m.SendCode:
    return m.SendCode(
        delivery_id=DELIVERY,
        template="code",
        secret=seal({"phone": "13800000001", "params": ["314159"]}, PUBLIC),
        expires_at=NOW + dt.timedelta(seconds=expires_in_seconds),
    )


def envelope(message: m.Message, *, attempt: int = 1) -> Envelope:
    return make.envelope(message, producer="notify", attempt=attempt)


def test_a_notice_is_sent_with_our_id_and_the_vendors_template() -> None:
    gateway, command = FakeGateway(), notice()

    report = sender(gateway).send_sms(command, envelope(command))

    assert gateway.sent == [
        Sms(out_id=str(DELIVERY), phone="13800000001", template="9000001", params=())
    ]
    assert report == m.SmsReported(
        delivery_id=DELIVERY,
        outcome="accepted",
        vendor="tencent",
        vendor_code="Ok",
        vendor_id="serial-1",
    )


@pytest.mark.parametrize(("attempt", "resend"), [(2, False), (1, True)])
def test_a_repeated_notice_that_the_vendor_has_is_not_sent_again(
    attempt: int,
    resend: bool,  # noqa: FBT001 - a parameter of the table above
) -> None:
    gateway, command = FakeGateway(record=ACCEPTED), notice(resend=resend)

    report = sender(gateway).send_sms(command, envelope(command, attempt=attempt))

    assert gateway.sent == []
    assert (report.outcome, report.vendor_id) == ("accepted", "serial-1")


def test_a_repeated_notice_that_the_vendor_clearly_lacks_is_sent() -> None:
    gateway, command = FakeGateway(record=None), notice()

    report = sender(gateway).send_sms(command, envelope(command, attempt=2))

    assert len(gateway.sent) == 1
    assert report.outcome == "accepted"


def test_a_repeated_notice_without_a_clear_answer_is_reported_unknown_and_not_sent() -> None:
    gateway, command = FakeGateway(record=NoClearAnswer("timeout")), notice()

    report = sender(gateway).send_sms(command, envelope(command, attempt=2))

    assert gateway.sent == []
    assert report.outcome == "unknown"


def test_a_code_is_sent_once() -> None:
    gateway, command = FakeGateway(), code()

    report = sender(gateway).send_code(command, envelope(command), NOW)

    assert gateway.sent[0].params == ("314159",)
    assert report.outcome == "accepted"


def test_a_repeated_code_is_never_sent_whatever_the_vendor_says() -> None:
    gateway, command = FakeGateway(record=None), code()

    report = sender(gateway).send_code(command, envelope(command, attempt=2), NOW)

    assert gateway.sent == []
    assert report.outcome == "unknown"


def test_an_expired_code_is_not_sent() -> None:
    gateway, command = FakeGateway(), code(expires_in_seconds=0)

    report = sender(gateway).send_code(command, envelope(command), NOW)

    assert gateway.sent == []
    assert (report.outcome, report.vendor_code) == ("unknown", "NotSent.Expired")


def test_a_command_goes_to_the_vendor_that_it_names_and_else_to_the_first() -> None:
    first, second = FakeGateway("tencent"), FakeGateway("aliyun")
    templates = {"tencent": {"result": "1"}, "aliyun": {"result": "SMS_1"}}
    both = Sender(
        gateways={"tencent": first, "aliyun": second},
        templates=templates,
        unseal=lambda sealed: unseal(sealed, PRIVATE),
    )

    reports = [
        both.send_sms(command, envelope(command))
        for command in (dc.replace(notice(), vendor=name) for name in ("aliyun", "", "gone"))
    ]

    assert [r.vendor for r in reports] == ["aliyun", "tencent", "tencent"]
    assert [sms.template for sms in second.sent] == ["SMS_1"]


def test_a_template_without_an_id_at_the_vendor_is_a_fault_of_content() -> None:
    gateway, command = FakeGateway(), notice("unheard_of")

    report = sender(gateway).send_sms(command, envelope(command))

    assert gateway.sent == []
    assert report.outcome == "content"


def test_what_was_sealed_for_another_room_or_lacks_a_phone_is_a_bad_message() -> None:
    _, foreign = new_key_pair()
    altered = dc.replace(notice(), secret=seal({"phone": "13800000001"}, foreign))
    empty = dc.replace(notice(), secret=seal({"params": []}, PUBLIC))

    for command in (altered, empty):
        with pytest.raises(BadMessage):
            sender(FakeGateway()).send_sms(command, envelope(command))
