"""Aliyun SMS, Dysmsapi 2017-05-25, as far as a sender can tell it from the real one.

Signature: ACS3-HMAC-SHA256 (help.aliyun.com 2804550); codes: 101346; receipts: 101867; records:
QuerySendDetails 102352. Refusals of business come with status 200, as the vendor's do.
"""

import datetime as dt
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from werkzeug.datastructures import Headers

from examples.sms_gateway.phones import Phones, TextMessage
from examples.sms_gateway.receipts import beijing

VERSION = "2017-05-25"
CLOCK_LEEWAY_SECONDS = 900
MAX_PAGE = 50
TEMPLATE_PREFIX = "SMS_"
NUMBER = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
AUTHORIZATION = re.compile(
    r"ACS3-HMAC-SHA256 Credential=(?P<id>[^,]+),SignedHeaders=(?P<headers>[a-z0-9;-]+),"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)

ERRORS: dict[str, tuple[str, str]] = {
    "bad_number": ("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误"),
    "blacklisted": ("isv.MOBILE_NUMBER_ILLEGAL", "手机号码在黑名单中"),
    "template_parked": ("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板"),
    "number_limit": ("isv.BUSINESS_LIMIT_CONTROL", "触发小时级流控Permits:5"),
    "balance_gone": ("isv.AMOUNT_NOT_ENOUGH", "账户余额不足"),
    "internal_timeout": ("isp.SYSTEM_ERROR", "系统错误"),
    "unknown_code": ("isv.SOMETHING_NEW", "a code that no table knows yet"),
}


class Fault(Exception):
    """The whole request is refused at the gateway, with a status of its own."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message, status


def check_signature(
    headers: Headers,
    query: Mapping[str, str],
    body: bytes,
    *,
    accounts: Mapping[str, str],
    now: dt.datetime,
) -> None:
    """Raise the vendor's Fault unless the request is signed by one of the accounts."""
    match = AUTHORIZATION.fullmatch(headers.get("Authorization", ""))
    if match is None:
        raise Fault("IncompleteSignature", "the Authorization header is malformed")
    key = accounts.get(match["id"])
    if key is None:
        raise Fault("InvalidAccessKeyId.NotFound", "Specified access key is not found.", status=404)
    signed_at = _instant(headers.get("x-acs-date", ""))
    if signed_at is None or abs((now - signed_at).total_seconds()) > CLOCK_LEEWAY_SECONDS:
        raise Fault("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
    digest = hashlib.sha256(body).hexdigest()
    names = match["headers"].split(";")
    needed = {"host", "x-acs-action", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
    if not needed <= set(names) or headers.get("x-acs-content-sha256") != digest:
        raise Fault("SignatureDoesNotMatch", "what must be signed is not")
    pairs = "&".join(f"{_pct(k)}={_pct(v)}" for k, v in sorted(query.items()))
    lines = "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in names)
    canonical = f"POST\n/\n{pairs}\n{lines}\n{match['headers']}\n{digest}"
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    expected = hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, match["signature"]):
        raise Fault("SignatureDoesNotMatch", "Specified signature is not matched.")


def compose(
    query: Mapping[str, str], *, sign: str, templates: Mapping[str, str], now: dt.datetime
) -> TextMessage | tuple[str, str]:
    """The message of a SendSms, or the code and words why there is none."""
    number = NUMBER.fullmatch(query.get("PhoneNumbers", ""))
    if number is None:
        return ERRORS["bad_number"]
    if query.get("SignName") != sign:
        return "isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名"
    text = templates.get(query.get("TemplateCode", "").removeprefix(TEMPLATE_PREFIX))
    if text is None:
        return ERRORS["template_parked"]
    try:
        words = list(json.loads(query.get("TemplateParam") or "{}").values())
    except (ValueError, AttributeError):
        return "isv.INVALID_JSON_PARAM", "参数格式错误"
    places = {int(place) for place in re.findall(r"\{(\d+)\}", text)}
    if len(words) < len(places) or not all(isinstance(word, str) for word in words):
        return "isv.TEMPLATE_MISSING_PARAMETERS", "模板变量缺少对应参数值"
    return TextMessage(
        serial=f"{uuid.uuid4().int % 10**18:018d}^0",
        phone=f"+86{number[1]}",
        sign=sign,
        template=query["TemplateCode"],
        body=re.sub(r"\{(\d+)\}", lambda place: words[int(place[1]) - 1], text),
        out_id=query.get("OutId", ""),
        accepted_at=now,
    )


def records(query: Mapping[str, str], phones: Phones) -> dict[str, Any]:
    """QuerySendDetails: one number's messages of one day of Beijing's, newest first."""
    number = NUMBER.fullmatch(query.get("PhoneNumber", ""))
    if number is None or not re.fullmatch(r"\d{8}", query.get("SendDate", "")):
        return {"Code": "isv.INVALID_PARAMETERS", "Message": "参数异常"}
    size, page = int(query.get("PageSize", "10")), int(query.get("CurrentPage", "1"))
    if not 1 <= size <= MAX_PAGE:
        return {"Code": "isv.INVALID_PARAMETERS", "Message": "参数异常"}
    day = query["SendDate"]
    that_day = [
        message
        for message in phones.inbox(f"+86{number[1]}")
        if beijing(message.accepted_at).replace("-", "").startswith(day)
    ]
    shown = that_day[(page - 1) * size : page * size]
    return {
        "Code": "OK",
        "Message": "OK",
        "TotalCount": str(len(that_day)),
        "SmsSendDetailDTOs": {"SmsSendDetailDTO": [_record(message) for message in shown]},
    }


def receipt_of(message: TextMessage) -> list[dict[str, Any]]:
    """The pushed report of one settled message."""
    failed = message.status == "failed"
    return [
        {
            "phone_number": message.phone.removeprefix("+86"),
            "send_time": beijing(message.accepted_at),
            "report_time": beijing(message.settled_at or message.accepted_at),
            "success": not failed,
            "err_code": "MK:0010" if failed else "DELIVERED",
            "err_msg": "关机" if failed else "用户接收成功",
            "sms_size": str(message.parts),
            "biz_id": message.serial,
            "out_id": message.out_id,
        }
    ]


def _record(message: TextMessage) -> dict[str, Any]:
    status = {"on_its_way": 1, "failed": 2, "delivered": 3}[message.status]
    return {
        "PhoneNum": message.phone.removeprefix("+86"),
        "SendStatus": status,
        "ErrCode": "MK:0010" if message.status == "failed" else "DELIVERED",
        "TemplateCode": message.template,
        "Content": message.text,
        "SendDate": beijing(message.accepted_at),
        "ReceiveDate": beijing(message.settled_at or message.accepted_at),
        "OutId": message.out_id,
    }


def _pct(text: str) -> str:
    return quote(text, safe="~")


def _instant(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
