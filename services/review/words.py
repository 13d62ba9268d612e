"""Words for codes: states, queues, findings, happenings. Chinese in the source, English beside."""

from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from libs.common.web.languages import language
from services.review.models.case import Exam

STATES: dict[str, tuple[str, str, LazyString]] = {
    "site_review": ("info", "eye", _l("考点审核中")),
    "waiting": ("warn", "clock", _l("等待考生")),
    "area_review": ("info", "eye", _l("考区审核中")),
    "concluded": ("lock", "lock", _l("等待公布")),
    "published": ("ok", "check", _l("已公布")),
}
"""State → tag colour, icon, word: never one alone."""

QUEUES: dict[str, LazyString] = {
    "site": _l("考点待审"),
    "area": _l("考区待审"),
    "mine": _l("我领取的"),
    "returned": _l("退回与再审"),
    "overdue": _l("更换逾期"),
    "info": _l("信息变更"),
    "wishes": _l("申请撤回"),
    "suspected": _l("涉嫌虚假"),
    "sample": _l("抽查复核"),
    "disagreed": _l("抽查不一致"),
    "waiting": _l("等待考生"),
    "unsubmitted": _l("截止未提交"),
    "concluded": _l("已有结论"),
}

OUTCOMES: dict[str, tuple[str, str, LazyString]] = {
    "passed": ("ok", "check", _l("审核通过")),
    "not_passed": ("bad", "cross", _l("审核不通过")),
    "not_submitted": ("lock", "lock", _l("未提交")),
}

ENDINGS: dict[str, tuple[str, str, LazyString]] = OUTCOMES | {
    "ask": ("warn", "again", _l("应要求更换")),
}
"""What a second reading ends with."""

RECOMMENDATIONS: dict[str, tuple[str, str, LazyString]] = {
    "pass": ("ok", "check", _l("考点建议：通过")),
    "not_eligible": ("bad", "cross", _l("考点建议：不具备资格")),
}

STANDINGS: dict[str, tuple[str, str, LazyString]] = {
    "draft": ("", "pen", _l("待发出")),
    "open": ("warn", "clock", _l("等待考生")),
    "answered": ("ok", "check", _l("已答复")),
    "overdue": ("bad", "alert", _l("更换逾期")),
}

KINDS: dict[str, LazyString] = {
    "REPLACE": _l("更换"),
    "ADD": _l("补充"),
    "FIX": _l("信息更正"),
}

HAPPENINGS: dict[str, LazyString] = {
    "opened": _l("考生提交"),
    "answered": _l("考生重新提交"),
    "damaged": _l("自动检查发现图片损坏，已要求更换"),
    "overdue": _l("更换逾期"),
    "second_missed": _l("补交阶段已结束，没有补交材料"),
    "asked": _l("发出要求"),
    "forwarded_pass": _l("考点建议通过"),
    "forwarded_not_eligible": _l("考点建议不具备资格"),
    "sent_back": _l("考区退回考点"),
    "concluded_passed": _l("考区结论：通过"),
    "concluded_not_passed": _l("考区结论：不通过"),
    "reopened": _l("考区撤回结论"),
    "info_changed": _l("报名信息已变更"),
    "newly_asked": _l("因信息变更自动要求补充"),
    "extended": _l("延长要求期限"),
    "withdrawn": _l("撤回要求"),
    "reopen_asked": _l("考生申请撤回提交"),
    "given_back": _l("同意撤回，已退还考生"),
    "reopen_declined": _l("不同意撤回提交"),
    "phoned_reached": _l("电话：考生已接听"),
    "phoned_not_reached": _l("电话：考生未接听"),
    "phoned_wrong_number": _l("电话：考生号码有误"),
    "phoned_refused": _l("电话：考生拒绝"),
    "phoned_unit_reached": _l("电话：单位已接听"),
    "phoned_unit_not_reached": _l("电话：单位未接听"),
    "phoned_unit_wrong_number": _l("电话：单位号码有误"),
    "phoned_unit_refused": _l("电话：单位拒绝"),
    "flagged": _l("标记涉嫌虚假"),
    "unflagged": _l("撤回涉嫌虚假标记"),
}

COMPARISONS: dict[str, tuple[str, str, LazyString]] = {
    "match": ("ok", "check", _l("机读一致")),
    "compare": ("warn", "eye", _l("请核对：机读相差一两个字")),
    "differs": ("bad", "alert", _l("机读不同，请核对")),
    "not_read": ("", "minus", _l("没有读出")),
}
"""How a paper, once read, compares: a hint, never a verdict."""

