"""What the command line does in this service: each opens its one transaction."""

import datetime as dt
import functools
import uuid
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from libs.common.db import Database
from libs.common.differences import Difference, differences
from libs.common.errors import Refusal
from libs.common.messages import ImageId
from services.upload import roster
from services.upload.domain import calibration
from services.upload.domain.activation import Released
from services.upload.domain.exam import Exam
from services.upload.domain.registration import RowFault
from services.upload.models.exam import LoadedExam
from services.upload.models.packs import the_exam
from services.upload.operations import (
    edits,
    erasure,
    exams,
    rechecks,
    releases,
    templates,
    windows,
)
from services.upload.operations.registrations import Imported, import_registrations
from services.upload.operations.windows import Extension
from services.upload.packs import copies, pack
from services.upload.queries.calibration import verdicts
from services.upload.queries.certificates import Waiting, certificate, waiting
from services.upload.vault import Vault


def load_exam_from(database: Database, folder: Path, *, actor: str) -> Exam:
    """Load the pack in this folder. Raises BadPack, Refusal `window_shortened`."""
    document, _ = pack.load(folder)
    with database.transaction() as session:
        return exams.load_exam(session, document, actor=actor)


def compare_exam(database: Database, folder: Path) -> list[Difference]:
    """What loading the pack in this folder would change. Raises BadPack; an exam that is not
    loaded yet differs in everything, which is told as one difference.
    """
    document, exam = pack.load(folder)
    with database.transaction() as session:
        row = session.get(LoadedExam, exam.code)
        if row is None:
            return [Difference(place=exam.code, before=None, after=exam.version)]
        return list(differences(row.pack, edits.laid_over(session, exam.code, document)))


def load_demo_from(database: Database, folder: Path, *, now: dt.datetime, actor: str) -> Exam:
    """Load the pack as the exam `demo`, open from yesterday to ten days ahead. Raises BadPack."""
    document, _ = pack.load(folder)
    with database.transaction() as session:
        return exams.load_exam(session, copies.demo(document, now=now), actor=actor)


def load_former_demo_from(
    database: Database, folder: Path, *, now: dt.datetime, actor: str
) -> Exam:
    """Load the pack of an earlier exam for the demo to carry over from. Raises BadPack."""
    document, _ = pack.load(folder)
    with database.transaction() as session:
        return exams.load_exam(session, copies.former_demo(document, now=now), actor=actor)


def import_roster(database: Database, path: Path, *, vault: Vault, actor: str) -> Imported:
    """Import a CSV or JSON file: all of it, or nothing. Raises BadRoster, which names each row."""
    rows = roster.rows_of(path)
    with database.transaction() as session:
        exam_of = functools.cache(lambda code: exam_or_none(session, code))
        judged = roster.judge(rows, exam_of=exam_of)
        if judged.faults:
            raise roster.BadRoster(judged.faults)
        parts = [
            import_registrations(session, records, exam=exam, vault=vault, actor=actor)
            for exam, records in judged.records.items()
        ]
        refused = [fault for part in parts for fault in part.refused]
        if refused:
            raise roster.BadRoster(
                RowFault(row=_line_of(rows, number), number=number, sentence=sentence)
                for number, sentence in refused
            )
    return Imported(outcomes=tuple(one for part in parts for one in part.outcomes), refused=())


def extend_window(database: Database, extension: Extension, *, actor: str) -> int:
    """Grant a later end (R14); how many it concerns. Raises Refusal."""
    with database.transaction() as session:
        return windows.extend_window(session, extension, actor=actor)


def calibrated_in(database: Database, *, exam: str | None) -> calibration.Report:
    """How well signals and warnings foretell the reviewers' verdicts; of one exam, or of all."""
    with database.transaction() as session:
        return calibration.report(verdicts(session, exam=exam))


def recheck_next(
    database: Database,
    *,
    since: dt.datetime,
    after: rechecks.Place | None,
    most: int,
    actor: str,
) -> rechecks.Step:
    """Ask for a check of the next images received since then."""
    with database.transaction() as session:
        return rechecks.recheck(session, since=since, after=after, most=most, actor=actor)


def add_template(database: Database, *, image_id: uuid.UUID, what: str, actor: str) -> None:
    """This image shows a form that many have. Raises Refusal."""
    with database.transaction() as session:
        templates.add_template(session, image_id=ImageId(image_id), what=what, actor=actor)


def remove_template(database: Database, *, what: str, actor: str) -> int:
    """It is none; how many images handed in meanwhile are compared now. Raises Refusal."""
    with database.transaction() as session:
        return templates.remove_template(session, what=what, actor=actor)


def known_templates(database: Database) -> list[tuple[str, dt.datetime]]:
    """Words and time of every known form, the oldest first."""
    with database.transaction() as session:
        return [(known.what, known.added_at) for known in templates.templates(session)]


def waiting_erasures(database: Database) -> Sequence[Waiting]:
    """Requests for erasure that wait, the most urgent first."""
    with database.transaction() as session:
        return waiting(session)


def answer_erasure(
    database: Database, *, exam: str, number: str, words: str, declines: bool, actor: str
) -> None:
    """Decline a request with words, or have it carried out at once. Raises Refusal."""
    with database.transaction() as session:
        erasure.answer(
            session, exam=exam, number=number, words=words, declines=declines, actor=actor
        )


def ask_release(
    database: Database, *, exam: str, number: str, kind: str, reason: str, actor: str
) -> None:
    """The first of two persons asks to let a candidate in again. Raises Refusal."""
    with database.transaction() as session:
        releases.ask(
            session, exam=exam, number=number, kind=Released(kind), reason=reason, actor=actor
        )


def confirm_release(
    database: Database, *, exam: str, number: str, kind: str, vault: Vault, actor: str
) -> None:
    """The second of them confirms it. Raises Refusal."""
    with database.transaction() as session:
        releases.confirm(
            session, exam=exam, number=number, kind=Released(kind), vault=vault, actor=actor
        )


def waiting_releases(database: Database) -> Sequence[releases.Asked]:
    """What waits for a second person, the oldest first."""
    with database.transaction() as session:
        return releases.waiting(session)


def certificate_of(database: Database, exam: str) -> dict[str, object]:
    """What was removed of the exam, and what still waits. Raises Refusal `unknown_exam`."""
    with database.transaction() as session:
        return certificate(session, exam)


def exam_or_none(session: Session, code: str) -> Exam | None:
    """The loaded exam of that code, if there is one."""
    try:
        return the_exam(session, code)
    except Refusal:
        return None


def _line_of(rows: list[tuple[int, object]], number: str) -> int:
    return next(
        line
        for line, row in rows
        if isinstance(row, dict) and str(row.get("registration_number")).strip() == number
    )
