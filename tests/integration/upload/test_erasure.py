"""She asks to have erased what may go already, takes it back, reads the answer (R28)."""

import re
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from services.upload import commands
from services.upload.models.holdings import read_holdings
from services.upload.operations import erasure, images
from tests import pictures
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


def post(client: FlaskClient, path: str) -> str:
    found = re.search('name="csrf-token" content="([^"]+)"', client.get("/verify").text)
    assert found
    return client.post(path, data={"csrf_token": found[1]}, follow_redirects=True).text


def run(site: CandidateSite, statement: str, **values: object) -> None:
    with site.database.transaction() as db:
        db.execute(text(statement), values)


def carry_out(site: CandidateSite) -> None:
    """Three days later, the clock ticks."""
    run(site, "UPDATE erasure SET due_at = clock_timestamp() WHERE state = 'asked'")
    with site.database.transaction() as db:
        erasure.carry_out_due(db)


def images_of(site: CandidateSite, who: ApplicationId) -> int:
    return int(site.value("SELECT count(*) FROM image WHERE application_id = :id", id=who))


def hold(site: CandidateSite, who: ApplicationId, *, held: bool) -> None:
    reason = "suspected_false"
    site.hear(m.LegalHoldSet(application_id=who, held=held, reason=reason, set_at=now()))


def handed_in(site: CandidateSite, number: str) -> ApplicationId:
    who = site.activated(number)
    with site.database.transaction() as db:
        wanted = [e.code for e in read_holdings(db, who).entries for _ in range(e.min)]
    for at, code in enumerate(wanted):
        site.upload(who, code, pictures.jpeg(pictures.paper(seed=at)))
    site.check_images()
    site.submit(who)
    return who


def test_she_is_asked_once_more_before_anything_is_noted(site: CandidateSite) -> None:
    who = site.activated("230000841")
    site.upload(who, "A01", pictures.jpeg(pictures.paper()))
    client = site.client(who)

    first = client.get("/account/erasure").text
    question = client.get("/account/erasure/confirm").text

    assert "现在可以删除的" in first
    assert "1 张没有提交的图片" in first
    assert "删除以后不能恢复" in question
    assert site.value("SELECT count(*) FROM erasure WHERE application_id = :id", id=who) == 0


def test_what_was_never_handed_in_is_erased_after_three_days(site: CandidateSite) -> None:
    who = site.activated("230000842")
    image = site.upload(who, "A01", pictures.jpeg(pictures.paper()))
    site.check_images()
    key = site.value("SELECT original_key FROM image WHERE id = :id", id=image)
    client = site.client(who)

    asked = post(client, "/account/erasure/confirm")
    with site.database.transaction() as db:
        assert erasure.carry_out_due(db) == 0, "she may still take it back"
    carry_out(site)

    assert "您的删除申请已收到" in asked
    assert images_of(site, who) == 0
    assert key in [k for body in site.posted("EraseObjects") for k in body["keys"]]
    done = client.get("/account/erasure").text
    assert "已办理" in done
    assert "删除了 1 张图片" in done
    actions = "SELECT string_agg(action, ' ' ORDER BY id) FROM audit WHERE subject = :who"
    said = site.value(actions, who=f"application:{who}")
    assert "erasure.asked erasure.done" in said


def test_taking_it_back_keeps_everything(site: CandidateSite) -> None:
    who = site.activated("230000843")
    site.upload(who, "A01", pictures.jpeg(pictures.paper()))
    client = site.client(who)
    post(client, "/account/erasure/confirm")

    page = post(client, "/account/erasure/withdraw")
    carry_out(site)

    assert "您已撤回" in page
    assert images_of(site, who) == 1
    assert "没有等待办理的删除申请" in post(client, "/account/erasure/withdraw")


def test_one_request_waits_at_a_time(site: CandidateSite) -> None:
    who = site.activated("230000844")
    client = site.client(who)

    post(client, "/account/erasure/confirm")
    again = post(client, "/account/erasure/confirm")

    assert "您已经申请过删除" in again
    assert site.value("SELECT count(*) FROM erasure WHERE application_id = :id", id=who) == 1


