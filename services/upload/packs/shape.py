"""The shape of `exam.yaml`, field by field; its meaning is judged in `rules.py`."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.upload.domain import exam as e

Count = Annotated[int, Field(ge=0, le=50)]
ExamCode = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)


class WindowShape(_Shape):
    """Times on the exam's wall clock; `T24:00` is the end of that day."""

    opens: str
    ends: str
    grace_seconds: Annotated[int, Field(ge=0, le=600)] = 60


class MaterialShape(_Shape):
    """Like `exam.Material`, with conditions still in their written form."""

    code: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}$")]
    title: e.Text
    requirement: e.Text
    hints: tuple[e.Text, ...] = ()
    slots: tuple[e.Text, ...] = ()
    kinds: tuple[str, ...] = ()
    carry: e.Carry | None = None
    min: Count
    max: Annotated[Count, Field(ge=1)]
    optional: bool = False
    when: Any = "always"
    because: e.Text
    otherwise: e.Text | None = None
    waived_when: Any = "never"
    waived_because: e.Text | None = None
    deferred: e.Deferral | None = None
    absence: Any = "never"


class PackShape(_Shape):
    """The whole document."""

    code: ExamCode
    pack: ExamCode | None = None
    version: str
    zone: str
    receipt_prefix: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,6}$")]
    name: e.Text
    area: e.Site
    source: e.Text
    on_close: Literal["lock", "submit_if_complete"] = "lock"
    windows: dict[str, WindowShape]
    settings: e.Settings
    exam_day: dt.date | None = None
    notice: tuple[e.Text, ...]
    privacy: e.Statement
    consent: e.Statement
    pledge: e.Statement
    footer: tuple[e.Text, ...]
    sites: Annotated[tuple[e.Site, ...], Field(min_length=1)]
    groups: tuple[e.Group, ...]
    facts: tuple[e.ShownFact, ...]
    materials: Annotated[tuple[MaterialShape, ...], Field(min_length=1)]
    reasons: tuple[e.Reason, ...]
