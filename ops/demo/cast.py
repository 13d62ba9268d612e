"""Who plays in the demo: forty invented candidates, each at one stage, some asked for more."""

import dataclasses as dc
import random
from collections.abc import Mapping
from enum import StrEnum

from ops.demo.profiles import PROFILES, UNITS
from ops.drawing.people import PEOPLE, id_number

SEED = 2023
EXAM = "demo"


class Stage(StrEnum):
    """How far a candidate has come."""

    NEW = "not activated: the whole walk is theirs"
    BEGUN = "activation begun, and interrupted after the first step"
    EMPTY = "activated, nothing uploaded"
    PARTLY = "partly uploaded"
    COMPLETE = "complete, not submitted"
    WARNED = "complete with findings (dark, blurry, small), not submitted"
    SUBMITTED = "submitted, waiting at the site"
    CLAIMED = "claimed by a site reviewer"
    RETURNED = "returned with requests"
    RESUBMITTED = "answered, at the area with old and new"
    FORWARDED = "recommended by the site, at the area"
    CONCLUDED = "concluded, waiting for publication"


UPLOADING = frozenset(Stage) - {Stage.NEW, Stage.BEGUN, Stage.EMPTY}
HANDED_IN = UPLOADING - {Stage.PARTLY, Stage.COMPLETE, Stage.WARNED}


@dc.dataclass(frozen=True, kw_only=True)
class Ask:
    """What the site asks of one candidate. `fact` for FIX, else `material`."""

    kind: str
    reason: str
    material: str | None = None
    position: int = 1
    fact: str | None = None
    words: str = ""
    due_hours: int = 48
    has_mark: bool = False


@dc.dataclass(frozen=True, kw_only=True)
class Player:
    """One candidate of the demo, all made up."""

    number: str
    name: str
    sex: str
    born: str
    id_number: str
    phone: str
    unit_phone: str
    site: str
    profile: str
    stage: Stage
    looks: Mapping[str, str]
    """`A01-2` → `blurry`: pictures with a fault; all others are clear."""
    asks: tuple[Ask, ...]
    is_eligible: bool
    absences: Mapping[str, str]
    """Material → why it is 暂缺/不适用."""
    exam: str = EXAM

    @property
    def facts(self) -> Mapping[str, str]:
        """What the registration says of them."""
        return PROFILES[self.profile]

    @property
    def unit(self) -> str:
        """Where they work."""
        return UNITS[self.facts["unit_kind"]]

    @property
    def language(self) -> str:
        """Who registered with foreign papers reads English."""
        return "en" if self.facts["id_type"] in ("passport", "hk_mo_tw") else "zh-CN"


@dc.dataclass(frozen=True, kw_only=True)
class _Part:
    """A line of the table below: what is not drawn by chance."""

    name: str
    profile: str
    site: str
    stage: Stage
    looks: Mapping[str, str] = dc.field(default_factory=dict)
    asks: tuple[Ask, ...] = ()
    is_eligible: bool = True
    absences: Mapping[str, str] = dc.field(default_factory=dict)


def _part(
    name: str,
    profile: str,
    site: str,
    stage: Stage,
    *asks: Ask,
    looks: Mapping[str, str] | None = None,
    absences: Mapping[str, str] | None = None,
    is_eligible: bool = True,
) -> _Part:
    return _Part(
        name=f"样例·{name}",
        profile=profile,
        site=site,
        stage=stage,
        asks=asks,
        looks=looks or {},
        absences=absences or {},
        is_eligible=is_eligible,
    )


