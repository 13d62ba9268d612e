"""What notify does with each message that it hears: one operation each."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common import ticks
from libs.common.clock import now
from libs.common.doors import Operation
from libs.common.fields import FieldCipher
from services.notify.domain.delivery import Hours
from services.notify.domain.facts import ASKS_FOR_DEFERRED, ASKS_FOR_SUBMISSION
from services.notify.domain.ladder import End
from services.notify.operations import (
    announce,
    calls,
    close,
    codes,
    learn,
    limits,
    purging,
    requests,
    send,
    vendors,
    windows,
)
from services.notify.operations.calls import Switchboard
from services.notify.operations.send import Means
from services.notify.settings import ConsumerSettings


class Ears:
    """The operations with this process's keys and clock."""

    def __init__(self, given: ConsumerSettings, *, clock: Callable[[], dt.datetime] = now) -> None:
        self._private_key = given.notify_private_key
        self._sms_public_key = given.sms_public_key
        self._index_key = given.notify_index_key
        self._cipher = FieldCipher(given.notify_field_keys)
        self._board = Switchboard(self._cipher, given.review_sealing_key)
        self._means = Means(
            cipher=self._cipher,
            sms_public_key=given.sms_public_key,
            vendors=given.sms_vendors,
            daily_cap=given.sms_daily_cap,
            hours=Hours.parse(given.sms_hours),
        )
        self._clock = clock

    def operations(self) -> Mapping[type[m.Message], Operation]:
        """Message → operation."""
        return {
            m.ExamLoaded: learn.load_exam,
            m.ContactChanged: self._change_contact,
            m.ApplicationSubmitted: self._tell_one(_submitted),
            m.RequestsRaised: self._tell_one(requests.raised),
            m.RequestsExtended: self._tell_one(requests.extended),
            m.RequestsWithdrawn: self._tell_one(requests.withdrawn),
            m.RequestsOverdue: self._tell_one(requests.overdue),
            m.RequestsFixed: self._tell_later(requests.fixed),
            m.CaseAdvanced: self._tell_one(announce.case_advanced),
            m.ApplicationLocked: self._tell_one(_locked),
            m.ApplicationReopened: self._tell_one(announce.application_reopened),
            m.ReopenDeclined: self._tell_one(announce.reopen_declined),
            m.WindowOpened: self._tell_later(windows.opened),
            m.WindowClosing: self._tell_later(windows.closing),
            m.WindowExtended: self._tell_later(windows.extended),
            m.ResultsShown: self._tell_later(announce.results_shown),
            m.NoticeRequested: self._send_code,
            m.Purged: purging.purge,
            m.NoticesRead: self._read,
            m.SmsReported: self._record_report,
            m.CallReported: self._report_call,
            m.DeadlineTick: self._tick,
        }

    def _tell_one(self, operation: Callable[..., None]) -> Operation:
        """Announce, and send at once: she may be looking at her page."""

        def hear(session: Session, message: Any) -> None:
            operation(session, message, now=self._clock())
            self._send_due(session, message.application_id)

        return hear

    def _tell_later(self, operation: Callable[..., None]) -> Operation:
        """Announce; the next ticks send, so that no other message waits behind a batch."""
        return lambda session, message: operation(session, message, now=self._clock())

    def _change_contact(self, session: Session, message: m.ContactChanged) -> None:
        learn.change_contact(
            session,
            message,
            cipher=self._cipher,
            private_key=self._private_key,
            index_key=self._index_key,
        )
        self._send_due(session, message.application_id)

    def _send_code(self, session: Session, message: m.NoticeRequested) -> None:
        codes.send_code(
            session,
            message,
            private_key=self._private_key,
            sms_public_key=self._sms_public_key,
            vendors=self._means.vendors,
            now=self._clock(),
        )

    def _record_report(self, session: Session, message: m.SmsReported) -> None:
        names = self._means.vendors
        close.record_report(session, message, vendors=names, now=self._clock())

    def _tick(self, session: Session, _: m.DeadlineTick) -> None:
        now, names = self._clock(), self._means.vendors
        ticks.each(
            session,
            {
                "receipts": lambda: close.match_receipts(session, cipher=self._cipher, now=now),
                "silence": lambda: close.close_silent(session, now=now),
                "vendors": lambda: vendors.judge(session, names=names, now=now),
                "reminders": lambda: requests.remind(session, now=now),
                "cap": lambda: limits.show_cap(session, self._means.daily_cap, now=now),
                "sending": lambda: self._send_due(session, None),
                "calls over": lambda: calls.close_over(session, now=now),
                "calls": lambda: calls.open_calls(session, board=self._board, now=now),
            },
        )

    def _read(self, session: Session, message: m.NoticesRead) -> None:
        calls.read_notices(session, message, now=self._clock())

    def _report_call(self, session: Session, message: m.CallReported) -> None:
        calls.report_call(
            session,
            message,
            board=self._board,
            now=self._clock(),
        )

    def _send_due(self, session: Session, application_id: m.ApplicationId | None) -> None:
        send.send_due(session, means=self._means, now=self._clock(), application_id=application_id)


def _submitted(session: Session, message: m.ApplicationSubmitted, *, now: dt.datetime) -> None:
    announce.application_submitted(session, message, now=now)
    requests.answered(session, message, now=now)


def _locked(session: Session, message: m.ApplicationLocked, *, now: dt.datetime) -> None:
    windows.locked(session, message, now=now)
    over = ASKS_FOR_SUBMISSION if message.window == "main" else ASKS_FOR_DEFERRED
    calls.end_notices(session, message.application_id, facts=over, cause=End.OVER, now=now)
