"""The simulated phones' pages: read by a person, without a script, in both languages."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from examples.registration.words import WORDS as REGISTRATION_WORDS
from examples.sms_gateway.app import create_app
from examples.sms_gateway.phones import TextMessage
from examples.sms_gateway.settings import GatewaySettings
from examples.sms_gateway.words import WORDS as PHONE_WORDS
from libs.common.clock import now
from tests.integration.world.conftest import CODE, PHONE, Simulator
from workers.sms.gateways import Sms


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    settings = GatewaySettings(
        tencent_secret_id="id",
        tencent_secret_key="key",
        tencent_app_id="app",
        tencent_sign_name="审材演示",
    )
    with create_app(settings).test_client() as client:
        yield client


class Page(HTMLParser):
    """Counts what a page must have once, and what it must not have."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]


@pytest.mark.parametrize("path", ["/", "/?number=12", "/phone/13800000001", "/nothing"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_is_well_made_and_has_no_inline_script_or_style(
    client: FlaskClient, path: str, language: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": language})

    text = answer.get_data(as_text=True)
    page = Page(text)
    assert f'<html lang="{language}">' in text
    assert page.tags.count("title") == page.tags.count("h1") == 1
    assert len(page.ids) == len(set(page.ids))
    assert re.findall(r"<script[^>]*>", text) == ['<script type="module" src="/static/live.js">']
    assert "style" not in page.tags
    assert not {"style", "onclick"} & set(page.attributes)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_chosen_language_is_remembered(client: FlaskClient) -> None:
    client.get("/?lang=en")

    assert "Simulated phone" in client.get("/").get_data(as_text=True)


def test_a_number_leads_to_its_inbox_however_it_is_written(client: FlaskClient) -> None:
    for given in ("13800000001", "138 0000 0001", "%2B8613800000001", "86-138-0000-0001"):
        assert client.get(f"/?number={given}").headers["Location"] == "/phone/13800000001"


def test_what_is_no_number_is_said_in_words_and_kept_in_the_field(client: FlaskClient) -> None:
    answer = client.get("/?number=%3Cb%3E12")

    assert answer.status_code == 400
    assert "这不是手机号码" in answer.get_data(as_text=True)
    assert 'value="&lt;b&gt;12"' in answer.get_data(as_text=True)


def test_the_newest_message_stands_on_top_with_its_code_set_out(simulator: Simulator) -> None:
    import requests

    gateway = simulator.gateway()
    for code in ("111111", "222222"):
        gateway.send(Sms(out_id=code, phone=PHONE, template=CODE, params=(code,)))

    page = requests.get(f"{simulator.url}/phone/{PHONE}", timeout=3).text

    assert re.findall(r"<strong>(\d+)</strong>", page) == ["222222", "111111"]
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/inbox/{PHONE}.json"),
        ("GET", "/control/calls"),
        ("PUT", "/control/script"),
        ("DELETE", "/control"),
    ],
)
def test_controls_and_data_do_not_exist_for_other_machines(
    client: FlaskClient, method: str, path: str
) -> None:
    answer = client.open(path, method=method, environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert answer.status_code == 404


def test_a_script_that_is_none_is_refused(client: FlaskClient) -> None:
    answer = client.put("/control/script", json={"steps": [{"answer": "explode"}]})

    assert answer.status_code == 400


def test_a_foreign_host_name_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(("body", "parts"), [("字" * 64, 1), ("字" * 65, 2), ("字" * 129, 3)])
def test_long_messages_are_billed_in_parts(body: str, parts: int) -> None:
    message = TextMessage(
        serial="s",
        phone=PHONE,
        sign="审材演示",
        template="t",
        body=body,
        out_id="",
        accepted_at=now(),
    )

    assert message.parts == parts


@pytest.mark.parametrize("words", [PHONE_WORDS, REGISTRATION_WORDS])
def test_both_languages_are_complete(words: dict[str, dict[str, str]]) -> None:
    assert words["zh-CN"].keys() == words["en"].keys()
    assert all(text.strip() for language in words.values() for text in language.values())


@pytest.mark.parametrize("room", ["sms_gateway", "registration"])
def test_every_word_that_a_template_asks_for_exists(room: str) -> None:
    words = {"sms_gateway": PHONE_WORDS, "registration": REGISTRATION_WORDS}[room]["en"]
    folder = Path(__file__).parents[3] / "examples" / room / "templates"

    asked = {
        name
        for page in folder.glob("*.html")
        for name in re.findall(r"\bw\.(\w+)", page.read_text())
    }

    assert asked <= words.keys()
