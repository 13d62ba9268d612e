"""What administrators change of sites and reasons at the desk holds for all, also after a load."""

from typing import Any

import pytest

from libs.common import messages as m
from libs.common.differences import differences
from services.upload.models.exam import LoadedExam
from services.upload.models.packs import the_exam
from services.upload.operations import edits, exams
from tests.integration.upload.room import EXAM, Room

SITE = {
    "phone": "022-0000-0999",
    "hours": "工作日 9:00–17:00",
    "hours_en": "Working days 9:00–17:00",
    "address": "样例路2号",
    "address_en": "2 Sample Road",
}


def pack_of(room: Room) -> dict[str, Any]:
    with room.database.transaction() as session:
        row = session.get(LoadedExam, EXAM)
        assert row is not None
        return dict(row.pack)


def site_edit(room: Room, **changes: Any) -> m.EditSite:
    code = pack_of(room)["sites"][0]["code"]
    return m.EditSite(**({"exam": EXAM, "site": code, "reached": SITE, "by": "admin"} | changes))


def reason_edit(**changes: Any) -> m.EditReason:
    values: dict[str, Any] = {
        "exam": EXAM,
        "reason": "RED01",
        "kind": "REPLACE",
        "words": {"zh-CN": "印章不清", "en": "The seal is not legible"},
        "cure": {"zh-CN": "请重拍印章。", "en": "Take the seal again."},
        "initials": "yzbq",
        "materials": (),
        "retired": False,
        "by": "admin",
    }
    return m.EditReason(**(values | changes))


def test_a_sites_new_phone_is_shown_and_said_to_all_once(room: Room) -> None:
    before = len(room.said(m.ExamLoaded))
    edit = site_edit(room)

    room.hear(edit, copies=3)

    with room.database.transaction() as session:
        site = the_exam(session, EXAM).site(edit.site)
    assert (site.phone, site.hours.en, site.address.zh) == (
        SITE["phone"],
        SITE["hours_en"],
        SITE["address"],
    )
    said = room.said(m.ExamLoaded)
    assert len(said) == before + 1
    assert said[-1].sites[edit.site]["address"] == SITE["address"]
    rows = room.rows("SELECT actor FROM audit WHERE action = 'exam.edited'")
    assert [row.actor for row in rows] == ["staff:admin"]


def test_a_reason_is_added_changed_and_retired(room: Room) -> None:
    room.hear(reason_edit())
    room.hear(reason_edit(retired=True, words={"zh-CN": "印章模糊", "en": "The seal is blurred"}))

    with room.database.transaction() as session:
        reason = the_exam(session, EXAM).reason("RED01")
    assert (reason.words.zh, reason.retired) == ("印章模糊", True)
    assert room.said(m.ExamLoaded)[-1].reasons["RED01"]["retired"] == "1"


def test_a_corrections_facts_are_kept_when_an_edit_does_not_say_them(room: Room) -> None:
    texts = {"zh-CN": "姓名有误", "en": "The name is wrong"}
    edit = {"reason": "FX01", "kind": "FIX", "words": texts}

    room.hear(reason_edit(**edit))
    kept = room.said(m.ExamLoaded)[-1].reasons["FX01"]["facts"]
    room.hear(reason_edit(**edit, facts=("name", "sex")))
    chosen = room.said(m.ExamLoaded)[-1].reasons["FX01"]["facts"]
    room.hear(reason_edit(**edit, facts=()))

    assert (kept, chosen) == ("name", "name sex")
    assert room.said(m.ExamLoaded)[-1].reasons["FX01"]["facts"] == ""


def test_what_was_changed_at_the_desk_outlives_a_newer_pack(room: Room) -> None:
    fresh = pack_of(room)
    room.hear(site_edit(room))
    room.hear(reason_edit())

    with room.database.transaction() as session:
        exams.load_exam(session, fresh | {"version": "9"}, actor="cli:x")

    with room.database.transaction() as session:
        exam = the_exam(session, EXAM)
        assert exam.version.startswith("9+")
        assert exam.sites[0].phone == SITE["phone"]
        assert exam.reason("RED01").words.en == "The seal is not legible"


def test_a_load_is_compared_with_what_holds_before_it_is_done(room: Room) -> None:
    fresh = pack_of(room)
    room.hear(site_edit(room))

    with room.database.transaction() as session:
        newer = edits.laid_over(session, EXAM, fresh | {"version": "9"})
    found = list(differences(pack_of(room), newer))

    assert [(d.place, d.after) for d in found] == [("version", "9")]


@pytest.mark.parametrize(
    "edit",
    [
        reason_edit(exam="nothing"),
        reason_edit(materials=("X99",)),
        reason_edit(words={"zh-CN": "", "en": ""}),
    ],
)
def test_an_edit_that_a_rule_refuses_changes_nothing_and_blocks_nobody(
    room: Room, edit: m.EditReason
) -> None:
    room.hear(edit)
    room.hear(site_edit(room, site="nowhere"))

    assert room.rows("SELECT 1 FROM exam_edit") == []
    assert room.rows("SELECT 1 FROM parked") == []
