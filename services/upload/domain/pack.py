"""Exam packs: `exams/<code>/exam.yaml` with its sample pictures, read and judged.

A *document* is what stands in exam.yaml, as JSON values: it can be stored, shifted in time, and
made an `Exam` by `parse`. Whatever is wrong with it is told all at once, each with its place.
"""

import copy
import dataclasses as dc
import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import ValidationError

from services.upload.domain import pack_rules
from services.upload.domain.exam import MAIN, Exam, Reason, ShownFact, Site, Text
from services.upload.domain.pack_shape import PackShape
from services.upload.domain.pack_yaml import words_of

Document = dict[str, Any]

DEMO_CODE = "demo"
DEMO_DAYS_AHEAD = 10
DEMO_SUFFIX = Text(zh="（演示）", en=" (demo)")


@dc.dataclass(frozen=True)
class Fault:
    """What is wrong with a pack, and where; reads as one sentence."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


class BadPack(Exception):
    """A pack with faults; none of it may be used."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def check(folder: Path) -> tuple[Fault, ...]:
    """Everything that is wrong with the pack in this folder; nothing when it may be loaded."""
    try:
        load(folder)
    except BadPack as error:
        return error.faults
    return ()


def load(folder: Path) -> tuple[Document, Exam]:
    """The pack in this folder, its sample pictures counted. Raises BadPack."""
    document = read(folder / "exam.yaml")
    exam = parse(document)
    faults = [
        Fault(f"samples/{m.code}.jpg", f"is missing; it shows {m.title.en}")
        for m in exam.materials
        if not (folder / "samples" / f"{m.code}.jpg").is_file()
    ]
    if exam.pack != folder.resolve().name:
        faults.append(Fault("code", f"is {exam.pack}, but the folder {folder.resolve().name}"))
    if faults:
        raise BadPack(faults)
    return document, exam


