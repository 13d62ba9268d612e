"""Exams, their windows and the extensions that administrators granted."""

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, ForeignKeyConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.messages import ApplicationId
from services.upload.domain.deadline import Scope
from services.upload.models.table import Json, Table, always, one_of

NOW = func.clock_timestamp()


class LoadedExam(Table):
    """One exam as its pack says it; `pack` is the document that `packs.pack.parse` reads."""

    __tablename__ = "exam"

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    pack: Mapped[Json]
    loaded_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)


class ExamEdit(Table):
    """What an administrator changed of a site or a reason; it outlives newer packs."""

    __tablename__ = "exam_edit"

    exam: Mapped[str] = mapped_column(ForeignKey("exam.code"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[Json]
    edited_by: Mapped[str]
    edited_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)

    __table_args__ = (one_of("part", ("sites", "reasons")),)


class ExamWindow(Table):
    """The row whose lock orders every write against the window's end (R12).

    Who writes takes it FOR SHARE and asks the clock afterwards; who closes or extends takes it
    FOR UPDATE.
    """

    __tablename__ = "exam_window"

    exam: Mapped[str] = mapped_column(ForeignKey("exam.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    opens_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    grace_seconds: Mapped[int]

    __table_args__ = (
        always("span", "opens_at < ends_at"),
        always("grace", "grace_seconds BETWEEN 0 AND 600"),
    )


class WindowNotice(Table):
    """How far one round of telling has come: `hours` before the end `at`, or 0: it opened then."""

    __tablename__ = "window_notice"

    exam: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(primary_key=True)
    hours: Mapped[int] = mapped_column(primary_key=True)
    reached: Mapped[ApplicationId | None]
    """The last application, in the order of ids, that was looked at."""
    is_done: Mapped[bool]

    __table_args__ = (
        ForeignKeyConstraint(["exam", "kind"], ["exam_window.exam", "exam_window.kind"]),
    )


class WindowExtension(Table):
    """A later end for an exam, a site or one application (R14)."""

    __tablename__ = "window_extension"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=func.uuidv7())
    exam: Mapped[str]
    kind: Mapped[str]
    scope: Mapped[str]
    site: Mapped[str | None]
    application_id: Mapped[ApplicationId | None] = mapped_column(ForeignKey("application.id"))
    ends_at: Mapped[dt.datetime]
    reason: Mapped[str]
    granted_by: Mapped[str]
    granted_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        ForeignKeyConstraint(["exam", "kind"], ["exam_window.exam", "exam_window.kind"]),
        one_of("scope", Scope),
        always(
            "whom",
            "(scope = 'site') = (site IS NOT NULL)"
            " AND (scope = 'application') = (application_id IS NOT NULL)",
        ),
        always("reasoned", "reason <> ''"),
    )
