"""The sandboxed step: a big photo in, an upright image of R7 out, or the reason why not."""

import functools
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from libs.common.rejection import Rejected
from libs.common.worker_door import Suspect
from tests import pictures as p
from workers.shrink import ladder, opening, sandbox
from workers.shrink.codes import Refuse
from workers.shrink.step import shrink

LIMIT_BYTES = 204_800


@functools.cache
def photo() -> Image.Image:
    """A 12-megapixel page as a phone sees it, its mark at the top left."""
    return p.paper(4000, 3000)


def big_jpeg() -> bytes:
    return p.jpeg(photo(), 95)


@functools.cache
def big_heic() -> bytes:
    return p.heic(p.paper(2000, 1500), 90)


BIG: dict[str, Callable[[], bytes]] = {
    "jpeg": big_jpeg,
    "heic": big_heic,
    "png": lambda: p.png(p.paper(2400, 1800)),
}


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=("JPEG",))


def is_mark(image: Image.Image, corner: tuple[float, float]) -> bool:
    """Whether the page's red mark lies in that corner, given in shares of width and height."""
    x, y = (int(share * (length - 1)) for share, length in zip(corner, image.size, strict=True))
    red, green, blue = image.convert("RGB").getpixel((x, y))  # type: ignore[misc]
    return red > 120 and green < 90 and blue < 100


@pytest.mark.parametrize("kind", BIG)
def test_a_big_photo_becomes_an_upright_image_within_the_limit(kind: str) -> None:
    data = BIG[kind]()
    assert len(data) > LIMIT_BYTES

    said, image = shrink(data, orientation=1)

    shown = opened(image)
    assert len(image) <= ladder.TARGET_BYTES < LIMIT_BYTES
    assert (said["width"], said["height"]) == shown.size
    assert max(shown.size) >= 1600, "legible: large enough for small print"
    assert is_mark(shown, (0.02, 0.02))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_jpeg_comes_out_upright(orientation: int) -> None:
    upright = p.paper(1800, 1200)
    back = {5: 5, 6: 8, 8: 6, 7: 7}.get(orientation, orientation)
    turn = opening.UPRIGHT.get(back)
    stored = upright if turn is None else upright.transpose(turn)

    _, image = shrink(p.jpeg(stored, 95), orientation=orientation)

    shown = opened(image)
    assert shown.width > shown.height
    assert is_mark(shown, (0.02, 0.02))


def test_a_turned_heic_comes_out_upright_whatever_the_message_says() -> None:
    stored = p.paper(1200, 900).transpose(Image.Transpose.ROTATE_90)

    _, image = shrink(p.heic(stored, 90, orientation=6), orientation=1)

    shown = opened(image)
    assert shown.width > shown.height
    assert is_mark(shown, (0.02, 0.02))


def test_nothing_but_pixels_is_left() -> None:
    data = p.after_start(big_jpeg(), p.exif(1, extra=b"a place"))

    _, image = shrink(data, orientation=1)

    assert b"Exif" not in image
    assert b"a place" not in image
    assert not opened(image).getexif()


def test_a_comment_of_a_png_is_not_carried_over() -> None:
    words = PngInfo()
    words.add_text("comment", "a place")

    _, image = shrink(p.png(p.paper(900, 700), pnginfo=words), orientation=1)

    assert image
    assert b"a place" not in image


def test_colours_stored_in_a_rare_way_are_made_usual() -> None:
    data = with_frame_byte(p.jpeg(p.paper(900, 700), 95), 11, 0x13)

    said, image = shrink(data, orientation=1)

    assert (said["width"], opened(image).mode) == (900, "RGB")


@pytest.mark.parametrize("data", [big_jpeg, big_heic])
def test_the_same_photo_gives_the_same_bytes(data: Callable[[], bytes]) -> None:
    assert sandbox.run(data(), orientation=1) == sandbox.run(data(), orientation=1)


def test_transparency_becomes_white_and_deep_grey_stays_grey() -> None:
    clear = Image.new("RGBA", (900, 700), (0, 0, 0, 0))
    deep = Image.fromarray(np.full((700, 900), 0x8000, np.uint16))

    for image, expected in ((clear, 255), (deep, 128)):
        _, made = shrink(p.png(image), orientation=1)
        assert abs(opened(made).convert("L").getpixel((450, 350)) - expected) <= 2  # type: ignore[operator]


def test_print_colours_are_turned_into_those_of_a_screen() -> None:
    said, image = shrink(p.jpeg(p.paper(2000, 1500).convert("CMYK"), 95), orientation=1)

    assert said["width"]
    assert opened(image).mode == "RGB"


