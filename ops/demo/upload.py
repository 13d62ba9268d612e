"""`python -m ops.demo.upload`: the candidates' half of the demo; runs as the upload service."""

import dataclasses as dc
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import click
from sqlalchemy import func, select

from libs.common import logs
from libs.common.clock import now
from libs.common.db import Database
from libs.common.settings import load
from libs.common.storage import Storage, StorageSettings
from ops.demo import roster
from ops.demo.activating import Room
from ops.demo.candidates import Candidate
from ops.demo.cast import EXAM, HANDED_IN, Player, cast
from ops.demo.former import FORMER_EXAM, former
from ops.demo.pace import Pace, TookTooLong, say
from services.upload import commands
from services.upload.domain.application import CheckState
from services.upload.domain.exam import Exam
from services.upload.models.application import Application, Image
from services.upload.models.candidate import Registration
from services.upload.settings import UploadSettings
from services.upload.vault import open_vault

PACK = Path(__file__).parents[2] / "exams" / "tianjin-2023"
FORMER_PACK = PACK.parent / "tianjin-2022"
ACTOR = "cli:demo"
TELL_SECONDS = 4.0
UPLOADING_AT_ONCE = 6


@dc.dataclass(frozen=True, kw_only=True)
class DemoSettings:
    """What the demo needs beyond the service's own settings."""

    demo_candidate_password: str


@click.command()
@click.option("--roster", "roster_file", type=click.Path(path_type=Path), required=True)
@click.option("--stand-in", type=click.Path(path_type=Path), required=True)
def main(roster_file: Path, stand_in: Path) -> None:
    """Load the exam, import the roster, and let every candidate act."""
    logs.configure("demo-upload")
    settings = load(UploadSettings)
    room = Room(
        database=Database(settings.upload_database_url, process="demo-upload", pool_size=8),
        storage=Storage(load(StorageSettings)),
        vault=open_vault(settings),
        password=load(DemoSettings).demo_candidate_password,
        pace=Pace(),
    )
    try:
        players = cast()
        exams = (_register(room, players, roster_file), _register_former(room, roster_file))
        roster.write(stand_in, roster.of_stand_in(exams))
        _play(room, (*players, former()))
    except TookTooLong as error:
        say(str(error))
        sys.exit(1)


def _register(room: Room, players: tuple[Player, ...], file: Path) -> Exam:
    exam = _exam(room.database)
    rows = roster.rows(players)
    roster.write(file, rows)
    commands.import_roster(room.database, file, vault=room.vault, actor=ACTOR)
    say(f"Exam {EXAM} is loaded, {len(rows)} candidates are registered")
    return exam


def _register_former(room: Room, file: Path) -> Exam:
    """The exam of the year before, and her registration then."""
    with room.database.transaction() as session:
        known = commands.exam_or_none(session, FORMER_EXAM)
    exam = known or commands.load_former_demo_from(
        room.database, FORMER_PACK, now=now(), actor=ACTOR
    )
    aside = file.with_name("former.json")
    roster.write(aside, roster.rows([former()]))
    commands.import_roster(room.database, aside, vault=room.vault, actor=ACTOR)
    return exam


def _exam(database: Database) -> Exam:
    """The demo exam; an earlier start's windows stay as they are."""
    with database.transaction() as session:
        known = commands.exam_or_none(session, EXAM)
    return known or commands.load_demo_from(database, PACK, now=now(), actor=ACTOR)


def _play(room: Room, players: tuple[Player, ...]) -> None:
    with room.database.transaction() as session:
        found = session.execute(
            select(Registration.number, Registration.application_id).where(
                Registration.exam.in_([EXAM, FORMER_EXAM])
            )
        ).all()
    ids = {row.number: row.application_id for row in found}
    # Who has the longest way begins first.
    ordered = sorted(players, key=lambda p: (p.stage not in HANDED_IN, -len(p.asks), p.number))
    candidates = [Candidate(room, player, ids[player.number]) for player in ordered]
    done = threading.Event()
    teller = threading.Thread(target=_tell, args=(room.database, done), daemon=True)
    teller.start()
    try:
        _act(candidates)
    finally:
        done.set()
        teller.join()
    say(f"Candidates: {_counts(room.database)}")


def _act(candidates: list[Candidate]) -> None:
    """A few upload at a time; whoever is done waits for the checks and the review meanwhile."""
    following = [c for c in candidates if c.player.stage in HANDED_IN]
    with ThreadPoolExecutor(UPLOADING_AT_ONCE) as first, ThreadPoolExecutor(len(following)) as then:
        prepared = {c.player.number: first.submit(c.prepare) for c in candidates}
        followed = [then.submit(_follow, c, prepared[c.player.number]) for c in following]
        for future in [*prepared.values(), *followed]:
            future.result()


def _follow(candidate: Candidate, prepared: Future[None]) -> None:
    prepared.result()
    candidate.follow()


def _tell(database: Database, done: threading.Event) -> None:
    while not done.wait(TELL_SECONDS):
        say(f"Candidates: {_counts(database)}")


def _counts(database: Database) -> str:
    with database.transaction() as session:
        total, checked = session.execute(
            select(
                func.count(), func.count().filter(Image.check_state != CheckState.PENDING)
            ).select_from(Image)
        ).one()
        handed_in = session.execute(
            select(func.count()).where(Application.exam == EXAM, Application.round > 0)
        ).scalar_one()
    return f"{total} papers uploaded, {checked} checked, {handed_in} of {_expected()} handed in"


def _expected() -> int:
    return sum(player.stage in HANDED_IN for player in cast())


if __name__ == "__main__":
    main()
