"""Two engines behind one protocol: either reads papers, and the first that works is taken."""

import functools
import io
import re
import socket

import pytest
from PIL import Image

from libs.common.errors import Misconfigured
from tests.unit.reader.papers import CARD, NUMBERS, PAPERS
from workers.reader import choice, probe, rapid
from workers.reader.rapid import Rapid
from workers.reader.read import Read, read


@functools.cache
def engine() -> Rapid:
    return Rapid()


@functools.cache
def reading(name: str) -> Read:
    return read((PAPERS / f"{name}.jpg").read_bytes(), (engine(),))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (CARD, "id_front"),
        ("A01-2-clear", "id_back"),
        ("B01-1-clear", "diploma"),
        ("C01-1-clear", "probation"),
        ("D01-1-clear", "qualification"),
    ],
)
def test_the_second_engine_knows_papers_by_their_words(name: str, kind: str) -> None:
    found = reading(name)

    assert (found.reading.kind, found.findings) == (kind, ())


@pytest.mark.parametrize("name", NUMBERS)
def test_the_second_engine_reads_the_id_number(name: str) -> None:
    assert NUMBERS[name] in reading(name).reading.id_numbers


def test_the_second_engine_reads_names_and_the_end_of_validity() -> None:
    assert "样例·林清" in reading(CARD).reading.names
    assert reading("A01-2-clear").reading.dates == ["2040-06-15"]


def test_the_second_engine_says_its_name_and_version() -> None:
    assert re.fullmatch(r"2023\.\d+\+rapidocr-3\.[\d.]+-small", reading(CARD).reader)


def test_colours_of_a_palette_are_read_as_colours() -> None:
    out = io.BytesIO()
    with Image.open(PAPERS / f"{CARD}.jpg") as image:
        image.quantize(32).save(out, "PNG")

    assert any(NUMBERS[CARD] in line.text for line in engine().read(out.getvalue()))


def test_an_empty_page_has_no_lines() -> None:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(out, "JPEG")

    assert engine().read(out.getvalue()) == []


def test_the_second_engine_asks_the_network_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("an engine asked the network")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)

    assert any(probe.NUMBER in line.text for line in Rapid().read(probe.drawn()))


def test_another_model_than_the_measured_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rapid, "MODELS", {"Det.model_path": ("PP-OCRv6_det_small.onnx", "0" * 64)})

    with pytest.raises(Misconfigured, match="is not the model that was measured"):
        Rapid()


@pytest.mark.parametrize("name", choice.ENGINES)
def test_both_engines_work_here(name: str) -> None:
    assert choice.is_working(name)


def test_an_engine_that_ends_badly_does_not_work() -> None:
    assert not choice.is_working("no such engine")


def test_the_second_engine_reads_where_the_first_does_not_work() -> None:
    names = ("paddle", "rapidocr")

    assert choice.chosen(names, works=lambda _: True) == "paddle"
    assert choice.chosen(names, works=lambda name: name != "paddle") == "rapidocr"


def test_where_no_engine_works_the_worker_does_not_start() -> None:
    with pytest.raises(Misconfigured, match="none of paddle, rapidocr reads its probe"):
        choice.chosen(("paddle", "rapidocr"), works=lambda _: False)


@pytest.mark.parametrize("names", [(), ("paddle", "tesseract")])
def test_an_unknown_engine_is_named_at_the_start(names: tuple[str, ...]) -> None:
    with pytest.raises(Misconfigured, match="READER_ENGINES"):
        choice.known(names)
