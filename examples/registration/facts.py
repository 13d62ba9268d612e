"""How the facts of a registration are called, and what their values mean, in both languages."""

import dataclasses as dc
from collections.abc import Mapping


@dc.dataclass(frozen=True)
class Personal:
    """A fact that stands in a field of the registration's own, not among its `facts`."""

    field: str
    zh: str
    en: str
    kind: str = "text"
    """Of the form's input."""
    must: bool = False


PERSONAL: dict[str, Personal] = {
    "name": Personal("name", "姓名", "Name", must=True),
    "id_number": Personal("id_number", "证件号码", "ID number", must=True),
    "sex": Personal("sex", "性别", "Sex", "select"),
    "birth_date": Personal("birth_date", "出生日期", "Date of birth", "date"),
    "phone": Personal("phone", "手机号码", "Mobile phone", "tel", must=True),
    "work_unit": Personal("unit", "工作单位", "Work unit"),
    "unit_phone": Personal("unit_phone", "单位电话", "Work phone", "tel"),
}
"""Shencai's code of a fact → where it stands here; the others stand in `facts` by their codes."""
SEXES = {"female": ("女", "Female"), "male": ("男", "Male")}
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
    "name_changed": ("曾更改姓名", "Name changed"),
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
    text = as_text(value)
    known = VALUES.get(name, {}).get(text) or TRUTHS.get(text)
    return known[column] if known else text


def sex_in_words(value: str, language: str) -> str:
    """The sex, or a dash while it is not known."""
    return SEXES.get(value, ("—", "—"))[1 if language == "en" else 0]


@dc.dataclass(frozen=True)
class Field:
    """One fact in the form."""

    fact: str
    name: str
    """Of the input."""
    label: str
    value: str
    choices: list[tuple[str, str]]
    """Value and its words; none where it is written."""
    kind: str = "select"
    must: bool = False


def form_name(fact: str) -> str:
    """How the fact's input is called in the form."""
    return PERSONAL[fact].field if fact in PERSONAL else f"fact.{fact}"


def labels(language: str) -> dict[str, str]:
    """Code of each fact that a correction may name → its label."""
    column = 1 if language == "en" else 0
    own = {fact: (known.zh, known.en)[column] for fact, known in PERSONAL.items()}
    return own | {fact: pair[column] for fact, pair in LABELS.items()}


def fields(values: Mapping[str, str], language: str) -> list[Field]:
    """A field for every fact, in the order above; `values` has the value of each."""
    said = labels(language)
    return [_field(fact, said[fact], values.get(fact, ""), language) for fact in said]


def _field(fact: str, label: str, value: str, language: str) -> Field:
    column = 1 if language == "en" else 0
    known = PERSONAL.get(fact)
    offered = SEXES if fact == "sex" else VALUES.get(fact, TRUTHS)
    choices = [(one, pair[column]) for one, pair in offered.items()]
    if value not in offered:
        choices.insert(0, (value, value or "—"))
    is_written = known is not None and known.kind != "select"
    return Field(
        fact=fact,
        name=form_name(fact),
        label=label,
        value=value,
        choices=[] if is_written else choices,
        kind=known.kind if known else "select",
        must=bool(known and known.must),
    )


def is_claim(fact: str) -> bool:
    """Whether it is true or false; one that is left out counts as false."""
    return fact in LABELS and fact not in VALUES


def as_text(value: str | bool) -> str:  # noqa: FBT001 - a fact's value
    """The value as the form says it."""
    return str(value).lower() if isinstance(value, bool) else value
