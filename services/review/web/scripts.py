"""What is said on the telephone, and the words for what comes of it."""

import dataclasses as dc

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

CALLS: dict[str, LazyString] = {
    "reached": _l("已联系到"),
    "not_reached": _l("未接听"),
    "wrong_number": _l("号码有误"),
    "refused": _l("拒绝"),
}
"""What came of telephoning."""

CALL_CAUSES: dict[str, LazyString] = {
    "sms_failed": _l("短信未送达"),
    "no_reaction": _l("期限将近无反应"),
}
CALL_STANDINGS: dict[str, LazyString] = {
    "done": _l("已完成"),
    "acted": _l("考生已自行处理"),
    "over": _l("事项已结束"),
}
FACTS_TOLD: dict[str, LazyString] = {
    "requests_raised": _l("有材料需要更换或补充"),
    "requests_due": _l("更换期限将到"),
    "results_published": _l("审核结果已公布"),
    "case_reopened": _l("申请已退还"),
}
"""What a call is about; a fact that stands not here is an important notice."""
SCRIPTS: dict[str, LazyString] = {
    "requests_raised": _l("您提交的报名材料有需要更换或补充的地方，请在期限前处理并重新提交。"),
    "requests_due": _l("审核要求的期限快到了，您还没有重新提交，请尽快处理。"),
    "results_published": _l("审核结果已经公布，请登录查看。"),
    "case_reopened": _l("您申请撤回的材料已经退还，请修改后在截止前重新提交。"),
    "other": _l("报名系统里有一条重要通知，请您尽快登录查看。"),
}
"""What to say to her: no detail, no ID number, nothing that an SMS would not say (R22)."""
PASSED_ON = _l("请本人回电")
"""All that a work unit may hear of the matter."""
TARGETS: dict[str, LazyString] = {"candidate": _l("考生本人"), "work_unit": _l("工作单位")}


@dc.dataclass(frozen=True)
class Dialled:
    """The personal values that whoever telephones needs; none once the call is closed."""

    phone: str = ""
    name: str = ""
    """Whole, and only for a work unit: it could not know whom to tell by a masked one."""
    call_back: str = ""
    """The site's own number, for a work unit to pass on."""


def told(fact: str) -> str:
    """What a call is about."""
    return str(FACTS_TOLD.get(fact) or gettext("重要通知"))


def told_to(target: str, fact: str) -> str:
    """What whoever is telephoned may hear of it."""
    return str(PASSED_ON) if target == "work_unit" else told(fact)
