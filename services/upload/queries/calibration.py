"""Signals of pictures beside what reviewers said of them; no personal value is read."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.upload.domain.calibration import Calibrated, calibrate

_VERDICTS = text(
    "SELECT i.signals, EXISTS (SELECT FROM request r WHERE r.image_id = i.id"
    "  AND r.kind = 'REPLACE' AND r.state <> 'withdrawn') AS was_replaced"
    " FROM image i JOIN application a ON a.id = i.application_id"
    " WHERE i.check_state = 'checked' AND (CAST(:exam AS text) IS NULL OR a.exam = :exam)"
    " AND (i.accepted_at IS NOT NULL OR EXISTS (SELECT FROM request r WHERE r.image_id = i.id"
    "  AND r.kind = 'REPLACE' AND r.state <> 'withdrawn'))"
)


def calibrated(session: Session, *, exam: str | None) -> Sequence[Calibrated]:
    """Every signal with enough verdicts, the most telling first."""
    replaced: dict[str, list[float]] = defaultdict(list)
    accepted: dict[str, list[float]] = defaultdict(list)
    for row in session.execute(_VERDICTS, {"exam": exam}):
        side = replaced if row.was_replaced else accepted
        for signal, value in row.signals.items():
            side[signal].append(float(value))
    found = (
        calibrate(signal, replaced=replaced[signal], accepted=accepted[signal])
        for signal in sorted(replaced.keys() | accepted.keys())
    )
    return sorted((f for f in found if f), key=lambda f: -abs(f.area - 1 / 2))
