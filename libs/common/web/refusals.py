"""How a refusal reaches a person: a status, a sentence of cause, and one of cure."""

import dataclasses as dc
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import LazyString, gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, SecurityError

from libs.common.db import is_transient
from libs.common.errors import Refusal
from libs.common.logs import logger
from libs.common.storage import StorageUnavailable

log = logger(__name__)
_l = lazy_gettext


@dc.dataclass(frozen=True)
class Words:
    """The answer to one refusal code; `%(name)s` in the sentences stands for the params."""

    status: int
    cause: LazyString | str
    cure: LazyString | str


COMMON: dict[str, Words] = {
    "bad_request": Words(400, _l("请求的内容不完整或格式不对。"), _l("请返回上一页，刷新后再试。")),
    "form_expired": Words(
        400,
        _l("页面打开太久，已失效。"),
        _l("请返回上一页，刷新后再提交一次；已上传的内容都还在。"),
    ),
    "not_found": Words(404, _l("没有这个页面，或您不能查看它。"), _l("请从首页重新进入。")),
    "wrong_method": Words(405, _l("这个地址不能这样打开。"), _l("请从首页重新进入。")),
    "body_too_big": Words(
        413, _l("发送的内容太大，服务器没有接收。"), _l("请一次只上传一张图片，且不超过 20 MB。")
    ),
    "too_many": Words(429, _l("操作太频繁。"), _l("请稍等一分钟再试。")),
    "trouble": Words(
        500, _l("系统出了一个意外，刚才的操作没有完成。"), _l("请再试一次；已上传的内容都还在。")
    ),
    "busy": Words(
        503, _l("系统暂时繁忙，刚才的操作没有完成。"), _l("请过几秒再试；已上传的内容都还在。")
    ),
}
_BY_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "wrong_method",
    413: "body_too_big",
    429: "too_many",
}


def install(
    app: Flask,
    words: Mapping[str, Words],
    *,
    on_refusal: Callable[[Refusal], None] | None = None,
) -> None:
    """Answer Refusals, HTTP errors and trouble with a page, or with JSON where a script asks.

    `on_refusal` records a Refusal (R25) in a transaction of its own: the deed's was rolled back.
    """
    known = COMMON | dict(words)
    app.extensions["refusals"] = known

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        log.info("refused", code=refusal.code, route=_route())
        if on_refusal is not None:
            _record(on_refusal, refusal)
        return answer(refusal.code, refusal.params)

    @app.errorhandler(CSRFError)
    def expired(_: CSRFError) -> Response:
        return answer("form_expired")

    app.register_error_handler(HTTPException, _http)

    @app.errorhandler(StorageUnavailable)
    def storage_down(error: StorageUnavailable) -> Response:
        log.error("storage did not answer", error=str(error))
        return answer("busy")

    @app.errorhandler(Exception)
    def trouble(error: Exception) -> Response:
        log.error("request failed", route=_route(), exc_info=error)
        if isinstance(error, DBAPIError) and is_transient(error):
            return answer("busy")
        return answer("trouble")


def _http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:  # noqa: PLR2004 - a redirect
        return make_response(error.get_response())
    if isinstance(error, SecurityError):
        # Under a stranger's name no address can be written, so there is no page to draw.
        return Response("This name is not served here.\n", 400, content_type="text/plain")
    code = _BY_STATUS.get(error.code or 500)
    if code is None:
        code = "trouble" if (error.code or 500) >= 500 else "bad_request"  # noqa: PLR2004
    return answer(code, status=error.code)


def _route() -> str:
    """The rule, not the path: a path may hold a secret, as the vendors' door does."""
    return request.url_rule.rule if request.url_rule else "unknown"


def _record(on_refusal: Callable[[Refusal], None], refusal: Refusal) -> None:
    """A refusal stays what it is when it cannot be recorded."""
    try:
        on_refusal(refusal)
    except SQLAlchemyError as error:
        log.warning("a refusal was not recorded", code=refusal.code, error=type(error).__name__)


def sentences(app: Flask, code: str, params: Mapping[str, object]) -> tuple[str, str]:
    """Cause and cure of a code in the request's language."""
    words: Words = app.extensions["refusals"][code]
    return str(words.cause) % params, str(words.cure) % params


def answer(
    code: str, params: Mapping[str, object] | None = None, *, status: int | None = None
) -> Response:
    """The page or JSON of a refusal. JSON: `{code, cause, cure}`."""
    from flask import current_app as app

    words: Words = app.extensions["refusals"][code]
    cause, cure = sentences(app, code, params or {})
    body: Any
    if wants_json():
        body = jsonify(code=code, cause=cause, cure=cure)
    else:
        body = render_template(
            "refusal.html", code=code, cause=cause, cure=cure, title=gettext("未能完成")
        )
    return make_response(body, status or words.status)


def wants_json() -> bool:
    """Whether the request comes from a script of ours or another system, not from a form."""
    return request.accept_mimetypes.best == "application/json" or request.is_json
