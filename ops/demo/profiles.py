"""The kinds of candidates of the demo: the facts of which the list of materials is made."""

from collections.abc import Mapping

Facts = Mapping[str, str]

_STUDIED = {"route": "degree", "education_mode": "full_time", "education_origin": "mainland"}
_BACHELOR = {
    **_STUDIED,
    "level": "physician",
    "category": "clinical",
    "education": "bachelor",
    "chsi_verifiable": "true",
    "id_type": "mainland",
    "unit_kind": "tertiary_hospital",
}
_JUNIOR = {**_BACHELOR, "education": "junior", "level": "assistant", "unit_kind": "cdc"}

PROFILES: Mapping[str, Facts] = {
    "fresh": {**_BACHELOR, "fresh_graduate": "true"},
    "upgrade": {
        **_JUNIOR,
        "level": "physician",
        "unit_kind": "other_institution",
        "holds_assistant_licence": "true",
        "licence_cross_province": "true",
    },
    "apprentice": {
        "level": "assistant",
        "category": "tcm",
        "route": "apprenticeship",
        "id_type": "mainland",
        "unit_kind": "clinic",
    },
    "retaker": {**_BACHELOR, "retaker_same_area": "true"},
    "military": {**_BACHELOR, "military": "true"},
    "hong_kong": {
        **_BACHELOR,
        "id_type": "hk_mo_tw",
        "education_origin": "overseas",
        "chsi_verifiable": "false",
    },
    "rural": {
        **_STUDIED,
        "level": "rural",
        "category": "clinical",
        "education": "secondary",
        "id_type": "mainland",
        "unit_kind": "village_clinic",
    },
    "passport": {
        **_BACHELOR,
        "id_type": "passport",
        "education_origin": "overseas",
        "chsi_verifiable": "false",
    },
    "postgraduate": {
        **_BACHELOR,
        "category": "dental",
        "education": "master",
        "current_postgraduate": "true",
    },
    "renamed": {**_JUNIOR, "category": "public_health", "name_changed": "true"},
    "expertise": {
        "level": "assistant",
        "category": "tcm",
        "route": "expertise",
        "id_type": "mainland",
        "unit_kind": "other_institution",
    },
    "unverifiable": {**_JUNIOR, "education_mode": "adult", "chsi_verifiable": "false"},
    "diploma_lost": {**_BACHELOR, "diploma_lost": "true", "skill_pass_carried": "true"},
    "temporary_id": {**_JUNIOR, "id_type": "temporary", "extra_post": "true"},
    "plain": _BACHELOR,
}
"""Name → facts. The first seven are those that the rules name; each fact occurs somewhere."""

UNITS: Mapping[str, str] = {
    "tertiary_hospital": "样例市样例医院",
    "other_institution": "样例区社区卫生服务中心",
    "clinic": "样例县样例诊所",
    "village_clinic": "样例镇样例村卫生室",
    "cdc": "样例市疾病预防控制中心",
}
"""Kind of work unit → the name of an invented one."""
