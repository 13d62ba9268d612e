"""How the facts of a registration are called, and what their values mean, in both languages."""

import dataclasses as dc
from collections.abc import Mapping

LABELS: dict[str, tuple[str, str]] = {
    "level": ("报考级别", "Level"),
    "category": ("报考类别", "Category"),
    "route": ("报考途径", "Route"),
    "education": ("学历", "Education"),
    "education_mode": ("学习形式", "Mode of study"),
    "education_origin": ("学历来源", "Origin of education"),
    "chsi_verifiable": ("学信网可查", "Verifiable at CHSI"),
    "holds_assistant_licence": ("持有执业助理医师证", "Holds assistant licence"),
    "licence_cross_province": ("跨省注册", "Licensed in another province"),
    "unit_kind": ("单位类型", "Kind of work unit"),
    "fresh_graduate": ("应届毕业生", "Fresh graduate"),
    "current_postgraduate": ("在读研究生", "Current postgraduate"),
    "retaker_same_area": ("本考区再次报考", "Retaker in this area"),
    "skill_pass_carried": ("实践技能成绩保留", "Skill pass carried over"),
    "name_changed": ("曾用名", "Name changed"),
    "military": ("现役军人", "Military"),
    "id_type": ("证件类型", "Kind of ID"),
    "extra_post": ("加试", "Extra subject"),
    "diploma_lost": ("毕业证书遗失", "Diploma lost"),
}
VALUES: dict[str, dict[str, tuple[str, str]]] = {
    "level": {
        "physician": ("执业医师", "Physician"),
        "assistant": ("执业助理医师", "Assistant physician"),
        "rural": ("乡村全科执业助理医师", "Rural general practitioner"),
    },
    "category": {
        "clinical": ("临床", "Clinical"),
        "dental": ("口腔", "Dental"),
        "public_health": ("公共卫生", "Public health"),
        "tcm": ("中医", "Traditional Chinese medicine"),
        "integrated": ("中西医结合", "Integrated medicine"),
    },
    "route": {
        "degree": ("学历", "Degree"),
        "apprenticeship": ("师承", "Apprenticeship"),
        "expertise": ("确有专长", "Proven expertise"),
    },
    "education": {
        "secondary": ("中专", "Secondary"),
        "junior": ("大专", "Junior college"),
        "bachelor": ("本科", "Bachelor"),
        "master": ("硕士研究生", "Master"),
        "doctor": ("博士研究生", "Doctor"),
    },
    "education_mode": {
        "full_time": ("全日制", "Full time"),
        "adult": ("成人教育", "Adult education"),
        "self_taught": ("自学考试", "Self-taught"),
    },
    "education_origin": {
        "mainland": ("内地", "Mainland"),
        "overseas": ("国（境）外", "Overseas"),
        "military": ("军队院校", "Military college"),
    },
    "unit_kind": {
        "tertiary_hospital": ("三级医院", "Tertiary hospital"),
        "other_institution": ("其他医疗机构", "Other institution"),
        "clinic": ("诊所", "Clinic"),
        "village_clinic": ("村卫生室", "Village clinic"),
        "cdc": ("疾控机构", "Centre for disease control"),
    },
    "id_type": {
        "mainland": ("居民身份证", "Resident ID card"),
        "temporary": ("临时身份证", "Temporary ID card"),
        "hk_mo_tw": ("港澳台居民证件", "HK, MO or TW permit"),
        "passport": ("护照", "Passport"),
    },
}
TRUTHS = {"true": ("是", "Yes"), "false": ("否", "No")}


def in_words(facts: Mapping[str, str | bool], language: str) -> list[tuple[str, str]]:
    """Label and value of each fact, in the order above; what is unknown stands as it came."""
    column = 1 if language == "en" else 0
    order = [name for name in LABELS if name in facts] + [n for n in facts if n not in LABELS]
    return [
        (LABELS.get(name, (name, name))[column], _value(name, facts[name], column))
        for name in order
    ]


def _value(name: str, value: str | bool, column: int) -> str:  # noqa: FBT001 - a fact's value
    text = str(value).lower() if isinstance(value, bool) else value
    known = VALUES.get(name, {}).get(text) or TRUTHS.get(text)
    return known[column] if known else text


@dc.dataclass(frozen=True)
class Field:
    """One fact in the form."""

    name: str
    label: str
    value: str
    choices: list[tuple[str, str]]
    """Value and its words."""


def labels(language: str) -> dict[str, str]:
    """Name of a fact → its label; the plain columns are facts, too, for who asks corrections."""
    column = 1 if language == "en" else 0
    return {name: pair[column] for name, pair in LABELS.items()}


def fields(facts: Mapping[str, str | bool], language: str) -> list[Field]:
    """The form's fields, in the order above."""
    column = 1 if language == "en" else 0
    order = [name for name in LABELS if name in facts]
    return [
        Field(
            name=name,
            label=LABELS[name][column],
            value=_text(facts[name]),
            choices=[(v, pair[column]) for v, pair in VALUES.get(name, TRUTHS).items()],
        )
        for name in order
    ]


def same(text: str, value: str | bool) -> bool:  # noqa: FBT001 - a fact's value
    """Whether the form's text means the fact's value."""
    return text.lower() == _text(value)


def _text(value: str | bool) -> str:  # noqa: FBT001 - a fact's value
    return str(value).lower() if isinstance(value, bool) else value
