"""Signals of pictures beside what reviewers said of them; no personal value is read."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.upload.domain.calibration import Verdict

_VERDICTS = text(
    "SELECT i.signals, i.findings, EXISTS (SELECT FROM request r WHERE r.image_id = i.id"
    "  AND r.kind = 'REPLACE' AND r.state <> 'withdrawn') AS was_replaced"
    " FROM image i JOIN application a ON a.id = i.application_id"
    " WHERE i.check_state = 'checked' AND (CAST(:exam AS text) IS NULL OR a.exam = :exam)"
    " AND (i.accepted_at IS NOT NULL OR EXISTS (SELECT FROM request r WHERE r.image_id = i.id"
    "  AND r.kind = 'REPLACE' AND r.state <> 'withdrawn'))"
)


def verdicts(session: Session, *, exam: str | None) -> Sequence[Verdict]:
    """Every picture that a reviewer has accepted or asked to be replaced."""
    return [
        Verdict(
            was_replaced=row.was_replaced,
            signals={signal: float(value) for signal, value in row.signals.items()},
            warned={f["code"]: float(f["threshold"]) for f in row.findings},
        )
        for row in session.execute(_VERDICTS, {"exam": exam})
    ]
