"""Tencent Cloud SMS, API 2021-01-11, as far as a sender can tell it from the real one.

Signature: TC3-HMAC-SHA256 (cloud.tencent.com/document/api/382/52072); error codes and the shape
of answers: cloud.tencent.com/document/api/382/55981 and 382/52070; callback: 382/43547.
"""

import datetime as dt
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import Headers

from examples.sms_gateway.phones import Phones, TextMessage
from examples.sms_gateway.receipts import beijing

VERSION = "2021-01-11"
CLOCK_LEEWAY_SECONDS = 600
MAX_NUMBERS = 200
MAX_RECORDS = 100
DAYS_KEPT = 7
NUMBER = re.compile(r"\+861[3-9]\d{9}")
AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<id>[^/]+)/(?P<date>[\d-]+)/(?P<service>\w+)/tc3_request, "
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), Signature=(?P<signature>[0-9a-f]{64})"
)

NUMBER_ERRORS: dict[str, tuple[str, str]] = {
    "bad_number": ("InvalidParameterValue.IncorrectPhoneNumber", "incorrect phone number"),
    "blacklisted": ("FailedOperation.PhoneNumberInBlacklist", "the number is on the blacklist"),
    "template_parked": (
        "FailedOperation.TemplateUnapprovedOrNotExist",
        "template is not approved or does not exist",
    ),
    "number_limit": (
        "LimitExceeded.PhoneNumberOneHourLimit",
        "the number has reached the limit of one hour",
    ),
    "balance_gone": (
        "FailedOperation.InsufficientBalanceInSmsPackage",
        "insufficient balance in SMS package",
    ),
    "internal_timeout": ("InternalError.Timeout", "request timeout"),
    "unknown_code": ("FailedOperation.SomethingNew", "a code that no table knows yet"),
}
"""Errors that stand beside the number, in an answer with status 200."""


class Fault(Exception):
    """The whole request is refused with a code of the vendor's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def check_signature(
    headers: Headers, body: bytes, *, accounts: Mapping[str, str], now: dt.datetime
) -> None:
    """Raise the vendor's Fault unless the request is signed by one of the accounts."""
    match = AUTHORIZATION.fullmatch(headers.get("Authorization", ""))
    if match is None:
        raise Fault("AuthFailure.SignatureFailure", "the Authorization header is malformed")
    timestamp = headers.get("X-TC-Timestamp", "")
    if not timestamp.isdigit() or abs(now.timestamp() - int(timestamp)) > CLOCK_LEEWAY_SECONDS:
        raise Fault("AuthFailure.SignatureExpire", "the signature has expired")
    key = accounts.get(match["id"])
    if key is None:
        raise Fault("AuthFailure.SecretIdNotFound", "the SecretId is not found")
    date = dt.datetime.fromtimestamp(int(timestamp), dt.UTC).strftime("%Y-%m-%d")
    signed = match["headers"].split(";")
    complete = {"content-type", "host"} <= set(signed)
    if not complete or match["date"] != date or match["service"] != "sms":
        raise Fault("AuthFailure.SignatureFailure", "the credential scope does not match")
    lines = "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in signed)
    digest = hashlib.sha256(body).hexdigest()
    canonical = f"POST\n/\n\n{lines}\n{match['headers']}\n{digest}"
    scope = f"{date}/sms/tc3_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashed}"
    secret = _mac(_mac(_mac(f"TC3{key}".encode(), date), "sms"), "tc3_request")
    if not hmac.compare_digest(_mac(secret, text).hex(), match["signature"]):
        raise Fault("AuthFailure.SignatureFailure", "the signature does not match")


def check_version(headers: Headers) -> None:
    """Raise the vendor's Fault unless the call is for the one version that is spoken here."""
    if headers.get("X-TC-Version") != VERSION:
        raise Fault("NoSuchVersion", "the version is not known")


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def parse(body: bytes) -> dict[str, Any]:
    """The request's parameters. Raises Fault."""
    try:
        given = json.loads(body)
    except ValueError:
        raise Fault("InvalidParameter", "the body is no JSON") from None
    if not isinstance(given, dict):
        raise Fault("InvalidParameter", "the body is no JSON object")
    return given


def check_send(given: Mapping[str, Any], *, app_id: str) -> list[str]:
    """The numbers of a SendSms whose other parameters are in order. Raises Fault."""
    for name in ("PhoneNumberSet", "SmsSdkAppId", "TemplateId", "SignName"):
        if not given.get(name):
            raise Fault("MissingParameter", f"the parameter {name} is missing")
    if given["SmsSdkAppId"] != app_id:
        raise Fault("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId verify fail")
    numbers = given["PhoneNumberSet"]
    if not isinstance(numbers, list) or not all(isinstance(n, str) for n in numbers):
        raise Fault("InvalidParameter", "PhoneNumberSet is no list of strings")
    if len(numbers) > MAX_NUMBERS:
        raise Fault("LimitExceeded.PhoneNumberCountLimit", "more than 200 numbers")
    return numbers


