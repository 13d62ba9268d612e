"""The receipt's forms (R15), and the public page that verifies numbers and files."""

import hashlib
import io
import re

import pypdfium2
import pytest
from flask.testing import FlaskClient
from PIL import Image

from libs.common.messages import ApplicationId
from services.upload.web.verification import VISITS_PER_MINUTE
from tests import pictures
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests

MATERIALS = ("A01", "A01", "A07", "B01", "B02", "C01", "C03", "C06")


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


@pytest.fixture(scope="module")
def handed_in(site: CandidateSite) -> tuple[ApplicationId, str]:
    who = site.activated("230000601")
    for at, code in enumerate(MATERIALS):
        site.upload(who, code, pictures.jpeg(pictures.paper(seed=at + 1)))
    site.check_images()
    return who, site.submit(who)


@pytest.fixture
def client(site: CandidateSite, handed_in: tuple[ApplicationId, str]) -> FlaskClient:
    return site.client(handed_in[0])


def hashes(client: FlaskClient, number: str) -> list[str]:
    return [
        image["sha256"] for image in client.get(f"/receipts/{number}.json").get_json()["images"]
    ]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_printed_receipt_holds_every_hash_and_a_thumbnail_of_every_image(
    client: FlaskClient, handed_in: tuple[ApplicationId, str], language: str
) -> None:
    _, number = handed_in

    answer = client.get(f"/receipts/{number}.pdf?lang={language}")

    document = pypdfium2.PdfDocument(answer.data)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    drawn = [o for page in document for o in page.get_objects() if o.type == 3]
    squeezed = re.sub(r"\s", "", text)
    assert answer.content_type == "application/pdf"
    assert number in text
    assert all(sha256 in squeezed for sha256 in hashes(client, number))
    assert ("有效身份证明" if language == "zh-CN" else "IDcard,bothsides") in squeezed
    assert len(drawn) == len(MATERIALS)
    document.close()


def test_the_printed_receipt_is_the_same_file_each_time(
    client: FlaskClient, handed_in: tuple[ApplicationId, str]
) -> None:
    address = f"/receipts/{handed_in[1]}.pdf?lang=zh-CN"

    assert client.get(address).data == client.get(address).data


def test_the_receipt_is_a_picture_too(
    client: FlaskClient, handed_in: tuple[ApplicationId, str]
) -> None:
    page = client.get(f"/receipts/{handed_in[1]}/picture").text
    answer = client.get(f"/receipts/{handed_in[1]}.png")

    picture = Image.open(io.BytesIO(answer.data))
    assert f"/receipts/{handed_in[1]}.png" in page
    assert (picture.format, picture.width) == ("PNG", 1080)
    assert min(picture.convert("L").tobytes()) < 80


def test_a_receipt_without_renditions_can_be_printed(site: CandidateSite) -> None:
    who = site.activated("230000602")
    for at, code in enumerate(MATERIALS):
        site.upload(who, code, pictures.jpeg(pictures.paper(seed=at + 31)))
    number = site.submit(who)

    answer = site.client(who).get(f"/receipts/{number}.pdf?lang=en")

    document = pypdfium2.PdfDocument(answer.data)
    assert "no thumbnail" in document[0].get_textpage().get_text_bounded()
    document.close()


@pytest.mark.parametrize("kind", ["", ".json", ".txt", ".pdf", ".png", "/picture"])
def test_another_candidate_sees_no_form_of_the_receipt(
    site: CandidateSite, handed_in: tuple[ApplicationId, str], kind: str
) -> None:
    other = site.client(site.activated("230000603"))

    assert other.get(f"/receipts/{handed_in[1]}{kind}").status_code == 404


def test_a_file_is_verified_by_its_hash_with_and_without_the_receipts_number(
    site: CandidateSite, client: FlaskClient, handed_in: tuple[ApplicationId, str]
) -> None:
    number = handed_in[1]
    sha256 = hashes(client, number)[0]
    public = site.client()

    both = public.get(f"/verify?number={number}&sha256={sha256.upper()}").text
    alone = public.get(f"/verify?sha256={sha256}").text

    assert "文件与回执一致" in both
    assert "这个文件曾经提交" in alone
    assert number not in alone
    for said in (both, alone):
        assert "230000601" not in said
        assert "样****清" not in said


