"""Notify forgets how somebody was reached and what she was told, once she is gone."""

from libs.common import messages as m
from tests.integration.notify.room import (
    EXAM,
    Room,
    an_application,
    contact,
    published,
    raised,
    submitted,
)

HERS = ("contact", "notice", "request", "call")


def told(room: Room) -> m.ApplicationId:
    """An application with a contact, notices, deliveries and a request."""
    application = an_application()
    room.hear(contact(room, application))
    room.hear(submitted(application))
    room.hear(raised(application))
    room.hear(published(application))
    room.tick(minutes=1)
    return application


def rows_of(room: Room, application: m.ApplicationId) -> int:
    found = 0
    for table in HERS:
        counted = f"SELECT count(*) FROM {table} WHERE application_id = :id"  # noqa: S608
        found += room.rows(counted, id=application)[0][0]
    return found


def test_nothing_of_hers_stays_and_the_others_do(room: Room) -> None:
    room.hear(EXAM)
    gone, kept = told(room), told(room)
    assert rows_of(room, gone) > 3

    room.hear(m.Purged(application_id=gone), times=2, copies=2)

    assert rows_of(room, gone) == 0
    assert rows_of(room, kept) > 3
    assert not room.rows(
        "SELECT 1 FROM delivery d LEFT JOIN notice n ON n.id = d.notice_id WHERE n.id IS NULL"
    )
    lines = room.rows("SELECT details FROM audit WHERE action = 'contact.purged' ORDER BY id")
    assert lines[0].details["rows"] > 3
    assert lines[1].details["rows"] == 0
