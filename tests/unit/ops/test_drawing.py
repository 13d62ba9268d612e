"""The drawn papers: committed, small, marked, and drawn the same again."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageOps

from libs.common.errors import Misconfigured
from ops.drawing import fonts
from ops.drawing.__main__ import DEMO_PAPERS, SAMPLES, shots
from ops.drawing.papers import PAPERS, paper, sample
from ops.drawing.people import PEOPLE, id_number
from ops.drawing.photo import PHONE_SIZE, STORED_AS, fitted, phone_photo, photograph
from services.upload.packs import pack

MAX_IMAGE_BYTES = 204_800
MIB = 1024 * 1024
COMMITTED_BYTES = 6 * MIB
MISTAKES = SAMPLES / "mistakes"

needs_fonts = pytest.mark.skipif(
    not fonts.FOLDER.is_dir(), reason="drawing again needs Debian's fonts-noto-cjk"
)


def test_every_material_of_the_pack_has_its_papers_and_its_sample() -> None:
    exam = pack.parse(pack.read(SAMPLES.parent / "exam.yaml"))
    codes = {material.code for material in exam.materials}

    assert set(PAPERS) == codes
    assert {path.stem for path in SAMPLES.glob("*.jpg")} == codes
    assert {path.stem.partition("-")[0] for path in MISTAKES.iterdir()} == codes


def test_the_demos_papers_are_those_that_are_drawn() -> None:
    assert {path.name for path in DEMO_PAPERS.iterdir()} == {shot.file for shot in shots()}


def test_all_committed_pictures_together_are_small() -> None:
    folders = (SAMPLES, MISTAKES, DEMO_PAPERS)
    sizes = [path.stat().st_size for folder in folders for path in folder.glob("*.jpg")]

    assert sum(sizes) <= COMMITTED_BYTES


@pytest.mark.parametrize(
    ("folder", "least_edge"), [(SAMPLES, 400), (MISTAKES, 150), (DEMO_PAPERS, 400)]
)
def test_committed_pictures_are_fit_to_be_served(folder: Path, least_edge: int) -> None:
    for path in folder.glob("*.jpg"):
        assert path.stat().st_size <= MAX_IMAGE_BYTES
        with Image.open(path, formats=["JPEG"]) as picture:
            picture.load()
            assert max(picture.size) >= least_edge
            assert not picture.getexif()


def test_there_is_a_picture_for_each_look_that_findings_are_shown_with() -> None:
    looks = {re.split(r"[-.]", path.name)[2] for path in DEMO_PAPERS.iterdir()}

    assert looks == {"clear", "dark", "blurry", "glare", "sideways", "cut", "small"}


def test_id_numbers_carry_the_checksum_and_belong_to_no_district() -> None:
    number = id_number("19970615", 2)

    total = sum(int(digit) * 2 ** (17 - at) for at, digit in enumerate(number[:17]))
    last = 10 if number[17] == "X" else int(number[17])
    assert (total + last) % 11 == 1
    assert all(person.number.startswith("120000") for person in PEOPLE)


@needs_fonts
def test_a_paper_is_drawn_the_same_again() -> None:
    def draw() -> bytes:
        return fitted(photograph(paper("A07"), seed=5), max_bytes=60_000)

    assert draw() == draw()


@needs_fonts
def test_every_paper_is_marked_from_corner_to_corner() -> None:
    page = sample("C03")

    r, g, b = np.moveaxis(np.asarray(page, int), 2, 0)
    marked = (r - g > 20) & (r - b > 10)
    red = [int(marked[top:bottom].sum()) for top, bottom in ((0, 300), (300, 700), (900, 1130))]

    assert min(red) > 3000


@needs_fonts
@pytest.mark.parametrize("orientation", sorted(STORED_AS))
def test_a_phone_photo_is_stored_turned_and_its_exif_says_how(orientation: int) -> None:
    upright = photograph(paper("C01"), seed=3, size=(300, 400))

    data = phone_photo(paper("C01"), seed=3, orientation=orientation, size=(300, 400))

    with Image.open(io.BytesIO(data)) as stored:
        assert stored.getexif()[0x0112] == orientation
        assert stored.getexif().get_ifd(0x8825)
        seen = ImageOps.exif_transpose(stored)
    assert seen.size == upright.size
    difference = ImageChops.difference(seen, upright).convert("L")
    assert sum(v * n for v, n in enumerate(difference.histogram())) / (300 * 400) < 6


@needs_fonts
def test_a_phone_photo_has_twelve_megapixels_and_is_far_too_big() -> None:
    data = phone_photo(paper("B01"), seed=1, orientation=1)

    with Image.open(io.BytesIO(data)) as photo:
        assert sorted(photo.size) == sorted(PHONE_SIZE)
    assert len(data) > 1_500_000


def test_missing_fonts_are_told_with_the_package_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fonts, "FOLDER", Path("/nonexistent"))

    with pytest.raises(Misconfigured, match="fonts-noto-cjk"):
        fonts.font(97)
