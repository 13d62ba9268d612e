"""Exams and their windows."""

import dataclasses as dc
import datetime as dt
from typing import Literal

from libs.common.contracts.message import ApplicationId, ExtensionId, LoadId, Message, RequestKind

WindowKind = Literal["main", "second"]
"""The window in which everybody uploads, or the later one of deferred materials (R5)."""


@dc.dataclass(frozen=True, kw_only=True)
class WindowExtended(Message):
    """upload → review, notify. Whom it concerns (R14); site and application None mean all."""

    exam: str
    site: str | None
    applications: tuple[ApplicationId, ...]
    """Those who have not submitted yet and must be told; at most 200 in one message."""
    ends_at: dt.datetime
    reason: str
    window: WindowKind = "main"


@dc.dataclass(frozen=True, kw_only=True)
class ExamLoaded(Message):
    """upload → review, notify. What the other rooms need of an exam's pack."""

    exam: str
    pack_version: str
    zone: str
    names: dict[str, str]
    """Language tag → the exam's name."""
    sites: dict[str, dict[str, str]]
    """Site code → zh-CN name, en name, phone, hours."""
    materials: dict[str, dict[str, str]]
    """Material code → zh-CN and en title, in the list's order."""
    reasons: dict[str, dict[str, str]]
    """Reason code → zh-CN and en words, `materials` they fit, pinyin initials, cure."""
    settings: dict[str, int]
    """Numbers with their unit in the name, such as `request_due_hours`."""
    facts: dict[str, dict[str, str]] = dc.field(default_factory=dict)
    """Fact name → zh-CN and en label, and each value's words as `value.zh-CN` and `value.en`."""
    loaded_at: dt.datetime | None = None
    """Of two words on an exam the later one holds, whichever is heard last."""


@dc.dataclass(frozen=True, kw_only=True)
class ExtendWindow(Message):
    """review → upload. An administrator gives more time (R14); windows belong to upload."""

    exam: str
    window: WindowKind
    site: str | None
    registration_number: str | None
    """Both None: the whole exam."""
    ends_at: dt.datetime
    reason: str
    by: str
    """The administrator's sign-in name, for the audit log."""
    extension_id: ExtensionId | None = None
    """What ExtensionAnswered names; None: nobody waits for an answer."""
    rehearsal: bool = False
    """Nothing is granted: the answer says whom it would concern, or why it would be refused."""


@dc.dataclass(frozen=True, kw_only=True)
class ExtensionAnswered(Message):
    """upload → review. Whom the time concerns, or why it was not given (R14)."""

    extension_id: ExtensionId
    rehearsal: bool
    refusal: str | None
    """The rule that refused it; None: it was given, or would be."""
    params: dict[str, str]
    """What the refusal's sentence names."""
    concerned: dict[str, int]
    """State of the application → how many of the scope get the time."""


@dc.dataclass(frozen=True, kw_only=True)
class LoadPack(Message):
    """review → upload. An administrator loads the pack that lies ready on the server, or asks what
    that would change.
    """

    exam: str
    by: str
    """The administrator's sign-in name, for the audit log."""
    load_id: LoadId
    """What PackAnswered names."""
    pack_version: str | None
    """The version that was compared: it is loaded, or none. None: nothing is loaded, the answer
    says what would change.
    """


@dc.dataclass(frozen=True, kw_only=True)
class PackChange:
    """One place of a pack, and its words there; None: it is not there."""

    place: str
    before: str | None
    after: str | None


@dc.dataclass(frozen=True, kw_only=True)
class PackAnswered(Message):
    """upload → review. What the pack that lies ready changes, or why it cannot be loaded."""

    load_id: LoadId
    rehearsal: bool
    pack_version: str | None
    """Of the pack that lies ready; None where it cannot be read."""
    refusal: str | None
    """The rule that refused it; None: it was loaded, or would be."""
    faults: tuple[str, ...]
    """What is wrong with the pack, each with its place; at most 20."""
    changes: tuple[PackChange, ...]
    """At most 200, in the order of the pack; long values are cut."""
    differences: int
    """How many there are in all."""


@dc.dataclass(frozen=True, kw_only=True)
class EditSite(Message):
    """review → upload. How a site is reached from now on; ExamLoaded tells it to all (R28)."""

    exam: str
    site: str
    reached: dict[str, str]
    """`phone`, `hours`, `hours_en`, `address`, `address_en`, named as in ExamLoaded."""
    by: str
    """The administrator's sign-in name, for the audit log."""


@dc.dataclass(frozen=True, kw_only=True)
class EditReason(Message):
    """review → upload. A reason as it is offered from now on, or a new one; ExamLoaded tells it."""

    exam: str
    reason: str
    kind: RequestKind
    words: dict[str, str]
    """Language tag → words; so is the cure."""
    cure: dict[str, str]
    initials: str
    materials: tuple[str, ...]
    """Those that it fits; none: all."""
    retired: bool
    """Not offered any more; requests that were given with it keep their words."""
    by: str
    facts: tuple[str, ...] | None = None
    """Those that a correction may be asked of with it; empty: all; None: as they were."""


@dc.dataclass(frozen=True, kw_only=True)
class WindowClosing(Message):
    """upload → notify. The window ends soon, and this is still missing (R22)."""

    application_id: ApplicationId
    exam: str
    ends_at: dt.datetime
    hours_left: int
    """72, 24, 3 or 1: which of the reminders it is."""
    missing: tuple[str, ...]
    """Material codes; empty when all is there and only the submission is missing."""
    window: WindowKind = "main"
    given_back: bool = False
    """She has submitted and the site gave it back: without a new submission the last one stands."""


@dc.dataclass(frozen=True, kw_only=True)
class WindowOpened(Message):
    """upload → notify. The window of her deferred materials is open from now on (R5)."""

    application_id: ApplicationId
    exam: str
    window: WindowKind
    opens_at: dt.datetime
    ends_at: dt.datetime
    missing: tuple[str, ...]
    """Codes of the deferred materials that are asked of her."""
