"""Findings: a good page raises none, each fault raises its own."""

import dataclasses as dc

import pytest
from PIL import Image, ImageFilter

from tests import pictures as p
from workers.images.check import check
from workers.images.limits import STANDARD


def findings(image: Image.Image) -> list[str]:
    verdict = check(p.fitting(image), orientation=1)
    assert verdict.view is not None
    return [f.code for f in verdict.findings]


@pytest.mark.parametrize("width", [700, 1200, 1800, 2600, 4000])
def test_a_good_page_of_any_size_raises_nothing(width: int) -> None:
    assert findings(p.paper(width, width * 3 // 4)) == []


def test_a_good_page_from_a_screenshot_raises_nothing() -> None:
    verdict = check(p.png(p.paper(grain=0)), orientation=1)

    assert verdict.findings == ()


@pytest.mark.parametrize(
    ("radius", "code"), [(2.0, "blurry"), (3.0, "very_blurry"), (4.0, "very_blurry")]
)
def test_a_page_out_of_focus_is_blurry(radius: float, code: str) -> None:
    assert findings(p.blurred(radius)) == [code]


def test_a_page_moved_while_it_was_taken_is_blurry() -> None:
    sideways = [0] * 10 + [1] * 5 + [0] * 10
    moved = p.paper()
    for _ in range(4):
        moved = moved.filter(ImageFilter.Kernel((5, 5), sideways, scale=5))

    assert findings(moved)[0] in {"blurry", "very_blurry"}


def test_a_dark_page_is_dark_and_nothing_else() -> None:
    assert findings(p.lit(0.15)) == ["dark"]


def test_a_washed_out_page_is_flat() -> None:
    assert findings(p.lit(0.12, 215)) == ["flat"]


@pytest.mark.parametrize("shade", ["white", "grey"])
def test_an_empty_page_is_blank(shade: str) -> None:
    assert findings(Image.new("RGB", (1200, 900), shade)) == ["blank"]


def test_a_black_picture_is_dark() -> None:
    assert findings(Image.new("RGB", (1200, 900))) == ["dark"]


def test_a_picture_below_640_pixels_is_small() -> None:
    assert "small" in findings(p.paper(639, 480))
    assert "small" not in findings(p.paper(640, 480))


def test_a_finding_tells_what_was_measured_and_what_is_asked() -> None:
    verdict = check(p.fitting(p.blurred(4.0)), orientation=1)

    (finding,) = verdict.findings
    assert finding.severity == "warn"
    assert 0 < finding.measured < finding.threshold == 0.4
    assert finding.measured == verdict.signals["sharpness"]


def test_signals_are_plain_numbers_of_their_range() -> None:
    signals = check(p.fitting(p.paper()), orientation=6).signals

    assert signals["long_edge_px"] == 1200
    assert 0.6 < signals["sharpness"] < 1
    assert signals["luma_p5"] <= signals["luma_p50"] <= signals["luma_p95"] <= 255
    assert all(type(value) is float for value in signals.values())


def test_sharpness_is_the_same_whichever_way_the_page_lies() -> None:
    upright = check(p.fitting(p.paper()), orientation=1).signals["sharpness"]
    turned = check(p.fitting(p.paper()), orientation=6).signals["sharpness"]

    assert upright == pytest.approx(turned, abs=0.02)


@pytest.mark.parametrize(
    "size", [(1, 1), (2, 1), (3, 3), (8, 8), (11, 200), (1, 10_000), (9_000, 2), (13, 799)]
)
def test_a_picture_of_any_size_is_measured(size: tuple[int, int]) -> None:
    """Smaller ones are refused; a bound that is set anew must meet no crash behind it."""
    bounds = dc.replace(STANDARD, min_long_edge_px=1, max_aspect=10_000)

    checked = check(p.png(Image.new("RGB", size, "beige")), orientation=6, limits=bounds)

    assert checked.view is not None
    assert checked.signals["sharpness"] == 0
