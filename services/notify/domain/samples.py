"""An invented exam and invented values, by which staff see each wording as a candidate would."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from services.notify.domain.wording import ExamWords

_AT = "2023-02-16T16:00:00+00:00"

EXAM = ExamWords(
    names={"zh-CN": "样例考试", "en": "Sample exam"},
    zone=ZoneInfo("Asia/Shanghai"),
    titles={
        "A01": {"zh-CN": "有效身份证明", "en": "ID card"},
        "B01": {"zh-CN": "毕业证书", "en": "Diploma"},
    },
    facts={"name": {"zh-CN": "姓名", "en": "Name"}},
)
PARAMS: Mapping[str, object] = {
    **dict.fromkeys(
        ("ends_at", "due_at", "submitted_at", "locked_at", "overdue_at", "published_at"), _AT
    ),
    "receipt_number": "SAMPLE-0001",
    "hours_left": 24,
    "count": 1,
    "stage": "site_review",
    "reason": "样例说明",
    "words": "样例说明",
    "missing": ["A01", "B01"],
    "requests": [
        {"kind": "REPLACE", "material": "A01", "fact": None, "due_at": _AT},
        {"kind": "ADD", "material": "B01", "fact": None, "due_at": _AT},
        {"kind": "FIX", "material": None, "fact": "name", "due_at": _AT},
    ],
}
"""Every parameter that any wording takes."""
CODE = "382916"
