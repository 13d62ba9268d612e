"""Every page that a candidate can come to, each with something to show."""

import datetime as dt
import io
import re
import uuid
from typing import NamedTuple

from flask.testing import FlaskClient
from sqlalchemy import text

from libs.common import browser_sessions
from libs.common import messages as m
from libs.common.clock import now
from libs.common.messages import ApplicationId
from services.upload.models.holdings import read_holdings
from services.upload.operations import phone_links
from services.upload.web.door import LAUNCHED, LIMITS
from services.upload.web.phone_links import code_of
from tests import pictures
from tests.candidate import CandidateSite
from tests.former import took_part

Cookie = tuple[str, str]
"""Name and value."""


class State(NamedTuple):
    """A page as somebody sees it."""

    path: str
    cookie: Cookie | None = None
    """Of whom: her session, a pre-session, her phone; nobody's."""


States = dict[str, State]


def every_state(site: CandidateSite) -> States:
    """Name → page; the names are for people who read what failed."""
    return {
        **_of_visitors(),
        **_entering(site),
        **_preparing(site),
        **_asking_for_more(site),
        **_returned(site),
        **_handed_in(site),
        **_published(site),
    }


def second_window(site: CandidateSite) -> States:
    """Pages while deferred materials are owed; moves the windows of the whole exam."""
    who = _all_but(site, "230000861", without="C04")
    site.submit(who)
    _move(site, "main", opens=-48, ends=-24)
    _move(site, "second", opens=-1, ends=24)
    missed = site.activated("230000862")
    closed = "UPDATE application SET state = 'locked', locked_at = now() WHERE id = :id"
    _do(site, closed, missed)
    her, late = _session(site, who), _session(site, missed)
    return {
        "deferred materials owed": State("/materials", her),
        "check of the second window": State("/check?window=second", her),
        "nothing handed in": State("/materials", late),
        "check after the end": State("/check", late),
        "progress after the end": State("/progress", late),
    }


def _of_visitors() -> States:
    return {
        "sign-in": State("/sign-in"),
        "forgotten": State("/forgotten"),
        "verify": State("/verify"),
        "nothing verified": State("/verify?number=XX-0000"),
        "help of a visitor": State("/help"),
        "not found": State("/nowhere"),
    }


def _entering(site: CandidateSite) -> States:
    launched = site.register("230000871")
    with site.database.transaction() as db:
        token = browser_sessions.start(
            db, kind=LAUNCHED, subject=launched, limits=LIMITS[LAUNCHED], data={"device": ""}
        )
    found = {"launch": State("/launch", (LAUNCHED, token))}
    for at, step in enumerate(("identity", "phone", "privacy", "pledge", "password")):
        who = site.register(f"23000087{at + 2}")
        _do(site, "UPDATE account SET step = :step WHERE application_id = :id", who, step=step)
        found[f"activation: {step}"] = State("/activation", _session(site, who))
    return found


def _preparing(site: CandidateSite) -> States:
    took_part(site, "220000882")
    half = site.activated("230000882", extra_post="true")
    image = site.upload(half, "A01", pictures.jpeg(pictures.paper()))
    site.upload(half, "A01", pictures.jpeg(pictures.paper(seed=5)))
    site.upload(half, "C06", pictures.jpeg(pictures.paper(300, 200)))
    site.check_images()
    her = _session(site, half)
    pages = {
        "list": "/materials",
        "list, what is left": "/materials?show=todo",
        "whole list": "/materials?all=1",
        "one at a time": "/materials?large=1&at=A01",
        "one with an offer": "/materials?large=1&at=B01",
        "large help": "/help?large=1",
        "sample": "/materials/A01/sample?large=0",
        "image": f"/images/{image}",
        "question before deleting": f"/images/{image}/delete",
        "check with gaps": "/check",
        "help": "/help",
        "account": "/account",
        "notice": "/notice",
        "held": "/account/data",
        "erasure": "/account/erasure",
        "question before erasure": "/account/erasure/confirm",
        "sign-out": "/sign-out",
        "no messages": "/messages",
    }
    return {name: State(path, her) for name, path in pages.items()}


