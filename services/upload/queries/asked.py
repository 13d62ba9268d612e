"""What reviewers ask for, what became of it, and every round (R16, R20)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, ImageId
from services.upload.domain.application import RequestState
from services.upload.models.application import Submission
from services.upload.models.holdings import read_holdings
from services.upload.queries.application import page_of
from services.upload.queries.images import requests_of, views_of
from services.upload.queries.shapes.asked import AskedPage, RoundView
from services.upload.queries.shapes.images import ImageView
from services.upload.queries.shapes.requests import RequestView


def asked_page(session: Session, application_id: ApplicationId) -> AskedPage:
    """Requests and rounds of one application. Raises Refusal `no_application`."""
    held = read_holdings(session, application_id)
    requests = requests_of(held, views_of(held), withdrawn=True)
    asked = [r for r in requests if r.state is RequestState.OPEN]
    past = [r for r in requests if r.state is not RequestState.OPEN]
    rows = session.scalars(
        select(Submission)
        .where(Submission.application_id == application_id)
        .order_by(Submission.round.desc())
    )
    return AskedPage(
        page=page_of(session, held, show_all=True),
        asked=tuple(sorted(asked, key=lambda r: (r.is_answered, r.due_at))),
        past=tuple(sorted(past, key=lambda r: r.raised_at, reverse=True)),
        rounds=tuple(
            RoundView(
                round=row.round,
                receipt_number=row.receipt_number,
                submitted_at=row.submitted_at,
                images=len(row.images),
            )
            for row in rows
        ),
    )


def versions_of(
    session: Session, application_id: ApplicationId, image_id: ImageId
) -> tuple[tuple[ImageView, RequestView | None], ...]:
    """The picture and those that stood in its place before, the newest first; each with the
    request that it answered. Raises Refusal `no_image`.
    """
    held = read_holdings(session, application_id)
    views = views_of(held)
    requests = {r.id: r for r in requests_of(held, views, withdrawn=True)}
    chain = []
    wanted: ImageId | None = image_id
    while wanted is not None and wanted in views:
        view = views[wanted]
        chain.append((view, requests.get(view.answers) if view.answers else None))
        wanted = view.replaces
    if not chain:
        raise Refusal("no_image")
    return tuple(chain)
