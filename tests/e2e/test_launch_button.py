"""上传相关材料 in a real browser: one press carries the token over, and "back" is no trap."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.wrappers import Request, Response

from examples.registration.app import create_app
from tests.integration.world.test_registration import CANDIDATE_PASSWORD, settings_in
from tests.serving import served


class Landing:
    """Shencai's landing, made small: notes what was posted to it."""

    def __init__(self) -> None:
        self.launches: list[tuple[str, dict[str, str]]] = []

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """The WSGI side."""
        request = Request(environ)
        if request.path == "/launch":
            self.launches.append((request.method, request.form.to_dict()))
        page = Response("<title>landed</title>landed", mimetype="text/html")
        return page(environ, start_response)


def open_candidate(chromium: Browser, url: str, *, scripts: bool) -> tuple[Page, list[str]]:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=scripts, locale="zh-CN"
    )
    page, troubles = context.new_page(), list[str]()
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(url)
    page.get_by_label("报名号").fill("23000001")
    page.get_by_label("密码").fill(CANDIDATE_PASSWORD)
    page.get_by_role("button", name="登录").click()
    return page, troubles


@pytest.mark.slow
def test_one_press_lands_and_back_returns_to_the_candidates_page(
    chromium: Browser, tmp_path: Path
) -> None:
    landing = Landing()
    with (
        served(landing) as upload,
        served(create_app(settings_in(tmp_path, upload_url=upload))) as url,
    ):
        page, troubles = open_candidate(chromium, url, scripts=True)

        page.get_by_role("button", name="上传相关材料").click()
        page.wait_for_url(f"{upload}/launch?lang=zh-CN")
        page.go_back()
        page.get_by_role("button", name="上传相关材料").click()
        page.wait_for_url(f"{upload}/launch?lang=zh-CN")

        page.context.close()
    tokens = [form["token"] for method, form in landing.launches if method == "POST"]
    assert len(tokens) == len(set(tokens)) == 2
    assert troubles == []


@pytest.mark.slow
def test_without_javascript_a_second_press_lands(chromium: Browser, tmp_path: Path) -> None:
    landing = Landing()
    with (
        served(landing) as upload,
        served(create_app(settings_in(tmp_path, upload_url=upload))) as url,
    ):
        page, troubles = open_candidate(chromium, url, scripts=False)

        page.get_by_role("button", name="上传相关材料").click()
        page.get_by_role("button", name="继续前往").click()
        page.wait_for_url(f"{upload}/launch?lang=zh-CN")

        page.context.close()
    assert [method for method, _ in landing.launches] == ["POST"]
    assert landing.launches[0][1]["token"].startswith("ey")
    assert troubles == []
