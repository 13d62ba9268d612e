"""Carry-over: a returning candidate uses accepted images of the last exam again."""

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from services.upload import intake
from services.upload.operations import carrying
from services.upload.operations.slots import Upload
from services.upload.queries.application import application_page
from services.upload.queries.shapes.images import ImageView
from tests import pictures
from tests.candidate import CandidateSite
from tests.former import FORMER, NAME, publish, read_validity, took_part
from tests.servers import PostgresForTests, S3ForTests


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


def offers(site: CandidateSite, who: ApplicationId) -> dict[str, list[uuid.UUID]]:
    with site.database.transaction() as db:
        page = application_page(db, who)
    return {e.code: [offer.id for offer in e.offers] for e in page.entries if e.offers}


def images(site: CandidateSite, who: ApplicationId, code: str) -> tuple[ImageView, ...]:
    with site.database.transaction() as db:
        return next(e.images for e in application_page(db, who).entries if e.code == code)


def take(
    site: CandidateSite,
    who: ApplicationId,
    code: str,
    former: m.ImageId,
    *,
    key: str | None = None,
    began_at: dt.datetime | None = None,
) -> uuid.UUID:
    """As the web door does it."""
    wanted = Upload(
        application_id=who,
        material=code,
        idempotency_key=key or str(uuid.uuid4()),
        began_at=began_at or now(),
    )
    with site.database.transaction() as db:
        known = carrying.admit(db, wanted, former)
    if not isinstance(known, carrying.FormerBytes):
        return known
    picture = intake.copy(site.parts.storage, known)
    with site.database.transaction() as db:
        return carrying.take(db, wanted, former, picture)


def press(client: FlaskClient, code: str, former: uuid.UUID) -> str:
    """The card's button, as a plain form; where it leads."""
    page = client.get("/materials").text
    token = re.search('name="csrf-token" content="([^"]+)"', page)
    form = re.search(rf'/carried/{former}">.*?name="key" value="([^"]+)"', page, re.DOTALL)
    assert token
    assert form
    answer = client.post(
        f"/materials/{code}/carried/{former}", data={"csrf_token": token[1], "key": form[1]}
    )
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_returning_candidate_takes_her_images_by_plain_forms(site: CandidateSite) -> None:
    _, former = took_part(site, "220000951")
    who = site.activated("230000951")
    client = site.client(who)
    page = client.get("/materials").text
    assert NAME in page
    assert "有效期至 2038-05-04" in page
    assert client.get(f"/carried/{former[0]}/grid").data[:2] == b"\xff\xd8"
    assert "用这张" in client.get(f"/carried/{former[1]}").text

    where = [press(client, "A01", former[at]) for at in (1, 0)]

    assert where == ["/materials#card-A01"] * 2
    front, back = images(site, who, "A01")
    assert front.sha256 == site.value("SELECT sha256 FROM image WHERE id = :id", id=former[0])
    assert back.carried_from is not None
    assert back.carried_from.zh == NAME
    assert offers(site, who) == {"B01": [former[2]]}
    assert "沿用自" + NAME in client.get(f"/images/{front.id}").text


def test_the_copy_has_bytes_a_check_and_an_audit_row_of_its_own(site: CandidateSite) -> None:
    _, former = took_part(site, "220000952")
    who = site.activated("230000952")

    image = take(site, who, "B01", former[2])

    keys = "SELECT count(DISTINCT original_key) FROM image WHERE id IN (:one, :other)"
    assert site.value(keys, one=image, other=former[2]) == 2
    dates = (
        "SELECT first_received_at = (SELECT received_at FROM image WHERE id = :other) FROM image"
    )
    assert site.value(dates + " WHERE id = :one", one=image, other=former[2])
    (found,) = images(site, who, "B01")
    assert found.state == "checking"
    assert site.check_images() >= 1
    assert images(site, who, "B01")[0].state == "checked"
    row = "SELECT details->>'former' FROM audit WHERE action = 'image.carried' AND subject = :s"
    assert site.value(row, s=f"application:{who}") == str(former[2])


def test_pressed_twice_or_in_two_tabs_it_is_one_image(site: CandidateSite) -> None:
    _, former = took_part(site, "220000953")
    who = site.activated("230000953")

    made = {take(site, who, "B01", former[2], key=key) for key in ("a", "a", "b")}

    assert len(made) == 1
    assert len(images(site, who, "B01")) == 1


def test_what_she_deletes_again_is_offered_again(site: CandidateSite) -> None:
    _, former = took_part(site, "220000954")
    who = site.activated("230000954")
    first = take(site, who, "B01", former[2])
    with site.database.transaction() as db:
        db.execute(text("UPDATE image SET deleted_at = now() WHERE id = :id"), {"id": first})

    assert former[2] in offers(site, who)["B01"]
    assert take(site, who, "B01", former[2]) != first


def test_the_max_holds_and_a_full_material_offers_nothing(site: CandidateSite) -> None:
    _, former = took_part(site, "220000955")
    who = site.activated("230000955")
    for seed in (1, 2):
        site.upload(who, "A01", pictures.jpeg(pictures.paper(seed=seed)))

    assert "A01" not in offers(site, who)
    with pytest.raises(Refusal, match="no_free_slot"):
        take(site, who, "A01", former[0])


Change = Callable[[CandidateSite, ApplicationId, list[m.ImageId]], None]


