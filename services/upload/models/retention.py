"""Letting go: what was asked for, what is under way, and the counts that stay (R27, R28)."""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.messages import ApplicationId
from services.upload.domain.retention import ErasureState
from services.upload.models.table import Table, always, one_of

NOW = func.clock_timestamp()


class PurgeAsk(Table):
    """The review was asked to let go of this application's case, past its retention time."""

    __tablename__ = "purge_ask"

    application_id: Mapped[ApplicationId] = mapped_column(
        ForeignKey("application.id"), primary_key=True
    )
    asked_at: Mapped[dt.datetime]


class Certificate(Table):
    """What was removed of an exam; nothing in it belongs to a person, so it stays."""

    __tablename__ = "purge_certificate"

    exam: Mapped[str] = mapped_column(ForeignKey("exam.code"), primary_key=True)
    first_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    last_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    applications: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
    not_passed: Mapped[int] = mapped_column(default=0)
    not_submitted: Mapped[int] = mapped_column(default=0)
    unpublished: Mapped[int] = mapped_column(default=0)
    """Never handed in, and without a published result."""
    images: Mapped[int] = mapped_column(default=0)
    submissions: Mapped[int] = mapped_column(default=0)
    requests: Mapped[int] = mapped_column(default=0)
    messages: Mapped[int] = mapped_column(default=0)
    objects_asked: Mapped[int] = mapped_column(BigInteger, default=0)
    objects_erased: Mapped[int] = mapped_column(BigInteger, default=0)
    """As the eraser reported; equal to what was asked once all is done."""


class Erasure(Table):
    """She asks to have erased what may go already (R28)."""

    __tablename__ = "erasure"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    application_id: Mapped[ApplicationId] = mapped_column(ForeignKey("application.id"))
    asked_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    """Until then she can take it back; afterwards it is carried out."""
    state: Mapped[str] = mapped_column(default=ErasureState.ASKED)
    ended_at: Mapped[dt.datetime | None]
    words: Mapped[str] = mapped_column(default="", server_default="")
    """What the exam's organisers say to it."""
    answered_by: Mapped[str | None]
    erased: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Pictures that were erased."""

    __table_args__ = (
        one_of("state", ErasureState),
        always("ended", "(state = 'asked') = (ended_at IS NULL)"),
        always("declined", "state <> 'declined' OR words <> ''"),
        Index("erasure_of_application_idx", "application_id", "asked_at"),
        Index(
            "erasure_one_open_idx",
            "application_id",
            unique=True,
            postgresql_where=text("state = 'asked'"),
        ),
        Index("erasure_due_idx", "due_at", postgresql_where=text("state = 'asked'")),
    )


class ObjectSweep(Table):
    """How far a bucket was searched for objects that belong to no row."""

    __tablename__ = "object_sweep"

    bucket: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID]
    began_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    seen: Mapped[int] = mapped_column(BigInteger, default=0)
    strays: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (one_of("bucket", ("originals", "renditions", "arrivals")),)
