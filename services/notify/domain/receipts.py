"""Carriers' receipts as the vendors push them, in one shape. What is not understood is kept raw."""

import dataclasses as dc
import uuid
from collections.abc import Callable
from typing import Any

MAX_CODE_CHARACTERS = 64


@dc.dataclass(frozen=True)
class CarrierReceipt:
    """One SMS has come to its end. It names our delivery, the vendor's id, or both."""

    delivery_id: uuid.UUID | None
    vendor_id: str | None
    delivered: bool
    code: str


class UnreadableReceipt(Exception):
    """The pushed JSON is not what the vendor documents."""


def read(vendor: str, pushed: object) -> list[CarrierReceipt]:
    """The receipts in one pushed body. Raises UnreadableReceipt with a sentence without values."""
    if not isinstance(pushed, list):
        raise UnreadableReceipt("not a list")
    reader = READERS[vendor]
    try:
        return [reader(item) for item in pushed]
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableReceipt(f"an item of the wrong shape: {type(error).__name__}") from None


def _aliyun(item: dict[str, Any]) -> CarrierReceipt:
    """help.aliyun.com 101867: `out_id` is ours, `biz_id` theirs."""
    return CarrierReceipt(
        delivery_id=_ours(item.get("out_id")),
        vendor_id=_text(item["biz_id"]),
        delivered=item["success"] is True,
        code=_text(item.get("err_code")) or "",
    )


def _tencent(item: dict[str, Any]) -> CarrierReceipt:
    """cloud.tencent.com 382/43547: only `sid`, the SerialNo of the answer."""
    return CarrierReceipt(
        delivery_id=None,
        vendor_id=_text(item["sid"]),
        delivered=item["report_status"] == "SUCCESS",
        code=_text(item.get("errmsg")) or "",
    )


def _http(item: dict[str, Any]) -> CarrierReceipt:
    """Of the signed door of any other vendor: both ids."""
    return CarrierReceipt(
        delivery_id=_ours(item.get("out_id")),
        vendor_id=_text(item["id"]),
        delivered=item["delivered"] is True,
        code=_text(item.get("code")) or "",
    )


READERS: dict[str, Callable[[dict[str, Any]], CarrierReceipt]] = {
    "aliyun": _aliyun,
    "tencent": _tencent,
    "http": _http,
}
ANSWERS: dict[str, dict[str, object]] = {
    "aliyun": {"code": 0, "msg": "接收成功"},
    "tencent": {"result": 0, "errmsg": "OK"},
    "http": {"ok": True},
}
"""What each vendor wants to hear; anything else makes it push again."""


def _text(value: object) -> str | None:
    """Without what a database takes for no text: zero bytes, half surrogates, controls."""
    return "".join(filter(str.isprintable, str(value)))[:MAX_CODE_CHARACTERS] if value else None


def _ours(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
