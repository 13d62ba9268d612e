"""The delivery desk: search, one candidate's timeline, wordings, vendors. For operators alone."""

import datetime as dt
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from libs.common.clock import now
from libs.common.errors import Refusal
from libs.common.web.languages import language
from services.notify import words
from services.notify.domain.wording import LANGUAGES, Language
from services.notify.models.people import Contact
from services.notify.operations import vendors
from services.notify.operations.desk import RESENDABLE, resend, show_phone
from services.notify.operations.limits import cap_today, sent_today
from services.notify.queries import desk as queries
from services.notify.web import previews
from services.notify.web.charts import line
from services.notify.web.door import MAX_FIELD, me, pages, parts
from services.notify.web.names import STAFF_ZONE, Names

__all__ = ["pages"]
"""The blueprint of the door, with the routes below on it."""


@pages.app_template_filter("local")
def local(at: dt.datetime | None, zone: ZoneInfo = STAFF_ZONE) -> str:
    """A time as staff read it."""
    return "" if at is None else at.astimezone(zone).strftime("%m-%d %H:%M:%S")


@pages.get("")
def index() -> ResponseReturnValue:
    """The search, and who has not been reached."""
    asked = request.args.get("q", "")[:MAX_FIELD]
    with parts().database.transaction() as session:
        found = queries.search(session, asked)
        if len(found) == 1:
            return redirect(url_for("desk.show", application_id=found[0].application_id), 303)
        return render_template(
            "desk.html",
            title=gettext("发送台"),
            asked=asked,
            found=found,
            waiting=queries.unreached(session, now=now()),
            names=Names.read(session),
            words=words,
        )


@pages.get("/applications/<uuid:application_id>")
def show(application_id: UUID) -> str:
    """One candidate: everything that was told, with each attempt."""
    return _timeline(application_id)


@pages.post("/applications/<uuid:application_id>/phone")
def phone(application_id: UUID) -> str:
    """The same with the number in clear, for the role that may; it is audited."""
    with parts().database.transaction() as session:
        number = show_phone(
            session,
            application_id,
            cipher=parts().cipher,
            actor=_actor(),
            allowed=me().may_see_phones,
        )
    return _timeline(application_id, number=number)


@pages.post("/deliveries/<uuid:delivery_id>/resend")
def send_again(delivery_id: UUID) -> ResponseReturnValue:
    """One more turn of an SMS, with a reason."""
    with parts().database.transaction() as session:
        again = resend(
            session,
            delivery_id,
            reason=request.form.get("reason", "")[:MAX_FIELD],
            actor=_actor(),
            now=now(),
        )
        page = url_for(
            "desk.show",
            application_id=again.notice.application_id,
            again=again.id,
            _anchor=f"n-{again.notice_id}",
        )
    return redirect(page, 303)


@pages.get("/wordings")
def wordings() -> str:
    """The one screen of who is told what, how, in which words and how soon."""
    return render_template(
        "wordings.html",
        title=gettext("通知用语"),
        rows=previews.previews(),
        words=words,
        languages=LANGUAGES,
        signature=previews.SIGNATURE_CHARACTERS,
    )


@pages.get("/vendors")
def vendor_health() -> str:
    """Weights, the last day of each vendor, caps, and why weights moved."""
    until = now()
    since = until - dt.timedelta(hours=queries.HOURS_SHOWN)
    with parts().database.transaction() as session:
        moves = queries.weights(session, since=since)
        return render_template(
            "vendors.html",
            title=gettext("短信通道"),
            vendors=queries.vendors(session),
            names=Names.read(session),
            hours=queries.hours(session, now=until),
            lines=[(name, line(each, since=since, until=until)) for name, each in moves.items()],
            marks=[since + n * (until - since) / 4 for n in range(4)],
            changes=queries.changes(session),
            sent=sent_today(session, now=until),
            cap=cap_today(session, now=until),
            words=words,
        )


@pages.post("/vendors/<name>")
def weigh(name: str) -> ResponseReturnValue:
    """Hold a vendor at a weight, or give it back to the machine."""
    text = request.form.get("weight", "")
    hold = request.form.get("do") == "pin"
    if hold and not (text.isascii() and text.isdigit() and len(text) <= len("100")):
        raise Refusal("wrong_weight")
    with parts().database.transaction() as session:
        vendors.pin(
            session,
            name,
            int(text) if hold else None,
            reason=request.form.get("reason", "")[:MAX_FIELD],
            actor=_actor(),
            now=now(),
        )
    return redirect(url_for("desk.vendor_health"), 303)


def _actor() -> str:
    return f"operator:{me().login}"


def _timeline(application_id: UUID, *, number: str = "") -> str:
    with parts().database.transaction() as session:
        contact = session.get(Contact, application_id)
        if contact is None:
            raise NotFound
        names = Names.read(session)
        exam, told = names.exams.get(contact.exam), queries.timeline(session, application_id)
        tongue = cast("Language", language())
        return render_template(
            "timeline.html",
            title=gettext("发送记录"),
            contact=contact,
            number=number,
            me=me(),
            told=told,
            records={one.notice.id: previews.told(one.notice, exam, tongue) for one in told},
            again=request.args.get("again", ""),
            names=names,
            resendable=RESENDABLE,
            words=words,
        )
