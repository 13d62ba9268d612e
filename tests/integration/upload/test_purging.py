"""The end of the retention time in upload: asked first, then everything goes, and counts stay."""

import uuid

import pytest
from sqlalchemy import text

from libs.common import messages as m
from libs.common.clock import now
from libs.common.envelopes import dump
from services.upload.models.table import Table
from services.upload.operations import purging
from tests import make
from tests.integration.upload.room import NAME, Room, checked, raised, replace


def published(room: Room, *, days_ago: float, outcome: str = "passed") -> m.ApplicationId:
    """An application with a bit of everything, whose result was published so long ago."""
    who, images = room.submitted()
    room.hear(raised(who, replace(images[0])))
    request = room.held(who).requests[0]
    newer = room.upload(who, room.held(who).images[0].material, request_id=request.id)
    room.hear(checked(newer))
    room.submit(who)
    room.hear(
        m.InAppPosted(
            application_id=who,
            notice_id=m.NoticeId(uuid.uuid4()),
            fact="results_published",
            titles={"zh-CN": "样例", "en": "Sample"},
            bodies={"zh-CN": "样例", "en": "Sample"},
            posted_at=now(),
        )
    )
    room.run(
        "UPDATE application SET state = 'published', outcome = :outcome,"
        " published_at = clock_timestamp() - make_interval(days => :days) WHERE id = :id",
        id=who,
        days=int(days_ago),
        outcome=outcome,
    )
    return who


def hold(who: m.ApplicationId, *, held: bool) -> m.LegalHoldSet:
    return m.LegalHoldSet(application_id=who, held=held, reason="suspected_false", set_at=now())


def ask(room: Room) -> int:
    with room.database.transaction() as session:
        return purging.ask_due(session)


def written(room: Room) -> dict[str, str]:
    """Every row of every table of ours, as text."""
    return {
        name: " ".join(
            str(row[0])
            for row in room.rows(f"SELECT t::text FROM {name} t")  # noqa: S608 - our own names
        )
        for name in Table.metadata.tables
    }


def tables_that_name(room: Room, who: m.ApplicationId) -> set[str]:
    """Every table of ours with a row in which the application's id stands."""
    return {name for name, rows in written(room).items() if str(who) in rows}


def erased(room: Room) -> dict[str, set[str]]:
    keys: dict[str, set[str]] = {}
    for said in room.said(m.EraseObjects):
        keys.setdefault(said.bucket, set()).update(said.keys)
    return keys


def test_nothing_is_asked_before_the_retention_time_is_over(room: Room) -> None:
    published(room, days_ago=room.exam.settings.retention_days - 1)
    room.submitted()

    assert ask(room) == 0
    assert room.said(m.PurgeCase) == []


def test_past_it_the_review_is_asked_once_a_day(room: Room) -> None:
    who = published(room, days_ago=room.exam.settings.retention_days + 1)

    assert [ask(room), ask(room)] == [1, 0]
    room.run("UPDATE purge_ask SET asked_at = asked_at - interval '25 hours'")

    assert ask(room) == 1
    assert [said.application_id for said in room.said(m.PurgeCase)] == [who]
    assert tables_that_name(room, who) >= {"application", "image", "registration"}


def test_when_the_review_has_let_go_nothing_of_it_stays(room: Room) -> None:
    who = published(room, days_ago=2000)
    kept = published(room, days_ago=3)
    images = room.rows(
        "SELECT original_key, view_key, grid_key FROM image WHERE application_id = :id", id=who
    )
    number = room.rows("SELECT number FROM registration WHERE application_id = :id", id=who)[0][0]
    ask(room)

    room.hear(m.CasePurged(application_id=who), times=2, copies=2)

    assert tables_that_name(room, who) == set()
    assert number not in " ".join(written(room).values())
    assert {row.original_key for row in images} == erased(room)["originals"]
    assert {k for row in images for k in (row.view_key, row.grid_key)} == erased(room)["renditions"]
    assert [said.application_id for said in room.said(m.Purged)] == [who]
    assert tables_that_name(room, kept) >= {"application", "image", "registration", "submission"}


