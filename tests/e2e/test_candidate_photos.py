"""Photos from a phone become images that fit: small, upright, legible, or refused with a cure."""

import io
import random
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from libs.common.messages import ApplicationId
from tests import photos, pictures
from tests.candidate import CandidateSite
from tests.e2e.phone import WECHAT_ON_ANDROID, big_photo, phone

LIMIT_BYTES = 204_800
pytestmark = pytest.mark.slow


def stored(site: CandidateSite, number: str) -> bytes:
    """The bytes of a candidate's only image."""
    key = site.value(
        "SELECT i.original_key FROM image i JOIN registration r USING (application_id)"
        " WHERE r.number = :number AND i.deleted_at IS NULL",
        number=number,
    )
    return site.parts.storage.originals.get(key)


def kept(folder: Path, name: str, data: bytes) -> str:
    """The file as the phone's album has it."""
    (folder / name).write_bytes(data)
    return str(folder / name)


def test_a_12_megapixel_photo_on_its_side_arrives_upright_and_below_200_kb(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000101")
    photo = kept(tmp_path, "IMG_0001.jpg", big_photo())

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        held.choose("B01", photo)
        expect(page.locator("#card-B01 .thumb")).to_have_count(1)
        expect(page.locator("#card-B01 .tag")).to_contain_text("检查中")
        site.check_images()
        expect(page.locator("#card-B01 .tag")).to_contain_text("已上传，未提交", timeout=12_000)

    data = stored(site, "230000101")
    picture = Image.open(io.BytesIO(data), formats=("JPEG",)).convert("RGB")
    assert len(data) <= LIMIT_BYTES
    assert picture.height > picture.width
    assert not picture.getexif()
    red, green, _ = picture.getpixel((picture.width // 30, picture.height // 30))  # type: ignore[misc]
    assert red > 150 > green, "the mark at the top left is where it was"


def test_a_picture_that_fits_already_is_sent_as_it_is(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000102")
    data = pictures.jpeg(pictures.paper())
    photo = kept(tmp_path, "scan.jpg", data)

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        held.choose("B01", photo)
        expect(page.locator("#card-B01 .thumb:not(.thumb-local)")).to_have_count(1)

    assert len(data) <= LIMIT_BYTES
    assert site.value(
        "SELECT i.size_bytes FROM image i JOIN registration r USING (application_id)"
        " WHERE r.number = '230000102'"
    ) == len(stored(site, "230000102"))


def test_turning_in_the_preview_turns_what_is_stored(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000103")
    photo = kept(tmp_path, "a.jpg", pictures.jpeg(pictures.paper(1200, 900)))

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        held.choose("B01", photo, upload=False)
        page.get_by_role("button", name="右转").press("Enter")
        expect(page.locator("dialog [data-state=ready]")).to_have_count(1)
        expect(page.locator("dialog [data-size]")).to_contain_text("已缩小为")
        page.locator("dialog [data-go][aria-disabled=false]").click()
        expect(page.locator("#card-B01 .thumb:not(.thumb-local)")).to_have_count(1)

    picture = Image.open(io.BytesIO(stored(site, "230000103")), formats=("JPEG",))
    assert picture.height > picture.width


UNFIT = {
    "note.txt": (b"not a picture at all", "这个文件不是图片"),
    "a.pdf": (b"%PDF-1.7\n", "PDF"),
    "empty.jpg": (b"", "空的"),
    "cut.jpg": (b"\xff\xd8\xff\xe0" + bytes(300_000), "已损坏"),
}


def test_what_cannot_be_shrunk_is_refused_with_cause_and_cure(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000104")

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        for name, (data, words) in UNFIT.items():
            page.set_input_files("#album-B01", kept(tmp_path, name, data))
            expect(page.locator("dialog .say-bad")).to_contain_text(words)
            expect(page.locator("dialog .say-bad [data-cure]")).not_to_be_empty()
            expect(page.locator("#announce-now")).to_contain_text(words)
            assert held.barriers() == []
            page.keyboard.press("Escape")


def test_a_heic_photo_goes_through_the_servers_door_and_counts_once_confirmed(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000107")
    photo = kept(tmp_path, "IMG_1.HEIC", pictures.heic(pictures.paper(3000, 2000), 80))

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        held.choose("B01", photo, upload=False)
        expect(page.locator("dialog [data-size]")).to_contain_text("交给服务器缩小")
        assert held.barriers() == []
        page.locator("dialog [data-go][aria-disabled=false]").click()
        expect(page.locator("#card-B01 .wait-pending")).to_be_visible()
        assert count(site, who) == 0
        site.shrink_photos()
        confirm = page.locator("dialog").get_by_role("button", name="确认上传")
        expect(confirm).to_be_visible(timeout=20_000)
        expect(page.locator("dialog")).to_contain_text("→")
        assert held.barriers() == []
        confirm.click()
        expect(page.locator("#card-B01 .thumb:not(.thumb-local)")).to_have_count(1)
        expect(page.locator(".toast")).to_contain_text("还没有提交")

    assert len(stored(site, "230000107")) <= LIMIT_BYTES


def test_a_phone_whose_canvas_fails_leaves_the_shrinking_to_the_server(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000108")
    photo = kept(tmp_path, "a.jpg", pictures.jpeg(pictures.paper(3000, 2000), 95))

    with phone(chromium, site, url, who) as held:
        held.page.context.add_init_script(
            "HTMLCanvasElement.prototype.getContext = () => null; delete window.Worker;"
        )
        page = held.materials()
        held.choose("B01", photo)
        expect(page.locator("#card-B01 .wait-pending")).to_be_visible()
        site.shrink_photos()
        page.locator("dialog").get_by_role("button", name="确认上传").click(timeout=20_000)
        expect(page.locator("#card-B01 .thumb:not(.thumb-local)")).to_have_count(1)

    assert len(stored(site, "230000108")) <= LIMIT_BYTES


def cut(data: bytes) -> bytes:
    """What is there of a photo whose download ended at three tenths."""
    return data[: len(data) * 3 // 10]


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_photo_that_breaks_off_is_refused_and_counts_for_nothing(
    kind: str, chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000110" if kind == "jpeg" else "230000111")
    whole = big_photo() if kind == "jpeg" else pictures.png(pictures.paper(2000, 1500))
    photo = kept(tmp_path, "IMG_2.jpg", cut(whole))

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        held.choose("B01", photo, upload=False)
        expect(page.locator("dialog [data-size]")).to_contain_text("交给服务器缩小")
        page.locator("dialog [data-go][aria-disabled=false]").click()
        expect(page.locator("#card-B01 .wait-pending")).to_be_visible()
        site.shrink_photos()
        refused = page.locator("#card-B01 .wait-refused")
        expect(refused).to_contain_text("图片数据不完整或已损坏", timeout=20_000)
        expect(refused).to_contain_text("请重新选择原图")
        expect(page.locator("#card-B01 .thumb")).to_have_count(0)
        assert held.barriers() == []

    assert count(site, who) == 0


def test_a_small_photo_that_breaks_off_behind_its_thumbnail_is_refused(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000112")
    thumbnail = pictures.jpeg(pictures.paper(160, 120))
    whole = pictures.after_start(pictures.jpeg(pictures.paper()), pictures.exif(6, thumbnail))
    photo = kept(tmp_path, "IMG_3.jpg", cut(whole))

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        held.choose("B01", photo)
        expect(page.locator("#card-B01 .tag")).to_contain_text("检查中")
        site.check_images()
        expect(page.locator("#card-B01")).to_contain_text("图片数据不完整", timeout=12_000)


TRAILER = random.Random(1).randbytes(100_000).replace(b"\xff\xd9", b"\xff\xd8")
SCAN = pictures.segment(0xDA, bytes.fromhex("03010002110311003f00"))


@pytest.mark.parametrize("trailer", [TRAILER, SCAN + TRAILER], ids=["clip", "cut second picture"])
def test_a_whole_photo_with_something_behind_its_end_arrives(
    trailer: bytes, chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    """What a phone put there may look like a photo that breaks off: then the server shrinks it."""
    by_server = trailer is not TRAILER
    number = "230000114" if by_server else "230000113"
    who = site.activated(number)
    photo = kept(tmp_path, "IMG_4.jpg", big_photo() + trailer)

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        held.choose("B01", photo)
        if by_server:
            expect(page.locator("#card-B01 .wait-pending")).to_be_visible()
            site.shrink_photos()
            page.locator("dialog").get_by_role("button", name="确认上传").click(timeout=20_000)
        expect(page.locator("#card-B01 .thumb:not(.thumb-local)")).to_have_count(1)

    assert len(stored(site, number)) <= LIMIT_BYTES


def count(site: CandidateSite, who: ApplicationId) -> int:
    """How many images she has."""
    return int(site.value("SELECT count(*) FROM image WHERE application_id = :id", id=who))


def test_two_files_fill_the_id_card_and_its_buttons_are_gone(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000105")
    sides = [kept(tmp_path, f"{n}.jpg", pictures.jpeg(pictures.paper(seed=n))) for n in range(1, 4)]

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        held.choose("A01", *sides)
        expect(page.locator("#card-A01 .thumb:not(.thumb-local)")).to_have_count(2)
        expect(page.locator("#card-A01 input[type=file]")).to_have_count(0)


def test_wechat_on_android_never_offers_several_files(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000106")

    with phone(chromium, site, url, who, agent=WECHAT_ON_ANDROID) as held:
        page = held.materials()
        expect(page.locator("input[type=file]").first).to_be_attached()
        expect(page.locator("input[type=file][multiple]")).to_have_count(0)


def test_a_dozen_kinds_of_photos_end_small_upright_and_legible(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    """The hundred of `bench/photos.py` in short."""
    for number, photo in enumerate(photos.dozen()):
        registration = f"2300006{number:02d}"
        who = site.activated(registration)
        data = photos.taken(photo)
        path = kept(tmp_path, "photo", data)

        with phone(chromium, site, url, who) as held:
            held.page.set_default_timeout(90_000)
            held.materials()
            held.choose("B01", path)
            held.page.locator("#card-B01 .thumb:not(.thumb-local)").wait_for()

        result = stored(site, registration)
        picture = photos.opened(result)
        lost = photos.reading_error(picture, photo)
        assert len(result) <= LIMIT_BYTES, photo
        assert photos.is_upright(picture), photo
        assert lost <= photos.reading_error(photos.opened(data), photo) + 0.02, photo
