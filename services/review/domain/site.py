"""How a site is reached: what an administrator may write of it (R28)."""

import dataclasses as dc

from libs.common.errors import Refusal

MAX_PHONE = 40
MAX_WORDS = 120


@dc.dataclass(frozen=True, kw_only=True)
class Reached:
    """Phone, hours and address, in both languages where there are words."""

    phone: str
    hours: str
    hours_en: str
    address: str
    address_en: str


def check(reached: Reached) -> None:
    """Refuses `site_words`, `site_too_long`, `site_phone`."""
    said = dc.astuple(reached)
    if not all(said):
        raise Refusal("site_words")
    if len(reached.phone) > MAX_PHONE or max(map(len, said)) > MAX_WORDS:
        raise Refusal("site_too_long", phone=MAX_PHONE, words=MAX_WORDS)
    if not any(c.isdigit() for c in reached.phone) or not set(reached.phone) <= _PHONE:
        raise Refusal("site_phone")


_PHONE = set("0123456789+-() /、,;转")
