"""What she does about findings: turn the image, or use it anyway (R7, R15)."""

import datetime as dt

from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, ImageId
from services.upload.domain.application import CheckState
from services.upload.domain.turning import Turn, turned
from services.upload.models.application import open_warnings
from services.upload.operations.access import hold, touch
from services.upload.operations.images import (
    ask_for_check,
    mine,
    require_unlocked,
    write_down,
)


def turn(
    session: Session,
    *,
    application_id: ApplicationId,
    image_id: ImageId,
    turn: Turn,
    began_at: dt.datetime,
) -> None:
    """The image is shown with this turn from now on, and checked again; its bytes stay (R7).

    Raises Refusal `no_image`, `nothing_to_turn`, `locked`, and those of the window or the request.
    """
    held = hold(session, application_id)
    image = mine(session, application_id, image_id)
    if image.deleted_at is not None:
        raise Refusal("no_image")
    require_unlocked(held, image, began_at=began_at)
    if image.check_state == CheckState.REFUSED:
        raise Refusal("nothing_to_turn")
    image.orientation = turned(image.orientation, turn)
    image.check_state = CheckState.PENDING
    image.findings, image.signals = [], {}
    image.view_key = image.grid_key = None
    touch(held)
    session.flush()
    ask_for_check(session, image)
    write_down(session, "image.turned", image, began_at=began_at, turn=turn.value)


def use_anyway(
    session: Session, *, application_id: ApplicationId, image_id: ImageId, began_at: dt.datetime
) -> None:
    """仍然使用: the warnings of the image are read, and are not open any more.

    The reviewer sees which they were. Raises Refusal `no_image`, and those of `delete`.
    """
    held = hold(session, application_id)
    image = mine(session, application_id, image_id)
    if image.deleted_at is not None:
        raise Refusal("no_image")
    codes = open_warnings(image)
    if not codes:
        return
    require_unlocked(held, image, began_at=began_at)
    image.used_anyway = [*image.used_anyway, *codes]
    touch(held)
    write_down(session, "image.used_anyway", image, began_at=began_at, codes=codes)
