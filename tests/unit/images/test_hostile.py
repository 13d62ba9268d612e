"""Every file of the hostile set ends as it should, in time, and never otherwise."""

import subprocess
import sys
import time

import pytest

from tests.hostile import CASES
from tests.hostile_case import ANY, DAMAGED, FIT, Case
from workers.images.check import Checked, check
from workers.images.codes import Refuse

MOST_SECONDS = 1.0
MOST_BYTES = 512 * 1024**2


def end_of(checked: Checked) -> str:
    refusals = [f.code for f in checked.findings if f.severity == "refuse"]
    assert len(refusals) <= 1
    return refusals[0] if refusals else FIT


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name.replace(" ", "_"))
def test_ends_as_labelled_within_a_second(case: Case) -> None:
    data = case.make()

    before = time.thread_time()
    verdict = check(data, orientation=1)
    seconds = time.thread_time() - before

    end = end_of(verdict)
    assert end in ({FIT, DAMAGED} if case.end == ANY else {case.end})
    assert seconds < MOST_SECONDS
    assert (verdict.view is None) == (verdict.grid is None) == (end != FIT)
    assert (verdict.width == 0) == (end != FIT)


def test_there_are_files_for_every_refusal() -> None:
    assert len(CASES) >= 150
    assert {case.end for case in CASES} == {FIT, ANY, *Refuse}


def test_the_whole_set_is_checked_within_half_of_the_memory_limit() -> None:
    script = (
        "import resource\n"
        "from tests.hostile import CASES\n"
        "from workers.images.check import check\n"
        "files = [case.make() for case in CASES]\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MOST_BYTES}, {MOST_BYTES}))\n"
        "for data in files: check(data, orientation=6)\n"
        "print('all checked')\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=300
    )

    assert ended.stdout == "all checked\n", ended.stderr
