"""Papers that lie on their side or on their head, on the exam's own sample pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from libs.common.errors import Misconfigured
from tests import pictures as p
from workers.images import upright
from workers.images.check import check
from workers.images.judge import SURE_OF_LIE
from workers.images.upright import Lie, lie_of

SAMPLES = sorted(Path("exams/tianjin-2023/samples").glob("*.jpg"))
TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
CODES = {90: "sideways_right", 180: "upside_down", 270: "sideways_left"}


def turned(image: Image.Image, degrees: int) -> Image.Image:
    return image.transpose(TURNS[degrees]) if degrees else image


def test_no_paper_is_called_turned_that_is_not_and_nearly_all_lies_are_seen() -> None:
    seen = said = wrong = 0
    for path in SAMPLES:
        with Image.open(path) as image:
            small = image.convert("RGB").reduce(max(1, max(image.size) // 320))
        for degrees in (0, *TURNS):
            lie = lie_of(turned(small, degrees))
            said += 1
            seen += lie.degrees == degrees
            wrong += lie.degrees != degrees and lie.certainty >= SURE_OF_LIE

    assert said == 4 * len(SAMPLES) > 100
    assert wrong == 0
    assert seen / said >= 0.98


@pytest.mark.parametrize("tilt", [10, -15, 20])
def test_of_papers_that_lie_askew_nothing_sure_is_wrong(tilt: int) -> None:
    wrong = sure = 0
    for path in SAMPLES[::2]:
        with Image.open(path) as image:
            small = image.convert("RGB").reduce(max(1, max(image.size) // 320))
        askew = small.rotate(tilt, Image.Resampling.BILINEAR, fillcolor=small.getpixel((5, 5)))
        for degrees in (0, *TURNS):
            lie = lie_of(turned(askew, degrees))
            sure += lie.certainty >= SURE_OF_LIE
            wrong += lie.degrees != degrees and lie.certainty >= SURE_OF_LIE

    assert wrong == 0 < sure


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((0.92, 0.03, 0.03, 0.02), (0, 0, 0, 1), Lie(0, 0.92)),
        ((0.1, 0.7, 0.1, 0.1), (0.05, 0.05, 0.05, 0.85), Lie(90, 0.85)),
        ((0.1, 0.9, 0.0, 0.0), (0.6, 0.2, 0.1, 0.1), Lie(90, 0.5)),
        ((0.9, 0.1, 0.0, 0.0), (0.0, 0.9, 0.1, 0.0), Lie(0, 0.5)),
    ],
    ids=["sure at once", "both say the same", "the first outweighs", "they contradict"],
)
def test_in_doubt_a_second_look_has_to_say_the_same(
    first: tuple[float, ...],
    second: tuple[float, ...],
    expected: Lie,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = iter((np.array(first), np.array(second)))
    monkeypatch.setattr(upright, "_scores", lambda _: next(looks))

    lie = lie_of(Image.new("RGB", (400, 300)))

    assert (lie.degrees, round(lie.certainty, 2)) == (expected.degrees, expected.certainty)


@pytest.mark.parametrize("degrees", CODES)
def test_a_paper_on_its_side_is_told_with_its_certainty(degrees: int) -> None:
    checked = check(p.jpeg(turned(p.paper(), degrees)), orientation=1)

    (finding,) = checked.findings
    assert (finding.code, finding.severity) == (CODES[degrees], "warn")
    assert finding.measured >= finding.threshold == 80
    assert checked.signals["lie_degrees"] == degrees


def test_an_orientation_that_makes_it_upright_leaves_nothing_to_say() -> None:
    lies = p.jpeg(turned(p.paper(), 90))

    assert check(lies, orientation=8).findings == ()
    assert check(p.jpeg(p.paper()), orientation=1).findings == ()


def test_a_blank_page_lies_no_way_at_all() -> None:
    codes = [
        f.code for f in check(p.jpeg(Image.new("RGB", (900, 600), "white")), orientation=1).findings
    ]

    assert codes == ["blank"]


def test_another_model_than_the_measured_one_stops_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upright, "MODEL_SHA256", "0" * 64)
    with pytest.raises(Misconfigured, match="another model"):
        upright.model_path()

    monkeypatch.setattr(upright, "PACKAGE", "no_such_package")
    with pytest.raises(Misconfigured, match="not installed"):
        upright.model_path()
