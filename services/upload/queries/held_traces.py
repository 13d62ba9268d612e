"""What her visits left: messages that she was sent, browsers, and looks at her own papers (R28)."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from libs.common.messages import ApplicationId
from services.upload.domain.exam import Text
from services.upload.models.review import InAppMessage
from services.upload.operations.actors import candidate
from services.upload.operations.sign_in import SESSION_KIND
from services.upload.queries.shapes.held import HeldBrowser, HeldMessage, Look

LOOKS = ("image.viewed", "image.downloaded", "receipt.printed", "data.exported")
"""What the audit log knows of her own browsers' doings with her papers."""


def messages_of(session: Session, application_id: ApplicationId) -> tuple[HeldMessage, ...]:
    """Her messages of record, the oldest first."""
    rows = session.scalars(
        select(InAppMessage)
        .where(InAppMessage.application_id == application_id)
        .order_by(InAppMessage.posted_at, InAppMessage.id)
    ).all()
    return tuple(
        HeldMessage(
            titles=_text(row.titles),
            bodies=_text(row.bodies),
            posted_at=row.posted_at,
            read_at=row.read_at,
        )
        for row in rows
    )


def browsers_of(session: Session, application_id: ApplicationId) -> tuple[HeldBrowser, ...]:
    """Every row that is still kept of a browser of hers, the newest first."""
    rows = session.execute(
        text(
            "SELECT id, data ->> 'device' AS device, created_at, seen_at,"
            " ended_at IS NULL AND ends_at > clock_timestamp()"
            " AND seen_at + idle > clock_timestamp() AS is_alive FROM browser_session"
            " WHERE subject = :subject AND kind = :kind ORDER BY created_at DESC"
        ),
        {"subject": application_id, "kind": SESSION_KIND},
    )
    return tuple(
        HeldBrowser(
            id=row.id,
            device=row.device or "",
            since=row.created_at,
            seen_at=row.seen_at,
            is_alive=row.is_alive,
        )
        for row in rows
    )


def looks_of(session: Session, application_id: ApplicationId) -> tuple[Look, ...]:
    """How often her own browsers opened or took along what is hers."""
    who = candidate(application_id)
    rows = session.execute(
        text(
            "SELECT action, count(*) AS times, max(at) AS last_at FROM audit"
            " WHERE subject = :who AND actor = :who AND action = ANY(:actions)"
            " GROUP BY action ORDER BY action"
        ),
        {"who": who, "actions": list(LOOKS)},
    )
    return tuple(Look(action=row.action, count=row.times, last_at=row.last_at) for row in rows)


def _text(words: dict[str, str]) -> Text:
    return Text(zh=words.get("zh-CN", "-"), en=words.get("en", "-"))
