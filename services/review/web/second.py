"""The second reading: one image after the other, blind; and both sides for the lead."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from libs.common import audit
from libs.common.clock import now
from services.review import forms
from services.review.domain import judging, reasons
from services.review.domain.judging import Choice
from services.review.domain.request import Kind
from services.review.domain.second import SETTLERS, Judgement, Settlement
from services.review.operations import second
from services.review.queries import second as query
from services.review.queries.second import Sheet
from services.review.web import facts
from services.review.web.door import deny, me, parts
from services.review.web.zones import zone_of

pages = Blueprint("second", __name__, url_prefix="/second")


@pages.post("/claim-next")
def claim_next() -> ResponseReturnValue:
    """The reading that waits longest and that may be his."""
    with parts().database.transaction() as session:
        reading_id = second.claim_next(session, me())
    if reading_id is None:
        flash(gettext("现在没有您可以复核的抽查；您经手或看过的审核单由别人复核。"))
        return redirect(url_for("queues.show", name="sample"), 303)
    return redirect(url_for("second.show", reading_id=reading_id), 303)


@pages.get("/<uuid:reading_id>")
def show(reading_id: uuid.UUID) -> ResponseReturnValue:
    """The papers and the registration; nothing of what others made of them."""
    with parts().database.transaction() as session:
        row = second.renew(session, reading_id, me())
        seen = query.sheet(session, row) if row is not None else None
        if seen is not None:
            subject = f"second:{reading_id}"
            audit.record(session, actor=f"staff:{me().id}", action="second.viewed", subject=subject)
            return _page(seen)
    raise deny(f"second:{reading_id}")


@pages.post("/<uuid:reading_id>/images/<uuid:image_id>")
def judge(reading_id: uuid.UUID, image_id: uuid.UUID) -> ResponseReturnValue:
    """Her verdict, stored at once; then the next image."""
    said = Judgement(
        choice=forms.one_of(Choice, request.form.get("choice")),
        reason=forms.text(request.form, "reason", most=40),
    )
    target = image_id
    with parts().database.transaction() as session:
        second.judge(session, reading_id, image_id, said, me())
        session.flush()
        row = second.renew(session, reading_id, me())
        seen = query.sheet(session, row) if row is not None else None
        if seen is not None:
            order = [i.id for i in seen.desk.images]
            target = judging.next_open(order, seen.desk.judged, image_id) or image_id
    return redirect(url_for("second.show", reading_id=reading_id, image=target), 303)


@pages.post("/<uuid:reading_id>")
def finish(reading_id: uuid.UUID) -> ResponseReturnValue:
    """She is done; then the next reading, if there is one."""
    words = forms.text(request.form, "words")
    eligible = request.form.get("ending") != "not_passed"
    with parts().database.transaction() as session:
        second.finish(session, reading_id, me(), eligible=eligible, words=words)
    flash(gettext("复核已保存。它单独存放，不会改变原来的结论。"))
    return claim_next()


@pages.post("/<uuid:reading_id>/give-back")
def give_back(reading_id: uuid.UUID) -> ResponseReturnValue:
    """Leave it to others."""
    with parts().database.transaction() as session:
        second.give_back(session, reading_id, me())
    flash(gettext("已放回抽查队列。"))
    return redirect(url_for("queues.show", name="sample"), 303)


@pages.get("/cases/<uuid:case_id>")
def compare(case_id: uuid.UUID) -> ResponseReturnValue:
    """The conclusion and the second reading side by side, for the lead."""
    with parts().database.transaction() as session:
        seen = query.comparison(session, case_id)
        if seen is not None:
            subject = f"second:{seen.reading.id}"
            audit.record(
                session, actor=f"staff:{me().id}", action="second.compared", subject=subject
            )
            is_open = seen.reading.agrees is False and seen.reading.settlement is None
            return render_template(
                "comparison.html",
                title=gettext("抽查对照"),
                seen=seen,
                case=seen.case,
                exam=seen.exam,
                may_settle=is_open and bool(me().roles & SETTLERS),
                now=now(),
                zone=zone_of([seen.exam]),
            )
    raise deny(f"case:{case_id}")


@pages.post("/<uuid:reading_id>/settle")
def settle(reading_id: uuid.UUID) -> ResponseReturnValue:
    """The conclusion stands, or the area judges again."""
    settlement = forms.one_of(Settlement, request.form.get("settlement"))
    words = forms.text(request.form, "words")
    version = forms.seen_version(request.form)
    with parts().database.transaction() as session:
        second.settle(session, reading_id, settlement, words, me(), seen_version=version)
    flash(
        gettext("已记录：维持原结论。")
        if settlement is Settlement.KEPT
        else gettext("结论已撤回，审核单回到考区审核。")
    )
    return redirect(url_for("queues.show", name="disagreed"), 303)


def _page(seen: Sheet) -> str:
    desk = seen.desk
    image = desk.image(forms.optional_id(request.args.get("image")))
    material = image.row.material if image else None
    known = reasons.read(desk.exam.reasons)
    return render_template(
        "second.html",
        title=gettext("抽查复核"),
        reading=seen.reading,
        desk=desk,
        case=desk.case,
        exam=desk.exam,
        image=image,
        given=seen.given.get(image.id) if image else None,
        left=len(desk.judged.without_verdict),
        asks=any(i.verdict is Choice.ASK for i in desk.images),
        name=facts.shown_name(desk),
        facts=facts.lines(desk, image),
        reasons=reasons.offered(known, kind=Kind.REPLACE, material=material, used={}),
        now=now(),
        zone=zone_of([desk.exam]),
    )
