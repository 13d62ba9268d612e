"""Photos at the shrink door (R8): no images yet."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.messages import ApplicationId, Finding, ImageId, RequestId
from services.upload.domain.shrink import OPEN, ShrinkState
from services.upload.models.table import JsonList, Table, always, one_of

_OPEN = ", ".join(f"'{state}'" for state in OPEN)


class Shrink(Table):
    """One photo that is made smaller, and waits for its owner's yes."""

    __tablename__ = "shrink"

    id: Mapped[ImageId] = mapped_column(primary_key=True)
    """That of the image which it becomes."""
    application_id: Mapped[ApplicationId] = mapped_column(ForeignKey("application.id"))
    material: Mapped[str]
    answers: Mapped[RequestId | None] = mapped_column(ForeignKey("request.id"))
    instead: Mapped[ImageId | None] = mapped_column(ForeignKey("image.id"))
    """The image whose place it takes when it is confirmed."""
    idempotency_key: Mapped[str]
    state: Mapped[str] = mapped_column(default=ShrinkState.PENDING)
    original_key: Mapped[str]
    """In the arrivals, like `key`."""
    original_bytes: Mapped[int]
    format: Mapped[str]
    began_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime]
    shrinker: Mapped[str | None]
    key: Mapped[str | None]
    sha256: Mapped[str | None]
    size_bytes: Mapped[int] = mapped_column(default=0)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    findings: Mapped[JsonList] = mapped_column(default=list)
    shrunk_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    """When she decided, or it was too late to."""
    cleared_at: Mapped[dt.datetime | None]
    """When the last of its bytes was removed from the arrivals."""

    __table_args__ = (
        UniqueConstraint("application_id", "idempotency_key"),
        one_of("state", ShrinkState),
        one_of("format", ("jpeg", "png", "heic")),
        always("original_bytes", "original_bytes > 0"),
        always("made", "state NOT IN ('ready', 'confirmed') OR (key IS NOT NULL AND width > 0)"),
        always("ended", f"(state IN ({_OPEN})) = (ended_at IS NULL)"),
        Index("shrink_instead_idx", "instead", postgresql_where=text("instead IS NOT NULL")),
        Index("shrink_waiting_idx", "application_id", postgresql_where=text(f"state IN ({_OPEN})")),
    )


def findings_of(shrink: Shrink) -> tuple[Finding, ...]:
    """Why there is no image, as messages carry it."""
    return tuple(Finding(**finding) for finding in shrink.findings)
