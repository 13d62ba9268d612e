"""The vendors' doors: Tencent's and Aliyun's at `/`, told apart as they are, and a signed one."""

import uuid
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from examples.sms_gateway import aliyun, tencent
from examples.sms_gateway.calls import Calls, play
from examples.sms_gateway.exchange import NOT_EVEN_READ, UNSPOKEN, Exchange, Reply
from examples.sms_gateway.settings import GatewaySettings
from examples.sms_gateway.signed_door import SignedDoor
from examples.sms_gateway.tencent_door import TencentDoor
from libs.common.clock import now

RETRY_AFTER_MILLISECONDS = "1000"


def add(
    app: Flask,
    settings: GatewaySettings,
    templates: dict[str, str],
    exchange: Exchange,
    calls: Calls,
) -> None:
    """All doors."""
    by_tencent = TencentDoor(settings, templates, exchange)
    accounts = {settings.tencent_secret_id: settings.tencent_secret_key}
    keys = {settings.aliyun_access_key_id: settings.aliyun_access_key_secret}
    SignedDoor(settings, templates, exchange, calls).add(app)

    @app.post("/")
    def vendor_api() -> AnyResponse:
        if "x-acs-action" in request.headers:
            return _aliyun(settings, templates, exchange, calls, keys)
        action, body, signed = request.headers.get("X-TC-Action", ""), request.get_data(), False
        try:
            tencent.check_signature(request.headers, body, accounts=accounts, now=now())
            signed = True
            tencent.check_version(request.headers)
            reply = by_tencent.call(action, tencent.parse(body))
        except tencent.Fault as fault:
            calls.note(action, signed=signed, code=fault.code)
            return _answer({"Error": {"Code": fault.code, "Message": fault.message}})
        calls.note(action, signed=signed, code=reply if isinstance(reply, str) else "answered")
        hang = settings.sms_gateway_hang_seconds
        return play(reply, hang_seconds=hang) or _answer(reply)


def _aliyun(
    settings: GatewaySettings,
    templates: dict[str, str],
    exchange: Exchange,
    calls: Calls,
    keys: dict[str, str],
) -> AnyResponse:
    action, query = request.headers["x-acs-action"], request.args.to_dict()
    signed = False
    try:
        aliyun.check_signature(request.headers, query, request.get_data(), accounts=keys, now=now())
        signed = True
        reply = _call_aliyun(settings, templates, exchange, action, query)
    except aliyun.Fault as fault:
        calls.note(action, signed=signed, code=fault.code, vendor="aliyun")
        answer = jsonify(Code=fault.code, Message=fault.message, RequestId=str(uuid.uuid4()))
        answer.status_code = fault.status
        if fault.code.startswith("Throttling"):
            answer.headers["x-acs-retry-after"] = RETRY_AFTER_MILLISECONDS
        return answer
    code = reply if isinstance(reply, str) else "answered"
    calls.note(action, signed=signed, code=code, vendor="aliyun")
    played = play(reply, hang_seconds=settings.sms_gateway_hang_seconds)
    return played or jsonify({**_fields(reply), "RequestId": str(uuid.uuid4())})


def _call_aliyun(
    settings: GatewaySettings,
    templates: dict[str, str],
    exchange: Exchange,
    action: str,
    query: dict[str, str],
) -> Reply:
    if action == "QuerySendDetails":
        return aliyun.records(query, exchange.phones)
    if action != "SendSms":
        raise aliyun.Fault("InvalidAction.NotFound", "Specified api is not found.", status=404)
    sign = settings.aliyun_sign_name
    message = aliyun.compose(query, sign=sign, templates=templates, now=now())
    step = exchange.step("aliyun", query.get("PhoneNumbers", ""))
    if step.answer == "throttled":
        raise aliyun.Fault("Throttling.User", "Request was denied due to user flow control.")
    if step.answer in NOT_EVEN_READ:
        return UNSPOKEN[step.answer]
    taken = exchange.take(
        message, step, errors=aliyun.ERRORS, receipt=aliyun.receipt_of, vendor="aliyun"
    )
    if step.answer in UNSPOKEN:
        return UNSPOKEN[step.answer]
    if isinstance(taken, tuple):
        return {"Code": taken[0], "Message": taken[1]}
    return {"Code": "OK", "Message": "OK", "BizId": taken.serial}


def _fields(reply: Reply) -> dict[str, Any]:
    return reply if isinstance(reply, dict) else {}


def _answer(body: Reply) -> Response:
    return jsonify({"Response": {**_fields(body), "RequestId": str(uuid.uuid4())}})
