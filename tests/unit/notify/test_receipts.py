"""Carriers' receipts are read as the vendors document them."""

import uuid

import pytest

from services.notify.domain.exam import is_older
from services.notify.domain.receipts import (
    ANSWERS,
    READERS,
    CarrierReceipt,
    UnreadableReceipt,
    read,
)


def test_tencent_names_its_own_id_alone() -> None:
    pushed = [{"sid": "2028:1", "report_status": "FAIL", "errmsg": "UNDELIV", "mobile": "1"}]

    assert read("tencent", pushed) == [CarrierReceipt(None, "2028:1", False, "UNDELIV")]


def test_aliyun_names_ours_and_its_own() -> None:
    ours = uuid.uuid4()
    pushed = [
        {"out_id": str(ours), "biz_id": "9^0", "success": True, "err_code": "DELIVERED"},
        {"out_id": "somebody else's", "biz_id": "9^1", "success": False},
    ]

    assert read("aliyun", pushed) == [
        CarrierReceipt(ours, "9^0", True, "DELIVERED"),
        CarrierReceipt(None, "9^1", False, ""),
    ]


@pytest.mark.parametrize("vendor", sorted(READERS))
@pytest.mark.parametrize("pushed", [{}, "x", None, [1], [None], [{}], [{"sid": "1"}], [["sid"]]])
def test_another_shape_is_said_to_be_unreadable(vendor: str, pushed: object) -> None:
    with pytest.raises(UnreadableReceipt):
        read(vendor, pushed)


def test_each_vendor_is_answered_in_its_own_way() -> None:
    assert ANSWERS.keys() == READERS.keys()


@pytest.mark.parametrize(
    ("version", "than", "older"),
    [
        ("2023.1+aa", "2023.2+bb", True),
        ("2023.2+aa", "2023.10+bb", True),
        ("2023.1+aa", "2023.1+99", False),
        ("2023.2+aa", "2023.1+bb", False),
    ],
)
def test_packs_are_ordered_by_their_numbers(version: str, than: str, *, older: bool) -> None:
    assert is_older(version, than=than) is older
