"""提交审核: the last look, and the deed (R15)."""

import dataclasses as dc
from collections.abc import Callable, Iterable, Iterator

from flask import Blueprint, Response, render_template, request, session, url_for

from libs.common.errors import Refusal
from libs.common.messages import Finding, WindowKind
from libs.common.web import told
from libs.common.web.app import began_at
from libs.common.web.languages import gettext as _
from libs.common.web.languages import language
from libs.common.web.refusals import send_back
from services.upload import forms
from services.upload.operations import submission as operations
from services.upload.queries.application import application_page
from services.upload.queries.shapes.account import Signed
from services.upload.queries.shapes.application import ApplicationPage, LaterState
from services.upload.queries.shapes.images import ImageView
from services.upload.queries.shapes.materials import MaterialEntry
from services.upload.web import faces
from services.upload.web.door import parts, required, see, transaction
from services.upload.web.wording import finding_words, say_times_in, zone_words

pages = Blueprint("submission", __name__)


@dc.dataclass(frozen=True, kw_only=True)
class Line:
    """What the check page says of one picture."""

    what: str
    """How the picture is called."""
    code: str
    """Of its material, whose card it stands on."""
    said: tuple[tuple[str, str], ...]
    """Cause and cure of each finding."""


@pages.route("/check", methods=["GET", "POST"])
def check() -> Response | tuple[str, int]:
    """What will be handed in, and what is missing; pressing twice makes one submission."""
    who = required()
    kind = forms.window_of(request.values)
    if request.method == "POST":
        try:
            with transaction() as db:
                done = operations.submit(
                    db,
                    application_id=who.application_id,
                    began_at=began_at(),
                    vault=parts().vault,
                    round_=forms.round_of(request.form),
                    kind=kind,
                )
        except Refusal as refusal:
            if refusal.code != "not_ready":
                raise
            window = "second" if kind == "second" else None
            back = url_for("submission.check", window=window, _anchor="errors")
            return send_back(back, {}, refusal=refusal)
        session["just_submitted"] = done.receipt_number
        return see("receipts.page", number=done.receipt_number)
    return _check_page(who, kind), 200


def _check_page(who: Signed, kind: WindowKind) -> str:
    was_refused = told.here().code == "not_ready"
    with transaction() as db:
        shown = _of_window(application_page(db, who.application_id), kind)
    say_times_in(shown.deadline.zone)
    return render_template(
        "check.html",
        title=_("提交前检查"),
        active="materials.page",
        page=shown,
        was_refused=was_refused,
        kind=kind,
        zone_words=zone_words(),
        titles={entry.code: entry.title for entry in shown.entries},
        warnings=_said_of(shown, _open_warnings),
        used_anyway=_said_of(shown, _used_anyway),
        checking=[_line(e, i, ()) for e, i in _images(shown) if i.state == "checking"],
        refused=_said_of(shown, _refusals),
    )


def _of_window(shown: ApplicationPage, kind: WindowKind) -> ApplicationPage:
    """The page as the round of that window sees it: the second one's has its own materials (R5),
    and the answers that go along.
    """
    if kind == "main":
        return shown
    if shown.later is None or shown.later.state is not LaterState.OPEN:
        return dc.replace(shown, can_submit=False)
    codes = {code for code, _title in shown.later.materials}
    mine = tuple(e for e in shown.entries if e.code in codes or e.requests)
    return dc.replace(shown, entries=mine, readiness=shown.later.readiness, can_submit=True)


def _said_of(
    shown: ApplicationPage, which: Callable[[ApplicationPage, ImageView], Iterable[Finding]]
) -> list[Line]:
    """A line for each picture of which these findings speak."""
    found = ((entry, image, tuple(which(shown, image))) for entry, image in _images(shown))
    return [_line(entry, image, findings) for entry, image, findings in found if findings]


def _open_warnings(shown: ApplicationPage, image: ImageView) -> Iterator[Finding]:
    waiting = set(shown.readiness.warnings)
    return (finding for finding in image.findings if (image.id, finding.code) in waiting)


def _used_anyway(_shown: ApplicationPage, image: ImageView) -> Iterator[Finding]:
    """Warnings that she has read: the reviewer sees them too."""
    if image.is_locked or image.state == "refused":
        return iter(())
    waiting = {finding.code for finding in image.open_findings}
    return (f for f in image.findings if f.severity == "warn" and f.code not in waiting)


def _refusals(shown: ApplicationPage, image: ImageView) -> Iterator[Finding]:
    if image.id not in shown.readiness.refused:
        return iter(())
    return (finding for finding in image.findings if finding.severity == "refuse")


def _images(shown: ApplicationPage) -> Iterator[tuple[MaterialEntry, ImageView]]:
    return ((entry, image) for entry in shown.entries for image in entry.images)


def _line(entry: MaterialEntry, image: ImageView, findings: Iterable[Finding]) -> Line:
    what = f"{entry.title.to(language())} · {faces.place(entry, image)}"
    return Line(what=what, code=entry.code, said=tuple(finding_words(f, image) for f in findings))
