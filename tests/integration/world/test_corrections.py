"""A fact to be corrected: pushed to the registration system, edited there, and sent back."""

import dataclasses as dc
import datetime as dt
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.wrappers import Request, Response

from examples.registration.app import create_app
from examples.registration.facts import form_name, is_claim, labels
from libs.common.clock import now
from libs.common.messages import CorrectionPushed, PushCorrection, RequestId
from services.upload.domain.facts import FACTS, PERSONAL_FACTS
from tests.integration.world.test_registration import csrf_of, settings_in, sign_in
from tests.integration.world.test_results import settings_for
from tests.serving import served
from workers.results.push import NotAnswered, push_correction

REQUEST = RequestId(uuid.UUID(int=9))
COMMAND = PushCorrection(
    request_id=REQUEST,
    exam="demo",
    registration_number="23000001",
    fact="level",
    reason="FACT_WRONG",
    words="级别与执业证书不符",
    due_at=dt.datetime(2023, 3, 1, tzinfo=dt.UTC),
)


@dc.dataclass
class Shencai:
    """Takes registrations, as upload does."""

    url: str = ""
    rows: list[dict[str, Any]] = dc.field(default_factory=list)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """The WSGI side."""
        given = json.loads(Request(environ).get_data())["registrations"]
        self.rows += given
        answer = json.dumps({"accepted": len(given), "refused": []})
        return Response(answer, mimetype="application/json")(environ, start_response)


@pytest.fixture
def shencai() -> Iterator[Shencai]:
    made = Shencai()
    with served(made) as url:
        made.url = url
        yield made


@pytest.fixture
def client(tmp_path: Path, shencai: Shencai) -> Iterator[FlaskClient]:
    app = create_app(settings_in(tmp_path, upload_url=shencai.url))
    with app.test_client() as made:
        sign_in(made)
        yield made


def test_a_correction_is_confirmed_once_and_again(tmp_path: Path) -> None:
    confirmed = CorrectionPushed(request_id=REQUEST, accepted=True, status=200)
    with served(create_app(settings_in(tmp_path))) as url:
        assert push_correction(COMMAND, settings_for(url), now=now()) == confirmed
        assert push_correction(COMMAND, settings_for(url), now=now()) == confirmed


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"registration_number": "0"}, 404), ({"fact": ""}, 400), ({"fact": "category"}, 409)],
)
def test_a_refused_correction_is_final(
    tmp_path: Path, changes: dict[str, Any], status: int
) -> None:
    with served(create_app(settings_in(tmp_path))) as url:
        push_correction(COMMAND, settings_for(url), now=now())
        fact = push_correction(dc.replace(COMMAND, **changes), settings_for(url), now=now())

    assert fact == CorrectionPushed(request_id=REQUEST, accepted=False, status=status)


def test_trouble_of_the_moment_is_left_to_a_later_try() -> None:
    with served(Response(status=503)) as url, pytest.raises(NotAnswered):
        push_correction(COMMAND, settings_for(url), now=now())


def test_she_sees_what_is_asked_edits_it_and_the_change_is_sent(
    client: FlaskClient, shencai: Shencai, tmp_path: Path
) -> None:
    with served(client.application) as url:
        push_correction(COMMAND, settings_for(url), now=now())
    page = client.get("/me").get_data(as_text=True)
    assert "级别与执业证书不符" in page
    form = client.get("/me/edit").get_data(as_text=True)
    assert "请更正" in form

    answer = client.post("/me/edit", data=edited(form, level="assistant"))

    assert answer.status_code == 303
    (sent,) = shencai.rows
    assert (sent["facts"]["level"], sent["version"]) == ("assistant", 1)
    assert sent["facts"]["holds_assistant_licence"] == "false"
    after = client.get("/me").get_data(as_text=True)
    assert "修改已发送" in after
    assert "级别与执业证书不符" not in after
    assert "执业助理医师" in after
    again = create_app(settings_in(tmp_path, upload_url=shencai.url)).test_client()
    sign_in(again)
    assert "执业助理医师" in again.get("/me").get_data(as_text=True)


def test_saving_without_a_change_sends_nothing(client: FlaskClient, shencai: Shencai) -> None:
    form = client.get("/me/edit").get_data(as_text=True)

    client.post("/me/edit", data=edited(form))

    assert shencai.rows == []


def test_an_edit_without_a_name_is_refused_with_words(
    client: FlaskClient, shencai: Shencai
) -> None:
    form = client.get("/me/edit").get_data(as_text=True)

    answer = client.post("/me/edit", data=edited(form, name=" "))

    assert answer.status_code == 400
    assert "姓名、证件号码和手机号码不能为空" in answer.get_data(as_text=True)
    assert shencai.rows == []