def read(path: Path) -> Document:
    """The document of an exam.yaml. Raises BadPack with the line when it is not YAML."""
    try:
        document = words_of(path.read_text(encoding="utf-8"))
        json.dumps(document)
    except (OSError, UnicodeDecodeError) as error:
        raise BadPack([Fault(path.name, f"cannot be read ({type(error).__name__})")]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = path.name if mark is None else f"{path.name} line {mark.line + 1}"
        raise BadPack([Fault(place, error.problem or "is not YAML")]) from None
    except yaml.YAMLError:
        raise BadPack([Fault(path.name, "holds characters that YAML does not allow")]) from None
    except ValueError:
        raise BadPack([Fault(path.name, "holds an entry that contains itself")]) from None
    if not isinstance(document, dict):
        raise BadPack([Fault(path.name, "is not a mapping of fields")])
    return document


def parse(document: Mapping[str, Any]) -> Exam:
    """The exam that a document describes. Raises BadPack with every fault."""
    exam, faults = _read(document)
    pack_rules.judge(exam, tell=lambda place, sentence: faults.append(Fault(place, sentence)))
    if faults:
        raise BadPack(faults)
    return exam


def accepted(document: Mapping[str, Any]) -> Exam:
    """The exam of a document that was judged when it was loaded.

    It is not judged again: a rule that came later must not close an exam that is under way.
    """
    exam, faults = _read(document)
    if faults:
        raise BadPack(faults)
    return exam


def _read(document: Mapping[str, Any]) -> tuple[Exam, list[Fault]]:
    """The exam, and what of it could not be read. Raises BadPack when its shape is wrong."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    try:
        shape = PackShape.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise BadPack([_shape_fault(dict(e), document) for e in error.errors()]) from None
    faults: list[Fault] = []

    def tell(place: str, sentence: str) -> None:
        faults.append(Fault(place, sentence))

    zone = pack_rules.read_zone(shape.zone, tell=tell)
    exam = Exam(
        **{name: getattr(shape, name) for name in _SAME_FIELDS},
        pack=shape.pack or shape.code,
        version=f"{shape.version}+{hashlib.sha256(text.encode()).hexdigest()[:8]}",
        windows={
            name: pack_rules.read_window(window, zone=zone, place=f"windows.{name}", tell=tell)
            for name, window in shape.windows.items()
        },
        materials=tuple(pack_rules.read_material(m, tell=tell) for m in shape.materials),
    )
    return exam, faults


def shifted(
    document: Mapping[str, Any],
    *,
    code: str,
    opens_at: dt.datetime,
    ends_at: dt.datetime,
    suffix: Text | None = None,
) -> Document:
    """The same pack as another exam: its main window moved there, later ones by as much.

    `opens_at` and `ends_at` are aware; `suffix` is added to the exam's name.
    """
    new = copy.deepcopy(dict(document))
    zone = ZoneInfo(new["zone"])
    windows = parse(document).windows
    later_by = ends_at - windows[MAIN].ends_at
    for name, window in windows.items():
        start, end = window.opens_at + later_by, window.ends_at + later_by
        if name == MAIN:
            start, end = opens_at, ends_at
        new["windows"][name] |= {"opens": _wall(start, zone), "ends": _wall(end, zone)}
    new |= {"code": code, "pack": new.get("pack") or new["code"]}
    if suffix is not None:
        new["name"] = {tag: word + getattr(suffix, tag) for tag, word in new["name"].items()}
    return new


def demo(document: Mapping[str, Any], *, now: dt.datetime) -> Document:
    """The pack as the demo exam: open from yesterday 00:00 until ten days ahead, 24:00."""
    zone = ZoneInfo(document["zone"])
    today = now.astimezone(zone).date()

    def midnight(days: int) -> dt.datetime:
        day = today + dt.timedelta(days=days)
        return dt.datetime(day.year, day.month, day.day, tzinfo=zone)

    return shifted(
        document,
        code=DEMO_CODE,
        opens_at=midnight(-1),
        ends_at=midnight(DEMO_DAYS_AHEAD + 1),
        suffix=DEMO_SUFFIX,
    )


def summary(exam: Exam) -> dict[str, Any]:
    """The fields of the message ExamLoaded: what other rooms need of a pack."""
    return {
        "exam": exam.code,
        "pack_version": exam.version,
        "zone": exam.zone,
        "names": exam.name.by_tag(),
        "sites": {site.code: _site_words(site) for site in exam.sites},
        "materials": {m.code: m.title.by_tag() for m in exam.materials},
        "reasons": {reason.code: _reason_words(reason) for reason in exam.reasons},
        "settings": dc.asdict(exam.settings),
        "facts": {fact.name: _fact_words(fact) for fact in exam.facts},
    }


def _fact_words(fact: ShownFact) -> dict[str, str]:
    values = ((value, words.by_tag()) for value, words in fact.values.items())
    spoken = {f"{value}.{tag}": said for value, tags in values for tag, said in tags.items()}
    return {**fact.label.by_tag(), **spoken}


def _site_words(site: Site) -> dict[str, str]:
    hours = {"hours": site.hours.zh, "hours_en": site.hours.en}
    return {**site.name.by_tag(), "phone": site.phone, **hours}


def _reason_words(reason: Reason) -> dict[str, str]:
    return {
        **reason.words.by_tag(),
        "kind": reason.kind.value,
        "cure": reason.cure.zh,
        "cure_en": reason.cure.en,
        "initials": reason.initials,
        "materials": " ".join(reason.materials),
        "facts": " ".join(reason.facts),
    }


def _wall(at: dt.datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).replace(tzinfo=None).isoformat()


_SAME_FIELDS = sorted(
    {field.name for field in dc.fields(Exam)} - {"pack", "version", "windows", "materials"}
)

_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
    "unexpected_keyword_argument": "is not a known field",
    "missing_argument": "is missing",
    "dataclass_type": "must be a mapping of fields",
    "model_type": "must be a mapping of fields",
    "string_too_short": "is empty",
}


def _shape_fault(error: Mapping[str, Any], document: Mapping[str, Any]) -> Fault:
    words = str(error["msg"])
    said = _SENTENCES.get(error["type"], f"is wrong: {words[:1].lower()}{words[1:]}")
    return Fault(_place(error["loc"], document), said)


def _place(steps: Sequence[str | int], document: Any) -> str:
    """`materials.B02.title.en`: entries of a list are named by their code where they have one."""
    place, here = "", document
    for step in steps:
        try:
            here = here[step]
        except (LookupError, TypeError):
            here = None
        code = here.get("code") if isinstance(here, dict) else None
        if isinstance(step, str) or isinstance(code, str):
            place += f".{code if isinstance(step, int) else step}"
        else:
            place += f"[{step}]"
    return place.lstrip(".") or "exam.yaml"
