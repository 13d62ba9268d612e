"""What this service may do with personal values: open what is sealed for it, keep it encrypted."""

import json
import uuid
from collections.abc import Mapping
from typing import cast

from libs.common.errors import BadMessage
from libs.common.fields import FieldCipher, mask_middle, mask_name
from libs.common.messages import Sealed
from libs.common.sealing import unseal

Person = dict[str, str]
"""Personal facts of one candidate by fact name, in clear. Never stored or logged."""


class Vault:
    """Holds the keys; create one per process. Only the consumer has the opening key."""

    def __init__(self, field_keys: str, opening_key: str | None = None) -> None:
        self._cipher = FieldCipher(field_keys)
        self._opening_key = opening_key

    def open_sealed(self, sealed: Sealed) -> Person:
        """What the upload service sealed for this room. Raises BadMessage."""
        if self._opening_key is None:
            raise BadMessage("this process holds no opening key")
        facts = unseal(sealed, self._opening_key)
        return {name: str(value) for name, value in facts.items()}

    def keep_person(self, person: Mapping[str, str], *, case_id: uuid.UUID) -> bytes:
        """The encrypted column of a case."""
        text = json.dumps(dict(person), ensure_ascii=False)
        return self._cipher.encrypt(text, place=f"review_case:personal:{case_id}")

    def person(self, value: bytes, *, case_id: uuid.UUID) -> Person:
        """The personal facts of a case in clear."""
        text = self._cipher.decrypt(value, place=f"review_case:personal:{case_id}")
        return cast("Person", json.loads(text))

    def keep_old_person(self, person: Mapping[str, str], *, case_id: uuid.UUID) -> bytes:
        """The encrypted column of what was true before a corrected record."""
        text = json.dumps(dict(person), ensure_ascii=False)
        return self._cipher.encrypt(text, place=f"review_case:old_personal:{case_id}")

    def old_person(self, value: bytes, *, case_id: uuid.UUID) -> Person:
        """The personal facts before a corrected record, in clear."""
        text = self._cipher.decrypt(value, place=f"review_case:old_personal:{case_id}")
        return cast("Person", json.loads(text))

    def keep_phone(self, phone: str, *, call_id: uuid.UUID) -> bytes:
        """The encrypted number of a call."""
        return self._cipher.encrypt(phone, place=f"call:contact:{call_id}")

    def phone(self, value: bytes, *, call_id: uuid.UUID) -> str:
        """The number of a call in clear, for whoever telephones."""
        return self._cipher.decrypt(value, place=f"call:contact:{call_id}")

    def keep_totp(self, secret: str, *, staff_id: uuid.UUID) -> bytes:
        """The encrypted second factor of a member of staff."""
        return self._cipher.encrypt(secret, place=f"staff:totp_secret:{staff_id}")

    def totp(self, value: bytes, *, staff_id: uuid.UUID) -> str:
        """The second factor in clear."""
        return self._cipher.decrypt(value, place=f"staff:totp_secret:{staff_id}")


def masked(fact: str, value: str, *, compares: bool) -> str:
    """A personal fact as pages show it (R26): whoever compares it with a paper sees the ID
    number and birth date whole; nobody needs a whole phone to judge.
    """
    match fact:
        case "phone" | "unit_phone":
            return mask_middle(value, head=3, tail=4)
        case "id_number" if not compares:
            return mask_middle(value, head=6, tail=1)
        case "name" if not compares:
            return mask_name(value)
        case "birth_date" if not compares:
            return mask_middle(value, head=4, tail=0)
    return value
