"""The demo's roster goes through the import like any other: all of it, or nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from examples.registration.roster import Roster
from libs.common.clock import now
from ops.demo import roster
from ops.demo.cast import cast
from ops.demo.former import former
from ops.demo.upload import FORMER_PACK, PACK
from services.upload import commands
from services.upload.models.candidate import Registration
from services.upload.operations.registrations import Imported
from services.upload.packs import copies, pack
from services.upload.roster import BadRoster
from tests.integration.upload.room import Room
from tests.servers import PostgresForTests


@pytest.fixture
def room(postgres: PostgresForTests) -> Iterator[Room]:
    made = Room(postgres.fresh_database("upload"))
    yield made
    made.database.engine.dispose()


def load(room: Room, path: Path, rows: list[dict[str, Any]]) -> Imported:
    roster.write(path, rows)
    return commands.import_roster(room.database, path, vault=room.vault, actor="test")


def registered(room: Room) -> int:
    with room.database.transaction() as session:
        return session.execute(select(func.count()).select_from(Registration)).scalar_one()


def test_all_forty_are_imported_and_the_same_again_changes_nothing(
    room: Room, tmp_path: Path
) -> None:
    rows = roster.rows(cast())

    first = load(room, tmp_path / "roster.json", rows)
    second = load(room, tmp_path / "roster.json", rows)

    assert (first.created, second.unchanged) == (40, 40)
    assert registered(room) == 40


def test_bad_rows_are_named_with_line_and_reason_and_nothing_is_half_imported(
    room: Room, tmp_path: Path
) -> None:
    rows = roster.rows(cast())
    rows[6]["id_number"] = rows[6]["id_number"][:-1] + (
        "1" if rows[6]["id_number"][-1] == "0" else "0"
    )
    rows[11]["site"] = "nowhere"
    rows[12]["facts"]["level"] = "wizard"

    with pytest.raises(BadRoster) as caught:
        load(room, tmp_path / "roster.json", rows)

    told = [str(fault) for fault in caught.value.faults]
    assert [fault.row for fault in caught.value.faults] == [7, 12, 13]
    assert "DEMO-0007" in told[0]
    assert "its check symbol does not fit" in told[0]
    assert "site is 'nowhere', not one of heping" in told[1]
    assert "level is 'wizard', not one of physician" in told[2]
    assert rows[6]["id_number"] not in "".join(told)
    assert registered(room) == 0


def test_the_stand_ins_file_says_names_besides_what_it_sends() -> None:
    plain = roster.rows(cast())

    shown = roster.with_names(
        plain,
        exam={"zh-CN": "考试", "en": "Exam"},
        sites={player.site: {"zh-CN": "考点", "en": "Site"} for player in cast()},
    )

    assert [{k: row[k] for k in plain[0]} for row in shown] == plain
    assert all(row["exam_names"]["en"] == "Exam" for row in shown)
    assert all(row["site_names"]["en"] == "Site" for row in shown)


def test_the_stand_in_knows_every_candidate_of_the_demo_the_former_one_too(tmp_path: Path) -> None:
    shifted = ((copies.demo, PACK), (copies.former_demo, FORMER_PACK))
    exams = [pack.parse(shift(pack.load(folder)[0], now=now())) for shift, folder in shifted]
    file = tmp_path / "roster.json"

    roster.write(file, roster.of_stand_in(exams))

    known = Roster(file)
    for player in (*cast(), former()):
        found = known.find(player.number)
        assert found is not None
        assert (found.exam, found.name) == (player.exam, player.name)
        assert found.exam_in("en") != found.exam
