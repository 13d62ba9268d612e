"""Forms that many candidates rightly have: what is one of them is nobody's duplicate (R19)."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.errors import Refusal
from libs.common.messages import ImageId
from services.upload.domain import likeness
from services.upload.models.application import Image
from services.upload.models.likeness import ImageLikeness, KnownTemplate
from services.upload.operations import duplicates
from services.upload.operations.actors import candidate

_HANDED_IN = text(
    "SELECT l.image_id, l.luma FROM image_likeness l JOIN image i ON i.id = l.image_id"
    " WHERE l.bands && CAST(:bands AS integer[])"
    " AND bit_count(l.picture_hash # CAST(:hash AS bit(256))) <= :most_bits"
    " AND i.locked_at IS NOT NULL AND i.deleted_at IS NULL"
    " ORDER BY i.received_at, i.id LIMIT :most"
)


def add_template(session: Session, *, image_id: ImageId, what: str, actor: str) -> None:
    """This picture is a form that many have: from now on nothing is its duplicate.

    Raises Refusal `no_checked_image`, `template_unnamed`, `template_known`.
    """
    name = " ".join(what.split())
    if not name:
        raise Refusal("template_unnamed")
    if _named(session, name) is not None:
        raise Refusal("template_known", what=name)
    kept = session.get(ImageLikeness, image_id)
    image = session.get(Image, image_id)
    if kept is None or image is None:
        raise Refusal("no_checked_image", image=str(image_id))
    session.add(
        KnownTemplate(
            id=uuid.uuid4(),
            picture_hash=kept.picture_hash,
            bands=kept.bands,
            luma=kept.luma,
            what=name,
        )
    )
    audit.record(
        session,
        actor=actor,
        action="template.added",
        subject=candidate(image.application_id),
        image=image_id,
        what=name,
    )


def templates(session: Session) -> Sequence[KnownTemplate]:
    """Every known form, the oldest first."""
    return session.scalars(
        select(KnownTemplate).order_by(KnownTemplate.added_at, KnownTemplate.id)
    ).all()


def remove_template(session: Session, *, what: str, actor: str) -> int:
    """It was no form: its pictures are compared as all others are. What was handed in meanwhile is
    told to the reviewers now; how many such images there are. Raises Refusal `no_template`.
    """
    name = " ".join(what.split())
    known = _named(session, name)
    if known is None:
        raise Refusal("no_template", what=name)
    missed = _handed_in(session, known)
    session.delete(known)
    session.flush()
    duplicates.tell(session, missed)
    audit.record(
        session,
        actor=actor,
        action="template.removed",
        subject=f"template:{known.id}",
        what=name,
        images=len(missed),
    )
    return len(missed)


def _named(session: Session, name: str) -> KnownTemplate | None:
    return session.scalars(
        select(KnownTemplate).where(KnownTemplate.what == name).with_for_update()
    ).one_or_none()


def _handed_in(session: Session, known: KnownTemplate) -> list[Image]:
    """Images that stood behind the form; of more than can be told it is one, whatever is said."""
    near = session.execute(
        _HANDED_IN,
        {
            "bands": known.bands,
            "hash": known.picture_hash,
            "most_bits": likeness.MOST_BITS_APART,
            "most": duplicates.MOST_CANDIDATES,
        },
    ).all()
    same = [row.image_id for row in near if likeness.compare(known.luma, bytes(row.luma)).is_same]
    return list(session.scalars(select(Image).where(Image.id.in_(same)).order_by(Image.id)))
