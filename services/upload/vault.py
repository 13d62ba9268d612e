"""What this service may do with personal values: encrypt, find, decrypt, and seal for others."""

import base64
import dataclasses as dc
import hashlib
import hmac
import uuid
from collections.abc import Mapping

from libs.common.fields import FieldCipher, blind_index, mask_middle, mask_name
from libs.common.messages import ApplicationId, Sealed
from libs.common.sealing import seal, unseal
from services.upload.models.candidate import Registration
from services.upload.settings import UploadSettings

PERSONAL_COLUMNS = (
    "name",
    "id_number",
    "birth_date",
    "sex",
    "phone",
    "work_unit",
    "unit_phone",
)
"""In the order of the panel; each is encrypted by itself."""

Person = Mapping[str, str]
"""The personal facts of one registration by column name, in clear. Never stored or logged."""


@dc.dataclass(frozen=True)
class Vault:
    """Holds the keys; create one per process."""

    cipher: FieldCipher
    index_key: str
    review_key: str
    notify_key: str
    own_key: str = ""
    """Opens what was sealed for this service; of the consumer alone."""

    def encrypted(self, person: Person, *, application_id: ApplicationId) -> dict[str, bytes]:
        """The personal columns of a registration row, the blind index and all."""
        columns = {
            column: self.cipher.encrypt(person[column], place=_place(column, application_id))
            for column in PERSONAL_COLUMNS
        }
        return {**columns, "id_number_index": self.index_of(person["id_number"])}

    def person(self, registration: Registration) -> dict[str, str]:
        """The personal facts in clear."""
        return {column: self.read(registration, column) for column in PERSONAL_COLUMNS}

    def read(self, registration: Registration, column: str) -> str:
        """One personal fact in clear."""
        place = _place(column, registration.application_id)
        return self.cipher.decrypt(getattr(registration, column), place=place)

    def index_of(self, id_number: str) -> bytes:
        """The blind index by which an ID number is found."""
        return blind_index("id_number:" + normal_id_number(id_number), self.index_key)

    def guard_key(self, entry: str, who: str) -> bytes:
        """The key under which failures are counted; tells nobody who it is."""
        return blind_index(f"guard:{entry}:{normal_id_number(who)}", self.index_key)

    def code_hash(self, code: str, *, code_id: uuid.UUID) -> bytes:
        """What is kept of a one-time code."""
        return blind_index(f"code:{code_id}:{code}", self.index_key)

    def hide(self, text: str, *, place: str) -> str:
        """A value that a row holds for a while; `place` again for `unhide`."""
        return base64.b64encode(self.cipher.encrypt(text, place=place)).decode()

    def unhide(self, hidden: str, *, place: str) -> str:
        """The value in clear."""
        return self.cipher.decrypt(base64.b64decode(hidden), place=place)

    def seal_for_review(self, data: Mapping[str, str]) -> Sealed:
        """Readable by the review service alone."""
        return seal(dict(data), self.review_key)

    def unsealed(self, sealed: Sealed) -> dict[str, object]:
        """What another room sealed for this one. Raises BadMessage."""
        return unseal(sealed, self.own_key)

    def seal_for_notify(self, data: Mapping[str, str]) -> Sealed:
        """Readable by the notify service alone."""
        return seal(dict(data), self.notify_key)


def open_vault(settings: UploadSettings, *, own_key: str = "") -> Vault:
    """The vault with this process's keys."""
    return Vault(
        cipher=FieldCipher(settings.upload_field_keys),
        index_key=settings.upload_index_key,
        review_key=settings.review_sealing_key,
        notify_key=settings.notify_sealing_key,
        own_key=own_key,
    )


def masked(column: str, value: str) -> str:
    """The value as pages show it (R26)."""
    match column:
        case "name":
            return mask_name(value)
        case "id_number":
            return mask_middle(value, head=6, tail=1)
        case "phone" | "unit_phone":
            return mask_middle(value, head=3, tail=4)
        case "birth_date":
            return mask_middle(value, head=4, tail=0)
        case _:
            return value


def normal_id_number(typed: str) -> str:
    """An ID number as it is compared: without spaces, the check letter X capital."""
    return "".join(typed.split()).upper()


def same_secret(left: bytes, right: bytes) -> bool:
    """Whether both are equal, in constant time."""
    return hmac.compare_digest(hashlib.sha256(left).digest(), hashlib.sha256(right).digest())


def _place(column: str, application_id: ApplicationId) -> str:
    return f"registration:{column}:{application_id}"