def test_what_was_handed_in_stays_and_the_page_says_until_when_and_why(
    site: CandidateSite,
) -> None:
    who = handed_in(site, "230000845")
    before = images_of(site, who)
    client = site.client(who)

    page = client.get("/account/erasure").text
    post(client, "/account/erasure/confirm")
    carry_out(site)

    assert "现在必须保存的" in page
    assert "原因：审核、公布结果和处理申诉要以它们为准。" in page
    assert "结果公布后 1095 天" in page
    assert images_of(site, who) == before


def test_what_was_given_back_and_deleted_since_stays_too(site: CandidateSite) -> None:
    who = handed_in(site, "230000846")
    before = images_of(site, who)
    site.hear(
        m.CaseReopened(
            application_id=who, case_id=m.CaseId(uuid.uuid4()), round=1, words="请修改后重新提交"
        )
    )
    image = site.value("SELECT id FROM image WHERE application_id = :id LIMIT 1", id=who)
    with site.database.transaction() as db:
        images.delete(db, application_id=who, image_id=image, began_at=now())
    run(site, "UPDATE image SET deleted_at = deleted_at - interval '2 days'")

    post(site.client(who), "/account/erasure/confirm")
    carry_out(site)
    with site.database.transaction() as db:
        erasure.remove_deleted(db)

    assert images_of(site, who) == before, "the last round stands until a newer one is handed in"


def test_under_legal_hold_her_request_waits_and_no_page_says_why(site: CandidateSite) -> None:
    who = site.activated("230000847")
    site.upload(who, "A01", pictures.jpeg(pictures.paper()))
    client = site.client(who)
    post(client, "/account/erasure/confirm")
    free = client.get("/account/erasure").text
    hold(site, who, held=True)

    carry_out(site)

    assert images_of(site, who) == 1
    assert "保全" not in client.get("/account/erasure").text
    assert len(free) > 0
    hold(site, who, held=False)
    carry_out(site)
    assert images_of(site, who) == 0


def test_the_areas_answer_is_shown(site: CandidateSite) -> None:
    who = site.activated("230000848")
    client = site.client(who)
    post(client, "/account/erasure/confirm")
    answer = {"exam": "demo", "number": "230000848", "actor": "cli:test"}

    waiting = commands.waiting_erasures(site.database)
    with pytest.raises(Refusal, match="words_missing"):
        commands.answer_erasure(site.database, words=" ", declines=True, **answer)
    commands.answer_erasure(site.database, words="申诉未结束。", declines=True, **answer)

    assert "230000848" in [row.number for row in waiting]
    page = client.get("/account/erasure").text
    assert "没有同意" in page
    assert "考区答复：申诉未结束。" in page
    with pytest.raises(Refusal, match="no_erasure"):
        commands.answer_erasure(site.database, words="", declines=False, **answer)


def test_what_she_deleted_goes_for_good_after_a_day(site: CandidateSite) -> None:
    who = site.activated("230000849")
    image = site.upload(who, "A01", pictures.jpeg(pictures.paper()))
    kept = site.upload(who, "A01", pictures.jpeg(pictures.paper(seed=2)))
    with site.database.transaction() as db:
        images.delete(db, application_id=who, image_id=image, began_at=now())
        assert erasure.remove_deleted(db) == 0, "its undo is still open"
    run(
        site,
        "UPDATE image SET deleted_at = deleted_at - interval '25 hours' WHERE id = :i",
        i=image,
    )

    with site.database.transaction() as db:
        erasure.remove_deleted(db)

    left = site.value("SELECT id FROM image WHERE application_id = :id", id=who)
    assert left == kept


def test_the_certificate_and_the_metrics_count(site: CandidateSite) -> None:
    found = commands.certificate_of(site.database, "demo")

    metrics = site.client().get("/metrics").text

    assert found["applications"] == 0
    assert found["retention_days"] == 1095
    assert 'erasure_requests{state="done"}' in metrics
