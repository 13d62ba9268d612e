"""What upload does with each message that it hears: one operation each."""

from collections.abc import Mapping
from functools import partial

from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common import ticks
from libs.common.doors import Operation
from services.upload.operations import (
    checks,
    closing,
    edits,
    extensions,
    holds,
    housekeeping,
    loads,
    purging,
    readings,
    reminders,
    reopening,
    requests,
    requests_changed,
    results,
    review,
    shrunk,
    strays,
)
from services.upload.vault import Vault


def operations(vault: Vault) -> Mapping[type[m.Message], Operation]:
    """Message → operation."""

    def reopen(session: Session, message: m.CaseReopened) -> None:
        reopening.reopen(session, message, vault=vault)

    def read(session: Session, message: m.ImageRead) -> None:
        readings.record(session, message, vault=vault)

    return {
        m.ImageChecked: checks.record_check,
        m.ImageShrunk: shrunk.record,
        m.ShrinkCleared: shrunk.record_cleared,
        m.ImageRead: read,
        m.RequestsRaised: requests.raise_requests,
        m.RequestsExtended: requests_changed.extend,
        m.RequestsWithdrawn: requests_changed.withdraw,
        m.CorrectionPushed: requests_changed.record_correction,
        m.CaseReopened: reopen,
        m.ReopenDeclined: reopening.hear_declined,
        m.CaseAdvanced: review.advance,
        m.LegalHoldSet: holds.set_hold,
        m.CasePurged: purging.purge,
        m.ObjectsErased: purging.count_erased,
        m.ObjectsListed: strays.hear_listed,
        m.ResultsPublished: results.publish,
        m.ResultPushed: results.record_push,
        m.PushAgain: results.push_again,
        m.InAppPosted: review.post_message,
        m.ExtendWindow: extensions.hear_extension,
        m.LoadPack: loads.hear_load,
        m.EditSite: edits.edit_site,
        m.EditReason: edits.edit_reason,
        m.DeadlineTick: partial(_tick, vault=vault),
    }


def _tick(session: Session, message: m.DeadlineTick, *, vault: Vault) -> None:
    ticks.each(
        session,
        {
            "sweep": lambda: ticks.apart(
                session, lambda own: housekeeping.sweep(own, now=message.now)
            ),
            "close": lambda: closing.close_due(session, vault),
            "relock": lambda: closing.relock_overdue(session),
            "remind": lambda: reminders.remind(session),
        },
    )
