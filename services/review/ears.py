"""What this room hears, and the one operation that each message leads to."""

from collections.abc import Mapping
from functools import partial

from libs.common import messages as m
from libs.common.doors import Operation
from services.review.operations import damage, hear, rounds
from services.review.vault import Vault


def operations(vault: Vault) -> Mapping[type[m.Message], Operation]:
    """The table that the consumer's door follows."""
    return {
        m.ExamLoaded: hear.learn_exam,
        m.ApplicationSubmitted: partial(rounds.receive_round, vault=vault),
        m.SubmittedImageChecked: damage.record_check,
        m.RequestsOverdue: hear.mark_overdue,
        m.ApplicationLocked: hear.list_unsubmitted,
        m.WindowExtended: hear.remember_extension,
        m.DeadlineTick: hear.tick,
    }
