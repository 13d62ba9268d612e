"""Aliyun SMS (Dysmsapi 2017-05-25) by the vendor's own SDK, which is imported here alone.

The SDK puts phone and parameters into the address, so its exceptions and debug lines repeat them;
nothing of them leaves this module but the code. It does not try again by itself.
"""

import dataclasses as dc
import datetime as dt
import json
import logging
from typing import Any
from urllib.parse import urlsplit

from libs.common import logs
from libs.common.clock import now
from libs.common.errors import Misconfigured
from workers.sms.aliyun_classes import class_of
from workers.sms.gateways import Answer, NoClearAnswer, Sms, answer

log = logs.logger(__name__)

CONNECT_MILLISECONDS = 1_500
READ_MILLISECONDS = 3_000
"""Together below the worker's soft limit of 5 s."""
RECORDS_WANTED = 50
"""The most that one page of a query holds."""
BEIJING = dt.timezone(dt.timedelta(hours=8))
"""The vendor's days."""
_NEVER_CONNECTED = ("Connection refused", "ConnectTimeout", "Name or service", "NameResolution")


@dc.dataclass(frozen=True, kw_only=True)
class AliyunSettings:
    """The account at the vendor."""

    aliyun_access_key_id: str = ""
    aliyun_access_key_secret: str = ""
    aliyun_sign_name: str = ""
    aliyun_endpoint: str = "https://dysmsapi.aliyuncs.com"


class AliyunGateway:
    """One account. Create it after forking."""

    vendor = "aliyun"

    def __init__(self, settings: AliyunSettings) -> None:
        self._settings = settings
        self._client, self._runtime = _client(settings)

    def send(self, sms: Sms) -> Answer:
        """One SendSms for one number."""
        from alibabacloud_dysmsapi20170525 import models

        request = models.SendSmsRequest(
            phone_numbers=sms.phone,
            sign_name=self._settings.aliyun_sign_name,
            template_code=sms.template,
            template_param=json.dumps({"code": sms.params[0]}) if sms.params else None,
            out_id=sms.out_id,
        )
        try:
            body = self._call("send_sms_with_options", request)
        except _Failed as failure:
            return failure.answer
        code = _word(getattr(body, "code", None))
        if not code:
            return Answer(outcome="unknown", code="NoStatus")
        return answer(class_of(code), vendor="aliyun", code=code, vendor_id=body.biz_id or None)

    def find(self, sms: Sms) -> Answer | None:
        """QuerySendDetails for today and yesterday, as the vendor files by day."""
        today = now().astimezone(BEIJING)
        for day in (today, today - dt.timedelta(days=1)):
            found = self._find_on(sms, day.strftime("%Y%m%d"))
            if found is not None:
                return found
        return None

    def _find_on(self, sms: Sms, day: str) -> Answer | None:
        from alibabacloud_dysmsapi20170525 import models

        request = models.QuerySendDetailsRequest(
            phone_number=sms.phone, send_date=day, page_size=RECORDS_WANTED, current_page=1
        )
        try:
            body = self._call("query_send_details_with_options", request)
        except _Failed as failure:
            raise NoClearAnswer(failure.answer.code) from None
        if body is None or body.code != "OK" or body.sms_send_detail_dtos is None:
            raise NoClearAnswer(_word(getattr(body, "code", None)))
        records = body.sms_send_detail_dtos.sms_send_detail_dto or []
        if any(record.out_id == sms.out_id for record in records):
            # The vendor's records do not say its own id; its receipts name ours.
            return Answer(outcome="accepted", code="OK")
        if len(records) >= RECORDS_WANTED:
            raise NoClearAnswer("TooManyRecords")
        return None

    def _call(self, method: str, request: Any) -> Any:
        """The SDK's answer, or _Failed without any trace of what was sent."""
        from darabonba.exceptions import DaraException, UnretryableException

        try:
            return getattr(self._client, method)(request, self._runtime).body
        except (DaraException, UnretryableException, ValueError, OSError) as error:
            failure = _Failed(_answer_of(error))
        raise failure from None


class _Failed(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.code)
        self.answer = answer


def _client(settings: AliyunSettings) -> tuple[Any, Any]:
    from alibabacloud_dysmsapi20170525.client import Client
    from alibabacloud_tea_openapi.models import Config
    from darabonba.runtime import RuntimeOptions

    # On import the SDK gives itself a handler at DEBUG, which would write whole requests.
    noisy = logging.getLogger("darabonba-core")
    noisy.handlers.clear()
    noisy.setLevel(logging.CRITICAL)
    address = urlsplit(settings.aliyun_endpoint)
    if address.scheme not in {"http", "https"} or not address.netloc:
        raise Misconfigured("ALIYUN_ENDPOINT: expected an address such as https://host:port")
    config = Config(
        access_key_id=settings.aliyun_access_key_id,
        access_key_secret=settings.aliyun_access_key_secret,
        endpoint=address.netloc,
        protocol=address.scheme,
    )
    runtime = RuntimeOptions(
        connect_timeout=CONNECT_MILLISECONDS, read_timeout=READ_MILLISECONDS, autoretry=False
    )
    return Client(config), runtime


def _answer_of(error: Exception) -> Answer:
    """The class of an exception of the SDK: of the vendor's making, or of the network's."""
    code = _word(getattr(error, "code", None))
    known = class_of(code) if code else None
    if known or (code and not _is_fault_of_server(error)):
        return answer(known, vendor="aliyun", code=code)
    words = str(error)
    if any(sign in words for sign in _NEVER_CONNECTED):
        return Answer(outcome="retryable", code="NotConnected")
    # A time-out, a broken connection, an answer that is none: it may have been sent.
    return Answer(outcome="unknown", code=code or "NoAnswer")


def _word(code: object) -> str:
    """A code that the vendor gave; the SDK writes "None" where there is none."""
    return code if isinstance(code, str) and code != "None" else ""


def _is_fault_of_server(error: Exception) -> bool:
    """Status 5xx: it had the whole request, and did not say what it did with it."""
    status = getattr(error, "status_code", None) or getattr(error, "statusCode", None)
    return isinstance(status, int) and status >= 500  # noqa: PLR2004 - HTTP's own border
