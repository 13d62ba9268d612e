"""English is complete: no empty, no doubtful, no forgotten and no left-over text."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
SHARED = ROOT / "libs" / "common" / "web"
ROOMS = (
    *(ROOT / "services" / service for service in ("upload", "review", "notify")),
    ROOT / "ops" / "console",
)
TYPED = re.compile(r"李\*清|反光遮挡|转")
"""Samples of what is typed in Chinese into the English page, too."""
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def english(folder: Path) -> Catalog:
    path = folder / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as stream:
        return read_po(stream, locale="en")


def said(folder: Path) -> set[str]:
    found = extract_from_dir(folder, method_map=METHODS, keywords=KEYWORDS)
    return {ids if isinstance(ids, str) else ids[0] for _, _, ids, _, _ in found} - {""}


def id_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def words_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_text_of_the_pages_has_its_english_and_no_english_is_left_over(room: Path) -> None:
    known = {id_of(message) for message in english(room) if message.id}
    shared = {id_of(message) for message in english(SHARED) if message.id}

    assert said(room) - known - shared == set(), "run pybabel and translate these"
    assert known - said(room) == set(), "delete these"
    assert said(SHARED) - shared == set()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_each_english_text_is_sure_and_names_the_same_in_no_chinese(room: Path) -> None:
    for message in english(room):
        if message.id:
            assert not message.fuzzy, message.id
            assert all(words_of(message)), message.id
        for words in words_of(message) if message.id else ():
            named = PLACEHOLDER.findall(id_of(message))
            assert sorted(PLACEHOLDER.findall(words)) == sorted(named), message.id
            assert not re.search(r"[\u4e00-\u9fff]", TYPED.sub("", words)), words
