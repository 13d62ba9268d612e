"""What all tables share: their types, and constraints written from the domain's own states."""

import datetime as dt
import uuid
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, DateTime, LargeBinary, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from libs.common.messages import ApplicationId, ImageId, NoticeId, RequestId, SubmissionId

Json = dict[str, Any]
JsonList = list[dict[str, Any]]


class Table(DeclarativeBase):
    """Base of all tables of this service."""

    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "fk": "%(table_name)s_%(column_0_name)s_fkey",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "ck": "%(table_name)s_%(constraint_name)s_check",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        bytes: LargeBinary(),
        dt.datetime: DateTime(timezone=True),
        Json: JSONB(),
        JsonList: JSONB(none_as_null=True),
        list[float]: JSONB(none_as_null=True),
        list[str]: JSONB(none_as_null=True),
        **dict.fromkeys(
            (uuid.UUID, ApplicationId, ImageId, RequestId, SubmissionId, NoticeId), Uuid()
        ),
    }


def one_of(column: str, states: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    """A CHECK that the column holds one of these words."""
    words = ", ".join(f"'{state}'" for state in states)
    return CheckConstraint(f"{column} IN ({words})", name=column)


def always(name: str, claim: str) -> CheckConstraint:
    """A CHECK of this name."""
    return CheckConstraint(claim, name=name)
