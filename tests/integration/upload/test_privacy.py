"""Nothing personal stands in clear in what leaves this room, nor in its tables (R26, N8)."""

import re

from tests.integration.upload.room import NAME, PHONE, UNIT, UNIT_PHONE, Room, raised, replace
from tests.integration.upload.test_entry import Entry
from tests.make import id_number

TABLES = (
    *("outbox", "audit", "inbox", "parked", "application", "registration", "account"),
    *("phone_code", "guard", "launch_token", "submission", "request", "browser_session"),
)


def test_a_whole_walk_leaves_no_personal_value_in_clear(room: Room) -> None:
    entry = Entry(room)
    entry.activate()
    code = entry.last_code()
    entry.sign_in(id_number(1), "wrong password")
    images = room.fill(entry.id)
    room.submit(entry.id)
    room.hear(raised(entry.id, replace(images[0])))
    room.move_window(ends_in=-61)
    room.tick()

    # Six digits stand by chance inside ids and hashes: the code must not stand by itself.
    alone = re.compile(rf"(?<![0-9a-f]){code}(?![0-9a-f])")
    for table in TABLES:
        for row in room.rows(f"SELECT t::text AS words FROM {table} t"):  # noqa: S608
            for secret in (NAME, PHONE, UNIT, UNIT_PHONE, id_number(1)):
                assert secret not in row.words, (table, secret)
            assert not alone.search(row.words), table