PAPERS: dict[str, LazyString] = {
    "id_front": _l("居民身份证人像面"),
    "id_back": _l("居民身份证国徽面"),
    "temporary_id": _l("临时身份证"),
    "hk_mo_tw_permit": _l("港澳台居民证件"),
    "passport": _l("护照"),
    "household_page": _l("户口页"),
    "registration_slip": _l("报名成功通知单"),
    "education_register": _l("学历电子注册备案表"),
    "education_report": _l("学历认证报告"),
    "overseas_degree": _l("国外学历学位认证书"),
    "replacement_diploma": _l("毕业证明书"),
    "roster": _l("毕业生名册"),
    "probation": _l("试用期考核证明"),
    "practice": _l("执业期考核证明"),
    "pledge": _l("应届毕业生承诺书"),
    "insurance": _l("社会保险缴费证明"),
    "admission_ticket": _l("准考证"),
    "score_report": _l("成绩单"),
    "military_education": _l("军队院校学历证明"),
    "diploma": _l("毕业证书"),
    "degree": _l("学位证书"),
    "student_card": _l("学生证"),
    "practice_certificate": _l("医师执业证书"),
    "qualification": _l("医师资格证书"),
    "first_registration": _l("首次执业注册证明"),
    "institution_licence": _l("医疗机构执业许可证"),
    "clinic_filing": _l("诊所备案凭证"),
    "apprenticeship": _l("出师证书"),
    "expertise": _l("确有专长证书"),
    "internship_form": _l("实习申请审核表"),
    "military_consent": _l("同意报考证明"),
    "military_probation": _l("军队试用期考核证明"),
    "extra_subject": _l("加试申请表"),
    "rural_post": _l("卫生室在岗证明"),
}
"""Kinds of paper that the reader tells apart; any other code stands as it is."""

NOTHING = _l("（无）")
EXPIRY = _l("有效期")

UNDONE: dict[str, LazyString] = {
    "verdict": _l("已撤销上一个判定。"),
    "reason": _l("已撤销理由的改动，判定仍在。"),
    "mark": _l("已撤销标记框的改动，判定仍在。"),
    "words": _l("已撤销补充说明的改动，判定仍在。"),
    "due": _l("已撤销期限的改动，判定仍在。"),
}
"""What an undo took back, step by step."""

FINDINGS: dict[str, LazyString] = {
    "blurry": _l("可能不够清晰"),
    "very_blurry": _l("很可能模糊"),
    "dark": _l("偏暗"),
    "flat": _l("对比度低"),
    "blank": _l("几乎空白"),
    "small": _l("像素偏少"),
    "sideways_left": _l("纸张向左躺倒"),
    "sideways_right": _l("纸张向右躺倒"),
    "upside_down": _l("纸张上下颠倒"),
    "mirrored": _l("画面左右翻转"),
    "cut_off": _l("边缘可能被切掉"),
    "wrong_kind": _l("可能不是这项材料"),
    "id_differs": _l("证件号码与登记不同，请核对"),
    "name_differs": _l("姓名与登记不同，请核对"),
    "id_not_read": _l("证件号码没有读出"),
    "glare": _l("可能有反光"),
    "expired": _l("证件可能已过有效期"),
    "own_repeat": _l("与本人另一张图片相同"),
}
"""What the checks warn of. A hint: the reviewer judges."""

NEWLY_REQUIRED = "newly_required"
NEWLY_ASKED = _l("报名信息更正后新要求的材料")
DAMAGED = _l("图片损坏，无法打开")
REFUSING = frozenset(
    {
        *("empty", "too_big", "not_jpeg_or_png", "damaged", "animated", "unsupported"),
        *("too_many_pixels", "too_many_scans", "too_many_segments", "too_small", "too_narrow"),
    }
)
"""Findings for which a late check asks by itself; they stand as a request's reason then."""
ROLES: dict[str, LazyString] = {
    "site_reviewer": _l("考点审核员"),
    "site_lead": _l("考点负责人"),
    "area_reviewer": _l("考区审核员"),
    "area_lead": _l("考区负责人"),
    "administrator": _l("管理员"),
    "auditor": _l("监督员"),
}


def of(texts: dict[str, Any], fallback: str) -> str:
    """The text in the request's language, out of a pack's words by language tag."""
    return str(texts.get(language()) or texts.get("zh-CN") or fallback)


def either(texts: dict[str, Any], name: str) -> str:
    """A field of a pack's words that stands with `_en` for English."""
    english = texts.get(f"{name}_en") if language() == "en" else None
    return str(english or texts.get(name, ""))


def exam_name(exam: Exam) -> str:
    """The exam's name."""
    return of(exam.names, exam.code)


def site_name(exam: Exam, site: str) -> str:
    """The site's name."""
    return of(exam.sites.get(site, {}), site)


def material_title(exam: Exam, code: str | None) -> str:
    """The material's title."""
    return of(exam.materials.get(code or "", {}), code or "")


def reason_words(exam: Exam, code: str) -> str:
    """The reason's words; what a machine asked for by itself is no pack's."""
    if code == NEWLY_REQUIRED:
        return str(NEWLY_ASKED)
    return str(DAMAGED) if code in REFUSING else of(exam.reasons.get(code, {}), code)


def fact_label(exam: Exam, fact: str | None) -> str:
    """The fact's label on the panel."""
    return of(exam.facts.get(fact or "", {}), fact or "")


def compared_fact(exam: Exam, fact: str) -> str:
    """A fact that the reader compares; the expiry of a paper is no registration fact."""
    return str(EXPIRY) if fact == "expiry" else fact_label(exam, fact)


def fact_value(exam: Exam, fact: str, value: str) -> str:
    """The words of a fact's value, where the pack has some."""
    words = exam.facts.get(fact, {})
    return str(words.get(f"{value}.{language()}") or words.get(f"{value}.zh-CN") or value)


def finding(code: str, severity: str) -> str:
    """A finding in words."""
    if severity == "refuse":
        return str(DAMAGED)
    return str(FINDINGS[code]) if code in FINDINGS else gettext("其他提示：%(code)s", code=code)
