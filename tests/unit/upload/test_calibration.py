"""A signal against the reviewers' verdicts: area under the curve, and where to draw the line."""

import random

import pytest

from services.upload.domain.calibration import FEWEST_OF_EACH, Verdict, calibrate, report

SPREAD = [number / 100 for number in range(100)]


def test_a_signal_that_parts_them_foretells_everything() -> None:
    found = calibrate("sharpness", replaced=SPREAD, accepted=[2 + v for v in SPREAD])

    assert found is not None
    assert (found.area, found.warns_below, found.caught) == (1, True, 1)
    assert found.threshold == 2.03


def test_a_signal_whose_high_values_are_bad_is_drawn_from_the_other_side() -> None:
    found = calibrate("blown_share", replaced=[3 + v for v in SPREAD], accepted=SPREAD)

    assert found is not None
    assert (found.area, found.warns_below, found.caught) == (1, False, 1)
    assert found.threshold == 0.96


def test_a_signal_that_has_nothing_to_do_with_it_says_a_half() -> None:
    chance = random.Random(3)
    found = calibrate(
        "long_edge_px",
        replaced=[chance.random() for _ in range(2000)],
        accepted=[chance.random() for _ in range(2000)],
    )

    assert found is not None
    assert found.area == pytest.approx(0.5, abs=0.03)


def test_equal_values_count_half() -> None:
    found = calibrate("flag", replaced=[1.0] * 30, accepted=[1.0] * 30)

    assert found is not None
    assert (found.area, found.caught) == (0.5, 0)


def test_too_few_verdicts_say_nothing() -> None:
    few = [1.0] * (FEWEST_OF_EACH - 1)

    assert calibrate("sharpness", replaced=few, accepted=SPREAD) is None


def test_a_warning_is_held_against_the_verdicts_as_it_is_said() -> None:
    bad = Verdict(was_replaced=True, signals={"sharpness": 0.3}, warned={"blurry": 0.5})
    good = Verdict(was_replaced=False, signals={"sharpness": 0.7}, warned={})
    falsely = Verdict(was_replaced=False, signals={"sharpness": 0.45}, warned={"blurry": 0.5})

    found = report(
        [bad] * FEWEST_OF_EACH + [good] * 3 * FEWEST_OF_EACH + [falsely] * FEWEST_OF_EACH
    )

    (blurry,) = found.warnings
    assert (blurry.code, blurry.threshold) == ("blurry", 0.5)
    assert (blurry.caught, blurry.false) == (1, 0.25)
    assert [signal.signal for signal in found.signals] == ["sharpness"]


def test_a_report_of_few_verdicts_only_counts_them() -> None:
    one = Verdict(was_replaced=True, signals={"sharpness": 0.3}, warned={"blurry": 0.5})

    found = report([one])

    assert (found.replaced, found.accepted) == (1, 0)
    assert not found.signals
    assert not found.warnings
