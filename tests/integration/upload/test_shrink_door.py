"""A big photo through the real pages, store and ladder, without scripts (R8)."""

import hashlib
import io
import re
import threading
import uuid
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from PIL import Image
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, expect
from werkzeug.datastructures import FileStorage

from libs.common.messages import ApplicationId
from libs.common.storage import ObjectMissing, Storage
from tests import pictures
from tests.candidate import CandidateSite
from tests.chromium import barriers, watched
from tests.multipart import multipart, photo
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served

JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


@pytest.fixture(scope="module")
def four_megabytes() -> bytes:
    """A 12-megapixel photo as a phone makes it, with EXIF."""
    data = pictures.jpeg(pictures.paper(4000, 3000, grain=15), 97)
    assert 3_500_000 < len(data) < 20_000_000
    return pictures.after_start(data, pictures.exif(1, extra=b"the owner's place"))


def send(client: FlaskClient, code: str, data: bytes, **fields: str) -> dict[str, str]:
    """What a script is answered."""
    answer = client.post(
        f"/materials/{code}/images",
        **multipart(form(client) | fields | {"picture": photo(data)}),
        headers=JSON,
    )
    assert answer.status_code == 202, answer.text
    found: dict[str, str] = answer.get_json()
    return found


def form(client: FlaskClient) -> dict[str, str | FileStorage]:
    token = re.search('name="csrf_token" value="([^"]+)"', client.get("/materials").text)
    assert token
    return {"csrf_token": token[1], "key": str(uuid.uuid4())}


def test_a_script_walks_the_door_by_the_addresses_it_is_told(
    site: CandidateSite, four_megabytes: bytes
) -> None:
    client = site.client(site.activated("230000601"))
    sent = send(client, "A01", four_megabytes)
    before = client.get(sent["url"], headers=JSON).get_json()
    assert (before["state"], before["picture"]) == ("pending", None)
    early = client.post(before["confirm"], data=form(client), headers=JSON)
    assert (early.status_code, early.get_json()["code"]) == (409, "shrink_runs")

    assert site.shrink_photos() == 1

    ready = client.get(sent["url"], headers=JSON).get_json()
    picture = client.get(ready["picture"])
    assert ready["state"] == "ready"
    assert (ready["size_bytes"], picture.content_type) == (len(picture.data), "image/jpeg")
    assert picture.headers["Cache-Control"] == "no-store"
    assert len(picture.data) <= 204_800 < ready["from_bytes"]
    assert b"the owner's place" not in picture.data
    confirmed = client.post(ready["confirm"], data=form(client), headers=JSON)
    assert confirmed.get_json()["image"] == sent["shrink"]
    original = client.get(f"/images/{sent['shrink']}/original")
    assert original.data == picture.data
    assert site.check_images() == 1
    assert client.get(sent["url"]).status_code == 303


def test_the_big_photo_is_stored_without_its_owners_traces_and_removed_in_the_end(
    site: CandidateSite, four_megabytes: bytes
) -> None:
    client = site.client(site.activated("230000602"))
    sent = send(client, "A01", four_megabytes)
    (command,) = site.posted("ShrinkImage")
    arrivals = site.parts.storage.arrivals
    assert b"the owner's place" not in arrivals.get(command["original_key"])
    site.shrink_photos()

    client.post(f"{sent['url']}/dismiss", data=form(client), headers=JSON)
    assert site.clear_photos() >= 1

    with pytest.raises(ObjectMissing):
        arrivals.get(command["original_key"])
    gone = "SELECT cleared_at IS NOT NULL FROM shrink WHERE id = :id"
    assert site.value(gone, id=uuid.UUID(sent["shrink"]))


def test_a_heic_photo_becomes_an_image_of_the_receipt(site: CandidateSite) -> None:
    who = site.activated("230000603")
    client = site.client(who)
    sent = send(client, "A01", pictures.heic(pictures.paper(1200, 900), 80))
    site.shrink_photos()

    client.post(f"{sent['url']}/confirm", data=form(client), headers=JSON)

    original = client.get(f"/images/{sent['shrink']}/original").data
    assert Image.open(io.BytesIO(original)).format == "JPEG"
    shown = "SELECT sha256 FROM image WHERE id = :id"
    digest = hashlib.sha256(original).hexdigest()
    assert site.value(shown, id=uuid.UUID(sent["shrink"])) == digest


def test_a_retry_of_the_same_photo_waits_once(site: CandidateSite, four_megabytes: bytes) -> None:
    client = site.client(site.activated("230000604"))
    key = str(uuid.uuid4())

    told = [send(client, "A01", four_megabytes, key=key) for _ in range(2)]

    assert told[0] == told[1]
    assert len(site.posted("ShrinkImage", take=True)) == 1


