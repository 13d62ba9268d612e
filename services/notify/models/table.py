"""What all tables share: their types, and constraints written from the domain's own states."""

import datetime as dt
import secrets
import time
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import CheckConstraint, Text, func
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase

NOW = func.clock_timestamp()


class Base(DeclarativeBase):
    """Base of all tables of this service."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        dt.datetime: TIMESTAMP(timezone=True),
        str: Text,
        dict[str, Any]: JSONB,
    }


def one_of(table: str, column: str, words: Iterable[str]) -> CheckConstraint:
    """The column holds one of the words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{table}_{column}")


def in_time_order() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562, 6.2, method 3), as the database makes them, made here: rows
    whose ids need not be fetched back are inserted many at once.
    """
    ms, ns = divmod(time.time_ns(), 1_000_000)
    fraction = ns * 4096 // 1_000_000
    return uuid.UUID(int=ms << 80 | 7 << 76 | fraction << 64 | 2 << 62 | secrets.randbits(62))
