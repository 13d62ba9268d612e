"""Every page parsed: title, language, ids, form actions, policy; and who may see what."""

import io
import re
import uuid
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from PIL import ImageFilter
from sqlalchemy import text

from libs.common import messages as m
from libs.common.messages import ApplicationId
from tests import pictures
from tests.candidate import PASSWORD, CandidateSite
from tests.servers import PostgresForTests, S3ForTests

OPEN_PAGES = ("/sign-in", "/forgotten", "/help", "/verify", "/verify?number=x", "/nowhere")
HER_PAGES = (
    *("/materials", "/materials?all=1", "/materials?show=todo", "/materials?show=nonsense"),
    *("/materials/A01/sample", "/check", "/progress", "/messages", "/help", "/sign-out"),
    *("/account", "/account/data", "/account/erasure", "/account/erasure/confirm", "/notice"),
)
GUARDED = (
    *("/materials", "/materials/A01/sample", "/materials/A01/sample.jpg", "/check", "/progress"),
    *("/messages", "/status", "/sign-out", "/receipts/x", "/receipts/x.json", "/receipts/x.txt"),
)


class Parsed(HTMLParser):
    """What a page says of itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.forms: list[dict[str, str | None]] = []
        self.inline: list[str] = []
        self.language: str | None = None
        self.labels: set[str | None] = set()
        self.fields: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "id" in given:
            self.ids.append(str(given["id"]))
        if tag == "html":
            self.language = given.get("lang")
        if tag == "form":
            self.forms.append(given)
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.inline.append(tag)
        if tag == "script" and "src" not in given:
            self.inline.append(tag)


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


@pytest.fixture(scope="module")
def her(site: CandidateSite) -> ApplicationId:
    who = site.activated("230000401", extra_post="true")
    site.upload(who, "A01", pictures.jpeg(pictures.paper()))
    site.upload(who, "B01", pictures.jpeg(pictures.paper(300, 200)))
    site.check_images()
    site.upload(who, "C06", pictures.jpeg(pictures.paper(seed=4)))
    return who


@pytest.fixture
def browser(site: CandidateSite, her: ApplicationId) -> Iterator[FlaskClient]:
    with site.client(her) as client:
        yield client


def judge(html: str, *, language: str, routes: set[str], path: str) -> None:
    page = Parsed(html)
    title = re.search("<title>(.+?)</title>", html)
    assert title, path
    assert len(title[1]) > 4, path
    assert page.language == language, path
    assert len(page.ids) == len(set(page.ids)), path
    assert page.inline == [], path
    for form in page.forms:
        method = form.get("method") or "get"
        target = (form.get("action") or path).partition("?")[0]
        assert method in {"get", "post"}, path
        assert any(re.fullmatch(route, target) for route in routes), (path, target)


def routes_of(site: CandidateSite) -> set[str]:
    return {re.sub(r"<[^>]+>", "[^/]+", str(rule)) for rule in site.app.url_map.iter_rules()}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_is_well_formed_and_bears_the_policy(
    site: CandidateSite, browser: FlaskClient, language: str
) -> None:
    visitor = site.client()

    for client, paths in ((visitor, OPEN_PAGES), (browser, HER_PAGES)):
        for path in paths:
            joined = f"{path}{'&' if '?' in path else '?'}lang={language}"
            answer = client.get(joined)
            judge(answer.text, language=language, routes=routes_of(site), path=path)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["Cache-Control"] == "no-store", path
            if language == "en":
                assert not re.search(r"[\u4e00-\u9fff]", without_names(answer.text)), path


def without_names(html: str) -> str:
    """The page without what is Chinese on purpose: her name, her unit, the other language."""
    for kept in ("样****清", "样例医院", "切换为中文", "中文"):
        html = html.replace(kept, "")
    return html


@pytest.mark.parametrize("path", GUARDED)
def test_what_is_hers_is_not_shown_to_a_stranger(site: CandidateSite, path: str) -> None:
    stranger = site.client()

    page = stranger.get(path)
    script = stranger.get(path, headers={"Accept": "application/json"})

    assert page.status_code == 303
    assert page.headers["Location"].startswith("/sign-in")
    assert script.status_code == 401


def test_who_was_signed_out_already_is_not_signed_out_after_the_sign_in(
    site: CandidateSite,
) -> None:
    assert site.client().get("/sign-out").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("part", ["", "/delete", "/grid", "/view", "/original"])
def test_another_candidates_image_is_as_if_it_did_not_exist(
    site: CandidateSite, her: ApplicationId, part: str
) -> None:
    other = site.activated("230000402")
    image = site.value("SELECT id FROM image WHERE application_id = :id LIMIT 1", id=her)

    answer = site.client(other).get(f"/images/{image}{part}")

    assert answer.status_code == 404
    assert site.client(her).get(f"/images/{image}{part}").status_code in {200, 404}


def test_a_picture_is_served_to_its_owner_and_never_kept(
    site: CandidateSite, her: ApplicationId, browser: FlaskClient
) -> None:
    image = site.value(
        "SELECT id FROM image WHERE application_id = :id AND material = 'A01'", id=her
    )

    for part, kind in (("grid", "image/jpeg"), ("view", "image/jpeg")):
        answer = browser.get(f"/images/{image}/{part}")
        assert answer.content_type == kind
        assert answer.headers["Cache-Control"] == "no-store"
    original = browser.get(f"/images/{image}/original")
    assert original.headers["Content-Disposition"].startswith("attachment")
    seen = "SELECT count(*) FROM audit WHERE action IN ('image.viewed', 'image.downloaded')"
    assert site.value(seen) >= 2


def send(client: FlaskClient, code: str, data: bytes | None, **fields: str) -> tuple[int, str]:
    """What the upload's door answers to a script."""
    token = re.search('name="csrf_token" value="([^"]+)"', client.get("/materials").text)
    assert token
    form: dict[str, object] = {"key": str(uuid.uuid4()), **fields, "csrf_token": token[1]}
    if data is not None:
        form["picture"] = (io.BytesIO(data), "a.jpg")
    answer = client.post(
        f"/materials/{code}/images",
        data=form,
        headers={"Accept": "application/json"},
        content_type="multipart/form-data",
    )
    return answer.status_code, str(answer.get_json().get("code", ""))


