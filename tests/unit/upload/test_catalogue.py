"""English is complete: no empty, no doubtful, no forgotten and no left-over text."""

import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
UPLOAD = ROOT / "services" / "upload"
SHARED = ROOT / "libs" / "common" / "web"
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


def test_every_text_of_the_pages_has_its_english_and_no_english_is_left_over() -> None:
    known = {id_of(message) for message in english(UPLOAD) if message.id}
    shared = {id_of(message) for message in english(SHARED) if message.id}

    assert said(UPLOAD) - known == set(), "run pybabel and translate these"
    assert known - said(UPLOAD) == set(), "delete these"
    assert said(SHARED) - shared == set()


def test_no_english_text_is_empty_or_doubtful() -> None:
    for message in english(UPLOAD):
        if message.id:
            assert not message.fuzzy, message.id
            assert all(words_of(message)), message.id


def test_placeholders_are_the_same_in_both_languages() -> None:
    for message in english(UPLOAD):
        if message.id:
            for words in words_of(message):
                assert sorted(PLACEHOLDER.findall(words)) == sorted(
                    PLACEHOLDER.findall(id_of(message))
                ), message.id


def test_english_texts_hold_no_chinese() -> None:
    for message in english(UPLOAD):
        for words in words_of(message) if message.id else ():
            assert not re.search(r"[\u4e00-\u9fff]", words), words