def noise(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def test_a_picture_without_calm_is_made_smaller_until_it_fits() -> None:
    said, image = shrink(p.jpeg(noise(3000, 2000), 80), orientation=1)

    assert len(image) <= ladder.TARGET_BYTES
    assert int(said["width"]) < 2000


def test_what_cannot_fit_legibly_is_refused() -> None:
    with pytest.raises(Rejected) as refused:
        ladder.fit(noise(1200, 1200), max_bytes=5_000)

    assert refused.value.code is Refuse.TOO_COMPLEX


def header_only(width: int, height: int) -> bytes:
    """A PNG whose header promises pixels that are not there."""
    return p.raw_png(width, height, b"")


def with_frame_byte(data: bytes, offset: int, value: int) -> bytes:
    at = p.frame_at(data) + offset
    return data[:at] + bytes([value]) + data[at + 1 :]


REFUSED: dict[str, tuple[Callable[[], bytes], Refuse]] = {
    "cut at the half": (lambda: big_jpeg()[: len(big_jpeg()) // 2], Refuse.DAMAGED),
    "a cut HEIC": (lambda: big_heic()[: len(big_heic()) // 2], Refuse.DAMAGED),
    "a cut PNG": (lambda: p.png(p.paper(2400, 1800))[:300_000], Refuse.DAMAGED),
    "a HEIC of nothing": (lambda: b"\x00\x00\x00\x18ftypheic" + bytes(900), Refuse.DAMAGED),
    "no photo": (lambda: b"%PDF-1.7" + bytes(300_000), Refuse.NOT_A_PHOTO),
    "nothing": (lambda: b"", Refuse.NOT_A_PHOTO),
    "twelve bits": (
        lambda: with_frame_byte(p.jpeg(p.paper(900, 700), 95), 4, 12),
        Refuse.UNSUPPORTED,
    ),
    "a bomb of pixels": (lambda: header_only(20_000, 20_000), Refuse.TOO_LARGE),
    "a strip": (lambda: p.jpeg(p.paper(1900, 300), 95), Refuse.TOO_NARROW),
    "a thumbnail": (lambda: p.jpeg(p.paper(390, 300), 95), Refuse.TOO_SMALL),
    "scans without end": (
        lambda: p.jpeg(p.paper(900, 700), 95) + b"\xff\xda" * 40,
        Refuse.TOO_MANY_SCANS,
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_photo_within_the_limits_is_refused_by_name(what: str) -> None:
    make, code = REFUSED[what]

    said, image = sandbox.run(make(), orientation=1)

    assert (said["code"], image) == (code, b"")


def test_a_photo_of_fifty_megapixels_is_taken_and_one_above_is_not() -> None:
    limits = opening.Limits(max_pixels=1_000_000)
    fits, is_above = p.jpeg(p.paper(1000, 1000), 90), p.jpeg(p.paper(1008, 1000), 90)

    assert opening.opened(fits, orientation=1, limits=limits).size == (1000, 1000)
    with pytest.raises(Rejected) as refused:
        opening.opened(is_above, orientation=1, limits=limits)
    assert (refused.value.code, refused.value.measured) == (Refuse.TOO_LARGE, 1_008_000)
    assert opening.STANDARD.max_pixels == 50_000_000


def test_the_step_proves_itself_and_says_when_it_is_not_shut_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sandbox.is_whole()

    def said(words: bytes) -> bool:
        ended = subprocess.CompletedProcess([], 0, stdout=words + b"\n", stderr=b"")
        monkeypatch.setattr(sandbox, "_step", lambda *_: ended)
        return sandbox.is_whole()

    assert not said(b'{"fit": true, "whole": false}')
    assert "not shut" in capsys.readouterr().out
    assert not said(b'{"fit": false, "whole": true}')
    assert not said(b"Traceback")


def test_the_step_has_no_environment_and_cannot_write_a_file(tmp_path: Path) -> None:
    script = (
        "import os, workers.shrink.step as step\n"
        "step.confine()\n"
        "print(sorted(set(os.environ) - {'LANG', 'OMP_NUM_THREADS', 'LC_CTYPE'}))\n"
        "try:\n"
        f"    with open({str(tmp_path / 'never')!r}, 'wb') as file: file.write(b'x')\n"
        "except OSError as error: print(type(error).__name__)\n"
        "try: os.fork()\n"
        "except PermissionError: print('no process')\n"
        "try: bytearray(3 * 1024**3)\n"
        "except MemoryError: print('no memory')\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script],
        env=sandbox._ENVIRONMENT,
        cwd=sandbox.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.stdout.splitlines()[0] == "[]", ended.stderr
    assert ended.stdout.splitlines()[1:] == ["PermissionError", "no process", "no memory"]


def test_a_step_that_computes_too_long_is_ended_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    busy = tmp_path / "busy.py"
    busy.write_text(
        "from libs.common import confinement\n"
        "confinement.limit(memory_bytes=1 << 30, cpu_seconds=1)\n"
        "while True: pass\n"
    )
    monkeypatch.setattr(sandbox, "STEP", (str(busy),))
    monkeypatch.setattr(sandbox, "_ENVIRONMENT", {"PYTHONPATH": str(sandbox.ROOT)})

    said, image = sandbox.run(big_jpeg(), orientation=1)

    assert (said["code"], image) == (Refuse.TOO_SLOW, b"")


def test_a_step_that_gets_no_time_is_suspected_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "PATIENCE_SECONDS", 0.01)

    with pytest.raises(Suspect):
        sandbox.run(big_jpeg(), orientation=1)
