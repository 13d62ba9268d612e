"""The same picture twice: told to her when both are hers, to the reviewers when not (R19).

Found by the same bytes, or by a near hash that the map of brightness confirms; within all exams
that are still kept. A known form matches nothing.
"""

import base64
import dataclasses as dc
import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from libs.common import outbox
from libs.common.messages import (
    ApplicationId,
    Duplicate,
    DuplicatesFound,
    Finding,
    ImageChecked,
    ImageId,
)
from services.upload.domain import likeness
from services.upload.models.application import Image, other_of
from services.upload.models.likeness import ImageLikeness

MOST_CANDIDATES = 200
"""Of one look-up: what is nearer than this to more is a form that nobody has named yet."""
MOST_TOLD = 20
OWN_REPEAT = "own_repeat"

_KNOWN = text(
    "SELECT luma FROM known_template WHERE bands && CAST(:bands AS integer[])"
    " AND bit_count(picture_hash # CAST(:hash AS bit(256))) <= :most_bits LIMIT :most"
)
_TWINS = text(
    "SELECT i.id, i.application_id, i.received_at, a.exam, i.sha256, l.luma,"
    " i.application_id = :application AS is_hers"
    " FROM ("
    " SELECT image_id FROM image_likeness WHERE bands && CAST(:bands AS integer[])"
    " AND bit_count(picture_hash # CAST(:hash AS bit(256))) <= :most_bits"
    " UNION SELECT id FROM image WHERE sha256 = :sha256"
    ") near JOIN image i ON i.id = near.image_id"
    " JOIN image_likeness l ON l.image_id = i.id"
    " JOIN application a ON a.id = i.application_id"
    " JOIN registration r ON r.application_id = i.application_id"
    " WHERE i.id <> :image AND i.deleted_at IS NULL AND i.check_state = 'checked'"
    " AND (i.application_id = :application OR r.id_number_index <>"
    "  (SELECT id_number_index FROM registration WHERE application_id = :application))"
    " LIMIT :most"
)


@dc.dataclass(frozen=True)
class Twin:
    """Another image of the same picture."""

    image_id: ImageId
    application_id: ApplicationId
    exam: str
    distance: float
    is_hers: bool
    came: tuple[dt.datetime, ImageId]
    """What orders her images."""


def remember(session: Session, image: Image, message: ImageChecked) -> None:
    """Keep what the worker made of the picture, in place of what a former check made."""
    if message.picture_hash is None or message.luma is None:
        return
    session.merge(
        ImageLikeness(
            image_id=image.id,
            picture_hash=likeness.bits(message.picture_hash),
            bands=likeness.bands(message.picture_hash),
            luma=base64.b64decode(message.luma),
        )
    )
    session.flush()


def look_again(session: Session, image: Image) -> None:
    """The warning that she uploaded this picture before stands where the later one stands, in
    whatever order checks end; it goes with what it repeats.
    """
    hers = [twin for twin in twins_of(session, image) if twin.is_hers]
    repeat = _own_repeat([t for t in hers if t.came < (image.received_at, image.id)])
    others = [f for f in image.findings if f["code"] != OWN_REPEAT]
    image.findings = [*others, repeat.as_json()] if repeat else others
    for twin in hers:
        later = session.get_one(Image, twin.image_id)
        is_told = later.locked_at is not None or any(
            f["code"] == OWN_REPEAT for f in later.findings
        )
        if twin.came > (image.received_at, image.id) and not is_told:
            look_again(session, later)


def _own_repeat(earlier: Sequence[Twin]) -> Finding | None:
    """In per cent of likeness to the nearest."""
    if not earlier:
        return None
    return Finding(
        code=OWN_REPEAT,
        severity="warn",
        measured=round(100 * (1 - earlier[0].distance), 1),
        threshold=round(100 * (1 - likeness.MOST_DISTANCE), 1),
        image_id=earlier[0].image_id,
    )


def forget(session: Session, images: Iterable[Image], gone: Image) -> None:
    """Whatever repeats the image that is gone repeats nothing any more, or a third one."""
    session.flush()
    for image in images:
        if image.locked_at is None and gone.id in map(other_of, image.findings):
            look_again(session, image)


def tell(session: Session, images: Iterable[Image]) -> None:
    """The reviewers hear of other candidates' twins of images that were handed in.

    The review keeps a pair once, so it does not matter which of the two was handed in first.
    """
    for image in images:
        others = [twin for twin in twins_of(session, image) if not twin.is_hers]
        if others:
            outbox.post(session, _found(image, others))


def twins_of(session: Session, image: Image) -> Sequence[Twin]:
    """Other images of this picture, nearest first; none of what is a known form."""
    kept = session.get(ImageLikeness, image.id)
    if kept is None:
        return ()
    near = {"bands": kept.bands, "hash": kept.picture_hash, "most_bits": likeness.MOST_BITS_APART}
    known = session.execute(_KNOWN, near | {"most": MOST_CANDIDATES}).scalars()
    if any(likeness.compare(kept.luma, bytes(luma)).is_same for luma in known):
        return ()
    place = {"image": image.id, "application": image.application_id, "sha256": image.sha256}
    twins = []
    for row in session.execute(_TWINS, near | place | {"most": MOST_CANDIDATES}):
        apart = likeness.compare(kept.luma, bytes(row.luma))
        same_bytes = row.sha256 == image.sha256
        if same_bytes or apart.is_same:
            twins.append(
                Twin(
                    image_id=ImageId(row.id),
                    application_id=ApplicationId(row.application_id),
                    exam=row.exam,
                    distance=0.0 if same_bytes else apart.distance,
                    is_hers=row.is_hers,
                    came=(row.received_at, ImageId(row.id)),
                )
            )
    return sorted(twins, key=lambda twin: (twin.distance, twin.image_id))


def _found(image: Image, twins: Sequence[Twin]) -> DuplicatesFound:
    return DuplicatesFound(
        application_id=image.application_id,
        image_id=image.id,
        others=tuple(
            Duplicate(
                application_id=twin.application_id,
                image_id=twin.image_id,
                exam=twin.exam,
                distance=round(twin.distance, 4),
            )
            for twin in twins[:MOST_TOLD]
        ),
    )
