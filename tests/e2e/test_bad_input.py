"""Bad input at every door: it ends in a named refusal or in a sound image, and hurts nobody."""

import dataclasses as dc
import datetime as dt
import html
import json
import subprocess
import sys
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from examples.registration import launch
from examples.registration.settings import RegistrationSettings
from libs.common import broker, settings
from libs.common import messages as m
from libs.common.clock import now
from libs.common.envelopes import past_outbox
from libs.common.outbox import CRASHES_BEFORE_PARKING
from libs.common.signing import sign
from libs.stack.procfile import ROOT
from services.upload.refusals import REFUSALS
from services.upload.web.door import CANDIDATE, LAUNCHED
from tests import pictures
from tests.e2e.browser import Browser, activated, applications, person
from tests.e2e.exams import OPEN as EXAM
from tests.e2e.stack import Stack
from tests.hostile import CASES
from tests.hostile_case import ANY, DAMAGED, FIT, FOREIGN
from tests.serving import until

pytestmark = pytest.mark.slow

MADE_SOUND = {
    "a byte above the limit",
    "six hundred comments",
    "header not first",
    "six hundred texts",
    "text bomb",
    "broken list of pictures",
    "Adobe's segment cut short",
    "PNG with its pixels in two places",
    "text bomb in Unicode",
    "a hundred texts of a megabyte",
}
"""Their only fault lies in what is cut from every picture before it is stored (R7)."""
AT_THE_DOOR = {"not_a_picture", "no_picture"}
CHECKED_SECONDS = 90
JSON = {"Accept": "application/json"}


def test_each_hostile_file_is_refused_by_name_or_stored_and_judged_as_labelled(
    stack: Stack,
) -> None:
    (browser,) = activated(stack, [person(EXAM)])
    images_before = stack.pids()["images"]
    stored: dict[str, str] = {}
    refused: dict[str, str] = {}
    shrunk: dict[str, str] = {}
    for case in CASES:
        answer = browser.upload("B01", case.make())
        body = answer.json()
        if "shrink" in body:
            shrunk[case.name] = shrunk_end(browser, body["url"])
        elif answer.ok:
            stored[body["image"]] = case.name
            assert browser.delete(body["image"]).ok
        else:
            assert (answer.status_code, body["code"] in AT_THE_DOOR) == (422, True), case.name
            assert body["cause"]
            assert body["cure"]
            refused[case.name] = body["code"]

    ends = {case.name: case.end for case in CASES}
    assert {ends[name] for name in refused} <= {FOREIGN, "empty", DAMAGED}
    assert shrunk == {"HEIC": DAMAGED}
    until(lambda: len(ends_of(stack, browser)) == len(stored), seconds=CHECKED_SECONDS, what="ends")
    for image, end in ends_of(stack, browser).items():
        name = stored[image]
        expected = {FIT} if name in MADE_SOUND else {ends[name]}
        assert end in ({FIT, DAMAGED} if expected == {ANY} else expected), name
    assert stack.pids()["images"] == images_before
    crashes = "SELECT coalesce(max(crashes), 0) FROM outbox WHERE type = 'CheckImage'"
    assert stack.count("upload", crashes) == 0


def shrunk_end(browser: Browser, url: str) -> str:
    """What the shrink door says of a file; it is dismissed."""

    def said() -> dict[str, Any]:
        found: dict[str, Any] = browser.http.get(browser.url + url, headers=JSON, timeout=30).json()
        return found

    until(lambda: said()["state"] != "pending", seconds=CHECKED_SECONDS, what="shrunk")
    found = said()
    assert (found["state"], bool(found["cause"]), bool(found["cure"])) == ("refused", True, True)
    assert browser.post(found["dismiss"], as_json=True).ok
    return DAMAGED if "损坏" in found["cause"] else str(found["cause"])


def test_a_form_without_scripts_is_told_what_is_wrong_with_a_file(stack: Stack) -> None:
    (browser,) = activated(stack, [person(EXAM)])
    browser.get("/materials")
    for case in CASES:
        if case.end not in (FOREIGN, "empty") or case.name == "HEIC":
            continue

        answer = browser.upload("B01", case.make(), as_json=False)

        said = browser.upload("B01", case.make()).json()
        assert (answer.status_code, said["code"]) == (422, "not_a_picture"), case.name
        assert answer.headers["Content-Type"].startswith("text/html")
        assert said["cause"] in html.unescape(answer.text)
        assert said["cure"] in html.unescape(answer.text)


