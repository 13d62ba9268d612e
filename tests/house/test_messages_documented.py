"""docs/messages.md and libs/common/routes.py say the same."""

import re
from pathlib import Path

from libs.common.messages import MESSAGES
from libs.common.routes import ROUTES

DOCS = Path(__file__).parents[2] / "docs" / "messages.md"


def rows() -> dict[str, str]:
    found = re.findall(
        r"^\| (\w+) \| .*? → (.*?) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {name: hearers for name, hearers in found if name in MESSAGES}


def test_every_message_has_a_row_in_the_docs() -> None:
    missing = set(MESSAGES) - set(rows())

    assert not missing, f"add a row to docs/messages.md for {sorted(missing)}"


def test_the_docs_name_the_hearers_of_the_routes() -> None:
    told = rows()

    for message, queues in ROUTES.items():
        hearers = told[message.__name__]
        expected = "every queue" if message.__name__ == "Ping" else ", ".join(queues)
        assert hearers == expected, f"docs/messages.md, {message.__name__}: say {expected}"
