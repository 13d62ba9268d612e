"""What all end-to-end tests share: the candidate's site alone, and the whole house."""

import shutil
from collections.abc import Iterator

import pytest

from tests.candidate import CandidateSite
from tests.e2e import exams
from tests.e2e.stack import Stack, short_folder
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


@pytest.fixture(scope="module")
def url(site: CandidateSite) -> Iterator[str]:
    with served(site.app) as address:
        yield address


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """One house for all; a test that breaks it leaves it healed."""
    folder = short_folder()
    made = Stack(folder)
    try:
        made.start()
        exams.open_for_days(made, exams.OPEN)
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)