@pytest.mark.parametrize(
    "given",
    [
        {"data": {"key": "no uuid"}},
        {"data": {"key": str(uuid.uuid4()), "request": "no uuid"}},
        {"data": {}},
        {"data": {"key": str(uuid.uuid4()), "request": str(uuid.uuid4())}},
    ],
)
def test_an_upload_of_another_shape_is_refused(stack: Stack, given: dict[str, Any]) -> None:
    (browser,) = activated(stack, [person(EXAM)])
    file = {"picture": ("a.jpg", pictures.jpeg(pictures.paper(480, 360)), "image/jpeg")}

    for material in ("A01", "ZZ9", "A" * 300):
        answer = browser.post(f"/materials/{material}/images", as_json=True, files=file, **given)

        assert answer.status_code in (400, 404, 409), answer.text
        assert answer.json()["code"] in {*REFUSALS, "bad_request", "not_found"}


def test_a_form_without_its_token_and_a_stranger_change_nothing(stack: Stack) -> None:
    (browser,) = activated(stack, [person(EXAM)])
    picture = pictures.jpeg(pictures.paper(480, 360))
    browser._csrf = "forged"
    forged = browser.upload("A01", picture)
    stranger = Browser(stack, browser.who).upload("A01", picture)

    assert (forged.status_code, forged.json()["code"]) == (400, "form_expired")
    assert stranger.status_code == 401
    assert ends_of(stack, browser, every=True) == {}


def test_a_body_beyond_the_limit_is_refused_in_words(stack: Stack) -> None:
    (browser,) = activated(stack, [person(EXAM)])

    answer = browser.upload("A01", bytes(22 * 1024 * 1024))

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_big")


# --- launch tokens ------------------------------------------------------------------------------


def registration_settings(stack: Stack) -> RegistrationSettings:
    return settings.load(RegistrationSettings, stack.environ("registration"))


def token(stack: Stack, number: str, *, ago: dt.timedelta = dt.timedelta(0)) -> str:
    return launch.token(
        registration_settings(stack), registration_number=number, exam=EXAM, now=now() - ago
    )


def forged(stack: Stack, number: str, **changed: Any) -> str:
    """A token that only differs in what is named; `key`, `headers` and `algorithm` too."""
    issued = int(now().timestamp())
    claims = {
        "iss": "registration",
        "aud": "shencai",
        "sub": number,
        "exam": EXAM,
        "jti": uuid.uuid4().hex,
        "iat": issued,
        "exp": issued + 60,
    }
    key = changed.pop("key", launch.private_key(registration_settings(stack)))
    headers = {"typ": "shencai-launch+jwt", "kid": "launch-1"} | changed.pop("headers", {})
    algorithm = changed.pop("algorithm", "EdDSA")
    kept = {k: v for k, v in (claims | changed).items() if v is not None}
    return jwt.encode(kept, key, algorithm=algorithm, headers=headers)


FORGERIES: dict[str, Callable[[Stack, str], str]] = {
    "nothing": lambda _, __: "",
    "words": lambda _, __: "样例",
    "three dots": lambda _, __: "..",
    "another key": lambda s, n: forged(s, n, key=Ed25519PrivateKey.generate()),
    "no algorithm": lambda s, n: forged(s, n, key=None, algorithm="none"),
    "a shared secret": lambda s, n: forged(s, n, key="k" * 64, algorithm="HS256"),
    "an unknown key id": lambda s, n: forged(s, n, headers={"kid": "launch-2"}),
    "another type": lambda s, n: forged(s, n, headers={"typ": "JWT"}),
    "another issuer": lambda s, n: forged(s, n, iss="somebody"),
    "another audience": lambda s, n: forged(s, n, aud="elsewhere"),
    "two audiences": lambda s, n: forged(s, n, aud=["shencai", "elsewhere"]),
    "no nonce": lambda s, n: forged(s, n, jti=None),
    "no end": lambda s, n: forged(s, n, exp=None),
    "an hour's life": lambda s, n: forged(s, n, exp=int(now().timestamp()) + 3600),
    "from tomorrow": lambda s, n: forged(
        s, n, iat=int(now().timestamp()) + 86_400, exp=int(now().timestamp()) + 86_460
    ),
    "a list as number": lambda s, n: forged(s, n, sub=[n]),
    "a cut signature": lambda s, n: token(s, n)[:-4],
    "changed claims": lambda s, n: ".".join(
        a if at != 1 else b
        for at, (a, b) in enumerate(
            zip(token(s, n).split("."), forged(s, "SAMPLE-other").split("."), strict=True)
        )
    ),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forged_launch_token_lets_nobody_in(stack: Stack, kind: str) -> None:
    who = person(EXAM)
    stack.register([who])
    browser = Browser(stack, who)

    answer = browser.post(
        "/launch", data={"token": FORGERIES[kind](stack, who.registration_number)}, as_json=True
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "launch_invalid")
    assert not {LAUNCHED, CANDIDATE} & set(browser.http.cookies.keys())


def test_an_expired_and_an_unknown_launch_are_refused_in_words(stack: Stack) -> None:
    who = person(EXAM)
    stack.register([who])
    browser = Browser(stack, who)

    old = browser.post(
        "/launch",
        data={"token": token(stack, who.registration_number, ago=dt.timedelta(minutes=3))},
    )
    unknown = browser.post("/launch", data={"token": token(stack, "SAMPLE-nobody")}, as_json=True)

    assert (old.status_code, "已过期" in old.text) == (403, True)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "launch_unknown")


