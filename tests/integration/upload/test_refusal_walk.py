"""Every refusal as a candidate meets it: cause, cure, and whom to call, in both languages."""

import re

import pytest
from flask.testing import FlaskClient

from libs.common.errors import Refusal
from libs.common.web.refusals import COMMON, Words
from services.upload.app import build
from services.upload.refusals import REFUSALS
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests

PHONE = {"hers": "022-0000-0101", "nobody's": "022-0000-0100"}
"""Her own site's; before somebody is known, the area's."""
HOURS = {"zh-CN": "工作日", "en": "Working days"}
WORDS: dict[str, Words] = COMMON | REFUSALS
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def walk(postgres: PostgresForTests, s3: S3ForTests) -> dict[str, FlaskClient]:
    """Browsers of a house with one more page, which raises whatever it is asked to."""
    site = CandidateSite(postgres, s3)
    site.app = build(site.parts)

    @site.app.get("/walk/<code>")
    def walk(code: str) -> str:
        said = str(WORDS[code].cause) + str(WORDS[code].cure)
        raise Refusal(code, **dict.fromkeys(PLACEHOLDER.findall(said), "样例"))

    return {
        "hers": site.client(site.activated("230000861")),
        "nobody's": site.client(),
    }


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("whose", PHONE)
def test_each_page_says_cause_cure_and_the_sites_phone_and_hours(
    walk: dict[str, FlaskClient], whose: str, language: str
) -> None:
    for code, words in WORDS.items():
        path = f"/walk/{code}?lang={language}"

        page = walk[whose].get(path)
        said = walk[whose].get(path, headers={"Accept": "application/json"}).get_json()

        main = page.text.partition("<main")[2].partition("</main>")[0]
        assert page.status_code == words.status, code
        assert PHONE[whose] in main, code
        assert HOURS[language] in main, code
        assert f"<code>{code}</code>" in main, code
        assert said["code"] == code
        for sentence in (said["cause"], said["cure"]):
            assert len(sentence) > 1, code
            assert "%(" not in sentence, code
            has_chinese = re.search(r"[\u4e00-\u9fff]", sentence.replace("样例", "")) is not None
            assert has_chinese == (language == "zh-CN") or sentence == "样例", code


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_page_that_is_not_there_says_whom_to_call(
    walk: dict[str, FlaskClient], language: str
) -> None:
    for whose, phone in PHONE.items():
        page = walk[whose].get(f"/nowhere?lang={language}").text

        main = page.partition("<main")[2].partition("</main>")[0]
        assert phone in main
        assert HOURS[language] in main
