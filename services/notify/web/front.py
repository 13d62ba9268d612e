"""Notify's pages, and the door at which vendors leave their receipts."""

import hmac

from flask import Blueprint, Response, abort, jsonify, render_template, request

from libs.common.clock import now
from libs.common.db import Database
from libs.common.fields import FieldCipher
from services.notify import words
from services.notify.domain.receipts import ANSWERS
from services.notify.operations.close import store_receipt
from services.notify.queries.counts import count_deliveries

MAX_RECEIPTS_BYTES = 256 * 1024
"""Vendors push at most some hundred receipts at once; one has about 300 bytes."""


def pages(database: Database, *, cipher: FieldCipher, receipts_token: str) -> Blueprint:
    """All routes of notify."""
    routes = Blueprint("notify", __name__)

    @routes.get("/")
    def front() -> str:
        with database.transaction() as session:
            counts = count_deliveries(session)
        return render_template("front.html", counts=counts, words=words)

    @routes.post("/sms/receipts/<vendor>/<token>")
    def receive(vendor: str, token: str) -> Response:
        if vendor not in ANSWERS or not hmac.compare_digest(
            token.encode(), receipts_token.encode()
        ):
            abort(404)
        request.max_content_length = MAX_RECEIPTS_BYTES
        body = request.get_data()
        with database.transaction() as session:
            store_receipt(session, vendor=vendor, body=body, cipher=cipher, now=now())
        return jsonify(ANSWERS[vendor])

    return routes
