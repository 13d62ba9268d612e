"""Which kind of paper lines of text belong to: by the words that stand on it and on no other.

One wrong character is tolerated in words of four and more. `unknown` accuses nobody.
"""

from collections.abc import Collection, Sequence

from workers.reader.engine import Line

UNKNOWN = "unknown"
LEAST_CONFIDENCE = 0.5
TOLERANT_FROM = 4
"""Characters of a word in which one may be wrong."""

KINDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "temporary_id": (("临时居民身份证",),),
    "id_front": (("公民身份号码",), ("住址", "民族", "性别")),
    "id_back": (("居民身份证", "签发机关"), ("居民身份证", "有效期限"), ("签发机关", "有效期限")),
    "hk_mo_tw_permit": (("来往内地通行证",), ("大陆通行证",), ("港澳台居民居住证",)),
    "passport": (("护照", "PASSPORT"), ("PASSPORT", "国籍")),
    "household_page": (("常住人口登记卡",), ("户主或与户主关系",)),
    "registration_slip": (("报名成功通知单",),),
    "education_register": (("学历证书电子注册备案表",),),
    "education_report": (("学历认证报告",), ("学历学位认证报告",)),
    "overseas_degree": (("国外学历学位认证书",), ("教留服认",)),
    "military_education": (("军队院校学历证明",),),
    "replacement_diploma": (("毕业证明书", "准予毕业"), ("毕业证书遗失",)),
    "diploma": (("毕业证书", "证书编号"), ("准予毕业", "证书编号")),
    "degree": (
        ("学位证书", "证书编号"),
        *((f"{level}学位", "证书编号") for level in ("学士", "硕士", "博士")),
    ),
    "roster": (("毕业生名册",),),
    "student_card": (("学生证", "学期"),),
    "practice_certificate": (("医师执业证书",), ("执业类别", "执业范围", "注册日期")),
    "qualification": (("医师资格证书",), ("资格考试合格", "证书编码")),
    "first_registration": (("首次执业注册证明",),),
    "institution_licence": (("医疗机构执业许可证",), ("机构名称", "登记号", "诊疗科目")),
    "clinic_filing": (("诊所备案凭证",), ("诊所名称", "备案编号")),
    "apprenticeship": (("准予出师",), ("出师证书", "证书编号")),
    "expertise": (("医术确有专长", "证书编号"),),
    "internship_form": (("人员实习申请审核表",),),
    "military_consent": (("同意报考证明",), ("同意其报名参加", "医师资格考试")),
    "military_probation": (("军队医疗机构试用期考核证明",),),
    "extra_subject": (("加试申请表",),),
    "rural_post": (("卫生室", "在岗证明"),),
    "probation": (("试用期考核证明",), ("试用期满一年考核证明",)),
    "practice": (("执业期考核证明",),),
    "pledge": (("应届毕业生报考承诺书",),),
    "insurance": (("社会保险", "养老保险"), ("社会保险个人缴费",)),
    "admission_ticket": (("准考证", "考场"),),
    "score_report": (("实践技能考试成绩单",), ("成绩单", "总分")),
}
"""Kind → groups of words; all words of one group must stand there. The first kind that fits."""

NEVER_WITH: dict[str, tuple[str, ...]] = {
    "id_front": ("报考类别", "考核", "通知单"),
    "id_back": ("临时居民身份证", "机构名称", "诊疗科目"),
    "probation": ("军队",),
    "diploma": ("情况说明", "证明书"),
    "degree": ("情况说明",),
}
"""Words that a paper of the kind never bears: forms, too, ask for an ID number."""

CARDS = frozenset({"id_front", "id_back", "temporary_id", "hk_mo_tw_permit", "passport"})
"""Kinds with a margin all around: words that touch the picture's border were cut."""

LABELS: dict[str, tuple[str, ...]] = {
    "id_front": ("姓名", "住址", "公民身份号码"),
    "id_back": ("签发机关", "有效期限"),
}
"""What must be seen of a whole card, from its top; what is missing was cut off or outshone."""


def kind_of(lines: Sequence[Line]) -> str:
    """The kind of paper, or `unknown`."""
    text = "\n".join(squeezed(line.text) for line in lines if line.confidence >= LEAST_CONFIDENCE)
    for kind, groups in KINDS.items():
        if any(stands_in(word, text) for word in NEVER_WITH.get(kind, ())):
            continue
        if any(all(stands_in(word, text) for word in group) for group in groups):
            return kind
    return UNKNOWN


def missing_labels(kind: str, lines: Sequence[Line]) -> list[str]:
    """Labels of the kind that are not there."""
    texts = [squeezed(line.text) for line in lines]
    return [label for label in LABELS.get(kind, ()) if not _labels(label, texts)]


def is_cut(kind: str, missing: Collection[str]) -> bool:
    """Whether labels are missing where a picture can end. What stands between two that are seen
    was not cut off: it is covered, or cannot be read.
    """
    labels = LABELS.get(kind, ())
    return any(label in missing for label in (*labels[:1], *labels[-1:]))


def _labels(label: str, texts: Sequence[str]) -> bool:
    """Whether the label stands there. Half of a short one is enough where it stands by itself."""
    if stands_in(label, "\n".join(texts)):
        return True
    alone = [text for text in texts if len(text) <= len(label) + 1]
    return len(label) < TOLERANT_FROM and any(part in text for part in label for text in alone)


def squeezed(text: str) -> str:
    """Without spaces, however wide."""
    return "".join(text.split())


def stands_in(word: str, text: str) -> bool:
    """Whether the word stands in the text, with one wrong character where it is long enough."""
    if word in text:
        return True
    if len(word) < TOLERANT_FROM:
        return False
    return any(
        sum(a != b for a, b in zip(word, text[at : at + len(word)], strict=False)) <= 1
        for at in range(len(text) - len(word) + 1)
    )
