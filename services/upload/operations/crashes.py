"""A worker died on a command of this service: whose picture it was, and what becomes of it."""

from sqlalchemy.orm import Session

from libs.common.outbox import CrashedCommand
from services.upload.operations import checks, shrunk


def count_crash(session: Session, command: CrashedCommand) -> bool:
    """True when the picture has got its answer, and the command is not sent again."""
    return checks.count_crash(session, command) or shrunk.count_crash(session, command)
