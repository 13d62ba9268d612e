"""How a refusal reaches a person: a status, a sentence of cause, and one of cure."""

import dataclasses as dc
from collections.abc import Callable, Mapping
from typing import cast
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import LazyString, gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, SecurityError

from libs.common.db import is_transient
from libs.common.errors import Refusal
from libs.common.logs import logger
from libs.common.storage import StorageUnavailable
from libs.common.web import told as tellings
from libs.common.web.told import Told

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
    "form_faults": Words(422, _l("有内容没有填对。"), _l("请按每一项的提示改正，然后再提交。")),
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
SYSTEMS_PATH = "/api/"
"""Behind it speak other systems, which read no pages."""
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
    app.extensions["on_refusal"] = on_refusal

    @app.get("/refused", endpoint="refused")
    def page_of_a_refused_form() -> Response:
        """What was refused; a reload shows it again."""
        shown = tellings.still_here()
        if shown is None:
            return cast("Response", redirect("/", code=303))
        return _page(shown.code, shown.params, status=shown.status, came_from=shown.came_from)

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        _note(refusal)
        return answer(refusal.code, refusal.params)

    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StorageUnavailable, _storage_down)
    app.register_error_handler(Exception, _trouble)


def _expired(_: CSRFError) -> Response:
    return answer("form_expired")


def _storage_down(error: StorageUnavailable) -> Response:
    log.error("storage did not answer", error=str(error))
    return answer("busy")


def _trouble(error: Exception) -> Response:
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


def send_back(
    to: str,
    faults: Mapping[str, str],
    *,
    typed: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
) -> Response:
    """Lead back to the page of the form, which says what was wrong; a script is told at once.

    `faults` are by field, or by the id of a place on the page. A refusal is recorded.
    """
    if refusal is not None:
        _note(refusal)
    code, params = (refusal.code, refusal.params) if refusal else ("form_faults", {})
    words: Words = current_app.extensions["refusals"][code]
    if wants_json():
        cause, cure = sentences(current_app, code, params)
        said = jsonify(code=code, cause=cause, cure=cure, faults=dict(faults))
        return make_response(said, words.status)
    told = Told(faults=faults, typed=typed or {}, code=code, params=params, status=words.status)
    tellings.keep(urlsplit(to).path, told)
    return cast("Response", redirect(to, code=303))


def _note(refusal: Refusal) -> None:
    """Log and record it; it stays what it is when it cannot be recorded."""
    log.info("refused", code=refusal.code, route=_route())
    on_refusal: Callable[[Refusal], None] | None = current_app.extensions["on_refusal"]
    if on_refusal is None:
        return
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
    """The page or JSON of a refusal. JSON: `{code, cause, cure}`.

    A form's refusal gets its page by a redirect; one that sending again may cure (5xx) does not.
    """
    words: Words = current_app.extensions["refusals"][code]
    status = status or words.status
    params = params or {}
    if wants_json():
        cause, cure = sentences(current_app, code, params)
        return make_response(jsonify(code=code, cause=cause, cure=cure), status)
    if request.method == "POST" and status < 500 and tellings.can_keep():  # noqa: PLR2004
        told = Told(code=code, params=params, status=status, came_from=came_from())
        try:
            tellings.keep(url_for("refused"), told)
        except SQLAlchemyError:
            return _page(code, params, status=status)
        return cast("Response", redirect(url_for("refused"), code=303))
    return _page(code, params, status=status)


def _page(
    code: str, params: Mapping[str, object], *, status: int, came_from: str | None = None
) -> Response:
    cause, cure = sentences(current_app, code, params)
    body = render_template(
        "refusal.html",
        code=code,
        cause=cause,
        cure=cure,
        came_from=came_from,
        title=gettext("未能完成"),
    )
    return make_response(body, status)


def came_from() -> str | None:
    """The page of ours on which the form stood, if the browser says so."""
    try:
        came = urlsplit(request.referrer or "")
    except ValueError:  # brackets that hold no network address
        return None
    adapter = current_app.url_map.bind("")
    if came.netloc != request.host or not adapter.test(came.path, "GET"):
        return None
    return f"{came.path}?{came.query}" if came.query else came.path


def wants_json() -> bool:
    """Whether the request comes from a script of ours or another system, not from a form."""
    asked = request.accept_mimetypes.best == "application/json" or request.is_json
    return asked or request.path.startswith(SYSTEMS_PATH)
