"""Near duplicates: what a picture is looked up and compared by."""

import base64
from pathlib import Path

import numpy as np
from PIL import Image

from tests import pictures as p
from workers.images.check import check
from workers.images.likeness import EDGE, Likeness, likeness_of


def seen(image: Image.Image) -> Likeness:
    found = check(p.jpeg(image, quality=80), orientation=1).likeness
    assert found is not None
    return found


def bits_apart(one: Likeness, other: Likeness) -> int:
    return (int(one.picture_hash, 16) ^ int(other.picture_hash, 16)).bit_count()


def test_the_same_bytes_give_the_same_likeness_of_256_bits() -> None:
    found = seen(p.paper())

    assert seen(p.paper()) == found
    assert len(bytes.fromhex(found.picture_hash)) == 32
    assert len(base64.b64decode(found.luma)) == EDGE * EDGE


def test_a_picture_that_was_shrunk_and_saved_again_stays_near() -> None:
    with Image.open(Path("exams/tianjin-2023/samples/A01.jpg")) as image:
        original = image.convert("RGB")
    again = original.resize((original.width * 3 // 4, original.height * 3 // 4))

    assert bits_apart(seen(original), seen(again)) <= 24


def test_more_light_changes_nothing_and_another_paper_all() -> None:
    original, other = p.paper(), p.paper(seed=5)
    bright = Image.fromarray((np.asarray(original) * 0.8).astype(np.uint8))

    assert bits_apart(seen(original), seen(bright)) <= 24
    assert bits_apart(seen(original), seen(other)) > 24


def test_an_empty_page_has_a_likeness_too() -> None:
    found = likeness_of(Image.new("RGB", (400, 300), "white"), width=1600, height=1200)

    assert set(base64.b64decode(found.luma)) == {128}
