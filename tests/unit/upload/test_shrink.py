"""The shrink door's rules (R8)."""

from services.upload.domain.shrink import HOLDING, MAX_BYTES, OPEN, has_room


def test_a_photo_finds_room_only_if_all_that_wait_could_be_confirmed() -> None:
    assert has_room(free=1, holding=0)
    assert has_room(free=3, holding=2)
    assert not has_room(free=1, holding=1)
    assert not has_room(free=0, holding=0)


def test_what_may_still_become_an_image_is_shown() -> None:
    assert set(HOLDING) < set(OPEN)
    assert MAX_BYTES == 20 * 1024 * 1024
