"""Before the upload: turn, crop by mouse, touch and keys, leave out; at a desk drop and paste."""

import base64
import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from libs.common.messages import ApplicationId
from tests import pictures
from tests.candidate import CandidateSite
from tests.e2e.phone import Phone, phone

pytestmark = pytest.mark.slow
READY = "dialog [data-state=ready]"
ARRIVED = ".thumb:not(.thumb-local)"
_GIVE = """([selector, type, files]) => {
  const transfer = new DataTransfer();
  for (const [name, kind, data] of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type: kind }));
  }
  const init = { bubbles: true, cancelable: true };
  const given = type === 'paste' ? { clipboardData: transfer } : { dataTransfer: transfer };
  const event = type === 'paste' ? new ClipboardEvent(type, { ...init, ...given })
    : new DragEvent(type, { ...init, ...given });
  document.querySelector(selector).dispatchEvent(event);
}"""


def kept(folder: Path, name: str, data: bytes) -> str:
    """The file as the phone's album has it."""
    (folder / name).write_bytes(data)
    return str(folder / name)


def give(page: Page, selector: str, kind: str, *files: tuple[str, str, bytes]) -> None:
    """Drop files on a place of the page, or paste them there."""
    sent = [[name, type_, base64.b64encode(data).decode()] for name, type_, data in files]
    page.evaluate(_GIVE, [selector, kind, sent])


def stored(site: CandidateSite, who: ApplicationId) -> Image.Image:
    """The candidate's only image."""
    key = site.value(
        "SELECT original_key FROM image WHERE application_id = :id AND deleted_at IS NULL", id=who
    )
    return Image.open(io.BytesIO(site.parts.storage.originals.get(key))).convert("RGB")


def mark(picture: Image.Image, x: float, y: float) -> bool:
    """Whether the red mark of the drawn paper stands at these shares of the picture."""
    red, green, _ = picture.getpixel(  # type: ignore[misc]
        (int(picture.width * x), int(picture.height * y))
    )
    return bool(red > 150 > green + 40)


def finish(held: Phone, code: str = "B01") -> None:
    """Confirm the preview; the picture is there."""
    held.page.locator("dialog [data-go][aria-disabled=false]").click()
    expect(held.page.locator(f"#card-{code} {ARRIVED}")).to_have_count(1)


