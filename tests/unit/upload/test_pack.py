"""Exam packs: read, judged, shifted in time, and summed up for the other rooms."""

import copy
import datetime as dt
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from libs.common import messages
from libs.common.envelopes import body_of
from services.upload.domain.exam import MAIN, ReasonKind, Text
from services.upload.packs import copies, pack
from services.upload.packs.faults import BadPack
from services.upload.packs.plain_yaml import words_of
from services.upload.packs.summary import summary
from tests.unit.upload.profiles import FOLDER, tianjin

DOCUMENT = pack.read(FOLDER / "exam.yaml")


def faults_of(document: pack.Document) -> list[str]:
    with pytest.raises(BadPack) as caught:
        pack.parse(document)
    return [str(fault) for fault in caught.value.faults]


def changed(*path: str | int, to: Any) -> pack.Document:
    """The good document with one value changed; `...` removes it."""
    document = copy.deepcopy(DOCUMENT)
    here: Any = document
    for step in path[:-1]:
        here = here[step]
    if to is ...:
        del here[path[-1]]
    else:
        here[path[-1]] = to
    return document


def test_the_pack_of_tianjin_has_no_fault() -> None:
    assert pack.check(FOLDER) == ()


def test_a_pack_can_be_loaded_with_its_pictures() -> None:
    document, exam = pack.load(FOLDER)

    assert document == DOCUMENT
    assert exam == tianjin()


def test_the_window_of_tianjin_is_the_announced_one() -> None:
    china = dt.timezone(dt.timedelta(hours=8))
    window = tianjin().windows[MAIN]

    assert window.opens_at == dt.datetime(2023, 2, 7, tzinfo=china)
    assert window.ends_at == dt.datetime(2023, 2, 17, tzinfo=china)
    assert window.grace == dt.timedelta(seconds=60)


def test_a_document_may_be_stored_as_json_and_read_again() -> None:
    assert pack.parse(json.loads(json.dumps(DOCUMENT))) == tianjin()


def test_the_version_tells_of_every_change_in_the_pack() -> None:
    other = pack.parse(changed("name", "en", to="Another name"))

    assert other.version.startswith("2023.1+")
    assert other.version != tianjin().version


def test_reasons_have_an_initial_for_each_chinese_character() -> None:
    for reason in tianjin().reasons:
        assert len(re.findall(r"[\u4e00-\u9fff]", reason.words.zh)) == len(reason.initials)


WINDOW = {"opens": "2023-02-07T00:00", "ends": "2023-02-16T24:00"}
A01, B01, C04, Z01 = 0, 6, 18, 35
FIRST_FIX = [r["code"] for r in DOCUMENT["reasons"]].index("FX01")
LEVEL = [f["name"] for f in DOCUMENT["facts"]].index("level")


