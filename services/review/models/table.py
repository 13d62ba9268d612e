"""The base of all tables of this database, and how a CHECK repeats the domain's words."""

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    LargeBinary,
    Text,
    column,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase

NOW = text("clock_timestamp()")
AUDIT = table(
    "audit",
    *(column("id"), column("at", DateTime(timezone=True)), column("subject"), column("actor")),
    column("details", JSONB),
)
"""What queries ask of the audit log, which `libs.common.audit` alone writes."""


class Table(DeclarativeBase):
    """Base of all tables of this database."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        bytes: LargeBinary,
        dt.datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: ARRAY(Text),
    }


def one_of(column: str, kind: type[StrEnum], name: str) -> CheckConstraint:
    """The column holds one of the words of the domain's enumeration."""
    words = ", ".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{column} IN ({words})", name=name)
