"""Who hears what: the one screen that says where every message goes.

Queues are named after who eats. There is one Celery task per queue, `<queue>.handle`.
"""

from typing import Literal

from libs.common import messages as m

Queue = Literal[
    "upload",
    "review",
    "notify",
    "notify_codes",
    "images",
    "shrink",
    "reader",
    "sms",
    "codes",
    "results",
    "eraser",
]

SERVICES: tuple[Queue, ...] = ("upload", "review", "notify")
"""Eaters with a database: they keep an inbox and send receipts."""

EXPRESS: tuple[Queue, ...] = ("notify_codes",)
"""A service's second queue, with processes of its own, for what may not wait behind its other work;
receipts and answers go by the service's own name."""

STATELESS: tuple[Queue, ...] = ("images", "shrink", "reader", "sms", "codes", "results", "eraser")
"""Eaters without one: their answer is the receipt of the command."""

QUEUES: tuple[Queue, ...] = SERVICES + EXPRESS + STATELESS

URGENT: tuple[Queue, ...] = ("notify_codes", "codes")
"""Relays send what is due for these before anything else: somebody holds the phone in her hand."""

ROUTES: dict[type[m.Message], tuple[Queue, ...]] = {
    m.CheckImage: ("images",),
    m.ImageChecked: ("upload",),
    m.ShrinkImage: ("shrink",),
    m.ImageShrunk: ("upload",),
    m.ClearShrink: ("shrink",),
    m.ShrinkCleared: ("upload",),
    m.ReadImage: ("reader",),
    m.ImageRead: ("upload",),
    m.ApplicationSubmitted: ("review", "notify"),
    m.SubmittedImageChecked: ("review",),
    m.SubmittedImageRead: ("review",),
    m.DuplicatesFound: ("review",),
    m.RegistrationChanged: ("review",),
    m.ReopenAsked: ("review",),
    m.RequestsRaised: ("upload", "notify"),
    m.RequestsExtended: ("upload", "notify"),
    m.RequestsWithdrawn: ("upload", "notify"),
    m.RequestsOverdue: ("review", "notify"),
    m.RequestsFixed: ("notify",),
    m.CaseAdvanced: ("upload", "notify"),
    m.CaseReopened: ("upload",),
    m.ApplicationReopened: ("notify",),
    m.ReopenDeclined: ("upload", "notify"),
    m.LegalHoldSet: ("upload",),
    m.PurgeCase: ("review",),
    m.CasePurged: ("upload",),
    m.Purged: ("notify",),
    m.EraseObjects: ("eraser",),
    m.ObjectsErased: ("upload",),
    m.ListObjects: ("eraser",),
    m.ObjectsListed: ("upload",),
    m.ResultsPublished: ("upload",),
    m.ResultsShown: ("notify",),
    m.PushResult: ("results",),
    m.ResultPushed: ("upload",),
    m.ResultAnswered: ("review",),
    m.PushAgain: ("upload",),
    m.AskResultsHeld: ("results",),
    m.ResultsHeld: ("review",),
    m.PushCorrection: ("results",),
    m.CorrectionPushed: ("upload",),
    m.DeadlineTick: ("upload", "review", "notify"),
    m.ApplicationLocked: ("review", "notify"),
    m.ExtendWindow: ("upload",),
    m.ExtensionAnswered: ("review",),
    m.LoadPack: ("upload",),
    m.PackAnswered: ("review",),
    m.EditSite: ("upload",),
    m.EditReason: ("upload",),
    m.WindowExtended: ("review", "notify"),
    m.WindowClosing: ("notify",),
    m.WindowOpened: ("notify",),
    m.ExamLoaded: ("review", "notify"),
    m.ContactChanged: ("notify",),
    m.NoticeRequested: ("notify_codes",),
    m.InAppPosted: ("upload",),
    m.NoticesRead: ("notify",),
    m.SendSms: ("sms",),
    m.SendCode: ("codes",),
    m.SmsReported: ("notify",),
    m.CallRequested: ("review",),
    m.CallClosed: ("review",),
    m.CallReported: ("notify",),
    m.Ping: QUEUES,
}
"""Receipt and Crashed are absent: they go back to the queue of the message's producer."""