def test_the_counts_stay_on_the_exams_certificate(room: Room) -> None:
    first = published(room, days_ago=2000)
    second = published(room, days_ago=2000, outcome="not_passed")
    ask(room)

    for who in (first, second):
        room.hear(m.CasePurged(application_id=who))
    room.hear(m.ObjectsErased(bucket="originals", exam="demo", erased=7, spared=0), copies=2)
    room.hear(m.ObjectsErased(bucket="originals", exam=None, erased=3, spared=0))

    (row,) = room.rows("SELECT * FROM purge_certificate")
    assert (row.applications, row.passed, row.not_passed, row.not_submitted) == (2, 1, 1, 0)
    assert row.submissions == 4
    assert row.images > 2
    assert row.objects_asked == row.images * 3
    assert row.objects_erased == 7
    (line,) = room.rows(
        "SELECT details FROM audit WHERE action = 'application.purged' AND subject = :who",
        who=f"application:{first}",
    )
    assert set(line.details) == {"rows", "objects"}, "counts, and nothing of hers"


def test_under_legal_hold_nothing_is_asked_and_nothing_goes(room: Room) -> None:
    who = published(room, days_ago=2000)
    room.hear(hold(who, held=True))

    assert ask(room) == 0
    room.hear(m.CasePurged(application_id=who))

    assert "image" in tables_that_name(room, who)


def test_a_hold_that_comes_while_the_review_is_asked_stops_it(room: Room) -> None:
    who = published(room, days_ago=2000)
    ask(room)

    room.hear(hold(who, held=True))
    room.hear(m.CasePurged(application_id=who))

    assert "image" in tables_that_name(room, who)
    room.hear(hold(who, held=False))
    assert ask(room) == 1, "once the hold has ended, at once and not a day later"


def test_what_nobody_asked_for_is_not_purged(room: Room) -> None:
    who = published(room, days_ago=2000)

    room.hear(m.CasePurged(application_id=who))

    assert "application" in tables_that_name(room, who)


def test_what_was_never_handed_in_goes_after_the_last_windows_end(room: Room) -> None:
    who = room.candidate()
    room.upload(who)
    long_ago = -86400.0 * (room.exam.settings.retention_days + 1)
    room.move_window(ends_in=long_ago)
    assert ask(room) == 0, "the second window is still to come"
    room.move_second(opens_in=long_ago + 60, ends_in=long_ago + 120)

    assert ask(room) == 1
    room.hear(m.CasePurged(application_id=who))

    assert tables_that_name(room, who) == set()
    (row,) = room.rows("SELECT unpublished, images FROM purge_certificate")
    assert (row.unpublished, row.images) == (1, 1)


def test_an_object_that_another_image_names_stays(room: Room) -> None:
    old = published(room, days_ago=2000)
    new = room.candidate()
    image = room.upload(new)
    shared = room.rows("SELECT original_key FROM image WHERE application_id = :id", id=old)[0][0]
    room.run("UPDATE image SET original_key = :key WHERE id = :id", key=shared, id=image)
    ask(room)

    room.hear(m.CasePurged(application_id=old))

    assert shared not in erased(room)["originals"]


def test_what_is_parked_speaks_of_nobody_who_is_gone(room: Room) -> None:
    who = published(room, days_ago=2000)
    sent = make.envelope(m.PurgeCase(application_id=who))
    room.door.handle({**dump(sent), "body": {"application_id": str(who), "more": 1}})
    assert room.rows("SELECT 1 FROM parked")
    ask(room)

    room.hear(m.CasePurged(application_id=who))

    assert room.rows("SELECT 1 FROM parked") == []


def test_a_purge_that_is_killed_in_the_middle_is_whole_the_next_time(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = published(room, days_ago=2000)
    ask(room)
    before = tables_that_name(room, who)
    message = m.CasePurged(application_id=who)
    with monkeypatch.context() as patched:
        patched.setattr(purging, "_certify", _die)
        with pytest.raises(KeyboardInterrupt):
            room.hear(message)
    assert tables_that_name(room, who) == before
    assert room.said(m.EraseObjects) == []

    room.hear(message)

    assert tables_that_name(room, who) == set()
    assert erased(room)["originals"]


def test_the_clock_drives_it_once_a_minute(room: Room) -> None:
    published(room, days_ago=2000)
    at = now().replace(microsecond=0)

    room.hear(m.DeadlineTick(now=at.replace(second=17)))
    assert room.said(m.PurgeCase) == []
    room.hear(m.DeadlineTick(now=at.replace(second=0)))

    assert len(room.said(m.PurgeCase)) == 1


def test_a_name_stands_nowhere_in_what_the_purge_says(room: Room) -> None:
    who = published(room, days_ago=2000)
    ask(room)
    room.hear(m.CasePurged(application_id=who))

    with room.database.transaction() as session:
        said = session.execute(
            text("SELECT body::text FROM outbox WHERE type IN ('EraseObjects', 'Purged')")
        ).scalars()
        assert NAME not in " ".join(said)


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
