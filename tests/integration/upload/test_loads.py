"""A pack that the desk compares and loads: what it would change, then exactly that."""

import uuid
from pathlib import Path

import pytest

from libs.common import messages as m
from services.upload.models.packs import the_exam
from services.upload.packs import pack
from tests.integration.upload.room import EXAM, Room

TITLE = 'title: {zh: "有效身份证明", en:'
NEWER = 'title: {zh: "居民身份证件", en:'


@pytest.fixture
def yaml(room: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """exam.yaml of the loaded exam's pack, as it lies on the server."""
    with room.database.transaction() as session:
        name = the_exam(session, EXAM).pack
    folder = tmp_path / name
    folder.mkdir()
    (folder / "samples").symlink_to(pack.PACKS / name / "samples")
    path = folder / "exam.yaml"
    path.write_text((pack.PACKS / name / "exam.yaml").read_text("utf-8"), "utf-8")
    monkeypatch.setattr(pack, "PACKS", tmp_path)
    return path


def change(path: Path, before: str = TITLE, after: str = NEWER) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


def ask(room: Room, version: str | None = None) -> m.PackAnswered:
    load_id = m.LoadId(uuid.uuid4())
    room.hear(m.LoadPack(exam=EXAM, by="admin", load_id=load_id, pack_version=version), copies=2)
    (answer,) = [a for a in room.said(m.PackAnswered) if a.load_id == load_id]
    assert isinstance(answer, m.PackAnswered)
    return answer


def test_the_pack_that_is_in_use_differs_in_nothing(room: Room, yaml: Path) -> None:
    answer = ask(room)

    assert (answer.pack_version, answer.changes, answer.refusal) == (room.exam.version, (), None)


def test_a_newer_pack_is_compared_then_loaded_as_it_was_compared(room: Room, yaml: Path) -> None:
    change(yaml)
    loads = len(room.said(m.ExamLoaded))

    compared = ask(room)
    assert len(room.said(m.ExamLoaded)) == loads
    loaded = ask(room, compared.pack_version)

    (said,) = compared.changes
    assert (said.place, said.before, said.after) == (
        "materials.A01.title.zh",
        "有效身份证明",
        "居民身份证件",
    )
    assert (compared.rehearsal, loaded.rehearsal, loaded.refusal) == (True, False, None)
    with room.database.transaction() as session:
        exam = the_exam(session, EXAM)
    assert (exam.version, exam.code) == (compared.pack_version, EXAM)
    assert exam.windows == room.exam.windows
    assert room.said(m.ExamLoaded)[-1].pack_version == compared.pack_version
    (row,) = room.rows(
        "SELECT actor FROM audit WHERE action = 'exam.loaded' AND actor <> 'test:room'"
    )
    assert row.actor == "staff:admin"


def test_a_pack_that_changed_since_it_was_compared_is_not_loaded(room: Room, yaml: Path) -> None:
    change(yaml)
    compared = ask(room)
    change(yaml, NEWER, 'title: {zh: "身份证", en:')

    assert ask(room, compared.pack_version).refusal == "pack_moved"
    with room.database.transaction() as session:
        assert the_exam(session, EXAM).version == room.exam.version


def test_every_fault_of_a_pack_is_answered_with_its_place(room: Room, yaml: Path) -> None:
    change(yaml, "zone: Asia/Shanghai", "zone: Mars/Olympus")
    change(yaml, "receipt_prefix: TJ23\n", "")

    answer = ask(room)

    assert answer.refusal == "bad_pack"
    assert [fault.split(":")[0] for fault in answer.faults] == ["receipt_prefix"]


def test_a_pack_that_takes_time_away_is_refused(room: Room, yaml: Path) -> None:
    change(yaml)
    room.run("UPDATE exam_window SET ends_at = ends_at + interval '1 day' WHERE exam = 'demo'")

    assert ask(room).refusal == "window_shortened"


def test_an_exam_without_a_folder_is_answered_so(room: Room, yaml: Path) -> None:
    yaml.unlink()

    assert ask(room).refusal == "no_pack"
