"""Nothing personal in clear outside the pages of those whom it concerns (R26, N8).

One invented candidate with unmistakable values walks through the house; then everything that
holds words is laid bare and searched for them: queues, tables, logs, metrics, keys of objects.
"""

import base64
import binascii
import dataclasses as dc
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
import redis
import requests

from tests import pictures
from tests.e2e.browser import PASSWORD, Browser, applications, person
from tests.e2e.exams import NEEDED
from tests.e2e.exams import OPEN as EXAM
from tests.e2e.stack import Stack
from tests.e2e.test_house_faults import damaged, requests_of
from tests.serving import until

pytestmark = pytest.mark.slow

NAME, UNIT, UNIT_PHONE = "样例·独孤标记", "样例标记医院", "022-98765401"
WRONG_PASSWORD = "hers-but-wrong-标记"
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")


@dc.dataclass(frozen=True)
class Walk:
    """What was typed in or registered, and must be found nowhere."""

    secrets: tuple[str, ...]
    code: str
    addresses: tuple[str, ...]
    """What her browser asked for or was offered."""
    queued: str
    """All of Valkey while nobody ate, and again when all was over."""


@pytest.fixture(scope="module")
def walk(stack: Stack) -> Walk:
    """Activation, five pictures of which one is damaged, submission, the request, sign-ins."""
    who = person(EXAM, name=NAME, unit=UNIT, unit_phone=UNIT_PHONE)
    browser = Browser(stack, who)
    stack.enlist([who])
    browser.launch()
    browser.activate()
    code = browser.code()
    workers = [n for n in stack.pids() if not n.endswith("-relay") and n not in stack.place_names]
    stack.halt(*workers)
    browser.upload(NEEDED[0], damaged())
    for material in NEEDED[1:]:
        browser.upload(material, pictures.jpeg(pictures.paper(800, 600)))
    assert browser.submit().status_code == 200
    browser.post("/sign-out")
    for password in (WRONG_PASSWORD, PASSWORD):
        browser.post("/sign-in", data={"name": who.id_number, "password": password})
    until(lambda: "ApplicationSubmitted" in queues(stack), seconds=10, what="the submission")
    queued = queues(stack)
    stack.resume(*workers)
    application_id = applications(stack, [who])[who.registration_number]
    until(lambda: len(requests_of(stack, application_id)) == 1, seconds=90, what="the request")
    stack.settle()
    secrets = (NAME, NAME[3:], who.id_number, who.phone, UNIT, UNIT_PHONE, PASSWORD, WRONG_PASSWORD)
    return Walk(secrets, code, addresses=tuple(browser.addresses), queued=queued + queues(stack))


def test_the_search_itself_finds_what_is_packed_and_escaped() -> None:
    packed = base64.b64encode(json.dumps({"name": NAME}).encode()).decode()

    assert NAME in laid_bare(json.dumps({"body": packed}))
    assert NAME in laid_bare(json.dumps(json.dumps({"name": NAME})))


def test_nothing_personal_stands_in_valkey(walk: Walk) -> None:
    assert "ApplicationSubmitted" in walk.queued
    assert found(walk, walk.queued) == []
    assert f'"{walk.code}"' not in walk.queued


@pytest.mark.parametrize("service", ["upload", "review", "notify"])
def test_nothing_personal_stands_in_clear_in_any_table(
    stack: Stack, walk: Walk, service: str
) -> None:
    tables = stack.rows(service, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {"outbox", "inbox", "audit"} <= {row.tablename for row in tables}
    for row in tables:
        lines = stack.rows(service, f'SELECT t::text AS line FROM "{row.tablename}" t')  # noqa: S608
        words = laid_bare("\n".join(line.line for line in lines))

        assert found(walk, words) == [], f"{service}.{row.tablename}"
        assert f'"{walk.code}"' not in words


def test_nothing_personal_stands_in_any_log(stack: Stack, walk: Walk) -> None:
    logs = {p.name: p.read_text("utf-8", "replace") for p in stack.place.logs.iterdir()}

    assert '"event": "request answered"' in logs["upload-web.log"]
    assert [name for name, words in logs.items() if found(walk, laid_bare(words))] == []


def test_nothing_personal_stands_in_an_address(walk: Walk) -> None:
    bare = laid_bare("\n".join(map(unquote, walk.addresses)))

    assert "/materials" in bare
    assert found(walk, bare) == []
    assert f"={walk.code}" not in bare


def test_nothing_personal_stands_in_metrics_or_keys(stack: Stack, walk: Walk) -> None:
    metrics = [
        requests.get(f"{stack.url(name)}/metrics", timeout=60).text
        for name in ("upload-web", "notify-web")
    ]
    store = stack.s3.client()
    keys = [
        entry["Key"]
        for bucket in ("originals", "renditions")
        for entry in store.list_objects_v2(Bucket=bucket)["Contents"]
    ]

    assert all("http_requests_total" in words for words in metrics)
    assert len(keys) > len(NEEDED)
    assert found(walk, "\n".join((*metrics, *keys))) == []


def test_one_trace_leads_from_her_request_to_the_text_message(stack: Stack, walk: Walk) -> None:
    assert walk.code
    asked = [e for e in events(stack, "upload-web") if e.get("route") == "/activation/code"]
    sent = [e for e in events(stack, "codes") if e.get("type") == "SendCode"]

    assert asked
    assert {e["trace"] for e in asked} <= {e["trace"] for e in sent}
    assert {e["trace"] for e in asked} <= {e.get("trace") for e in events(stack, "notify-codes")}


def events(stack: Stack, process: str) -> Iterator[dict[str, Any]]:
    """The lines of a process's log that are JSON."""
    for line in stack.log(process).splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def found(walk: Walk, words: str) -> list[str]:
    return [secret for secret in walk.secrets if secret in words]


def queues(stack: Stack) -> str:
    """Every key of Valkey with what it holds, laid bare."""
    url = stack.valkey.url
    with redis.Redis.from_url(url, decode_responses=True, encoding_errors="replace") as client:
        return laid_bare("\n".join(f"{key} {_value(client, key)}" for key in client.scan_iter()))


def _value(client: Any, key: str) -> object:
    match client.type(key):
        case "list":
            return client.lrange(key, 0, -1)
        case "hash":
            return client.hgetall(key)
        case "zset":
            return client.zrange(key, 0, -1)
        case "set":
            return client.smembers(key)
        case _:
            return client.get(key)


def laid_bare(words: str) -> str:
    """The words, and besides them what is packed in base64 or escaped."""
    parts = [words]
    for packed in _BASE64.findall(words):
        try:
            parts.append(base64.b64decode(packed + "=" * (-len(packed) % 4)).decode())
        except (binascii.Error, UnicodeDecodeError):
            continue
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), "\n".join(parts))
