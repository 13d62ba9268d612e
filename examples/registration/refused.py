"""Why Shencai did not take an edit, in the words of the page that shows it."""

import re

from examples.registration.facts import labels

EXPECTED: dict[str, tuple[str, str]] = {
    "name": ("应为 1 至 100 个字", "expected: 1 to 100 characters"),
    "id_number": (
        "请对照证件逐位核对，包括最后一位",
        "compare it with the card digit by digit, the last one too",
    ),
    "birth_date": (
        "应为确实存在的日期，例如 1998-05-04",
        "expected: a day that exists, like 1998-05-04",
    ),
    "phone": (
        "应为 11 位手机号码，或以 + 开头的国际号码",
        "expected: a mobile number, or + and digits",
    ),
    "work_unit": ("最多 200 个字", "expected: at most 200 characters"),
    "unit_phone": ("只能有数字、空格、+、- 和括号", "expected: digits, spaces, +, -, ()"),
}
"""Fact → what it should be; the others are chosen from a list."""
_CHOOSE = ("请重新选择", "choose again")
_TAKEN = ("已在另一个报名号下登记，请联系考点", "it stands under another number: call your site")
_SILENT = (
    "暂时没有回应，请稍后再保存一次。",
    "it does not answer now; save once more in a while.",
)


def in_words(problem: str, language: str) -> str:
    """The reason of the feed's answer, `number: fact is …`; anything else is no fault of hers."""
    column = 1 if language == "en" else 0
    named = re.match(r"[^:]*: (\w+) (is|stands) ", problem)
    label = labels(language).get(named[1]) if named else None
    if named is None or label is None:
        return _SILENT[column]
    said = _TAKEN if named[2] == "stands" else EXPECTED.get(named[1], _CHOOSE)
    return f"{label}: {said[1]}." if column else f"{label}：{said[0]}。"
