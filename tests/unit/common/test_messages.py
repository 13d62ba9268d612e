"""The contracts: their golden JSON, and what is said of a message that is none."""

import dataclasses as dc
import datetime as dt
import json
import typing
import uuid
from pathlib import Path

import pytest

from libs.common import messages as m
from libs.common.envelopes import body_of, dump, load
from libs.common.errors import BadMessage
from libs.common.routes import QUEUES, ROUTES

GOLDEN = Path(__file__).parent / "golden"
AT = dt.datetime(2023, 2, 16, 15, 59, 59, 123456, dt.UTC)


def envelope_of(name: str) -> dict[str, object]:
    return typing.cast("dict[str, object]", json.loads((GOLDEN / f"{name}.json").read_text()))


@pytest.mark.parametrize("name", sorted(m.MESSAGES))
def test_the_json_of_a_contract_never_changes_within_a_version(name: str) -> None:
    golden = envelope_of(name)

    envelope, message = load(golden)

    assert dump(dc.replace(envelope, body=body_of(message))) == golden


@pytest.mark.parametrize("name", sorted(m.MESSAGES))
def test_a_golden_json_fills_every_field(name: str) -> None:
    body = envelope_of(name)["body"]

    assert set(body) == {f.name for f in dc.fields(m.MESSAGES[name])}  # type: ignore[call-overload, arg-type]
    assert not [k for k, v in body.items() if v == []], "show an item of every list"  # type: ignore[attr-defined]


def test_every_message_has_a_hearer_or_goes_back_to_its_producer() -> None:
    assert set(m.MESSAGES.values()) - set(ROUTES) == {m.Receipt, m.Crashed}
    assert {q for queues in ROUTES.values() for q in queues} == set(QUEUES)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"type": "Nonsense"}, "unknown type 'Nonsense'"),
        ({"v": 99}, "CheckImage of version 99, known is 1"),
        ({"body": {}}, "image_id: missing"),
        ({"id": "no id"}, "not an envelope: id: uuid_parsing"),
        ({"at": None}, "not an envelope: at: datetime_type"),
    ],
)
def test_what_is_no_message_is_refused_with_a_sentence(
    change: dict[str, object], sentence: str
) -> None:
    raw = envelope_of("CheckImage") | change

    with pytest.raises(BadMessage, match=sentence.replace(".", r"\.")):
        load(raw)


def test_a_field_that_no_contract_has_is_refused() -> None:
    raw = envelope_of("DeadlineTick")
    raw["body"] = {"now": "2023-02-16T15:59:59Z", "more": 1}

    with pytest.raises(BadMessage, match="more: unexpected"):
        load(raw)


@pytest.mark.parametrize("raw", [None, 3, "text", [], {}, {"type": "CheckImage"}])
def test_json_that_is_no_envelope_is_refused(raw: object) -> None:
    with pytest.raises(BadMessage, match="not an envelope"):
        load(raw)


def test_the_sentence_never_repeats_the_values() -> None:
    raw = envelope_of("CheckImage")
    raw["body"] = raw["body"] | {"size_bytes": "marker value"}  # type: ignore[operator]

    with pytest.raises(BadMessage) as refused:
        load(raw)

    assert "marker" not in str(refused.value)


def test_times_are_aware_utc() -> None:
    _, tick = load(envelope_of("DeadlineTick"))

    assert isinstance(tick, m.DeadlineTick)
    assert tick.now == AT
    assert tick.now.utcoffset() == dt.timedelta(0)


def test_ids_are_uuids() -> None:
    envelope, _ = load(envelope_of("CheckImage"))

    assert isinstance(envelope.id, uuid.UUID)
