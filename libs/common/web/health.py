"""/livez, /readyz and /metrics of a web process."""

import time

from flask import Flask, Response, current_app, g, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.registry import REGISTRY
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from libs.common.db import Database
from libs.common.logs import logger
from libs.common.metrics import MULTIPROCESS, OutboxCollector

log = logger(__name__)

UNLOGGED = {"livez", "readyz", "metrics", "asset"}
"""Asked so often that a line of each would hide the rest."""

REQUESTS = Counter("http_requests", "Requests answered", ["service", "route", "method", "status"])
SECONDS = Histogram(
    "http_request_seconds",
    "Time from the headers to the answer",
    ["service", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10),
)


def install(app: Flask, database: Database | None) -> None:
    """Serve the three, and measure and log every request by its route, never by its path."""
    app.add_url_rule("/livez", "livez", lambda: "ok\n")
    app.add_url_rule("/readyz", "readyz", lambda: _ready(database))
    app.extensions["collectors"] = [OutboxCollector(database)] if database else []
    app.add_url_rule("/metrics", "metrics", _metrics)
    app.before_request(_start)
    app.after_request(_measure)


def _ready(database: Database | None) -> tuple[Response, int]:
    """Ready while the database answers and is migrated; a broker that is down is no reason."""
    if database is None:
        return jsonify(ready=True), 200
    try:
        with database.transaction() as session:
            session.execute(text("SELECT 1 FROM outbox LIMIT 1"))
    except SQLAlchemyError as error:
        return jsonify(ready=False, database=type(error).__name__), 503
    return jsonify(ready=True), 200


def _metrics() -> Response:
    """The processes' counters, and what the app's own collectors read when asked."""
    registry = REGISTRY
    if MULTIPROCESS:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    read_now = CollectorRegistry()
    for collector in current_app.extensions["collectors"]:
        read_now.register(collector)
    parts = generate_latest(registry) + generate_latest(read_now)
    return Response(parts, content_type="text/plain; version=0.0.4; charset=utf-8")


def _start() -> None:
    g.started = time.perf_counter()


def _measure(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "unknown"
    REQUESTS.labels(current_app.name, route, request.method, response.status_code).inc()
    # A form without its token is refused before the clock is started.
    seconds = time.perf_counter() - g.started if "started" in g else 0.0
    if seconds:
        SECONDS.labels(current_app.name, route).observe(seconds)
    if request.endpoint not in UNLOGGED:
        log.info(
            "request answered",
            route=route,
            method=request.method,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
        )
    return response
