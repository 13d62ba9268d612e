"""The demo's papers, judged by the real checks: what is clear passes, what is spoilt is told."""

from pathlib import Path

import pytest

from ops.drawing.__main__ import DEMO_PAPERS, SAMPLES
from workers.images.check import check

FOUND = {"dark": {"dark"}, "blurry": {"blurry", "very_blurry"}, "small": {"small"}}

CLEAR = sorted([*DEMO_PAPERS.glob("*-clear.jpg"), *SAMPLES.glob("*.jpg")])
SPOILT = sorted(path for look in FOUND for path in DEMO_PAPERS.glob(f"*-{look}.jpg"))


@pytest.mark.parametrize("path", CLEAR, ids=lambda path: path.stem)
def test_a_clear_paper_has_no_finding(path: Path) -> None:
    assert check(path.read_bytes(), orientation=1).findings == ()


@pytest.mark.parametrize("path", SPOILT, ids=lambda path: path.stem)
def test_a_spoilt_paper_is_warned_of_its_fault_and_not_refused(path: Path) -> None:
    findings = check(path.read_bytes(), orientation=1).findings

    assert {finding.code for finding in findings} & FOUND[path.stem.split("-")[2]]
    assert {finding.severity for finding in findings} == {"warn"}
