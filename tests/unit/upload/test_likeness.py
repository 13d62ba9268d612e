"""When two pictures are the same: bands, bits, and the distance of two maps."""

import random

import pytest

from services.upload.domain.likeness import BANDS, LUMA_BYTES, bands, bits, compare

HASH = random.Random(1).randbytes(32).hex()


def flipped(picture_hash: str, count: int) -> str:
    value = int(picture_hash, 16)
    for bit in random.Random(count).sample(range(256), count):
        value ^= 1 << bit
    return f"{value:064x}"


def test_a_hash_is_256_bits_for_the_database_and_16_bands_for_its_index() -> None:
    assert int(bits(HASH), 2) == int(HASH, 16)
    assert len(bits("0" * 64)) == 256
    assert len(set(bands(HASH))) == BANDS
    assert bands("0" * 64) == [band << 16 for band in range(BANDS)]
    assert max(bands("f" * 64)) < 2**31


@pytest.mark.parametrize("count", range(16))
def test_hashes_up_to_15_bits_apart_always_share_a_band(count: int) -> None:
    assert set(bands(HASH)) & set(bands(flipped(HASH, count)))


def test_the_same_map_has_no_distance_and_the_opposite_all() -> None:
    black, white = bytes(LUMA_BYTES), b"\xff" * LUMA_BYTES

    assert compare(black, black).distance == 0
    assert compare(black, black).is_same
    assert compare(black, white).distance == 1
    assert not compare(black, white).is_same


def test_three_points_count_however_much_agrees_elsewhere() -> None:
    three = b"\xff" * 3 + bytes(LUMA_BYTES - 3)
    one = b"\xff" + bytes(LUMA_BYTES - 1)

    assert compare(three, bytes(LUMA_BYTES)).distance == 1
    assert compare(bytes(LUMA_BYTES), one).distance == pytest.approx(1 / 3)


def test_a_rougher_copy_is_the_same_and_another_name_in_its_place_is_not() -> None:
    page = random.Random(1).randbytes(LUMA_BYTES)
    rougher = bytes(
        min(255, level + random.Random(at).randrange(6)) for at, level in enumerate(page)
    )
    renamed = bytes(min(255, level + 8) for level in page[:40]) + page[40:]

    assert compare(page, rougher).is_same
    assert compare(page, renamed).distance < compare(page, rougher).distance * 2
    assert not compare(page, renamed).is_same
