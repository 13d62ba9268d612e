"""Scripts stay small and our own, and are handed no word that they do not say."""

import re

from tests.house.source import ROOT

MOST_CODE_LINES = 1200
FOLDERS = ("services/upload/static/js", "libs/common/web/static/common/js")
_NO_CODE = re.compile(r"\s*(//.*)?")
_IMPORTED = re.compile(r"""(?:from|import)\s*\(?\s*['"]([^'"]+)['"]""")


def scripts() -> dict[str, str]:
    """Path → text of every script that a candidate's page can load."""
    paths = (path for folder in FOLDERS for path in (ROOT / folder).glob("*.js"))
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def test_the_candidates_scripts_have_at_most_1200_lines_of_code() -> None:
    lines = [line for text in scripts().values() for line in text.splitlines()]

    count = sum(1 for line in lines if not _NO_CODE.fullmatch(line))

    assert count <= MOST_CODE_LINES, f"{count}: make something simpler before adding more"


def test_every_import_is_a_file_of_ours() -> None:
    ours = set(scripts())

    for name, text in scripts().items():
        for path in _IMPORTED.findall(text):
            assert path.startswith("."), (name, path)
            assert path.rpartition("/")[2] in ours, (name, path)


def test_every_word_that_a_page_hands_to_scripts_is_said_by_one() -> None:
    said = "".join(p.read_text("utf-8") for p in ROOT.glob("*/**/static/**/*.js"))
    pages = "".join(p.read_text("utf-8") for p in ROOT.glob("*/**/templates/**/*.html"))

    words = set(re.findall(r'data-word="(\w+)"', pages))

    assert {w for w in words if not re.search(rf"['\"`]{w}['\"`]", said)} == set()
