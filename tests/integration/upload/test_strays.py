"""Objects that no row names are found in the real store, and erased; nothing else is."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import text

from libs.common import messages as m
from libs.common.storage import ObjectMissing, Storage
from services.upload.operations import strays
from tests import pictures
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests
from workers.eraser.answer import erase, listed


@pytest.fixture
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


class Eraser:
    """The eraser's two answers, given to upload until nothing is asked any more."""

    def __init__(self, site: CandidateSite, s3: S3ForTests) -> None:
        self._site, self._storage = site, Storage(s3.settings("eraser"))
        self.erased = 0

    def work(self, *, die_after: int | None = None) -> None:
        done = 0
        while True:
            asked = [
                *(("ListObjects", body) for body in self._site.posted("ListObjects", take=True)),
                *(("EraseObjects", body) for body in self._site.posted("EraseObjects", take=True)),
            ]
            if not asked:
                return
            for kind, body in asked:
                if done == die_after:
                    raise KeyboardInterrupt
                self._answer(kind, body)
                done += 1

    def _answer(self, kind: str, body: dict[str, object]) -> None:
        times = {
            name: dt.datetime.fromisoformat(str(body[name]))
            for name in ("older_than",)
            if body.get(name)
        }
        if kind == "ListObjects":
            sweep_id = uuid.UUID(str(body["sweep_id"]))
            answer = listed(m.ListObjects(**{**body, **times, "sweep_id": sweep_id}), self._storage)  # type: ignore[arg-type]
            self._site.hear(answer)
            return
        keys = tuple(str(key) for key in body["keys"])  # type: ignore[attr-defined]
        gone = erase(m.EraseObjects(**{**body, **times, "keys": keys}), self._storage)  # type: ignore[arg-type]
        self.erased += gone.erased
        self._site.hear(gone)


@pytest.fixture
def eraser(site: CandidateSite, s3: S3ForTests) -> Eraser:
    return Eraser(site, s3)


def begin(site: CandidateSite) -> int:
    with site.database.transaction() as db:
        return strays.begin_due(db)


def put_strays(site: CandidateSite, count: int) -> list[str]:
    """Bytes whose transaction never committed."""
    keys = [f"{uuid.uuid4().hex}.jpeg" for _ in range(count)]
    for key in keys:
        site.parts.storage.originals.put(key, b"stray", content_type="image/jpeg")
    return keys


def is_there(site: CandidateSite, key: str) -> bool:
    try:
        site.parts.storage.originals.get(key)
    except ObjectMissing:
        return False
    return True


def test_strays_are_erased_and_what_a_row_names_stays(
    site: CandidateSite, eraser: Eraser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strays, "STRAY_AGE", dt.timedelta(seconds=-5))
    who = site.activated("230000821")
    site.upload(who, "A01", pictures.jpeg(pictures.paper()))
    site.check_images()
    lost = put_strays(site, 3)
    kept = site.value("SELECT original_key FROM image WHERE application_id = :id", id=who)

    assert begin(site) == 3
    eraser.work()

    assert is_there(site, kept)
    assert not any(is_there(site, key) for key in lost)
    ended = "SELECT count(*) FROM object_sweep WHERE ended_at IS NOT NULL"
    assert site.value(ended) == 3
    counted = "SELECT strays FROM object_sweep WHERE bucket = 'originals'"
    assert site.value(counted) >= 3
    assert begin(site) == 0, "not again within days"


def test_what_is_younger_than_any_transaction_is_spared(
    site: CandidateSite, eraser: Eraser
) -> None:
    (young,) = put_strays(site, 1)

    begin(site)
    eraser.work()

    assert is_there(site, young)


def test_a_sweep_that_dies_in_the_middle_goes_on_with_what_waits(
    site: CandidateSite, eraser: Eraser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strays, "STRAY_AGE", dt.timedelta(seconds=-5))
    lost = put_strays(site, 205)
    begin(site)
    with pytest.raises(KeyboardInterrupt):
        eraser.work(die_after=2)
    assert any(is_there(site, key) for key in lost)
    with site.database.transaction() as db:
        # The relay sends again what no answer has settled.
        db.execute(text("UPDATE outbox SET settled_at = NULL"))

    eraser.work()

    assert not any(is_there(site, key) for key in lost)


def test_a_list_of_an_older_round_changes_nothing(site: CandidateSite) -> None:
    begin(site)
    (key,) = put_strays(site, 1)

    site.hear(
        m.ObjectsListed(sweep_id=uuid.uuid4(), bucket="originals", keys=(key,), next_after=None)
    )

    assert site.posted("EraseObjects") == []