@pytest.mark.parametrize(
    ("path", "to", "fault"),
    [
        (("name",), ..., "name: is missing"),
        (("name", "en"), ..., "name.en: is missing"),
        (("name", "en"), "", "name.en: is empty"),
        (("name",), "Exam", "name: must be a mapping of fields"),
        (("colour",), "red", "colour: is not a known field"),
        (("code",), "Tianjin 2023", "code: is wrong: string should match pattern"),
        (("settings", "claim_minutes"), "30", "settings.claim_minutes: is wrong: input should be"),
        (("settings", "claim_minutes"), 0, "settings.claim_minutes: must be at least 1"),
        (("settings", "tea_breaks"), 3, "settings.tea_breaks: is not a known field"),
        (("sites", 1, "phone"), ..., "sites.nankai.phone: is missing"),
        (("sites", 1, "code"), ..., "sites[1].code: is missing"),
        (("sites", 1), "Nankai", "sites[1]: must be a mapping of fields"),
        (("zone",), "Asia/Tianjin", "zone: 'Asia/Tianjin' is not a time zone"),
        (("zone",), "../etc", "zone: '../etc' is not a time zone"),
        (("windows", "main"), ..., "windows.main: is missing"),
        (("windows", "main", "ends"), "16 Feb", "windows.main.ends: '16 Feb' is not a time"),
        (("windows", "main", "ends"), "2023-02-16", "windows.main.ends: '2023-02-16' is not a"),
        (("windows", "main", "ends"), "9999-12-31T24:00", "windows.main.ends: '9999-12-31T24:00'"),
        (("windows", "main", "ends"), "2023-02-16T23:00Z", "windows.main.ends: '2023-02-16T23"),
        (("windows", "main", "opens"), "2023-03-01T00:00", "windows.main: ends (2023-02-16T24:00)"),
        (("windows", "second"), WINDOW, "windows.second: opens before the main window has closed"),
        (("notice", 0, "en"), "Until {end}", "notice[0]: has braces around more than"),
        (("materials", A01, "when"), {"x": 1}, "materials.A01.when.x: is not a known fact"),
        (("materials", A01, "absence"), {"x": 1}, "materials.A01.absence.x: is not a known fact"),
        (("materials", A01, "min"), 3, "materials.A01: asks for at least 3 and at most 2"),
        (("materials", A01, "min"), 0, "materials.A01.min: must be at least 1, or the material"),
        (("materials", A01, "otherwise"), ..., "materials.A01.otherwise: is missing"),
        (("materials", A01, "code"), "A07", "materials.A07: stands 2 times"),
        (("materials", A01, "code"), "X01", "materials.X01: has no group of the letter X"),
        (
            ("materials", A01, "slots"),
            [{"zh": "面", "en": "side"}] * 3,
            "materials.A01.slots: names",
        ),
        (("materials", B01, "waived_because"), ..., "materials.B01: needs waived_when and waived"),
        (("materials", C04, "min"), 1, "materials.C04.min: must be 0"),
        (
            ("materials", C04, "deferred", "window"),
            "third",
            "materials.C04.deferred.window: 'third'",
        ),
        (("materials", C04, "deferred", "min"), 0, "materials.C04.deferred: asks for at least 0"),
        (("materials", A01, "carry", "exams"), [], "materials.A01.carry.exams: names no exam"),
        (("materials", A01, "carry", "exams"), ["x", "x"], "materials.A01.carry.exams: x stands 2"),
        (
            ("materials", A01, "carry", "exams"),
            ["tianjin-2023"],
            "materials.A01.carry.exams: tianjin-2023 is this exam itself",
        ),
        (("materials", A01, "carry", "max_age_days"), 0, "materials.A01.carry.max_age_days: must"),
        (("materials", A01, "carry", "max_age_days"), ..., "materials.A01.carry.max_age_days: is"),
        (("exam_day",), ..., "materials.A01.carry.dated: needs exam_day"),
        (("materials", Z01, "min"), 1, "materials.Z01.min: must be 0"),
        (("reasons", 0, "materials"), ["A99"], "reasons.RE01.materials: A99 is not a material"),
        (("reasons", 0, "facts"), ["level"], "reasons.RE01.facts: must be empty: only FIX"),
        (("reasons", FIRST_FIX, "facts"), ["x"], "reasons.FX01.facts: x is not a known fact"),
        (("reasons", FIRST_FIX, "materials"), ["A01"], "reasons.FX01.materials: must be empty"),
        (("reasons",), [], "reasons: has none of kind REPLACE"),
        (("facts", LEVEL), ..., "facts.level: has no label"),
        (("facts", LEVEL, "name"), "shoe_size", "facts.shoe_size: is not a known fact"),
        (("facts", LEVEL, "values", "rural"), ..., "facts.level.values.rural: has no label"),
        (
            ("facts", LEVEL, "values", "surgeon"),
            {"zh": "外科", "en": "Surgeon"},
            "facts.level.values.surgeon: is not one of its values",
        ),
    ],
)
def test_each_fault_is_named_with_its_place(
    path: tuple[str | int, ...], to: Any, fault: str
) -> None:
    assert any(said.startswith(fault) for said in faults_of(changed(*path, to=to)))


