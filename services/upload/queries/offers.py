"""What she is offered of an earlier exam (carry-over)."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, ImageId
from services.upload.domain.application import State
from services.upload.models.former import FormerImage, offers_of
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.models.packs import the_exam
from services.upload.queries.entries import open_deferred
from services.upload.queries.images import stored
from services.upload.queries.shapes.images import OfferView, StoredImage

Offers = Mapping[str, tuple[OfferView, ...]]


def offers_in(session: Session, held: Holdings) -> Offers:
    """Material → what she may use again; nothing is asked once her list is handed in."""
    if held.state is not State.OPEN and not open_deferred(held):
        return {}
    return {
        material: tuple(_view(session, former) for former in formers)
        for material, formers in offers_of(session, held).items()
    }


def offered_image(
    session: Session, *, application_id: ApplicationId, image_id: ImageId
) -> tuple[str, OfferView, StoredImage]:
    """One of them, with its material and where its bytes are. Raises Refusal `carry_gone`."""
    held = read_holdings(session, application_id)
    for material, formers in offers_of(session, held).items():
        for former in formers:
            if former.row.id == image_id:
                return material, _view(session, former), stored(former.row)
    raise Refusal("carry_gone")


def _view(session: Session, former: FormerImage) -> OfferView:
    row = former.row
    return OfferView(
        id=row.id,
        position=row.position,
        exam_name=the_exam(session, former.exam).name,
        received_at=former.first_received_at,
        valid_until=row.valid_until,
        width=row.width,
        height=row.height,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
    )
