"""What the registration system says of her, and what it changed."""

import dataclasses as dc
import datetime as dt

from services.upload.domain.exam import Text


@dc.dataclass(frozen=True, kw_only=True)
class PanelRow:
    """One fact of the registration: its label and its (masked) words."""

    name: str
    label: Text
    value: Text
    is_denied: bool
    """A claim that does not hold for her."""


@dc.dataclass(frozen=True, kw_only=True)
class RegistrationPanel:
    """The read-only panel of R3; ID number and phones masked."""

    number: str
    received_at: dt.datetime
    rows: tuple[PanelRow, ...]


@dc.dataclass(frozen=True, kw_only=True)
class ChangedFact:
    """One corrected fact; of a personal one only that it changed."""

    label: Text
    before: Text | None
    after: Text | None


@dc.dataclass(frozen=True, kw_only=True)
class RegistrationNote:
    """What one corrected record changed (R3): facts, and materials by code and title."""

    changed_at: dt.datetime
    facts: tuple[ChangedFact, ...]
    came: tuple[tuple[str, Text], ...]
    went: tuple[tuple[str, Text], ...]
    was_submitted: bool