def test_all_faults_are_told_at_once() -> None:
    document = changed("materials", A01, "min", to=3)
    document["zone"] = "Mars"
    document["notice"][0]["zh"] = "{天}"

    assert len(faults_of(document)) == 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "tianjin-2023"
    shutil.copytree(FOLDER, target)
    return target


def write(folder: Path, text: str) -> list[str]:
    (folder / "exam.yaml").write_text(text, encoding="utf-8")
    return [str(fault) for fault in pack.check(folder)]


def test_a_missing_sample_picture_is_named(folder: Path) -> None:
    (folder / "samples" / "B02.jpg").unlink()

    assert list(map(str, pack.check(folder))) == [
        "samples/B02.jpg: is missing; it shows E-registration of education"
    ]


def test_a_folder_of_another_name_is_told(folder: Path) -> None:
    moved = folder.rename(folder.with_name("tianjin-2024"))

    assert list(map(str, pack.check(moved))) == [
        "code: is tianjin-2023, but the folder tianjin-2024"
    ]


def test_a_pack_without_exam_yaml_is_told(folder: Path) -> None:
    (folder / "exam.yaml").unlink()

    [fault] = map(str, pack.check(folder))

    assert fault == "exam.yaml: cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("code: [", "exam.yaml line 1: expected the node content"),
        ("code: a\ncode: b", "exam.yaml line 2: the field 'code' stands twice"),
        ("1: a", "exam.yaml line 1: a field's name must be a word"),
        ("? [a]\n: b", "exam.yaml line 1: a field's name must be a word"),
        ("- code", "exam.yaml: is not a mapping of fields"),
        ("code: \x07", "exam.yaml: holds characters that YAML does not allow"),
        ("code: !!python/name:os.system", "exam.yaml line 1: could not determine a constructor"),
        ("a: &a [*a]", "exam.yaml: holds an entry that contains itself"),
    ],
)
def test_what_is_not_yaml_is_told_with_its_line(folder: Path, text: str, fault: str) -> None:
    assert write(folder, text)[0].startswith(fault)


def test_times_and_yes_and_no_stay_words() -> None:
    text = "a: 24:00\nb: yes\nc: 2023-02-07\nd: true\ne: 48\nf: null\n"

    assert list(words_of(text).values()) == ["24:00", "yes", "2023-02-07", True, 48, None]


def test_a_shifted_pack_is_another_exam_with_the_same_pictures() -> None:
    opens_at = dt.datetime(2026, 3, 1, 1, 2, 3, tzinfo=dt.UTC)
    ends_at = opens_at + dt.timedelta(seconds=5)

    exam = pack.parse(copies.shifted(DOCUMENT, code="short", opens_at=opens_at, ends_at=ends_at))

    assert (exam.code, exam.pack, exam.name) == ("short", "tianjin-2023", tianjin().name)
    assert exam.windows[MAIN].opens_at == opens_at
    assert exam.windows[MAIN].ends_at == ends_at
    later = tianjin().windows["second"].opens_at - tianjin().windows[MAIN].ends_at
    assert exam.windows["second"].opens_at == ends_at + later


def test_the_demo_exam_is_open_from_yesterday_to_ten_days_ahead() -> None:
    china = dt.timezone(dt.timedelta(hours=8))
    now = dt.datetime(2026, 3, 1, 20, tzinfo=dt.UTC)

    document = copies.demo(DOCUMENT, now=now)
    again = pack.parse(copies.demo(document, now=now))

    exam = pack.parse(document)
    assert exam.code == "demo"
    assert exam.name == Text(
        zh="2023年医师资格考试 · 天津考区（演示）",
        en="2023 Medical Licensing Exam · Tianjin Area (demo)",
    )
    assert exam.windows[MAIN].opens_at == dt.datetime(2026, 3, 1, tzinfo=china)
    assert exam.windows[MAIN].ends_at == dt.datetime(2026, 3, 13, tzinfo=china)
    assert again.pack == "tianjin-2023"
    assert DOCUMENT["code"] == "tianjin-2023"


