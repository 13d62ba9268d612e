"""Every refusal is raised somewhere, with all that its sentences name, and told in both tongues."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from libs.common.web.refusals import COMMON, Words
from services.notify.refusals import REFUSALS as NOTIFY
from services.review.refusals import REFUSALS as REVIEW
from services.upload.refusals import REFUSALS as UPLOAD
from tests.house.source import ROOT

ROOMS: Mapping[str, Mapping[str, Words]] = {"upload": UPLOAD, "review": REVIEW, "notify": NOTIFY}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SHOWS_CHINESE = {"reason_initials", "site_phone"}
"""Their English names Chinese characters that may be typed."""


def calls(room: str) -> Iterator[tuple[str, set[str], str]]:
    """Code, names of the parameters, and place of every `Refusal("…", …)` that a room can raise."""
    for folder in (ROOT / "services" / room, ROOT / "libs" / "common"):
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal":
                    names = {keyword.arg or "*" for keyword in node.keywords}
                    for code in codes(node.args[0]):
                        yield code, names, f"{path.relative_to(ROOT)}:{node.lineno}"


def codes(argument: ast.expr) -> list[str]:
    """The constants that an argument may be: one, or those of a choice."""
    return [
        str(node.value)
        for node in ast.walk(argument)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def named(room: str) -> set[str]:
    """Every string constant of the room but those of its table of words."""
    found = set()
    for path in (ROOT / "services" / room).rglob("*.py"):
        if path.name != "refusals.py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


def english(folder: Path) -> dict[str, str]:
    with (folder / "translations/en/LC_MESSAGES/messages.po").open("rb") as stream:
        return {str(each.id): str(each.string) for each in read_po(stream, locale="en")}


def sentences(words: Words) -> tuple[str, str]:
    """Cause and cure as they stand in the source: outside a request that is the Chinese."""
    return tuple(  # type: ignore[return-value]
        each if isinstance(each, str) else str(each._args[0]) for each in (words.cause, words.cure)
    )


@pytest.mark.parametrize("room", ROOMS)
def test_every_code_that_is_raised_has_words(room: str) -> None:
    for code, _, place in calls(room):
        if place.startswith(f"services/{room}"):
            assert code in ROOMS[room] or code in COMMON, f"{place}: give {code} its words"


@pytest.mark.parametrize("room", ROOMS)
def test_every_code_that_has_words_can_happen(room: str) -> None:
    unused = set(ROOMS[room]) - {code for code, _, _ in calls(room)} - named(room)

    assert unused == set(), "delete the words of what nobody raises"


@pytest.mark.parametrize("room", ROOMS)
def test_whoever_raises_gives_what_the_sentences_name(room: str) -> None:
    for code, given, place in calls(room):
        words = ROOMS[room].get(code)
        if words is None or "*" in given:
            continue
        wanted = {name for said in sentences(words) for name in PLACEHOLDER.findall(said)}
        assert wanted <= given, f"{place}: {code} names {sorted(wanted - given)}"


@pytest.mark.parametrize("room", ROOMS)
def test_cause_and_cure_are_there_in_both_languages(room: str) -> None:
    known = english(ROOT / "services" / room)
    for code, words in ROOMS[room].items():
        for said in sentences(words):
            if PLACEHOLDER.sub("", said):
                assert CHINESE.search(said), f"{code}: {said}"
                assert said in known, f"{code}: put {said} into English"
                assert known[said], f"{code}: put {said} into English"
                if code not in SHOWS_CHINESE:
                    assert not CHINESE.search(known[said]), f"{code}: {known[said]}"


def test_the_words_that_all_rooms_share_are_there_in_both_languages() -> None:
    known = english(ROOT / "libs" / "common" / "web")
    for code, words in COMMON.items():
        for said in sentences(words):
            assert said in known, f"{code}: put {said} into English"
            assert not CHINESE.search(known[said]), f"{code}: {known[said]}"
