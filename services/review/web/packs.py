"""Administration of packs: what the one that lies ready would change, and loading it."""

import uuid
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from services.review.domain.asking import Asked
from services.review.models.asked import AskedLoad
from services.review.operations import loads
from services.review.queries import asked as query
from services.review.web.door import deny, me, parts
from services.review.web.zones import zone_of

pages = Blueprint("packs", __name__, url_prefix="/exams")
STATES: Mapping[Asked, tuple[str, str, LazyString]] = {
    Asked.COUNTING: ("info", "clock", _l("正在比较")),
    Asked.OFFERED: ("info", "eye", _l("比较完毕，尚未载入")),
    Asked.IMPOSSIBLE: ("bad", "cross", _l("不能载入")),
    Asked.CONFIRMED: ("info", "clock", _l("正在载入")),
    Asked.GRANTED: ("ok", "check", _l("已载入")),
    Asked.REFUSED: ("bad", "cross", _l("没有载入")),
}
"""State → tag colour, icon, word: never one alone."""
SAME = ("ok", "check", _l("没有不同"))
_REFUSALS: Mapping[str, LazyString] = {
    "no_pack": _l("服务器上没有这场考试的材料包。请运维把它放到 exams 目录后再比较。"),
    "bad_pack": _l("材料包有错误，一处也没有载入。请改正下列各处，放到服务器后再比较。"),
    "pack_moved": _l("比较之后，服务器上的材料包又变了，没有载入。请重新比较。"),
    "window_shortened": _l(
        "材料包里的截止时间早于已经公布或延长到的时间，没有载入。请在材料包里写上较晚的时间。"
    ),
}


@pages.post("/<exam>/pack")
def compare(exam: str) -> ResponseReturnValue:
    """Ask the upload room, on whose machines the packs lie."""
    with parts().database.transaction() as session:
        load_id = loads.compare(session, exam, me())
    return redirect(url_for("packs.show", load_id=load_id), 303)


@pages.get("/packs/<uuid:load_id>")
def show(load_id: uuid.UUID) -> ResponseReturnValue:
    """Place by place what would change, or changed, and whether it was loaded."""
    with parts().database.transaction() as session:
        found = query.one(session, AskedLoad, load_id)
        if found is not None:
            line, exam = found
            return render_template(
                "pack.html",
                title=gettext("材料包"),
                load=line.row,
                by=line.by,
                exam=exam,
                state=_state(line.row),
                refusal=refusal(line.row),
                zone=zone_of([exam]),
            )
    raise deny(f"pack:{load_id}")


@pages.post("/packs/<uuid:load_id>")
def load(load_id: uuid.UUID) -> ResponseReturnValue:
    """From its answer on this version holds."""
    with parts().database.transaction() as session:
        loads.confirm(session, load_id, me())
    return redirect(url_for("packs.show", load_id=load_id), 303)


def _state(row: AskedLoad) -> tuple[str, str, LazyString]:
    """Compared, and nothing to load, is a state of its own for who looks."""
    is_same = row.state is Asked.OFFERED and not row.differences
    return SAME if is_same else STATES[row.state]


def refusal(row: AskedLoad) -> str:
    """Why it was refused, with the cure; empty where it was not."""
    if row.refusal is None:
        return ""
    unknown = _l("上传系统没有接受（%(code)s）。", code=row.refusal)
    return str(_REFUSALS.get(row.refusal, unknown))