def compose(
    given: Mapping[str, Any],
    number: str,
    *,
    sign: str,
    templates: Mapping[str, str],
    now: dt.datetime,
) -> TextMessage | tuple[str, str]:
    """The message for one number, or the code and words why there is none."""
    if not NUMBER.fullmatch(number):
        return NUMBER_ERRORS["bad_number"]
    if given["SignName"] != sign:
        return "FailedOperation.SignatureIncorrectOrUnapproved", "signature is not approved"
    text = templates.get(str(given["TemplateId"]))
    if text is None:
        return NUMBER_ERRORS["template_parked"]
    words = given.get("TemplateParamSet") or []
    places = {int(place) for place in re.findall(r"\{(\d+)\}", text)}
    if len(words) != len(places) or not all(isinstance(word, str) for word in words):
        return (
            "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
            "the parameters do not match the template",
        )
    return TextMessage(
        serial=f"2028:{uuid.uuid4().int % 10**22:022d}",
        phone=number,
        sign=sign,
        template=str(given["TemplateId"]),
        body=re.sub(r"\{(\d+)\}", lambda place: words[int(place[1]) - 1], text),
        out_id=str(given.get("SessionContext") or ""),
        accepted_at=now,
    )


def status_of(message: TextMessage) -> dict[str, Any]:
    """One accepted number in the answer to SendSms."""
    return {
        "SerialNo": message.serial,
        "PhoneNumber": message.phone,
        "Fee": message.parts,
        "SessionContext": message.out_id,
        "Code": "Ok",
        "Message": "send success",
        "IsoCode": "CN",
    }


def refusal_of(number: str, given: Mapping[str, Any], *, code: str, words: str) -> dict[str, Any]:
    """One refused number in the answer to SendSms."""
    return {
        "SerialNo": "",
        "PhoneNumber": number,
        "Fee": 0,
        "SessionContext": str(given.get("SessionContext") or ""),
        "Code": code,
        "Message": words,
        "IsoCode": "",
    }


def pull(given: Mapping[str, Any], phones: Phones, *, now: dt.datetime) -> list[dict[str, Any]]:
    """PullSmsSendStatusByPhoneNumber: the records of one number, newest first. Raises Fault."""
    begin, end, limit = (given.get(name) for name in ("BeginTime", "EndTime", "Limit"))
    oldest = now - dt.timedelta(days=DAYS_KEPT, minutes=1)
    if not isinstance(begin, int) or begin < oldest.timestamp():
        raise Fault("InvalidParameterValue.BeginTimeVerifyFail", "BeginTime verify fail")
    if end is not None and (not isinstance(end, int) or end < begin):
        raise Fault("InvalidParameterValue.EndTimeVerifyFail", "EndTime verify fail")
    if not isinstance(limit, int) or not 1 <= limit <= MAX_RECORDS:
        raise Fault("InvalidParameterValue.LimitVerifyFail", "Limit verify fail")
    last = now.timestamp() if end is None else end
    inbox = phones.inbox(str(given.get("PhoneNumber")))
    wanted = [m for m in inbox if begin <= int(m.accepted_at.timestamp()) <= last]
    return [_record(message) for message in wanted[:limit]]


def _record(message: TextMessage) -> dict[str, Any]:
    settled = message.settled_at
    return {
        "UserReceiveTime": int(settled.timestamp()) if settled else 0,
        "CountryCode": "86",
        "SubscriberNumber": message.phone.removeprefix("+86"),
        "PhoneNumber": message.phone,
        "SerialNo": message.serial,
        "ReportStatus": "FAIL" if message.status == "failed" else "SUCCESS",
        "Description": "UNDELIV" if message.status == "failed" else "DELIVRD",
        "SessionContext": message.out_id,
    }


def receipt_of(message: TextMessage) -> list[dict[str, Any]]:
    """The status callback for one settled message."""
    failed = message.status == "failed"
    return [
        {
            "user_receive_time": beijing(message.settled_at or message.accepted_at),
            "nationcode": "86",
            "mobile": message.phone.removeprefix("+86"),
            "report_status": "FAIL" if failed else "SUCCESS",
            "errmsg": "UNDELIV" if failed else "DELIVRD",
            "description": "用户短信发送失败" if failed else "用户短信送达成功",
            "sid": message.serial,
        }
    ]