def test_what_was_never_handed_in_is_not_found(
    site: CandidateSite, handed_in: tuple[ApplicationId, str]
) -> None:
    public, other = site.client(), hashlib.sha256(b"other").hexdigest()

    for address in (f"/verify?sha256={other}", f"/verify?number={handed_in[1]}&sha256={other}"):
        said = public.get(address).text
        assert "没有找到这个文件" in said
        assert "一字节不差" not in said


def test_what_cannot_be_a_hash_is_said_at_the_field(site: CandidateSite) -> None:
    answer = site.client().get("/verify?sha256=xyz")

    assert answer.status_code == 422
    assert "SHA-256 是 64 个字符" in answer.text


def sent(client: FlaskClient, data: bytes | None, **fields: str) -> tuple[int, str]:
    token = re.search('name="csrf-token" content="([^"]+)"', client.get("/verify").text)
    assert token
    form: dict[str, object] = {"csrf_token": token[1], **fields}
    if data is not None:
        form["file"] = (io.BytesIO(data), "a.jpg")
    answer = client.post("/verify", data=form, content_type="multipart/form-data")
    return answer.status_code, answer.headers.get("Location", answer.text)


def test_a_browser_that_cannot_hash_sends_the_file_which_is_not_kept(
    site: CandidateSite, client: FlaskClient, handed_in: tuple[ApplicationId, str]
) -> None:
    image = client.get(f"/receipts/{handed_in[1]}").text
    path = re.search(r"/images/[0-9a-f-]+/original", image)
    assert path
    original = client.get(path[0]).data

    status, where = sent(site.client(), original, number=handed_in[1])

    assert status == 303
    assert hashlib.sha256(original).hexdigest() in where
    assert "文件与回执一致" in site.client().get(where).text


def test_the_form_without_a_file_says_what_to_do(site: CandidateSite) -> None:
    client = site.client()

    status, where = sent(client, None)
    page = client.get(where)

    assert (status, page.status_code) == (303, 422)
    assert "没有选择文件" in page.text


def test_one_address_cannot_ask_without_end(
    site: CandidateSite, handed_in: tuple[ApplicationId, str]
) -> None:
    public = site.client()
    answers = [
        public.get(
            f"/verify?number={handed_in[1]}", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
        ).status_code
        for _ in range(VISITS_PER_MINUTE + 1)
    ]

    assert answers == [200] * VISITS_PER_MINUTE + [429]
    assert public.get(f"/verify?number={handed_in[1]}").status_code == 200


def test_a_page_that_is_rounds_old_leads_to_the_receipt_it_made(
    site: CandidateSite, handed_in: tuple[ApplicationId, str]
) -> None:
    who, number = handed_in
    client = site.client(who)
    token = re.search('name="csrf-token" content="([^"]+)"', client.get("/check").text)
    assert token

    answer = client.post("/check", data={"csrf_token": token[1], "round": "1"})

    assert answer.headers["Location"] == f"/receipts/{number}"
    count = "SELECT count(*) FROM submission WHERE application_id = :id"
    assert site.value(count, id=who) == 1


def test_the_check_page_lists_each_thing_with_a_link_to_its_place(site: CandidateSite) -> None:
    who = site.activated("230000604")
    site.upload(who, "A01", pictures.jpeg(pictures.paper()))
    site.upload(who, "B01", pictures.jpeg(pictures.paper(300, 200)))
    site.upload(who, "B02", pictures.jpeg(pictures.paper(900, 700).point(lambda v: v // 8)))
    site.check_images()
    site.upload(who, "C01", pictures.jpeg(pictures.paper(seed=5)))

    page = site.client(who).get("/check").text

    for words, place in (
        ("有效身份证明：需要 2 张，已有 1 张", "#card-A01"),
        ("<b>毕业证书 · 第 1 张</b>.*?像素", "#card-B01"),
        ("<b>学历电子注册备案表 · 第 1 张</b>.*?太暗", "#card-B02"),
        ("<b>试用期考核证明 · 第 1 张</b>", "#card-C01"),
    ):
        assert re.search(f'href="/materials{place}">{words}', page), words
    assert "有 1 张图片不合要求，不会随本次提交" in page
    assert "1 张图片有提示，不影响提交" in page
    assert "有 1 张图片还在检查，不影响提交" in page