def test_an_edit_that_is_not_received_says_so(tmp_path: Path) -> None:
    app = create_app(settings_in(tmp_path, upload_url="http://127.0.0.1:9"))
    with app.test_client() as client:
        sign_in(client)
        form = client.get("/me/edit").get_data(as_text=True)

        client.post("/me/edit", data=edited(form, unit="样例二院"))

        page = client.get("/me").get_data(as_text=True)
        assert "没有接收" in page
        assert "请稍后再保存一次" in page
        assert "样例二院" in page


def edited(form: str, **changes: str) -> dict[str, str]:
    plain = {
        "csrf_token": csrf_of(form),
        "name": changes.pop("name", "样例·王秀英"),
        "phone": "13800000001",
        "unit": changes.pop("unit", "样例医院"),
        "unit_phone": "022-00000000",
        "fact.level": "physician",
        "fact.holds_assistant_licence": "false",
    }
    return plain | {f"fact.{name}": value for name, value in changes.items()}


CHANGED = {
    "name": "样例·王秀兰",
    "id_number": "120000199001010021",
    "sex": "male",
    "birth_date": "1991-02-03",
    "phone": "13900000009",
    "work_unit": "样例二院",
    "unit_phone": "022-00000009",
    "level": "assistant",
}
"""What is entered for these; of other facts the last of their values."""


def offered(form: str, name: str) -> list[str]:
    """The values of the field's options; none where it is written."""
    found = re.search(rf'<select id="{re.escape(name)}".*?</select>', form, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"', found[0]) if found else []


def ask(client: FlaskClient, fact: str) -> None:
    asked = dc.replace(COMMAND, fact=fact, words="这一项与证件不符")
    with served(client.application) as url:
        assert push_correction(asked, settings_for(url), now=now()).accepted


@pytest.mark.parametrize("fact", [*PERSONAL_FACTS, *FACTS])
def test_whatever_the_desk_asks_has_words_and_a_field_and_ends_once_it_is_sent(
    client: FlaskClient, shencai: Shencai, fact: str
) -> None:
    ask(client, fact)
    for language in ("zh-CN", "en"):
        shown = re.search(r"<li><b>([^<]+)</b>", client.get(f"/me?lang={language}").text)
        assert shown is not None
        assert shown[1] == labels(language)[fact]
        assert "_" not in shown[1]
    form = client.get("/me/edit?lang=zh-CN").text
    assert re.search(rf'{labels("zh-CN")[fact]} <b class="bad">请更正</b>', form)
    name = form_name(fact)
    assert f'name="{name}"' in form
    value = CHANGED.get(fact) or ("true" if is_claim(fact) else offered(form, name)[-1])
    assert not offered(form, name) or value in offered(form, name)

    client.post("/me/edit", data={"csrf_token": csrf_of(form), name: value})

    (sent,) = shencai.rows
    assert (sent["facts"] | sent)[name.removeprefix("fact.")] == value
    assert "这一项与证件不符" not in client.get("/me").text


def test_sex_and_birth_date_follow_a_residents_id_number(
    client: FlaskClient, shencai: Shencai
) -> None:
    form = client.get("/me/edit").text
    assert "由居民身份证号码得出" not in form
    client.post("/me/edit", data={"csrf_token": csrf_of(form), "fact.id_type": "mainland"})
    form = client.get("/me/edit").text
    assert form.count("由居民身份证号码得出") == 2
    ask(client, "birth_date")

    number = "120000199805040017"
    client.post("/me/edit", data={"csrf_token": csrf_of(form), "id_number": number})

    assert (shencai.rows[-1]["sex"], shencai.rows[-1]["birth_date"]) == ("male", "1998-05-04")
    assert "这一项与证件不符" not in client.get("/me").text


def test_what_was_changed_but_not_received_stays_asked_until_it_is(tmp_path: Path) -> None:
    client = create_app(settings_in(tmp_path, upload_url="http://127.0.0.1:9")).test_client()
    sign_in(client)
    ask(client, "work_unit")
    form = client.get("/me/edit").text
    client.post("/me/edit", data={"csrf_token": csrf_of(form), "unit": "样例二院"})
    assert "这一项与证件不符" in client.get("/me").text

    with served(Shencai()) as url:
        again = create_app(settings_in(tmp_path, upload_url=url)).test_client()
        sign_in(again)
        form = again.get("/me/edit").text
        again.post("/me/edit", data={"csrf_token": csrf_of(form)})

    assert "这一项与证件不符" not in again.get("/me").text
