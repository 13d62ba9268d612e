"""Who is asking, and may he: the one guard in front of every route."""

import dataclasses as dc
from typing import cast

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from libs.common import audit
from libs.common.db import Database
from libs.common.errors import Misconfigured
from libs.common.storage import Bucket
from libs.common.web.refusals import came_from
from services.review.authority import ROUTES
from services.review.domain.staff import Reviewer
from services.review.operations import staff
from services.review.vault import Vault

COOKIE = "staff"


@dc.dataclass(frozen=True)
class Parts:
    """What the pages of this process work with."""

    database: Database
    vault: Vault
    renditions: Bucket
    cookie: str
    secure_cookies: bool


def parts() -> Parts:
    """This app's own."""
    return cast("Parts", current_app.extensions["review"])


def me() -> Reviewer:
    """The signed-in member of staff of this request."""
    return cast("Reviewer", g.reviewer)


def signed_in() -> Reviewer | None:
    """Who is asking; None on the sign-in page."""
    return cast("Reviewer | None", g.get("reviewer"))


def places() -> list[tuple[str, str]]:
    """The places of the navigation that his roles may reach."""
    known = [
        ("queues.show", gettext("审核队列")),
        ("calls.index", gettext("电话清单")),
        ("duplicates.index", gettext("重复图片")),
        ("statistics.show", gettext("统计与导出")),
        ("publication.index", gettext("结果公布")),
        ("windows.index", gettext("考试与时间")),
        ("accounts.index", gettext("人员管理")),
    ]
    return [(name, word) for name, word in known if me().roles & (ROUTES[name] or frozenset())]


def install(app: Flask, parts: Parts) -> None:
    """Guard every route by the table in `authority.py`."""
    app.extensions["review"] = parts
    unknown = {rule.endpoint for rule in app.url_map.iter_rules()} ^ set(ROUTES)
    if unknown:
        raise Misconfigured(f"authority.py and the routes differ in {sorted(unknown)}")
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    roles = ROUTES.get(request.endpoint, frozenset())
    if roles is None:
        _recognise()
        return None
    with parts().database.transaction() as session:
        reviewer = staff.signed_in(session, request.cookies.get(parts().cookie))
        if reviewer is not None and not reviewer.roles & roles:
            audit.record(
                session,
                actor=f"staff:{reviewer.id}",
                action="access.denied",
                subject=f"route:{request.endpoint}",
            )
    if reviewer is None:
        return _to_sign_in()
    g.reviewer = reviewer
    if not reviewer.roles & roles:
        raise NotFound
    return None


def _recognise() -> None:
    """On the page of a refused form whoever is signed in keeps the desk's menu."""
    if request.endpoint == "refused":
        with parts().database.transaction() as session:
            g.reviewer = staff.signed_in(session, request.cookies.get(parts().cookie))


def deny(subject: str) -> NotFound:
    """What is not his business does not exist for him; the audit log knows better."""
    with parts().database.transaction() as session:
        audit.record(session, actor=f"staff:{me().id}", action="access.denied", subject=subject)
    return NotFound()


def _to_sign_in() -> ResponseReturnValue:
    """From there back; whoever has sent a form is told that it was not kept."""
    is_form = request.method == "POST"
    after = (came_from() or "") if is_form else request.full_path.rstrip("?")
    return redirect(url_for("entry.sign_in", after=after, ended=1 if is_form else None), 303)
