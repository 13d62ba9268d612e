"""At the tiles: findings answered, order, delete and undo, the picture's own dialog; also plain."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from libs.common.messages import ApplicationId
from tests import pictures
from tests.candidate import CandidateSite
from tests.e2e.phone import phone

pytestmark = pytest.mark.slow
TILES = "#card-A01 .thumb:not(.thumb-local)"


def sharp(seed: int = 1) -> bytes:
    """A picture without findings."""
    return pictures.jpeg(pictures.paper(seed=seed))


def positions(site: CandidateSite, who: ApplicationId) -> list[str]:
    """Ids of her images in their order."""
    found = site.value(
        "SELECT array_agg(id::text ORDER BY position) FROM image"
        " WHERE application_id = :id AND deleted_at IS NULL",
        id=who,
    )
    return list(found)


def test_a_warning_is_answered_once_and_stands_open_nowhere_after(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000321")
    site.upload(who, "A01", pictures.jpeg(pictures.blurred(6)))
    site.check_images()

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        finding = page.locator("#card-A01 .finding")
        expect(finding).to_contain_text("人像面")
        expect(finding.get_by_text("重拍", exact=True)).to_be_visible()
        expect(finding.get_by_text("换一张", exact=True)).to_be_visible()
        assert held.barriers() == []
        finding.get_by_role("button", name=re.compile("仍然使用")).click()
        expect(finding).to_have_count(0)
        expect(page.locator(".toast")).to_contain_text("审核人员会看到您看过提示")
        expect(page.locator("#card-A01 figcaption")).to_contain_text("已上传")
        held.open("/check")
        expect(page.get_by_text("张图片有提示，不影响提交")).to_have_count(0)
        expect(page.locator(".say", has_text="您选择仍然使用")).to_contain_text("人像面")


def test_a_retaken_picture_stands_where_the_old_one_stood(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000322")
    old = site.upload(who, "A01", pictures.jpeg(pictures.blurred(6)))
    other = site.upload(who, "A01", sharp())
    site.check_images()

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        expect(page.locator("#album-A01")).to_have_count(0)
        photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": sharp(4)}
        page.set_input_files(f"#album-{old}", photo)  # type: ignore[arg-type]
        page.locator("dialog [data-go][aria-disabled=false]").click()
        expect(page.locator("#card-A01 .finding")).to_have_count(0)
        expect(page.locator(TILES)).to_have_count(2)

    new, second = positions(site, who)
    assert second == str(other)
    assert new != str(old)


def test_a_refused_picture_says_why_and_is_exchanged(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000323")
    old = site.upload(who, "A01", pictures.jpeg(pictures.paper(300, 200)))
    site.check_images()

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        expect(page.locator("#card-A01 .finding-bad")).to_contain_text("无法辨认")
        expect(page.get_by_role("button", name=re.compile("仍然使用"))).to_have_count(0)
        photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": sharp()}
        page.set_input_files(f"#camera-{old}", photo)  # type: ignore[arg-type]
        page.locator("dialog [data-go][aria-disabled=false]").click()
        expect(page.locator("#card-A01 .finding-bad")).to_have_count(0)
        expect(page.locator(TILES)).to_have_count(1)


def test_minus_asks_once_and_ten_seconds_are_there_to_undo(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000324")
    both = [site.upload(who, "A01", sharp(seed)) for seed in (1, 2)]
    site.check_images()

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        expect(page.locator("#album-A01")).to_have_count(0)
        page.locator(f"#minus-{both[0]}").click()
        page.locator("dialog").get_by_role("button", name="删除").click()
        expect(page.locator(TILES)).to_have_count(1)
        expect(page.locator("#album-A01")).to_have_count(1)
        expect(page.locator(f"#open-{both[1]}")).to_be_focused()
        expect(page.locator("#announce-polite")).to_contain_text("图片已删除")
        assert held.barriers() == []
        page.locator(".toast").get_by_role("button", name="撤销").click()
        expect(page.locator(TILES)).to_have_count(2)
        expect(page.locator("#album-A01")).to_have_count(0)

    assert positions(site, who) == [str(image) for image in both]


def test_the_undo_goes_after_ten_seconds_unless_somebody_points_at_it(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000325")
    image = site.upload(who, "A01", sharp())
    site.check_images()

    with phone(chromium, site, url, who, width=1440) as held:
        held.page.clock.install()
        page = held.materials()
        page.locator(f"#minus-{image}").click()
        page.locator("dialog").get_by_role("button", name="删除").click()
        page.clock.run_for(1000)
        expect(page.locator(".toast")).to_be_visible()
        page.locator(".toast").hover()
        page.clock.run_for(30_000)
        expect(page.locator(".toast")).to_be_visible()
        page.mouse.move(5, 5)
        page.clock.run_for(11_000)
        expect(page.locator(".toast")).to_have_count(0)


def test_a_double_press_on_minus_s_button_deletes_once(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000326")
    both = [site.upload(who, "A01", sharp(seed)) for seed in (1, 2)]
    site.check_images()
    sent: list[str] = []

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
        page.locator(f"#minus-{both[0]}").click()
        page.locator("dialog").get_by_role("button", name="删除").dblclick()
        expect(page.locator(TILES)).to_have_count(1)

    assert len(sent) == 1


def test_the_dialog_of_a_picture_zooms_moves_turns_and_proves_it(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000327")
    first, second = (site.upload(who, "A01", sharp(seed)) for seed in (1, 2))
    site.check_images()

    with phone(chromium, site, url, who, width=1440) as held:
        page = held.materials()
        page.locator(f"#open-{first}").click()
        view = page.locator("dialog [data-view] img")
        expect(view).to_have_attribute("alt", "有效身份证明，人像面，已上传")
        expect(view).not_to_have_js_property("naturalWidth", 0)
        fitted = view.bounding_box()
        page.get_by_role("button", name="放大").click()
        page.get_by_role("button", name="放大").press("Enter")
        expect(page.locator("dialog [data-level]")).to_have_text("200%")
        zoomed = view.bounding_box()
        assert fitted
        assert zoomed
        assert abs(zoomed["width"] / fitted["width"] - 2) < 0.05
        expect(page.locator("dialog .mono")).to_have_text(re.compile("^[0-9a-f]{64}$"))
        assert held.barriers() == []
        page.get_by_role("button", name="后移").click()
        expect(page.locator("dialog h2")).to_contain_text("国徽面")
        assert positions(site, who) == [str(second), str(first)]
        page.get_by_role("button", name="左转").click()
        expect(page.locator("dialog [data-checking]")).to_be_visible()
        site.check_images()
        expect(page.locator("dialog [data-view] img")).to_be_visible(timeout=15_000)
        turned = page.locator("dialog [data-view] img").get_attribute("height")
        assert turned == "1200"
        page.locator("dialog").get_by_role("link", name="删除").click()
        expect(page.get_by_role("heading", name="删除这张图片？")).to_be_visible()
        page.locator("dialog").get_by_role("button", name="删除").click()
        expect(page.locator(TILES)).to_have_count(1)


def test_tiles_are_put_in_order_by_dragging(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000328")
    first, second = (site.upload(who, "A01", sharp(seed)) for seed in (1, 2))
    site.check_images()

    with phone(chromium, site, url, who, width=1440) as held:
        page = held.materials()
        page.locator(TILES).first.drag_to(page.locator(TILES).nth(1))
        expect(page.locator("#announce-polite")).to_contain_text("顺序已保存")

    assert positions(site, who) == [str(second), str(first)]


def test_without_scripts_a_warning_is_answered_and_a_picture_exchanged_and_put_in_order(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000329")
    old = site.upload(who, "A01", pictures.jpeg(pictures.blurred(6)))
    other = site.upload(who, "A01", sharp())
    site.check_images()

    with phone(chromium, site, url, who, scripts=False) as held:
        page = held.open("/materials")
        photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": sharp(5)}
        page.set_input_files(f"#album-{old}", photo)  # type: ignore[arg-type]
        page.locator(f"#found-{old}").get_by_role("button", name="上传所选图片").click()
        expect(page.get_by_text("图片已上传，还没有提交。")).to_be_visible()
        new = positions(site, who)[0]
        page.goto(f"{url}/images/{new}")
        page.get_by_role("button", name="后移").click()
        expect(page.get_by_text("顺序已保存。")).to_be_visible()
        assert positions(site, who) == [str(other), new]
        page.locator(f"#minus-{new}").click()
        page.get_by_role("button", name="删除").click()
        page.get_by_role("button", name="撤销").click()
        expect(page.get_by_text("已撤销删除")).to_be_visible()


def test_without_scripts_use_anyway_and_turn_are_plain_forms(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000330")
    image = site.upload(who, "A01", pictures.jpeg(pictures.blurred(6)))
    site.check_images()

    with phone(chromium, site, url, who, scripts=False, language="en") as held:
        page = held.open("/materials")
        page.get_by_role("button", name=re.compile("Use it anyway")).click()
        expect(page.get_by_text("The reviewer sees that you have read the hint")).to_be_visible()
        expect(page.locator("#card-A01 .finding")).to_have_count(0)
        page.goto(f"{url}/images/{image}")
        page.get_by_role("button", name="Left", exact=False).first.click()
        site.check_images()
        page.goto(f"{url}/images/{image}")
        data = page.request.get(f"{url}/images/{image}/view").body()

    assert Image.open(io.BytesIO(data)).height == 1200