_PARTS: tuple[_Part, ...] = (
    # Nothing of hers is deferred: her case can be followed to its publication in one sitting.
    _part("赵一", "plain", "heping", Stage.NEW),
    _part("钱二", "upgrade", "nankai", Stage.NEW),
    _part("孙三", "apprentice", "hexi", Stage.NEW),
    _part("李四", "retaker", "binhai", Stage.NEW),
    _part("Maria Example", "passport", "wuqing", Stage.NEW),
    _part("陈港生", "hong_kong", "heping", Stage.NEW),
    _part("阿卜杜热合曼·买买提依明·吐尔逊江·艾力·库尔班江", "rural", "jizhou", Stage.NEW),
    _part("周明", "upgrade", "hexi", Stage.BEGUN),
    _part("吴㛃", "military", "heping", Stage.EMPTY),
    _part("郑䶮", "postgraduate", "nankai", Stage.EMPTY),
    _part("王𬎆", "renamed", "binhai", Stage.EMPTY),
    _part("欧阳靖", "expertise", "wuqing", Stage.EMPTY),
    _part("冯五", "fresh", "heping", Stage.PARTLY),
    _part("陈六", "rural", "hexi", Stage.PARTLY, absences={"C06": "所在村卫生室暂未缴纳社会保险"}),
    _part("褚七", "unverifiable", "nankai", Stage.PARTLY),
    _part("卫八", "diploma_lost", "binhai", Stage.PARTLY),
    _part("蒋九", "temporary_id", "heping", Stage.COMPLETE),
    _part("沈十", "retaker", "nankai", Stage.COMPLETE),
    _part("古丽巴哈尔·阿不都热依木", "apprentice", "hexi", Stage.COMPLETE),
    _part("韩𪻐", "military", "wuqing", Stage.COMPLETE),
    _part("杨柳", "plain", "heping", Stage.WARNED, looks={"A01-1": "dark", "B01-1": "blurry"}),
    _part("朱砂", "fresh", "binhai", Stage.WARNED, looks={"A01-2": "blurry", "C01-1": "blurry"}),
    _part("秦川", "plain", "nankai", Stage.WARNED, looks={"A07-1": "small", "C06-1": "dark"}),
    _part("林清", "fresh", "heping", Stage.SUBMITTED),
    _part("许愿", "upgrade", "nankai", Stage.SUBMITTED),
    _part("何田", "hong_kong", "hexi", Stage.SUBMITTED),
    _part("吕梁", "plain", "wuqing", Stage.SUBMITTED, looks={"C01-1": "blurry"}),
    _part("施南", "unverifiable", "heping", Stage.SUBMITTED),
    _part("张弛", "plain", "heping", Stage.CLAIMED),
    _part("孔亮", "postgraduate", "binhai", Stage.CLAIMED),
    _part(
        "曹阳",
        "fresh",
        "heping",
        Stage.RETURNED,
        Ask(kind="REPLACE", reason="RE02", material="A01", has_mark=True),
        looks={"A01-1": "glare"},
    ),
    _part(
        "严谨",
        "upgrade",
        "hexi",
        Stage.RETURNED,
        Ask(kind="ADD", reason="AD02", material="D02", words="请补充变更注册记录页。"),
        Ask(kind="REPLACE", reason="RE13", material="C02"),
    ),
    _part(
        "华山",
        "plain",
        "nankai",
        Stage.RETURNED,
        Ask(kind="REPLACE", reason="RE03", material="C01", due_hours=1),
        looks={"C01-1": "cut"},
    ),
    _part(
        "金石",
        "expertise",
        "binhai",
        Stage.RETURNED,
        Ask(kind="FIX", reason="FX05", fact="work_unit", words="单位名称与执业许可证不一致。"),
        Ask(kind="ADD", reason="AD05", material="C06", due_hours=72),
    ),
    _part(
        "魏来",
        "plain",
        "heping",
        Stage.RESUBMITTED,
        Ask(kind="REPLACE", reason="RE06", material="B01", has_mark=True),
        looks={"B01-1": "dark"},
    ),
    _part(
        "陶然",
        "diploma_lost",
        "hexi",
        Stage.RESUBMITTED,
        Ask(kind="REPLACE", reason="RE04", material="A07"),
        Ask(kind="ADD", reason="AD07", material="Z01", words="请说明毕业证书遗失的经过。"),
        looks={"A07-1": "sideways"},
    ),
    _part(
        "姜原",
        "temporary_id",
        "wuqing",
        Stage.RESUBMITTED,
        Ask(kind="REPLACE", reason="RE01", material="A01", position=2),
        looks={"A01-2": "blurry"},
    ),
    _part("戚风", "retaker", "nankai", Stage.FORWARDED),
    _part("谢安", "military", "jizhou", Stage.CONCLUDED),
    _part("邹鲁", "rural", "jizhou", Stage.CONCLUDED, is_eligible=False),
)


def cast() -> tuple[Player, ...]:
    """The forty, the same at every call."""
    chance = random.Random(SEED)  # noqa: S311 - dates of birth, no secrets
    return tuple(_player(n, part, chance) for n, part in enumerate(_PARTS, start=1))


def _player(n: int, part: _Part, chance: random.Random) -> Player:
    sex = "female" if n % 2 else "male"
    born = f"{chance.randint(1978, 2000)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    painted = next((p for p in PEOPLE if p.name == part.name), None)
    if painted is not None:
        # The drawn papers are theirs, so that a reviewer finds everything in agreement.
        sex, born = {"女": "female", "男": "male"}[painted.sex], painted.born
    serial = 100 + 2 * n + (sex == "male")
    mainland = painted.number if painted is not None else id_number(born, serial)
    is_mainland = PROFILES[part.profile]["id_type"] in ("mainland", "temporary")
    return Player(
        number=f"DEMO-{n:04d}",
        name=part.name,
        sex=sex,
        born=f"{born[:4]}-{born[4:6]}-{born[6:]}",
        id_number=mainland if is_mainland else f"SAMPLE-{n:04d}",
        phone=f"1990000{n:04d}",
        unit_phone=f"022-0000-{2000 + n}",
        site=part.site,
        profile=part.profile,
        stage=part.stage,
        looks=part.looks,
        asks=part.asks,
        is_eligible=part.is_eligible,
        absences=part.absences,
    )
