"""What every contract is made of: ids, words of a few values, and the message itself."""

import dataclasses as dc
import uuid
from typing import Any, ClassVar, Literal, NewType

MessageId = NewType("MessageId", uuid.UUID)
ApplicationId = NewType("ApplicationId", uuid.UUID)
CandidateId = NewType("CandidateId", uuid.UUID)
ImageId = NewType("ImageId", uuid.UUID)
SubmissionId = NewType("SubmissionId", uuid.UUID)
CaseId = NewType("CaseId", uuid.UUID)
RequestId = NewType("RequestId", uuid.UUID)
NoticeId = NewType("NoticeId", uuid.UUID)
DeliveryId = NewType("DeliveryId", uuid.UUID)
BatchId = NewType("BatchId", uuid.UUID)
CallId = NewType("CallId", uuid.UUID)
CheckId = NewType("CheckId", uuid.UUID)
ExtensionId = NewType("ExtensionId", uuid.UUID)
LoadId = NewType("LoadId", uuid.UUID)

Sealed = NewType("Sealed", str)
"""Base64 text that `libs.common.sealing` made; only the room it was sealed for can open it."""

Severity = Literal["refuse", "warn"]
RequestKind = Literal["REPLACE", "ADD", "FIX"]
Stage = Literal["site_review", "area_review", "awaiting_publication"]
Outcome = Literal["passed", "not_passed", "not_submitted"]


class Message:
    """Base of all contracts. Subclasses are frozen dataclasses of JSON-able fields."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    """What `envelopes` asks of the JSON; who speaks of messages needs no pydantic (N4)."""
    version: ClassVar[int] = 1
    ephemeral: ClassVar[bool] = False
    """Sent past the outbox and handled without the inbox: a copy or a loss does no harm."""


@dc.dataclass(frozen=True, kw_only=True)
class Finding:
    """What a machine check says of an image; the words belong to the service that shows it."""

    code: str
    severity: Severity
    measured: float
    threshold: float
    image_id: ImageId | None = None
    """Another image of hers of which it speaks; workers know none."""

    def as_json(self) -> dict[str, str | float | None]:
        """As it stands in a database's column."""
        return dc.asdict(self) | {"image_id": str(self.image_id) if self.image_id else None}
