"""What this room hears, and the one operation that each message leads to."""

from collections.abc import Mapping
from functools import partial

from libs.common import messages as m
from libs.common.doors import Operation
from services.review.operations import (
    calls,
    changes,
    damage,
    duplicates,
    hear,
    loads,
    purging,
    readings,
    reconcile,
    rounds,
    windows,
    wishes,
)
from services.review.vault import Vault


def operations(vault: Vault) -> Mapping[type[m.Message], Operation]:
    """The table that the consumer's door follows."""
    return {
        m.ExamLoaded: hear.learn_exam,
        m.ApplicationSubmitted: partial(rounds.receive_round, vault=vault),
        m.SubmittedImageChecked: damage.record_check,
        m.SubmittedImageRead: readings.record_reading,
        m.DuplicatesFound: duplicates.remember_duplicates,
        m.RegistrationChanged: partial(changes.change_registration, vault=vault),
        m.ReopenAsked: wishes.remember_wish,
        m.RequestsOverdue: hear.mark_overdue,
        m.PurgeCase: purging.purge,
        m.CallRequested: partial(calls.open_call, vault=vault),
        m.CallClosed: calls.close_call,
        m.ApplicationLocked: hear.list_unsubmitted,
        m.WindowExtended: hear.remember_extension,
        m.ExtensionAnswered: windows.record_answer,
        m.PackAnswered: loads.record_answer,
        m.ResultAnswered: reconcile.record_answer,
        m.ResultsHeld: reconcile.record_held,
        m.DeadlineTick: hear.tick,
    }
