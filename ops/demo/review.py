"""`python -m ops.demo.review`: the reviewers' half of the demo; runs as the review service."""

import dataclasses as dc
import sys
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common import logs
from libs.common.db import Database
from libs.common.settings import load
from ops.demo.cast import EXAM, cast
from ops.demo.former import FORMER_EXAM, former
from ops.demo.pace import Pace, TookTooLong, say
from ops.demo.reviewers import Desk
from ops.demo.staff import LEADS, STAFF, Member, StaffSettings
from services.review.domain.case import State
from services.review.domain.staff import Reviewer, Role
from services.review.models.case import Case, Exam
from services.review.models.staff import Staff
from services.review.operations import publish, staff
from services.review.settings import ReviewSettings
from services.review.vault import Vault

ACTOR = "cli:demo"


def main() -> None:
    """Add the staff, and let them work on the cases as they arrive."""
    logs.configure("demo-review")
    settings, demo = load(ReviewSettings), load(StaffSettings)
    database = Database(settings.review_database_url, process="demo-review", pool_size=8)
    pace = Pace()
    try:
        vault = Vault(settings.review_field_keys)
        members = {m.login: _member(database, m, vault=vault, demo=demo) for m in STAFF}
        say(f"{len(members)} members of staff have their accounts")
        pace.until(lambda: _knows_exams(database), what="the exams (message ExamLoaded)")
        desks = [Desk(database, pace, members, player) for player in (*cast(), former())]
        with ThreadPoolExecutor(len(desks)) as pool:
            for future in [pool.submit(desk.work) for desk in desks]:
                future.result()
        _publish_former(database, members)
    except TookTooLong as error:
        say(str(error))
        sys.exit(1)
    say("Reviewers: every case is where the demo wants it")


def _member(database: Database, member: Member, *, vault: Vault, demo: StaffSettings) -> Reviewer:
    with database.transaction() as session:
        known = session.scalar(select(Staff.id).where(Staff.login == member.login))
        if known is None:
            known = _add(session, member, vault=vault, demo=demo)
        found = staff.reviewer(session, known)
    assert found is not None
    return found


def _add(session: Session, member: Member, *, vault: Vault, demo: StaffSettings) -> uuid.UUID:
    added = staff.add(
        session,
        login=member.login,
        name=member.name,
        roles=frozenset({Role(member.role)}),
        sites=frozenset(member.sites),
        vault=vault,
        by=ACTOR,
        **dc.asdict(demo.factors_of(member.login)),
    )
    return added.id


def _knows_exams(database: Database) -> bool:
    with database.transaction() as session:
        return all(session.get(Exam, code) is not None for code in (EXAM, FORMER_EXAM))


def _publish_former(database: Database, members: Mapping[str, Reviewer]) -> None:
    """Two leads publish the earlier exam; what a broken start has done is kept."""
    with database.transaction() as session:
        if session.scalar(select(Case.state).where(Case.exam == FORMER_EXAM)) == State.PUBLISHED:
            return
        known = publish.open_batch(session, FORMER_EXAM)
        batch = known.id if known else None
        batch = batch or publish.propose(session, FORMER_EXAM, None, members[LEADS[0]])
        publish.confirm(session, batch, members[LEADS[1]])


if __name__ == "__main__":
    main()
