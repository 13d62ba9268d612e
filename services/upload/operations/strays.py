"""Objects that belong to no row: of uploads that never committed, and of older renditions.

A bucket is listed part by part; what no row names is erased, if it is older than any transaction
could be. The eraser spares what was written since.
"""

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.messages import BucketName, EraseObjects, ListObjects, ObjectsListed
from services.upload.domain.shrink import OPEN
from services.upload.models.retention import ObjectSweep
from services.upload.models.shrink import Shrink
from services.upload.operations.actors import SYSTEM
from services.upload.operations.objects import named, parts

BUCKETS: tuple[BucketName, ...] = ("originals", "renditions", "arrivals")
EVERY = dt.timedelta(days=7)
"""A round costs the store one listing of everything."""
STRAY_AGE = dt.timedelta(days=2)
"""A picture is stored seconds before its row; a photo waits for its yes for a day."""


def begin_due(session: Session) -> int:
    """Begin a round in each bucket whose last one began long ago; how many began."""
    now, began = database_now(session), 0
    for bucket in BUCKETS:
        sweep = session.get(ObjectSweep, bucket, with_for_update={"skip_locked": True})
        if sweep is not None and sweep.began_at > now - EVERY:
            continue
        if sweep is None:
            sweep = ObjectSweep(bucket=bucket)
            session.add(sweep)
        sweep.id, sweep.began_at, sweep.ended_at = uuid.uuid4(), now, None
        sweep.seen = sweep.strays = 0
        _ask(session, sweep, bucket, after="")
        began += 1
    return began


def hear_listed(session: Session, message: ObjectsListed) -> None:
    """Erase what no row names, and go on; what belongs to an older round is no longer wanted."""
    sweep = session.get(ObjectSweep, message.bucket, with_for_update=True)
    if sweep is None or sweep.id != message.sweep_id or sweep.ended_at is not None:
        return
    known = named(session, message.bucket, message.keys)
    if message.bucket == "originals":
        known |= _adopted(session, message.keys)
    strays = [key for key in message.keys if key not in known]
    for part in parts(strays):
        outbox.post(
            session,
            EraseObjects(
                bucket=message.bucket,
                keys=part,
                exam=None,
                older_than=sweep.began_at - STRAY_AGE,
            ),
        )
    sweep.seen += len(message.keys)
    sweep.strays += len(strays)
    if message.next_after is not None:
        _ask(session, sweep, message.bucket, after=message.next_after)
        return
    sweep.ended_at = database_now(session)
    audit.record(
        session,
        actor=SYSTEM,
        action="strays.swept",
        subject=f"bucket:{message.bucket}",
        seen=sweep.seen,
        strays=sweep.strays,
    )


def _ask(session: Session, sweep: ObjectSweep, bucket: BucketName, *, after: str) -> None:
    outbox.post(
        session,
        ListObjects(
            sweep_id=sweep.id,
            bucket=bucket,
            after=after,
            older_than=sweep.began_at - STRAY_AGE,
        ),
    )


def _adopted(session: Session, keys: tuple[str, ...]) -> set[str]:
    """Originals that a photo which still waits for its yes may be about to become."""
    by_id = {}
    for key in keys:
        try:
            by_id[uuid.UUID(hex=key.partition(".")[0])] = key
        except ValueError:
            continue
    waiting = session.scalars(
        select(Shrink.id).where(Shrink.id.in_(list(by_id)), Shrink.state.in_(OPEN))
    )
    return {by_id[uuid.UUID(str(each))] for each in waiting}
