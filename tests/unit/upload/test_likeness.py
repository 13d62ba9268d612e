"""When two pictures are the same: bands, bits, and the distance of two maps."""

import random

import pytest

from services.upload.domain.likeness import BANDS, LUMA_BYTES, bands, bits, distance

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

    assert distance(black, black) == 0
    assert distance(black, white) == 1


def test_three_points_count_however_much_agrees_elsewhere() -> None:
    three = b"\xff" * 3 + bytes(LUMA_BYTES - 3)
    one = b"\xff" + bytes(LUMA_BYTES - 1)

    assert distance(three, bytes(LUMA_BYTES)) == 1
    assert distance(bytes(LUMA_BYTES), one) == pytest.approx(1 / 3)
