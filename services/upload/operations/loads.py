"""Packs as the review desk loads them: compared first, then exactly what was compared.

Files travel in no message (N8): what can be loaded is the folder that lies on this machine.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from libs.common import outbox
from libs.common.differences import Difference
from libs.common.errors import Refusal
from libs.common.messages import LoadPack, PackAnswered, PackChange
from services.upload.domain.exam import Exam
from services.upload.models.exam import LoadedExam
from services.upload.operations import exams
from services.upload.packs import copies, pack
from services.upload.packs.faults import BadPack

MOST_FAULTS = 20
MOST_CHANGES = 200
MOST_CHARACTERS = 200
"""Of one value: a page shows what changes, not the whole pack."""


def hear_load(session: Session, message: LoadPack) -> None:
    """Load the pack that lies ready, or say what that would change; a refusal is answered, too.

    A copy finds nothing to change any more, and is answered so.
    """
    version: str | None = None
    refusal: str | None = None
    faults: list[str] = []
    changes: list[Difference] = []
    try:
        with session.begin_nested():
            document = _ready(session, message.exam)
            exam, changes = exams.compare(session, document)
            version = exam.version
            if message.pack_version is not None:
                _load(session, document, exam, message)
    except BadPack as bad:
        refusal, faults = "bad_pack", [str(fault) for fault in bad.faults[:MOST_FAULTS]]
    except Refusal as refused:
        refusal = refused.code
    outbox.post(
        session,
        PackAnswered(
            load_id=message.load_id,
            rehearsal=message.pack_version is None,
            pack_version=version,
            refusal=refusal,
            faults=tuple(faults),
            changes=tuple(_shown(changes[:MOST_CHANGES])),
            differences=len(changes),
        ),
    )


def _ready(session: Session, code: str) -> pack.Document:
    """The newest document of the exam's pack. Raises BadPack, Refusal `unknown_exam`, `no_pack`."""
    row = session.get(LoadedExam, code)
    if row is None:
        raise Refusal("unknown_exam", exam=code[:40])
    folder = pack.PACKS / pack.accepted(row.pack).pack
    if not (folder / "exam.yaml").is_file():
        raise Refusal("no_pack", exam=code)
    document, _ = pack.load(folder)
    return copies.renewed(document, loaded=row.pack)


def _load(session: Session, document: pack.Document, exam: Exam, message: LoadPack) -> None:
    if exam.version != message.pack_version:
        raise Refusal("pack_moved", version=exam.version)
    exams.load_exam(session, document, actor=f"staff:{message.by}")


def _shown(changes: list[Difference]) -> Iterator[PackChange]:
    for change in changes:
        yield PackChange(
            place=change.place, before=_words(change.before), after=_words(change.after)
        )


def _words(value: Any) -> str | None:
    if value is None:
        return None
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return said if len(said) <= MOST_CHARACTERS else f"{said[:MOST_CHARACTERS]}…"