def _asking_for_more(site: CandidateSite) -> States:
    """A corrected registration, a photo at the shrink door, a phone, an erasure that waits."""
    who = site.activated("230000891")
    site.register("230000891", holds_assistant_licence="true", route="apprenticeship")
    client = site.client(who)
    # Too big for an image; small enough that the test client keeps its form in memory.
    photo = pictures.jpeg(pictures.paper(1000, 760, grain=8), 95)
    waits, _ = (_send(client, code, photo) for code in ("A01", "A01"))
    site.shrink_photos()
    pending = _send(client, "A07", photo)
    with site.database.transaction() as db:
        link = phone_links.make(db, application_id=who, material="B01")
        used = phone_links.make(db, application_id=site.activated("230000892"), material="B01")
    with site.app.app_context():
        code, taken = code_of(link), code_of(used)
    _form(client, "/materials/C06/absence", reason="样例：单位尚未出具，正在办理。")
    _form(client, "/account/erasure/confirm")
    phone = site.client()
    _form(phone, f"/p/{taken}")
    cookie = phone.get_cookie("phone", domain="localhost")
    assert cookie
    her = _session(site, who)
    return {
        "corrected registration": State("/materials", her),
        "smaller picture to confirm": State(waits, her),
        "photo at the shrink door": State(pending, her),
        "erasure that waits": State("/account/erasure", her),
        "phone link": State(f"/phone-links/{link}", her),
        "phone link's landing": State(f"/p/{code}"),
        "phone link, used": State(f"/p/{taken}"),
        "her phone": State("/phone", ("phone", cookie.value)),
    }


def _returned(site: CandidateSite) -> States:
    asked = handed_in(site, "230000883")
    first = site.value("SELECT id FROM image WHERE application_id = :id LIMIT 1", id=asked)
    request = site.ask_to_replace(asked, first)
    her = _session(site, asked)
    several = handed_in(site, "230000886")
    _ask_for_everything(site, several)
    hers = _session(site, several)
    return {
        "returned": State("/materials", her),
        "asked": State("/requests", her),
        "asked picture": State(f"/requests/{request}/picture", her),
        "check of answers": State("/check", her),
        "returned, one at a time": State("/materials?large=1", her),
        "three kinds of requests": State("/requests", hers),
        "three kinds on the list": State("/materials", hers),
        "three kinds, large": State("/requests?large=1", hers),
    }


def _ask_for_everything(site: CandidateSite, who: ApplicationId) -> None:
    first = site.value(
        "SELECT id FROM image WHERE application_id = :id AND material = 'B01' LIMIT 1", id=who
    )

    def wanted(kind: m.RequestKind, reason: str, **named: object) -> m.RaisedRequest:
        said: dict[str, object] = {
            "request_id": m.RequestId(uuid.uuid4()),
            "material": None,
            "image_id": None,
            "add_count": 0,
            "fact": None,
            "words": "样例：请补充最近一年的证明。",
            "mark": None,
            "due_at": now() + dt.timedelta(hours=20),
        }
        return m.RaisedRequest(kind=kind, reason=reason, **said | named)  # type: ignore[arg-type]

    site.hear(
        m.RequestsRaised(
            application_id=who,
            case_id=m.CaseId(uuid.uuid4()),
            level="area",
            round=1,
            requests=(
                wanted("REPLACE", "RE02", image_id=m.ImageId(first), mark=(0.1, 0.1, 0.3, 0.2)),
                wanted("ADD", "AD01", material="C01", add_count=2),
                wanted("FIX", "FX05", fact="work_unit"),
            ),
            accepted=(),
        )
    )


def _handed_in(site: CandidateSite) -> States:
    done = handed_in(site, "230000884")
    notice = _message(site, done)
    number = _receipt(site, done)
    her = _session(site, done)
    wishing = handed_in(site, "230000887")
    _form(site.client(wishing), "/reopening", reason="样例：把两份材料的图片传反了。")
    refused = handed_in(site, "230000888")
    _form(site.client(refused), "/reopening", reason="样例：想换一张更清楚的。")
    site.hear(
        m.ReopenDeclined(
            application_id=refused,
            case_id=m.CaseId(uuid.uuid4()),
            round=1,
            words="样例：图片清楚，不需要更换。",
        )
    )
    return {
        "locked": State("/materials", her),
        "progress": State("/progress", her),
        "messages": State("/messages", her),
        "message": State(f"/messages/{notice}", her),
        "receipt": State(f"/receipts/{number}", her),
        "receipt as a picture": State(f"/receipts/{number}/picture", her),
        "a receipt verified": State(f"/verify?number={number}"),
        "asking to reopen": State("/reopening", her),
        "held, handed in": State("/account/data", her),
        "nothing to erase": State("/account/erasure", her),
        "reopening asked": State("/reopening", _session(site, wishing)),
        "reopening asked, list": State("/materials", _session(site, wishing)),
        "reopening declined": State("/reopening", _session(site, refused)),
        "reopening declined, list": State("/materials", _session(site, refused)),
    }


