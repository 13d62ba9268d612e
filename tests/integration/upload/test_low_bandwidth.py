"""What the first page weighs on the wire, headers and all, and how it is packed."""

import gzip
import re

import brotli
import pytest
from werkzeug.test import TestResponse

from libs.common.web.compression import encoding_for
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests

FIRST_PAGE_BYTES = 20 * 1024
STATUS_LINE_BYTES = len("HTTP/1.1 200 OK\r\n\r\n")
SERVER_LINES_BYTES = len("Server: gunicorn\r\nDate: Mon, 23 Nov 2026 08:00:00 GMT\r\n") + 24
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
_NEEDED = re.compile(
    r'<link rel="(?:stylesheet|icon)"[^>]* href="([^"]+)"|<script[^>]* src="([^"]+)"'
    r'|<use href="([^"#]+)'
)


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


def weight(answer: TestResponse) -> int:
    """Bytes on the wire."""
    headers = sum(len(name) + len(value) + len(": \r\n") for name, value in answer.headers)
    return STATUS_LINE_BYTES + SERVER_LINES_BYTES + headers + len(answer.data)


@pytest.mark.parametrize("way", ["with its sheet", "sheet apart"])
def test_the_list_and_all_that_it_needs_to_be_used_weigh_20_kb(
    site: CandidateSite, way: str
) -> None:
    client = site.client(site.activated(f"2300008{len(way)}"))
    opens = {"Sec-Fetch-Dest": "document"} if way == "with its sheet" else {}
    page = client.get("/materials", headers=BROWSER | opens)
    html = brotli.decompress(page.data).decode()
    needed = {next(filter(None, found)) for found in _NEEDED.findall(html)}

    weights = {path: weight(client.get(path, headers=BROWSER)) for path in needed}

    assert any(path.endswith("candidate.css") for path in needed) == (way == "sheet apart")
    assert any(path.endswith("early.js") for path in needed)
    whole = weight(page) + sum(weights.values())
    assert whole <= FIRST_PAGE_BYTES, (whole, weight(page), weights)


def test_what_only_other_pages_show_comes_after_the_list_and_before_those(
    site: CandidateSite,
) -> None:
    client = site.client(site.activated("230000802"))
    sheet = re.compile(r'<link rel="stylesheet" href="[^"]*/css/pages.css"')
    asked_for_later = re.compile(r' data-first="[^"]*/css/pages.css')

    the_list, help_page = client.get("/materials").text, client.get("/help").text

    assert not sheet.search(the_list)
    assert asked_for_later.search(the_list)
    assert sheet.search(help_page)


def test_nothing_holds_up_the_reading_of_the_list(site: CandidateSite) -> None:
    answer = site.client(site.activated("230000803")).get("/materials")
    sheet = re.search(r'<link rel="stylesheet" href="([^"]+)">', answer.text)

    assert sheet
    assert answer.headers["Link"] == f"<{sheet[1]}>; rel=preload; as=style"
    for script in re.findall(r"<script [^>]*>", answer.text):
        assert 'async blocking="render"' in script or 'type="module"' in script


@pytest.mark.parametrize("path", ["/sign-in", "/help", "/verify"])
def test_a_page_is_packed_as_the_browser_can_read_it(site: CandidateSite, path: str) -> None:
    client = site.client()

    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "br"})
    older = client.get(path, headers={"Accept-Encoding": "gzip"})

    assert plain.content_encoding is None
    assert packed.content_encoding == "br"
    assert older.content_encoding == "gzip"
    for answer, words in (
        (packed, brotli.decompress(packed.data)),
        (older, gzip.decompress(older.data)),
    ):
        assert b"</html>" in words
        assert "Accept-Encoding" in answer.vary
        assert int(answer.headers["Content-Length"]) == len(answer.data) < len(plain.data)


def test_the_length_of_a_page_tells_nothing_of_its_token(site: CandidateSite) -> None:
    client = site.client()

    paddings = {
        len(client.get("/sign-in", headers=BROWSER).headers["X-Padding"]) for _ in range(20)
    }

    assert len(paddings) > 5


def test_pictures_are_not_packed_again(site: CandidateSite) -> None:
    client = site.client(site.activated("230000802"))

    sample = client.get("/materials/A01/sample.jpg", headers=BROWSER)

    assert sample.content_encoding is None
    assert sample.data.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", ""),
        ("", ""),
    ],
)
def test_only_what_the_browser_offers_is_chosen(accepted: str, encoding: str) -> None:
    assert encoding_for(accepted) == encoding