def suspect(site: CandidateSite, who: ApplicationId, _images: list[m.ImageId]) -> None:
    site.hear(m.LegalHoldSet(application_id=who, held=True, reason="suspected_false", set_at=now()))


def expire(site: CandidateSite, _who: ApplicationId, images: list[m.ImageId]) -> None:
    read_validity(site, images[1], "2023-06-09")
    read_validity(site, images[2], "2023-06-09")


def age(site: CandidateSite, _who: ApplicationId, images: list[m.ImageId]) -> None:
    with site.database.transaction() as db:
        db.execute(
            text("UPDATE image SET received_at = now() - interval '1200 days' WHERE id = ANY(:i)"),
            {"i": list(images)},
        )


def dispute(site: CandidateSite, who: ApplicationId, images: list[m.ImageId]) -> None:
    """A request to exchange each was never answered."""
    with site.database.transaction() as db:
        for image in images:
            db.execute(
                text(
                    "INSERT INTO request (id, application_id, case_id, round, level, kind,"
                    " image_id, reason, words, add_count, raised_at, due_at, state, ended_at)"
                    " VALUES (gen_random_uuid(), :who, gen_random_uuid(), 1, 'area', 'REPLACE',"
                    " :image, 'RE01', '', 0, now(), now(), 'overdue', now())"
                ),
                {"who": who, "image": image},
            )


@pytest.mark.parametrize(
    ("number", "change"), [("961", suspect), ("962", expire), ("963", age), ("964", dispute)]
)
def test_what_is_suspected_expired_old_or_disputed_is_not_offered(
    site: CandidateSite, number: str, change: Change
) -> None:
    before, former = took_part(site, f"220000{number}")
    who = site.activated(f"230000{number}")
    assert set(offers(site, who)) == {"A01", "B01"}

    change(site, before, former)

    assert offers(site, who) == {}
    with pytest.raises(Refusal, match="carry_gone"):
        take(site, who, "A01", former[0])


def test_without_a_validity_that_was_read_a_card_is_not_offered(site: CandidateSite) -> None:
    _, former = took_part(site, "220000965")
    read_validity(site, former[1], None)

    assert set(offers(site, site.activated("230000965"))) == {"B01"}


def test_only_what_was_accepted_and_published_is_offered(site: CandidateSite) -> None:
    before, _ = took_part(site, "220000966", accepted=False, publishes=False)
    who = site.activated("230000966")
    assert offers(site, who) == {}

    publish(site, before, "220000966", "not_passed")
    assert offers(site, who) == {}

    took_part(site, "220000967", outcome="not_passed")
    assert set(offers(site, site.activated("230000967"))) == {"A01", "B01"}
    took_part(site, "220000968", accepted=False, outcome="passed")
    assert set(offers(site, site.activated("230000968"))) == {"A01", "B01"}


def test_nobody_sees_or_takes_anothers_images(site: CandidateSite) -> None:
    _, former = took_part(site, "220000969")
    other = site.activated("230000970")

    assert offers(site, other) == {}
    with pytest.raises(Refusal, match="carry_gone"):
        take(site, other, "B01", former[2])
    for what in ("", "/grid", "/view"):
        assert site.client(other).get(f"/carried/{former[2]}{what}").status_code == 409


def move_end(site: CandidateSite, *, days: int) -> None:
    with site.database.transaction() as db:
        db.execute(
            text(
                "UPDATE exam_window SET ends_at = now() + make_interval(days => :days)"
                " WHERE exam = 'demo' AND kind = 'main'"
            ),
            {"days": days},
        )


def test_after_the_deadline_it_is_refused_and_nothing_is_offered(site: CandidateSite) -> None:
    _, former = took_part(site, "220000971")
    who = site.activated("230000971")
    move_end(site, days=0)
    try:
        with pytest.raises(Refusal, match="window_closed"):
            take(site, who, "B01", former[2], began_at=now() + dt.timedelta(seconds=1))
        assert offers(site, who) == {}
    finally:
        move_end(site, days=9)


def test_bytes_that_are_gone_are_said_so(site: CandidateSite) -> None:
    _, former = took_part(site, "220000972")
    who = site.activated("230000972")
    key = site.value("SELECT original_key FROM image WHERE id = :id", id=former[2])
    site.parts.storage.originals.delete(key)

    with pytest.raises(Refusal, match="carry_gone"):
        take(site, who, "B01", former[2])


def test_the_reviewers_are_told_from_which_exam_it_comes(site: CandidateSite) -> None:
    _, former = took_part(site, "220000973")
    who = site.activated("230000973", fresh_graduate="false")
    take(site, who, "B01", former[2])
    site.check_images()
    with site.database.transaction() as db:
        page = application_page(db, who)
    for entry in page.entries:
        for at in range(max(0, entry.min - entry.count)):
            site.upload(who, entry.code, pictures.jpeg(pictures.paper(seed=200 + at)))

    site.submit(who)

    (body, *_) = [b for b in site.posted("ApplicationSubmitted") if b["application_id"] == str(who)]
    said = {i["material"]: i["carried_from"] for i in body["images"]}
    assert said["B01"]["zh-CN"] == NAME
    assert said["A01"] == {}


def test_the_earlier_exam_itself_offers_nothing(site: CandidateSite) -> None:
    site.activated("220000974", exam=FORMER)
    took_part(site, "220000975")

    assert offers(site, site.register("220000976", exam=FORMER)) == {}