def test_the_summary_fills_the_message_for_the_other_rooms() -> None:
    body = body_of(messages.ExamLoaded(**summary(tianjin())))

    assert body["exam"] == "tianjin-2023"
    assert body["materials"]["A01"] == {"zh-CN": "有效身份证明", "en": "ID card, both sides"}
    assert body["sites"]["nankai"]["phone"] == "022-0000-0102"
    assert body["sites"]["nankai"]["hours_en"].startswith("Working days")
    assert body["reasons"]["FX02"]["facts"] == "id_number id_type"
    assert body["reasons"]["RE10"]["materials"] == "A01 A05"
    assert body["reasons"]["RE10"]["initials"] == "zfmcf"
    assert body["settings"]["request_due_hours"] == 48


@pytest.mark.parametrize("code", ["tianjin-2022", "tianjin-2023"])
def test_each_fact_can_be_corrected_with_a_reason_of_its_own(code: str) -> None:
    exam = pack.parse(pack.read(FOLDER.parent / code / "exam.yaml"))
    fixes = [r.facts for r in exam.reasons if r.kind is ReasonKind.FIX and not r.retired]
    named = {name for facts in fixes for name in facts}
    alone = {facts[0] for facts in fixes if len(facts) == 1}

    assert () in fixes
    assert {"name", "sex", "birth_date", "id_type"} <= alone
    if code == "tianjin-2023":
        assert named == {fact.name for fact in exam.facts}


def test_a_pack_that_was_accepted_once_outlives_a_rule_that_came_later() -> None:
    document = changed("facts", LEVEL, to=...)

    assert faults_of(document) == ["facts.level: has no label"]
    assert pack.accepted(document).code == "tianjin-2023"


def test_what_cannot_be_read_is_no_accepted_pack() -> None:
    with pytest.raises(BadPack, match="zone"):
        pack.accepted(changed("zone", to="Nowhere/City"))


def test_mistakes_of_a_material_are_there_all_together_or_not_at_all(folder: Path) -> None:
    for look in pack.MISTAKES:
        (folder / "samples" / "mistakes" / f"A01-{look}.jpg").unlink()
    (folder / "samples" / "mistakes" / "B02-dark.jpg").unlink()

    assert list(map(str, pack.check(folder))) == [
        "samples/mistakes/B02-dark.jpg: is missing; the other mistakes of B02 are there"
    ]


def test_the_pack_of_the_year_before_has_no_fault() -> None:
    assert pack.check(FOLDER.parent / "tianjin-2022") == ()


def test_a_material_that_the_earlier_exam_does_not_have_is_a_fault(tmp_path: Path) -> None:
    for code in ("tianjin-2022", "tianjin-2023"):
        shutil.copytree(FOLDER.parent / code, tmp_path / code)
    earlier = tmp_path / "tianjin-2022" / "exam.yaml"
    text = earlier.read_text(encoding="utf-8").replace("code: A04", "code: A09")
    earlier.write_text(text, encoding="utf-8")

    said = [str(fault) for fault in pack.check(tmp_path / "tianjin-2023")]

    assert said == ["materials.A04.carry.exams: tianjin-2022 has no material A04"]


def test_demos_carry_over_from_demos_alone() -> None:
    now = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    demo = pack.parse(copies.demo(DOCUMENT, now=now))
    earlier = pack.read(FOLDER.parent / "tianjin-2022" / "exam.yaml")
    former = pack.parse(copies.former_demo(earlier, now=now))
    carry = demo.material("A01").carry

    assert carry is not None
    assert carry.exams == (former.code,)
    assert former.windows[MAIN].opens_at < now < former.windows[MAIN].ends_at
