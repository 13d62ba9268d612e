"""Who hears what: the one screen that says where every message goes.

Queues are named after who eats. There is one Celery task per queue, `<queue>.handle`.
"""

from typing import Literal

from libs.common import messages as m

Queue = Literal["upload", "review", "notify", "images", "sms", "codes", "results"]

SERVICES: tuple[Queue, ...] = ("upload", "review", "notify")
"""Eaters with a database: they keep an inbox and send receipts."""

STATELESS: tuple[Queue, ...] = ("images", "sms", "codes", "results")
"""Eaters without one: their answer is the receipt of the command."""

QUEUES: tuple[Queue, ...] = SERVICES + STATELESS

ROUTES: dict[type[m.Message], tuple[Queue, ...]] = {
    m.CheckImage: ("images",),
    m.ImageChecked: ("upload",),
    m.ApplicationSubmitted: ("review", "notify"),
    m.SubmittedImageChecked: ("review",),
    m.RequestsRaised: ("upload", "notify"),
    m.RequestsOverdue: ("review", "notify"),
    m.CaseAdvanced: ("upload", "notify"),
    m.ResultsPublished: ("upload", "notify"),
    m.PushResult: ("results",),
    m.ResultPushed: ("upload",),
    m.DeadlineTick: ("upload", "review", "notify"),
    m.ApplicationLocked: ("review", "notify"),
    m.WindowExtended: ("review", "notify"),
    m.ExamLoaded: ("review", "notify"),
    m.ContactChanged: ("notify",),
    m.NoticeRequested: ("notify",),
    m.InAppPosted: ("upload",),
    m.SendSms: ("sms",),
    m.SendCode: ("codes",),
    m.SmsReported: ("notify",),
    m.Ping: QUEUES,
}
"""Receipt and Crashed are absent: they go back to the queue of the message's producer."""
