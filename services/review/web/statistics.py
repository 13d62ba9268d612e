"""Statistics on a page, and what may leave as a file: audited, and marked with who took it."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import chain

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.clock import now
from services.review.domain.staff import Role
from services.review.forms import one_of
from services.review.models.case import Case, Exam
from services.review.queries import exports, filters, publication, seconds, statistics, taken
from services.review.queries.filters import Queue
from services.review.vault import masked
from services.review.web import columns, sheets
from services.review.web.door import deny, me, parts
from services.review.web.queues import filters_of
from services.review.web.sheets import Cell
from services.review.web.zones import whole_time, zone_of

pages = Blueprint("statistics", __name__, url_prefix="/statistics")


class Format(StrEnum):
    """The two kinds of file."""

    CSV = "csv"
    XLSX = "xlsx"


_KINDS = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

FILES = (*(f"cases-{queue.value}" for queue in Queue), "decisions", "statistics")
"""All that is exported, by its name without the ending."""
TAKEN_READERS = frozenset({Role.AREA_LEAD, Role.AUDITOR})
"""Who sees what others took."""

_NO_FILE = {Queue.UNSUBMITTED, Queue.SAMPLE}
"""Who handed nothing in has no case; what is read again blind is told to nobody."""


@pages.get("")
def show() -> ResponseReturnValue:
    """How the review goes; names only for leads."""
    with parts().database.transaction() as session:
        exams = _exams(session)
        return render_template(
            "statistics.html",
            title=gettext("统计与导出"),
            reviewers=statistics.reviewers(session, me()),
            reasons=statistics.reasons(session, me()),
            differences=statistics.differences(session, me()),
            seconds=seconds.seconds(session, me()),
            reason_differences=seconds.reason_differences(session, me()),
            sees_area=me().sees_area,
            exams=exams,
            zone=zone_of(exams.values()),
            taken=taken.latest(session, FILES) if me().roles & TAKEN_READERS else None,
            queues=[q for q in filters.offered(me()) if q not in _NO_FILE],
            formats=list(Format),
        )


@pages.post("/cases")
def cases() -> ResponseReturnValue:
    """A queue as a file."""
    queue = one_of(Queue, request.form.get("queue"))
    if queue not in filters.offered(me()) or queue in _NO_FILE:
        raise deny(f"queue:{queue}")
    chosen = filters_of(request.form)
    with parts().database.transaction() as session:
        lines = exports.cases(session, me(), queue, chosen, id_number=_id_number)
        exams = _exams(session)
        rows = (columns.case_row(line, exams) for line in lines)
        return _file(session, f"cases-{queue.value}", columns.case_head(), rows)


@pages.post("/decisions")
def decisions() -> ResponseReturnValue:
    """What persons did, as a file."""
    with parts().database.transaction() as session:
        exams = _exams(session)
        rows = (columns.deed_row(line, exams) for line in exports.deeds(session, me()))
        return _file(session, "decisions", columns.deed_head(), rows)


@pages.post("/figures")
def figures() -> ResponseReturnValue:
    """The statistics of the page, as a file."""
    head = [gettext("人员"), gettext("完成"), gettext("平均用时（秒）"), gettext("提出要求")]
    with parts().database.transaction() as session:
        found: list[list[Cell]] = [
            [
                line.name or gettext("审核员 %(number)s", number=number),
                *(line.finished, line.average_seconds, line.asked),
            ]
            for number, line in enumerate(statistics.reviewers(session, me()), start=1)
        ]
        return _file(session, "statistics", head, found)


def _file(
    session: Session, name: str, head: Sequence[Cell], rows: Iterable[Sequence[Cell]]
) -> Response:
    """The mark of who took it stands above and below; the audit row says how much it was."""
    kind = one_of(Format, request.form.get("format"))
    zone = zone_of(publication.exams(session))
    taken = list(rows)
    mark = gettext(
        "%(name)s 于 %(time)s 导出，仅供本次审核使用，请勿外传",
        name=me().name,
        time=whole_time(now(), zone),
    )
    table = chain([[mark], head], taken, [[mark]])
    made = sheets.as_csv if kind is Format.CSV else sheets.as_xlsx
    audit.record(
        session,
        actor=f"staff:{me().id}",
        action="export.taken",
        subject=f"export:{name}",
        rows=len(taken),
        format=kind.value,
    )
    answer = Response(made(table, zone=zone), content_type=_KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind.value}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _exams(session: Session) -> dict[str, Exam]:
    return {exam.code: exam for exam in publication.exams(session)}


def _id_number(case: Case) -> str:
    """Whole for the area's lead alone."""
    number = parts().vault.person(case.personal, case_id=case.id).get("id_number", "")
    return masked("id_number", number, compares=Role.AREA_LEAD in me().roles)