def test_above_twenty_megabytes_it_is_refused_with_words(site: CandidateSite) -> None:
    client = site.client(site.activated("230000605"))

    answer = client.post(
        "/materials/A01/images",
        **multipart(form(client) | {"picture": photo(bytes(20 * 2**20 + 1))}),
        headers=JSON,
    )

    assert (answer.status_code, answer.get_json()["code"]) == (422, "picture_huge")
    assert "超过 20 MB" in answer.get_json()["cause"]


def test_somebody_elses_photo_is_not_there(site: CandidateSite, four_megabytes: bytes) -> None:
    url = send(site.client(site.activated("230000606")), "A01", four_megabytes)["url"]
    site.shrink_photos()
    other = site.client(site.activated("230000607"))

    answers = [other.get(url), other.get(f"{url}/picture")]
    posts = (f"{url}/confirm", f"{url}/dismiss")
    answers += [other.post(post, data=form(other), headers=JSON) for post in posts]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_what_confirmation_reads_is_proven_by_its_hash(
    site: CandidateSite, s3: S3ForTests, four_megabytes: bytes
) -> None:
    client = site.client(site.activated("230000608"))
    sent = send(client, "A01", four_megabytes)
    site.shrink_photos()
    look = "SELECT key FROM shrink WHERE id = :id"
    key = site.value(look, id=uuid.UUID(sent["shrink"]))
    Storage(s3.settings("shrink")).arrivals.put(key, b"other", content_type="image/jpeg")

    answer = client.post(f"{sent['url']}/confirm", data=form(client), headers=JSON)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "shrink_gone")


@pytest.fixture
def address(site: CandidateSite) -> Iterator[str]:
    with served(site.app) as url:
        yield url


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_without_scripts_four_megabytes_are_shrunk_seen_and_confirmed(
    site: CandidateSite, chromium: Browser, address: str, four_megabytes: bytes, language: str
) -> None:
    who = site.activated("230000610" if language == "en" else "230000611")
    words = WORDS[language]
    context = chromium.new_context(
        base_url=address,
        viewport={"width": 390, "height": 844},
        java_script_enabled=False,
        locale=language,
    )
    context.add_cookies([cookie(site, who, address)])
    page = context.new_page()
    page.goto(f"/materials?lang={language}")
    card = page.locator("#card-A01")
    card.locator("input[name=picture]").first.set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": four_megabytes}
    )
    card.get_by_role("button", name=words["upload"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["running"])

    threading.Thread(target=site.shrink_photos).start()
    # The page asks again by itself.
    expect(page.get_by_role("heading", level=1)).to_have_text(words["ready"], timeout=30_000)
    expect(page.locator("figure img")).to_be_visible()
    expect(page.locator("p.num")).to_contain_text("MB →")
    page.goto("/materials")
    expect(card.locator(".wait-ready")).to_contain_text("KB")
    card.get_by_role("link", name=words["look"]).click()
    page.get_by_role("button", name=words["confirm"]).click()

    expect(page.locator(".say-ok")).to_contain_text(words["done"])
    expect(card.locator(".thumb")).to_have_count(1)
    expect(card.locator(".wait")).to_have_count(0)
    context.close()


WORDS = {
    "zh-CN": {
        "upload": "上传所选图片",
        "running": "正在缩小图片",
        "ready": "请确认缩小后的图片",
        "look": "查看并确认",
        "confirm": "确认上传",
        "done": "图片已上传，还没有提交",
    },
    "en": {
        "upload": "Upload the chosen picture",
        "running": "Making the picture smaller",
        "ready": "Please confirm the smaller picture",
        "look": "Look and confirm",
        "confirm": "Confirm the upload",
        "done": "not submitted yet",
    },
}


def cookie(site: CandidateSite, who: ApplicationId, address: str) -> SetCookieParam:
    return {"name": "candidate", "value": site.cookie(who), "url": address}


def test_no_state_of_the_door_has_a_barrier(
    site: CandidateSite, chromium: Browser, address: str, four_megabytes: bytes
) -> None:
    who = site.activated("230000612")
    client = site.client(who)
    broken = b"\x00\x00\x00\x18ftypheic" + bytes(900)
    urls = [send(client, "B01", broken)["url"], send(client, "A01", four_megabytes)["url"]]
    site.shrink_photos()
    urls.append(send(client, "C01", four_megabytes)["url"])
    troubles: list[str] = []
    context = chromium.new_context(
        base_url=address, viewport={"width": 390, "height": 844}, locale="zh-CN"
    )
    context.add_cookies([cookie(site, who, address)])
    page = watched(context, troubles)

    for path in ("/materials", "/check", *urls):
        page.goto(path)
        assert barriers(page) == [], path

    assert troubles == []
    context.close()
