"""The migration makes what `models.py` says, and its CHECKs refuse states that cannot be."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from libs.common.errors import Misconfigured
from services.review import commands
from services.review.models.table import Table
from tests.integration.review import room as r
from tests.integration.review.room import Room


def test_the_migrated_database_is_what_the_models_say(room: Room) -> None:
    ours = set(Table.metadata.tables)

    def include(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or name in ours

    with room.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": include})
        difference = compare_metadata(context, Table.metadata)

    assert difference == []


@pytest.mark.parametrize(
    "change",
    [
        "state = 'lost'",
        "state = 'waiting'",
        "state = 'concluded'",
        "resumes_at = 'site'",
        "outcome = 'passed'",
        "round = 0",
    ],
)
def test_a_state_that_cannot_be_is_refused_by_the_database(room: Room, change: str) -> None:
    room.feed(r.submission())

    with pytest.raises(IntegrityError):
        room.rows(f"UPDATE review_case SET {change} RETURNING 1")  # noqa: S608


@pytest.fixture
def as_review(room: Room, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("REVIEW_DATABASE_URL", room.url)
    monkeypatch.setenv("REVIEW_FIELD_KEYS", r.FIELD_KEYS)
    return room


def test_the_command_adds_an_account_and_says_its_secrets_once(as_review: Room) -> None:
    added = commands.add_staff(
        login="Wang", name="样例·王", roles=["site_reviewer"], sites=["heping"]
    )

    assert added.login == "wang"
    assert added.totp_uri.startswith("otpauth://totp/Shencai")
    row = as_review.rows("SELECT actor, details FROM audit WHERE action = 'staff.added'")[0]
    assert (row.actor, row.details["roles"]) == ("cli", ["site_reviewer"])


@pytest.mark.parametrize(("roles", "sentence"), [(["boss"], "boss"), (["site_lead"], "site code")])
def test_the_command_says_what_is_wrong_with_a_role(roles: list[str], sentence: str) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        commands.add_staff(login="x", name="x", roles=roles)
