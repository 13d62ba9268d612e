"""More time as the review desk asks for it: given or refused, and answered (R14)."""

from sqlalchemy.orm import Session

from libs.common import outbox
from libs.common.errors import Refusal
from libs.common.messages import ExtendWindow, ExtensionAnswered
from services.upload.operations import windows
from services.upload.operations.windows import Extension


def hear_extension(session: Session, message: ExtendWindow) -> None:
    """An administrator at the desk gives more time, or asks whom it would concern (R14).

    As at the command line; whoever asked is answered, a refusal with its rule. A copy grants no
    other end.
    """
    extension = Extension(
        exam=message.exam,
        kind=message.window,
        site=message.site,
        number=message.registration_number,
        ends_at=message.ends_at,
        reason=message.reason,
    )
    before: dict[str, int] = {}
    refusal: Refusal | None = None
    try:
        with session.begin_nested():
            before = windows.concerned_by_state(session, extension)
            if not message.rehearsal:
                windows.extend_window(session, extension, actor=f"staff:{message.by}")
    except Refusal as refused:
        refusal = refused
    if message.extension_id is not None:
        answer = ExtensionAnswered(
            extension_id=message.extension_id,
            rehearsal=message.rehearsal,
            refusal=refusal.code if refusal else None,
            params={k: str(v) for k, v in refusal.params.items()} if refusal else {},
            concerned=before,
        )
        outbox.post(session, answer)
    elif refusal is not None:
        raise refusal