def test_of_fifty_who_bring_the_same_token_at_once_exactly_one_lands(stack: Stack) -> None:
    who = person(EXAM)
    stack.register([who])
    one = token(stack, who.registration_number)

    def land(_: int) -> int:
        answer = requests.post(
            stack.url("upload-web") + "/launch",
            data={"token": one},
            allow_redirects=False,
            timeout=30,
        )
        return answer.status_code

    with ThreadPoolExecutor(10) as pool:
        answers = sorted(pool.map(land, range(50)))

    assert answers == [303] + [403] * 49


# --- the registration system's door -------------------------------------------------------------


def hand_in(stack: Stack, body: bytes, **headers: str) -> requests.Response:
    """Post signed bytes; `headers` replace the right ones."""
    known = registration_settings(stack)
    signed = sign(
        "POST",
        "/api/registrations",
        body,
        key_id=known.registration_api_key_id,
        key=known.registration_api_key,
        now=now(),
    )
    return requests.post(
        stack.url("upload-web") + "/api/registrations",
        data=body,
        headers={"Content-Type": "application/json", **signed, **headers},
        timeout=30,
    )


NO_ROSTERS = [
    b"",
    b"null",
    b"[]",
    b'"registrations"',
    b"{",
    b'{"registrations": null}',
    b'{"registrations": {}}',
    b'{"registrations": 3}',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"registrations": [' + b"9" * 5000 + b"]}",
    json.dumps({"registrations": [{}] * 1001}).encode(),
]


@pytest.mark.parametrize("body", NO_ROSTERS, ids=range(len(NO_ROSTERS)))
def test_json_that_is_no_roster_is_refused_with_words(stack: Stack, body: bytes) -> None:
    answer = hand_in(stack, body)

    if answer.ok:  # a list of rows, each of them refused by itself
        assert answer.json()["accepted"] == 0
    else:
        assert (answer.status_code, answer.json()["code"]) == (400, "api_body")


def test_rows_of_the_wrong_shape_are_named_and_the_right_one_is_kept(stack: Stack) -> None:
    good = person(EXAM)
    right = good.as_sent()
    wrong: list[Any] = [
        None,
        3,
        [],
        {},
        right | {"registration_number": "A" * 3},
        right | {"id_number": "12000019980504000Y"},
        right | {"phone": "\x00"},
        right | {"facts": {"level": "emperor"}},
        right | {"facts": []},
        right | {"exam": "no-such-exam"},
        right | {"site": "no-such-site"},
        right | {"surprise": True},
        right | {"name": "样例" * 500},
    ]
    rows = [
        row | {"registration_number": f"SAMPLE-W{at:04d}"}
        if isinstance(row, dict) and len(str(row.get("registration_number", ""))) > 3
        else row
        for at, row in enumerate(wrong)
    ]

    answer = hand_in(stack, json.dumps({"registrations": [*rows, right]}).encode())

    report = answer.json()
    assert (answer.status_code, report["accepted"], len(report["refused"])) == (200, 1, len(wrong))
    assert all(entry["reason"] for entry in report["refused"])
    assert good.id_number not in answer.text
    assert len(applications(stack, [good])) == 1


def test_an_unsigned_an_altered_and_a_replayed_feed_are_refused(stack: Stack) -> None:
    body = json.dumps({"registrations": [person(EXAM).as_sent()]}).encode()
    replayed = {"X-Shencai-Nonce": "n" * 24}

    first = hand_in(stack, body)
    again = requests.post(
        first.request.url or "", data=body, headers=dict(first.request.headers), timeout=30
    )
    altered = requests.post(
        first.request.url or "", data=body + b" ", headers=dict(first.request.headers), timeout=30
    )

    assert (first.status_code, first.json()["accepted"]) == (200, 1)
    assert (again.status_code, again.json()["code"]) == (409, "api_replayed")
    assert (altered.status_code, altered.json()["code"]) == (401, "api_unsigned")
    assert hand_in(stack, body, **replayed).json()["code"] == "api_unsigned"


# --- queues -------------------------------------------------------------------------------------


def test_messages_of_unknown_type_and_version_are_parked_and_shown(stack: Stack) -> None:
    ping = past_outbox(m.Ping())
    strange = [
        dc.replace(ping, id=m.MessageId(uuid.uuid4()), type="Horoscope"),
        dc.replace(ping, id=m.MessageId(uuid.uuid4()), type="CaseAdvanced", v=99),
        dc.replace(ping, id=m.MessageId(uuid.uuid4()), type="CaseAdvanced", body={"x": 1}),
    ]
    queues = ("upload", "review", "notify")
    app = broker.sender(stack.environ("deadlines")["BROKER_URL"])
    broker.send(app, [(queue, envelope) for queue in queues for envelope in strange])
    app.close()

    look = "SELECT count(*) FROM parked WHERE id = ANY(:ids)"
    ids = [envelope.id for envelope in strange]
    for queue in queues:
        until(lambda q=queue: stack.count(q, look, ids=ids) == 3, seconds=20, what=queue)  # type: ignore[misc]

    shown = shencai(stack, "parked", "list")
    assert shown.count("unknown type 'Horoscope'") == 3
    assert shown.count("CaseAdvanced of version 99, known is 1") == 3
    assert shown.count("CaseAdvanced of the wrong shape") == 3
    for each in ids:
        shencai(stack, "parked", "dismiss", str(each))


def test_a_command_that_no_worker_knows_is_parked_by_its_producer(stack: Stack) -> None:
    ((command,),) = stack.rows(
        "upload",
        "INSERT INTO outbox (type, v, queue, trace, body)"
        " VALUES ('PaintImage', 1, 'images', 't', '{}') RETURNING id",
    )

    until(
        lambda: stack.count("upload", "SELECT count(*) FROM parked WHERE id = :i", i=command) == 1,
        seconds=40,
        what="the parked command",
    )

    shown = shencai(stack, "parked", "list")
    assert f"failed in its worker {CRASHES_BEFORE_PARKING} times: unknown type" in shown
    shencai(stack, "parked", "dismiss", str(command))


def test_garbage_in_every_queue_stops_no_worker_for_long(stack: Stack) -> None:
    with stack.valkey.client() as client:
        for queue in ("upload", "review", "notify", "images", "sms", "codes"):
            client.rpush(queue, b"\xff garbage", b"{}", b"[]", b"null")
    (browser,) = activated(stack, [person(EXAM)])

    assert browser.upload("A01", pictures.jpeg(pictures.paper(480, 360))).ok

    until(lambda: list(ends_of(stack, browser).values()) == [FIT], seconds=60, what="findings")
    stack.settle(seconds=60)


def shencai(stack: Stack, *words: str) -> str:
    """What the command line says."""
    environ = {
        "PATH": stack.environ("images")["PATH"],
        "DATA_DIR": str(stack.place.data_dir),
        "PORT_BASE": str(stack.place.port_base),
    }
    done = subprocess.run(
        [sys.executable, "-m", "ops.cli", *words],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ends_of(stack: Stack, browser: Browser, *, every: bool = False) -> dict[str, str]:
    """Image → where its check ended; those still checked only when `every`."""
    rows = stack.rows(
        "upload",
        "SELECT i.id, i.check_state, i.findings FROM image i JOIN registration USING"
        " (application_id) WHERE number = :number",
        number=browser.who.registration_number,
    )
    found = {}
    for row in rows:
        refusals = [f["code"] for f in row.findings if f["severity"] == "refuse"]
        if row.check_state != "pending" or every:
            found[str(row.id)] = refusals[0] if refusals else FIT
    return found