def padded(size: int) -> bytes:
    """A JPEG of exactly so many bytes, none of which is metadata that would be cut."""
    data = pictures.jpeg(pictures.paper())
    missing = size - len(data)
    parts = [missing // 4] * 3
    parts.append(missing - sum(parts))
    profile = b"".join(
        b"\xff\xe2" + (length - 2).to_bytes(2, "big") + b"ICC_PROFILE\x00" + bytes(length - 16)
        for length in parts
    )
    return data[:2] + profile + data[2:]


@pytest.mark.parametrize(("size", "expected"), [(204_800, (200, "")), (204_801, (202, ""))])
def test_the_limit_of_204800_bytes_is_inclusive_and_above_it_the_picture_is_shrunk(
    site: CandidateSite, size: int, expected: tuple[int, str]
) -> None:
    who = site.activated(f"2300005{size % 100:02d}")

    assert send(site.client(who), "B01", padded(size)) == expected


BAD = {
    "nothing sent": (None, {}, (422, "no_picture")),
    "empty": (b"", {}, (422, "not_a_picture")),
    "text": (b"hello", {}, (422, "not_a_picture")),
    "a key that is none": (b"\xff\xd8\xff", {"key": "x"}, (400, "bad_request")),
    "a request that is none": (b"\xff\xd8\xff", {"request": "x"}, (400, "bad_request")),
    "an unknown request": (
        pictures.jpeg(pictures.paper()),
        {"request": str(uuid.uuid4())},
        (404, "no_request"),
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_ends_in_a_named_refusal(browser: FlaskClient, what: str) -> None:
    data, fields, expected = BAD[what]

    assert send(browser, "C01", data, **fields) == expected


def test_an_unknown_material_is_refused(browser: FlaskClient) -> None:
    assert send(browser, "X99", pictures.jpeg(pictures.paper())) == (404, "unknown_material")


def test_a_form_without_its_token_is_refused_with_words(browser: FlaskClient) -> None:
    answer = browser.post("/check?lang=zh-CN", data={})

    assert answer.status_code == 400
    assert "页面打开太久" in answer.text


def test_the_same_key_is_the_same_image(site: CandidateSite) -> None:
    who = site.activated("230000403")
    client, key = site.client(who), str(uuid.uuid4())
    data = pictures.jpeg(pictures.paper())

    assert [send(client, "B01", data, key=key)[0] for _ in range(2)] == [200, 200]
    assert site.value("SELECT count(*) FROM image WHERE application_id = :id", id=who) == 1


def test_the_status_answers_304_while_nothing_changes(browser: FlaskClient) -> None:
    first = browser.get("/status")
    second = browser.get("/status", headers={"If-None-Match": first.headers["ETag"]})

    assert first.status_code == 200
    assert second.status_code == 304


def handed_in(site: CandidateSite, number: str) -> tuple[ApplicationId, str]:
    """An application with everything required, and its receipt's number."""
    who = site.activated(number)
    for at, code in enumerate(("A01", "A01", "A07", "B01", "B02", "C01", "C03", "C06")):
        site.upload(who, code, pictures.jpeg(pictures.paper(seed=at + 1)))
    return who, site.submit(who)


def test_the_receipt_lists_each_image_and_anybody_may_verify_it(site: CandidateSite) -> None:
    who, number = handed_in(site, "230000404")
    client = site.client(who)

    receipt = client.get(f"/receipts/{number}.json").get_json()
    kept = client.get(f"/receipts/{number}.txt").text
    public = site.client().get(f"/verify?number={number.lower().replace('-', ' ')}").text

    assert len(receipt["images"]) == 8
    for image in receipt["images"]:
        assert image["sha256"] in kept
        assert image["sha256"] in public
    assert "230000404" not in public
    assert "样****清" not in public
    assert site.client(site.activated("230000405")).get(f"/receipts/{number}").status_code == 404


def test_nothing_before_publication_tells_the_outcome(site: CandidateSite) -> None:
    who, _ = handed_in(site, "230000410")
    concluded = m.CaseAdvanced(
        application_id=who,
        case_id=m.CaseId(uuid.uuid4()),
        round=1,
        case_version=2,
        stage="awaiting_publication",
        accepted=(),
    )
    site.hear(concluded)

    pages = [site.client(who).get(path).text for path in ("/materials", "/progress", "/status")]

    assert not any(word in page for page in pages for word in ("审核通过", "passed", "审核未通过"))


def test_what_was_never_uploaded_is_not_counted_as_ready_when_it_is_locked(
    site: CandidateSite,
) -> None:
    who = site.activated("230000409")
    site.upload(who, "A07", pictures.jpeg(pictures.paper()))
    with site.database.transaction() as db:
        db.execute(
            text("UPDATE application SET state = 'locked', locked_at = now() WHERE id = :id"),
            {"id": who},
        )

    page = site.client(who).get("/materials").text

    assert "7 项必交材料中 1 项已备齐" in page
    assert page.count('class="seg-done"') == 1
    assert "截止未提交，内容已锁定" in page


def test_signing_in_leads_back_only_to_our_own_pages(site: CandidateSite) -> None:
    site.activated("230000406")

    for then, expected in (
        ("/progress", "/progress"),
        ("https://example.org/", "/materials"),
        ("//example.org/", "/materials"),
        ("/\\example.org", "/materials"),
    ):
        client = site.client()
        page = client.get("/sign-in", query_string={"then": then}).text
        token = re.search('name="csrf_token" value="([^"]+)"', page)
        assert token
        answer = client.post(
            "/sign-in",
            query_string={"then": then},
            data={"name": "230000406", "password": PASSWORD, "csrf_token": token[1]},
        )
        assert answer.status_code == 303
        assert answer.headers["Location"] == expected


def test_a_wrong_password_says_the_same_for_known_and_unknown_names(site: CandidateSite) -> None:
    said = []
    for name in ("230000406", "999999999"):
        client = site.client()
        token = re.search('name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
        assert token
        form = {"name": name, "password": "wrong wrong", "csrf_token": token[1]}
        answer = client.post("/sign-in", data=form, follow_redirects=True)
        said.append((answer.status_code, re.findall('class="fault".*?</p>', answer.text)))

    assert said[0] == said[1]
    assert said[0][0] == 422
    assert said[0][1]


@pytest.mark.parametrize(
    ("token", "words"),
    [("", "无效"), ("a.b.c", "无效"), ("x" * 5000, "无效")],
)
def test_a_launch_without_a_good_token_is_refused_in_words(
    site: CandidateSite, token: str, words: str
) -> None:
    answer = site.client().post("/launch", data={"token": token})

    assert answer.status_code == 400
    assert words in answer.text
    assert "上传相关材料" in answer.text


def test_the_language_that_she_presses_holds_for_her_notices_too(site: CandidateSite) -> None:
    who = site.activated("230000408")

    page = site.client(who).get("/materials?lang=en")

    assert 'lang="en"' in page.text
    assert site.value("SELECT language FROM account WHERE application_id = :id", id=who) == "en"
    assert site.posted("ContactChanged")[-1]["language"] == "en"


def test_a_launch_token_works_once_and_a_reload_asks_the_same(site: CandidateSite) -> None:
    site.register("230000407")
    client, token = site.client(), site.token("230000407")

    landed = client.post("/launch", data={"token": token}, follow_redirects=True)
    reloaded = client.get("/launch")
    replayed = site.client().post("/launch", data={"token": token})

    assert "样****清" in landed.text
    assert "样****清" in reloaded.text
    assert replayed.status_code == 403
    assert "已经用过" in replayed.text


def test_what_a_check_found_is_said_while_she_can_still_act_on_it(site: CandidateSite) -> None:
    who = site.activated("230000416")
    for seed, material in enumerate(("A01", "A01", "A07", "B01", "B02", "C01", "C03", "C06")):
        paper = pictures.paper(seed=seed).filter(ImageFilter.GaussianBlur(6))
        site.upload(who, material, pictures.jpeg(paper))
    site.check_images()
    client = site.client(who)

    before = client.get("/materials").text
    site.submit(who)
    after = client.get("/materials").text

    assert 'class="finding' in before
    assert 'class="finding' not in after
