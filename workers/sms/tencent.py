"""Tencent Cloud SMS (API 2021-01-11) by the vendor's own SDK, which is imported here alone.

The SDK's exceptions and debug log repeat what was sent; nothing of them leaves this module but
the code. Its StandardRetryer is never used: it repeats after a time-out, so it sends twice.
"""

import dataclasses as dc
import datetime as dt
import logging
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from libs.common import logs
from libs.common.clock import now
from libs.common.errors import Misconfigured
from workers.sms.gateways import Answer, NoClearAnswer, Sms, answer
from workers.sms.tencent_classes import class_of

log = logs.logger(__name__)

TIMEOUT_SECONDS = 4
"""Below the worker's soft limit of 5 s; the SDK's own default is 60 s."""
RECORDS_WANTED = 100
"""The most that one query returns; the vendor fixes the offset at 0."""
DAYS_KEPT = 7
"""The vendor keeps records that long."""
COUNTRY_PREFIX = "+86"


@dc.dataclass(frozen=True, kw_only=True)
class TencentSettings:
    """The account at the vendor."""

    tencent_secret_id: str = ""
    tencent_secret_key: str = ""
    tencent_app_id: str = ""
    tencent_sign_name: str = ""
    tencent_endpoint: str = "https://sms.tencentcloudapi.com"
    tencent_region: str = "ap-guangzhou"


class TencentGateway:
    """One account. Create it after forking."""

    vendor = "tencent"

    def __init__(self, settings: TencentSettings) -> None:
        self._settings = settings
        self._client = _client(settings)

    def send(self, sms: Sms) -> Answer:
        """One SendSms for one number."""
        from tencentcloud.sms.v20210111 import models

        request = models.SendSmsRequest()
        request.PhoneNumberSet = [_international(sms.phone)]
        request.SmsSdkAppId = self._settings.tencent_app_id
        request.SignName = self._settings.tencent_sign_name
        request.TemplateId = sms.template
        request.TemplateParamSet = list(sms.params)
        request.SessionContext = sms.out_id
        try:
            statuses = self._call("SendSms", request).SendStatusSet or []
        except _Failed as failure:
            return failure.answer
        if len(statuses) != 1 or not isinstance(statuses[0].Code, str) or not statuses[0].Code:
            return Answer(outcome="unknown", code="NoStatus")
        code = str(statuses[0].Code)
        return answer(
            class_of(code), vendor="tencent", code=code, vendor_id=statuses[0].SerialNo or None
        )

    def find(self, sms: Sms) -> Answer | None:
        """One PullSmsSendStatusByPhoneNumber over the days that the vendor keeps."""
        from tencentcloud.sms.v20210111 import models

        request = models.PullSmsSendStatusByPhoneNumberRequest()
        request.BeginTime = int((now() - dt.timedelta(days=DAYS_KEPT)).timestamp())
        request.EndTime = int(now().timestamp()) + 1
        request.Offset = 0
        request.Limit = RECORDS_WANTED
        request.PhoneNumber = _international(sms.phone)
        request.SmsSdkAppId = self._settings.tencent_app_id
        try:
            records = self._call("PullSmsSendStatusByPhoneNumber", request).PullSmsSendStatusSet
        except _Failed as failure:
            raise NoClearAnswer(failure.answer.code) from None
        if records is None:
            raise NoClearAnswer("NoRecordSet")
        for record in records:
            if record.SessionContext == sms.out_id:
                return Answer(outcome="accepted", code="Ok", vendor_id=record.SerialNo or None)
        if len(records) >= RECORDS_WANTED:
            raise NoClearAnswer("TooManyRecords")
        return None

    def _call(self, action: str, request: Any) -> Any:
        """The SDK's answer, or _Failed without any trace of what was sent."""
        from tencentcloud.common.exception import TencentCloudSDKException

        try:
            return getattr(self._client, action)(request)
        except TencentCloudSDKException as error:
            failure = _Failed(_answer_of(error))
        raise failure from None


class _Failed(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.code)
        self.answer = answer


def _client(settings: TencentSettings) -> Any:
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
    from tencentcloud.common.retry import NoopRetryer
    from tencentcloud.sms.v20210111.sms_client import SmsClient

    # At DEBUG the SDK writes every request, phone number included, into its log.
    logging.getLogger("tencentcloud_sdk_common").setLevel(logging.WARNING)
    address = urlsplit(settings.tencent_endpoint)
    if address.scheme not in {"http", "https"} or not address.netloc:
        raise Misconfigured("TENCENT_ENDPOINT: expected an address such as https://host:port")
    http = HttpProfile(protocol=address.scheme, endpoint=address.netloc, reqTimeout=TIMEOUT_SECONDS)
    profile = ClientProfile(
        signMethod="TC3-HMAC-SHA256", httpProfile=http, language="en-US", retryer=NoopRetryer()
    )
    account = Credential(settings.tencent_secret_id, settings.tencent_secret_key)
    return SmsClient(account, settings.tencent_region, profile)


def _international(phone: str) -> str:
    return phone if phone.startswith("+") else COUNTRY_PREFIX + phone


def _answer_of(error: Any) -> Answer:
    """The class of an exception of the SDK: of the vendor's making, or of the network's."""
    code = str(error.get_code())
    if error.get_request_id():
        return answer(class_of(code), vendor="tencent", code=code)
    if _never_connected(error.__context__):
        return Answer(outcome="retryable", code="NotConnected")
    # A time-out, a broken connection, an answer that is none: it may have been sent.
    return Answer(outcome="unknown", code=code)


def _never_connected(cause: BaseException | None) -> bool:
    """Whether the connection was never made, so that nothing can have been sent."""
    if not isinstance(cause, requests.ConnectionError) or not cause.args:
        return False
    inner = cause.args[0]
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
