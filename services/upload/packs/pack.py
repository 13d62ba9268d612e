"""A pack: `exams/<code>/exam.yaml` with its sample pictures, read and judged.

A *document* is what stands in exam.yaml, as JSON values: it can be stored, shifted in time, and
made an `Exam` by `parse`. Whatever is wrong with it is told all at once, each with its place.
"""

import dataclasses as dc
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from services.upload.domain.exam import Exam
from services.upload.packs import reading, rules
from services.upload.packs.faults import BadPack, Fault, shape_fault
from services.upload.packs.plain_yaml import words_of
from services.upload.packs.shape import PackShape

Document = dict[str, Any]
PACKS = Path(__file__).parents[3] / "exams"
"""Where the packs lie on each machine that runs this service."""
MISTAKES = ("glare", "cut", "dark", "sideways")
"""Pictures of a paper as it should not be taken, `samples/mistakes/<code>-<mistake>.jpg`."""


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
    faults += _missing_mistakes(folder / "samples" / "mistakes", exam)
    faults += _missing_formers(folder, exam)
    if exam.pack != folder.resolve().name:
        faults.append(Fault("code", f"is {exam.pack}, but the folder {folder.resolve().name}"))
    if faults:
        raise BadPack(faults)
    return document, exam


def _missing_formers(folder: Path, exam: Exam) -> list[Fault]:
    """Where the pack of the earlier exam stands beside this one, it has the material."""
    faults = []
    for material in exam.materials:
        for code in material.carry.exams if material.carry else ():
            path = folder.resolve().parent / code / "exam.yaml"
            if path.is_file() and not any(
                isinstance(m, dict) and m.get("code") == material.code
                for m in read(path).get("materials") or ()
            ):
                said = f"{code} has no material {material.code}"
                faults.append(Fault(f"materials.{material.code}.carry.exams", said))
    return faults


def _missing_mistakes(folder: Path, exam: Exam) -> list[Fault]:
    """Mistakes are shown for a material all together, or not at all."""
    faults = []
    for material in exam.materials:
        names = [f"{material.code}-{look}.jpg" for look in MISTAKES]
        missing = [name for name in names if not (folder / name).is_file()]
        if 0 < len(missing) < len(names):
            said = f"is missing; the other mistakes of {material.code} are there"
            faults += [Fault(f"samples/mistakes/{name}", said) for name in missing]
    return faults


def read(path: Path) -> Document:
    """The document of an exam.yaml. Raises BadPack with the line when it is not YAML."""
    try:
        document = words_of(path.read_text(encoding="utf-8"))
        json.dumps(document)
    except UnicodeDecodeError:
        raise BadPack([Fault(path.name, "is not text in UTF-8")]) from None
    except OSError as error:
        raise BadPack([Fault(path.name, f"cannot be read: {error.strerror}")]) from None
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
    rules.judge(exam, tell=lambda place, sentence: faults.append(Fault(place, sentence)))
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
        raise BadPack([shape_fault(dict(e), document) for e in error.errors()]) from None
    faults: list[Fault] = []

    def tell(place: str, sentence: str) -> None:
        faults.append(Fault(place, sentence))

    zone = reading.read_zone(shape.zone, tell=tell)
    exam = Exam(
        **{name: getattr(shape, name) for name in _SAME_FIELDS},
        pack=shape.pack or shape.code,
        version=f"{shape.version}+{hashlib.sha256(text.encode()).hexdigest()[:8]}",
        windows={
            name: reading.read_window(window, zone=zone, place=f"windows.{name}", tell=tell)
            for name, window in shape.windows.items()
        },
        materials=tuple(reading.read_material(m, tell=tell) for m in shape.materials),
    )
    return exam, faults


_SAME_FIELDS = sorted(
    {field.name for field in dc.fields(Exam)} - {"pack", "version", "windows", "materials"}
)
