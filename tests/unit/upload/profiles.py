"""Builders of registration facts: a plain candidate, changed word by word."""

import functools
from pathlib import Path

from services.upload.domain.exam import Exam
from services.upload.domain.facts import checked
from services.upload.packs import pack
from tests.make import FACTS

FOLDER = Path("exams/tianjin-2023")


@functools.cache
def tianjin() -> Exam:
    return pack.parse(pack.read(FOLDER / "exam.yaml"))


def make_facts(**changes: str) -> dict[str, str]:
    """A bachelor of clinical medicine after her probation year at a tertiary hospital."""
    facts, faults = checked({**FACTS, **changes})
    assert not faults, faults
    return facts