def _published(site: CandidateSite) -> States:
    passed, failed = handed_in(site, "230000885"), handed_in(site, "230000889")
    _publish(site, passed, "passed")
    _publish(site, failed, "not_passed")
    her, other = _session(site, passed), _session(site, failed)
    return {
        "result": State("/progress", her),
        "list, published": State("/materials", her),
        "result, not passed": State("/progress", other),
    }


def handed_in(site: CandidateSite, number: str) -> ApplicationId:
    """Everything that is asked of her is there and handed in."""
    who = _all_but(site, number)
    site.check_images()
    site.submit(who)
    return who


def _all_but(site: CandidateSite, number: str, *, without: str = "") -> ApplicationId:
    who = site.activated(number)
    with site.database.transaction() as db:
        wanted = [e.code for e in read_holdings(db, who).entries for _ in range(e.min)]
    for at, code in enumerate(wanted):
        if code != without:
            site.upload(who, code, pictures.jpeg(pictures.paper(seed=at)))
    return who


def _session(site: CandidateSite, who: ApplicationId) -> Cookie:
    return "candidate", site.cookie(who)


def _do(site: CandidateSite, statement: str, who: ApplicationId, **values: str) -> None:
    with site.database.transaction() as db:
        db.execute(text(statement), {"id": who, **values})


def _move(site: CandidateSite, kind: str, *, opens: int, ends: int) -> None:
    """The window opens and ends so many hours from now."""
    moved = (
        "UPDATE exam_window SET opens_at = now() + make_interval(hours => :opens),"
        " ends_at = now() + make_interval(hours => :ends) WHERE kind = :kind"
    )
    with site.database.transaction() as db:
        db.execute(text(moved), {"kind": kind, "opens": opens, "ends": ends})


def _form(client: FlaskClient, path: str, **fields: str) -> None:
    token = re.search('name="csrf-token" content="([^"]+)"', client.get("/verify").text)
    assert token
    answer = client.post(path, data={"csrf_token": token[1], **fields})
    assert answer.status_code == 303, answer.text
    assert "errors" not in answer.headers["Location"]


def _send(client: FlaskClient, code: str, photo: bytes) -> str:
    """A photo goes to the shrink door; the page where it waits."""
    token = re.search('name="csrf-token" content="([^"]+)"', client.get("/verify").text)
    assert token
    answer = client.post(
        f"/materials/{code}/images",
        data={
            "csrf_token": token[1],
            "key": str(uuid.uuid4()),
            "picture": (io.BytesIO(photo), "photo.jpg"),
        },
        headers={"Accept": "application/json"},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 202, answer.text
    return str(answer.get_json()["url"])


def _receipt(site: CandidateSite, who: ApplicationId) -> str:
    number = "SELECT receipt_number FROM submission WHERE application_id = :id"
    return str(site.value(number, id=who))


def _message(site: CandidateSite, who: ApplicationId) -> uuid.UUID:
    notice = m.NoticeId(uuid.uuid4())
    words = {"zh-CN": "样例：材料已提交", "en": "Sample: handed in"}
    site.hear(
        m.InAppPosted(
            application_id=who,
            notice_id=notice,
            fact="application_submitted",
            titles=words,
            bodies=words,
            posted_at=now(),
        )
    )
    return notice


def _publish(site: CandidateSite, who: ApplicationId, outcome: str) -> None:
    _do(
        site,
        "UPDATE application SET state = 'published', outcome = :outcome,"
        " published_at = clock_timestamp() WHERE id = :id",
        who,
        outcome=outcome,
    )