def test_a_picture_is_turned_and_cropped_by_keys_alone(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000301")
    photo = kept(tmp_path, "a.jpg", pictures.jpeg(pictures.paper(1200, 900)))

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        held.choose("B01", photo, upload=False)
        page.get_by_role("button", name="右转").press("Enter")
        expect(page.locator(READY)).to_have_count(1)
        page.get_by_role("button", name="裁剪").press("Enter")
        corner = page.get_by_role("button", name="左下角")
        corner.focus()
        corner.press("Shift+ArrowUp")
        corner.press("Shift+ArrowUp")
        corner.press("ArrowRight")
        expect(corner).to_have_accessible_name("左下角：距左 1%，距上 80%")
        expect(page.locator("#announce-polite")).to_have_text("左下角：距左 1%，距上 80%")
        assert held.barriers() == []
        page.get_by_role("button", name="完成裁剪").press("Enter")
        expect(page.locator(READY)).to_have_count(1)
        expect(page.get_by_role("button", name="裁剪")).to_be_focused()
        finish(held)

    picture = stored(site, who)
    assert abs(picture.width / picture.height - (900 * 0.99) / (1200 * 0.8)) < 0.01
    assert mark(picture, 0.97, 0.03), "turned right: the mark is at the top right"


def test_a_picture_is_cropped_with_the_mouse_at_its_corner_and_by_pressing_a_place(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000302")
    photo = kept(tmp_path, "a.jpg", pictures.jpeg(pictures.paper(1200, 900)))

    with phone(chromium, site, url, who, width=1440) as held:
        page = held.materials()
        held.choose("B01", photo, upload=False)
        page.get_by_role("button", name="裁剪").click()
        box = page.locator(".crop").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"], box["y"] + box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5, steps=5)
        page.mouse.up()
        expect(page.locator("[data-corner='right bottom']")).to_have_accessible_name(
            "右下角：距左 50%，距上 50%"
        )
        page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.75)
        expect(page.locator("[data-corner='right bottom']")).to_have_accessible_name(
            "右下角：距左 60%，距上 75%"
        )
        page.get_by_role("button", name="完成裁剪").click()
        expect(page.locator(READY)).to_have_count(1)
        finish(held)

    picture = stored(site, who)
    assert abs(picture.width / picture.height - (1200 * 0.6) / (900 * 0.75)) < 0.02
    assert mark(picture, 0.03, 0.03)


def test_a_picture_is_cropped_with_a_finger_and_taken_whole_again(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000303")
    photo = kept(tmp_path, "a.jpg", pictures.jpeg(pictures.paper(1200, 900)))

    with phone(chromium, site, url, who, touch=True) as held:
        page = held.materials()
        held.choose("B01", photo, upload=False)
        page.get_by_role("button", name="裁剪").tap()
        corner = page.locator("[data-corner='left top']")
        box, spot = page.locator(".crop").bounding_box(), corner.bounding_box()
        assert box
        assert spot
        finger = page.context.new_cdp_session(page)
        x, y = spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2
        for kind, share in (("touchStart", 0), ("touchMove", 0.1), ("touchMove", 0.25)):
            point = {"x": x + box["width"] * share, "y": y + box["height"] * share}
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        expect(corner).to_have_accessible_name("左上角：距左 25%，距上 25%")
        # A click: a tap right after the drawn finger is at times taken for a part of its gesture.
        page.get_by_role("button", name="整张").click()
        expect(page.locator(READY)).to_have_count(1)
        finish(held)

    assert stored(site, who).size == (1200, 900), "the whole picture, as it was"


def test_a_panorama_beyond_six_to_one_is_offered_to_be_cropped(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000304")
    photo = kept(tmp_path, "wide.jpg", pictures.jpeg(pictures.paper(3500, 500)))

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.set_input_files("#album-B01", photo)
        expect(page.locator("dialog [data-state=narrow]")).to_have_count(1)
        expect(page.locator("dialog [data-size]")).to_contain_text("过于狭长")
        expect(page.locator("dialog [data-go]")).to_have_attribute("aria-disabled", "true")
        assert held.barriers() == []
        page.get_by_role("button", name="裁剪").click()
        corner = page.locator("[data-corner='right bottom']")
        for _ in range(3):
            corner.press("Shift+ArrowLeft")
        page.get_by_role("button", name="完成裁剪").click()
        expect(page.locator(READY)).to_have_count(1)
        finish(held)

    assert 4.5 < stored(site, who).width / stored(site, who).height <= 6


def test_one_of_several_pictures_can_be_left_out(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000305")
    both = [kept(tmp_path, f"{n}.jpg", pictures.jpeg(pictures.paper(seed=n))) for n in (1, 2)]

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.set_input_files("#album-A01", both)
        expect(page.locator(READY)).to_have_count(2)
        expect(page.locator("dialog [data-go]")).to_contain_text("2 张")
        page.get_by_role("button", name="不要这张").first.click()
        expect(page.locator(READY)).to_have_count(1)
        finish(held, "A01")


def test_a_picture_dropped_on_a_material_is_for_that_material(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000306")
    dropped = ("a.jpg", "image/jpeg", pictures.jpeg(pictures.paper()))

    with phone(chromium, site, url, who, width=1440) as held:
        page = held.materials()
        expect(page.locator(".desk-only").first).to_be_visible()
        give(page, "#title-B01", "dragover", dropped)
        expect(page.locator("#card-B01.is-target")).to_have_count(1)
        give(page, "#title-B01", "drop", dropped)
        expect(page.locator(".is-target")).to_have_count(0)
        expect(page.locator("dialog [data-what]")).to_have_text("毕业证书")
        expect(page.locator(READY)).to_have_count(1)
        finish(held)


def test_what_is_dropped_beside_every_material_is_asked_about(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000307")
    dropped = ("a.jpg", "image/jpeg", pictures.jpeg(pictures.paper()))

    with phone(chromium, site, url, who, width=1440) as held:
        page = held.materials()
        give(page, ".foot", "drop", dropped)
        expect(page.get_by_role("heading", name="这是哪一项材料？")).to_be_focused()
        assert held.barriers() == []
        page.locator("dialog").get_by_role("button", name="毕业证书").click()
        expect(page.locator(READY)).to_have_count(1)
        finish(held)


def test_a_picture_is_pasted_on_the_material_that_has_the_focus(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000308")
    pasted = ("image.png", "image/png", pictures.png(pictures.paper(600, 400)))

    with phone(chromium, site, url, who, width=1440) as held:
        page = held.materials()
        page.locator("#album-B01").focus()
        give(page, "#album-B01", "paste", pasted)
        expect(page.locator("dialog [data-what]")).to_have_text("毕业证书")
        expect(page.locator(READY)).to_have_count(1)
        finish(held)


def test_what_is_no_picture_gets_words_when_it_is_dropped_or_pasted(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000309")

    with phone(chromium, site, url, who, width=1440) as held:
        page = held.materials()
        give(page, "#title-B01", "drop", ("note.txt", "text/plain", b"no picture"))
        expect(page.locator("dialog .say-bad")).to_contain_text("这个文件不是图片")
        expect(page.locator("dialog #announce-now")).to_contain_text("这个文件不是图片")
        page.keyboard.press("Escape")
        give(page, "body", "paste")
        expect(page.locator(".toast")).to_contain_text("剪贴板里没有图片")
        assert held.barriers() == []
