"""The simulated gateway's web side: the vendor's door, the phones' pages, the test controls."""

import datetime as dt
import ipaddress
import json
import re
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from examples.pages import language, remember_language
from examples.sms_gateway import doors
from examples.sms_gateway.calls import Calls
from examples.sms_gateway.exchange import Exchange
from examples.sms_gateway.phones import Phones, TextMessage
from examples.sms_gateway.script import Script, Stage
from examples.sms_gateway.settings import GatewaySettings
from examples.sms_gateway.words import WORDS
from libs.common.clock import now
from libs.common.web import security

MAX_BODY_BYTES = 256 * 1024
PHONES_SHOWN = 50
ZONE = ZoneInfo("Asia/Shanghai")
MAINLAND = re.compile(r"1[3-9]\d{9}")


def create_app(settings: GatewaySettings) -> Flask:
    """The gateway with empty phones."""
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, TRUSTED_HOSTS=list(settings.trusted_hosts))
    security.install(app)
    remember_language(app)
    templates = json.loads(settings.sms_gateway_templates.read_text(encoding="utf-8"))
    phones, stage, calls = Phones(), Stage(), Calls()
    exchange = Exchange(settings, phones=phones, stage=stage)
    doors.add(app, settings, templates, exchange, calls)
    _add_pages(app, phones)
    _add_controls(app, phones, stage, calls)
    return app


def _add_pages(app: Flask, phones: Phones) -> None:
    app.add_template_filter(_spaced, "spaced")
    app.add_template_filter(_local, "local")
    app.add_template_filter(_with_code, "with_code")

    @app.context_processor
    def words() -> dict[str, object]:
        return {"w": WORDS[language()], "html_lang": language()}

    @app.get("/")
    def front() -> AnyResponse | str | tuple[str, int]:
        given = request.args.get("number")
        if given is None:
            return render_template("front.html", newest=phones.newest(PHONES_SHOWN), given="")
        digits = re.sub(r"[\s-]", "", given)
        number = re.sub(r"^(\+|00)?86(?=1)", "", digits)
        if MAINLAND.fullmatch(number):
            return redirect(url_for("thread", number=number))
        page = render_template(
            "front.html", newest=phones.newest(PHONES_SHOWN), given=given[:40], wrong=True
        )
        return page, 400

    @app.get("/phone/<number>")
    def thread(number: str) -> str:
        if not MAINLAND.fullmatch(number):
            abort(404)
        inbox = phones.inbox(f"+86{number}")
        return render_template("thread.html", number=number, inbox=inbox)

    @app.errorhandler(SecurityError)
    def foreign_host(error: SecurityError) -> AnyResponse:
        """Without a trusted host there are no addresses that a page could name."""
        return error.get_response()

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[str, int]:
        return render_template("missing.html", words=error.name), error.code or 500


def _add_controls(app: Flask, phones: Phones, stage: Stage, calls: Calls) -> None:
    @app.get("/inbox/<phone>.json")
    def inbox(phone: str) -> Response:
        _only_this_machine()
        number = phone if phone.startswith("+") else f"+86{phone}"
        return jsonify([_as_json(message) for message in phones.inbox(number)])

    @app.get("/control/calls")
    def list_calls() -> Response:
        _only_this_machine()
        return jsonify(calls.seen)

    @app.put("/control/script")
    def set_script() -> tuple[Response, int]:
        _only_this_machine()
        try:
            stage.set(Script.model_validate(request.get_json()))
        except ValidationError as error:
            return jsonify(error.errors(include_url=False, include_context=False)), 400
        return jsonify({"ok": True}), 200

    @app.delete("/control")
    def clear() -> Response:
        _only_this_machine()
        stage.set(Script())
        phones.clear()
        calls.seen.clear()
        return jsonify({"ok": True})

    @app.get("/livez")
    def livez() -> Response:
        return jsonify({"ok": True})


def _only_this_machine() -> None:
    """The controls and the inboxes as data are for the tests; elsewhere they do not exist."""
    if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104
        abort(404)


def _as_json(message: TextMessage) -> dict[str, object]:
    return {
        "serial": message.serial,
        "phone": message.phone,
        "sign": message.sign,
        "template": message.template,
        "text": message.text,
        "parts": message.parts,
        "out_id": message.out_id,
        "accepted_at": message.accepted_at.isoformat(),
        "status": message.status,
    }


def _spaced(number: str) -> str:
    """138 0000 0000, as phones show it."""
    digits = number.removeprefix("+86")
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}"


def _local(instant: dt.datetime) -> str:
    local = instant.astimezone(ZONE)
    today = now().astimezone(ZONE).date()
    return local.strftime("%H:%M:%S" if local.date() == today else "%m-%d %H:%M:%S")


def _with_code(text: str) -> Markup:
    """The text with a one-time code set out, as phones do."""
    return Markup(re.sub(r"(?<!\d)(\d{6})(?!\d)", r"<strong>\1</strong>", str(escape(text))))  # noqa: S704
