"""Nonsense in every address and form of the delivery desk is refused, and nothing is kept."""

from libs.common import messages as m
from tests import garbage
from tests.integration.notify.room import Room
from tests.integration.notify.test_desk import Desk


def test_nothing_that_is_sent_breaks_the_desk(room: Room) -> None:
    desk = Desk(room)
    client = desk.client("phones")
    desk.app.config["WTF_CSRF_ENABLED"] = False
    forms = {
        f"/desk/deliveries/{desk.delivery()}/resend": {"reason": "样例"},
        "/desk/vendors/tencent": {"weight": "10", "do": "pin", "reason": "样例"},
        "/desk/sign-in": {"login": "x", "password": "x", "code": "000000"},
    }
    sent = len(room.said(m.SendSms))
    wrong = {
        f"{address} {what}": fault
        for address, fields in forms.items()
        for what, body in garbage.posts(fields)
        if (fault := garbage.unclear(garbage.send(client, f"{address}?lang=en", body)))
    }
    wrong |= {
        f"{method} {address}": fault
        for method, address in garbage.addresses(desk.app)
        if (fault := garbage.unclear(client.open(f"{address}?lang=en", method=method)))
    }
    for name, value in garbage.STRANGE_HEADERS:
        for path, method in (("/desk", "GET"), ("/desk/sign-in", "POST")):
            answer = client.open(path, method=method, headers={name: value})
            assert answer.status_code < 500, (name, value, path)
    desk.app.extensions["database"].engine.dispose()

    assert wrong == {}
    assert len(room.said(m.SendSms)) == sent
