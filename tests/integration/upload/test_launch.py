"""The launch token: forged, replayed, expired, foreign; fifty at once (R1)."""

import base64
import datetime as dt
import json
import threading
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from libs.common.clock import now
from libs.common.errors import Misconfigured, Refusal
from services.upload.operations.launch import Admitted, admit_launch, read_launch_keys
from services.upload.settings import EntrySettings
from tests.integration.upload.room import EXAM, Room

KEY = Ed25519PrivateKey.generate()
FOREIGN = Ed25519PrivateKey.generate()


def settings(entry: str | None = None) -> EntrySettings:
    raw = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return EntrySettings(
        launch_keys=(entry or f"launch-1:{base64.b64encode(raw).decode()}",),
        launch_issuer="registration",
        launch_audience="shencai",
        registration_api_keys=(),
        upload_url="http://127.0.0.1:1",
        registration_url="http://127.0.0.1/",
    )


def token(
    number: str,
    *,
    key: Any = KEY,
    algorithm: str = "EdDSA",
    typ: str = "shencai-launch+jwt",
    kid: str = "launch-1",
    without: str = "",
    **claims: Any,
) -> str:
    second = int(now().timestamp())
    good = {
        "iss": "registration",
        "aud": "shencai",
        "sub": number,
        "exam": EXAM,
        "jti": base64.b16encode(now().isoformat().encode()).decode(),
        "iat": second,
        "exp": second + 120,
    }
    said = {n: v for n, v in (good | claims).items() if n != without}
    return jwt.encode(said, key, algorithm=algorithm, headers={"typ": typ, "kid": kid})


@pytest.fixture
def number(room: Room) -> str:
    return room.held(room.candidate()).registration.number


def admit(room: Room, text: str, *, at: dt.datetime | None = None) -> Admitted:
    keys = read_launch_keys(settings())
    with room.database.transaction() as session:
        return admit_launch(session, text, keys=keys, now=at or now())


def test_a_good_token_brings_its_candidate(room: Room, number: str) -> None:
    admitted = admit(room, token(number))

    assert admitted.masked_name == "样**甲"


def test_a_token_is_used_up(room: Room, number: str) -> None:
    text = token(number)
    admit(room, text)

    with pytest.raises(Refusal, match="launch_replayed"):
        admit(room, text)


def test_of_fifty_at_once_exactly_one_lands(room: Room, number: str) -> None:
    text = token(number)
    barrier = threading.Barrier(50)
    seen: list[str] = []

    def land() -> None:
        barrier.wait()
        try:
            admit(room, text)
            seen.append("landed")
        except Refusal as refusal:
            seen.append(refusal.code)

    threads = [threading.Thread(target=land) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(seen) == sorted(["landed", *["launch_replayed"] * 49])


def unsigned(number: str) -> str:
    head, body, _ = token(number).split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    packed = base64.urlsafe_b64encode(json.dumps(header | {"alg": "none"}).encode())
    return f"{packed.decode().rstrip('=')}.{body}."


def altered(text: str) -> str:
    head, body, signature = text.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    packed = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "TJ-00002"}).encode())
    return f"{head}.{packed.decode().rstrip('=')}.{signature}"


SECRET = "0123456789" * 4
WRONG: dict[str, Callable[[str], str]] = {
    "another key": lambda n: token(n, key=FOREIGN),
    "unknown kid": lambda n: token(n, kid="launch-2"),
    "no algorithm": unsigned,
    "symmetric": lambda n: token(n, key=SECRET, algorithm="HS256"),
    "wrong type": lambda n: token(n, typ="JWT"),
    "wrong issuer": lambda n: token(n, iss="somebody"),
    "wrong audience": lambda n: token(n, aud="elsewhere"),
    "audiences": lambda n: token(n, aud=["shencai", "elsewhere"]),
    "too long a life": lambda n: token(n, exp=int(now().timestamp()) + 121),
    "life backwards": lambda n: token(n, exp=int(now().timestamp()) - 1),
    "from the future": lambda n: token(
        n, iat=int(now().timestamp()) + 40, exp=int(now().timestamp()) + 100
    ),
    "not yet": lambda n: token(n, nbf=int(now().timestamp()) + 40),
    "a number for a name": lambda n: token(n, exam=5),
    "a claim for a time": lambda n: token(n, iat=True),
    "an empty nonce": lambda n: token(n, jti=""),
    "a long nonce": lambda n: token(n, jti="x" * 101),
    "altered": lambda n: altered(token(n)),
    "cut off": lambda n: token(n)[:-10],
    "no token": lambda _: "hello",
    "nothing": lambda _: "",
    "huge": lambda _: "x" * 5000,
    **{
        f"without {c}": (lambda n, c=c: token(n, without=c))  # type: ignore[misc]
        for c in ("iss", "aud", "sub", "exam", "jti", "iat", "exp")
    },
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_a_wrong_token_is_refused(room: Room, number: str, make: Callable[[str], str]) -> None:
    with pytest.raises(Refusal, match="launch_invalid"):
        admit(room, make(number))

    assert room.rows("SELECT 1 FROM launch_token") == []


def test_an_expired_token_is_said_to_be_so(room: Room, number: str) -> None:
    text = token(number)
    admit(room, token(number), at=now() + dt.timedelta(seconds=148))

    with pytest.raises(Refusal, match="launch_expired"):
        admit(room, text, at=now() + dt.timedelta(seconds=151))


@pytest.mark.parametrize("claims", [{"sub": "TJ-99999"}, {"exam": "another"}])
def test_whom_nobody_registered_is_told_so(room: Room, number: str, claims: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="launch_unknown"):
        admit(room, token(number, **claims))


@pytest.mark.parametrize("entry", ["launch-1", "launch-1:AAAA", "launch-1:*"])
def test_a_wrong_key_stops_the_start(entry: str) -> None:
    with pytest.raises(Misconfigured, match="LAUNCH_KEYS"):
        read_launch_keys(settings(entry))
