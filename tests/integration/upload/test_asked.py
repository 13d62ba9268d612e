"""The page of what reviewers ask (R20), old against new, asking to have it back (R17), messages."""

import datetime as dt
import io
import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from libs.common import messages as m
from libs.common.clock import now
from tests import pictures
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests

MATERIALS = ("A01", "A01", "A07", "B01", "B02", "C01", "C03", "C06")
CASE = m.CaseId(uuid.uuid4())


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


def handed_in(site: CandidateSite, number: str) -> m.ApplicationId:
    who = site.activated(number)
    for at, code in enumerate(MATERIALS):
        site.upload(who, code, pictures.jpeg(pictures.paper(seed=at + 1)))
    site.check_images()
    site.submit(who)
    return who


def image_of(site: CandidateSite, who: m.ApplicationId, code: str) -> m.ImageId:
    found = "SELECT id FROM image WHERE application_id = :id AND material = :code LIMIT 1"
    return m.ImageId(site.value(found, id=who, code=code))


def asked(site: CandidateSite, who: m.ApplicationId, **given: Any) -> m.RaisedRequest:
    """One request that reaches her."""
    empty: dict[str, Any] = {
        "request_id": m.RequestId(uuid.uuid4()),
        "kind": "REPLACE",
        "material": None,
        "image_id": None,
        "add_count": 0,
        "fact": None,
        "reason": "RE02",
        "words": "有效期限看不清",
        "mark": None,
        "due_at": now() + dt.timedelta(hours=48),
    }
    request = m.RaisedRequest(**(empty | given))
    site.hear(
        m.RequestsRaised(
            application_id=who,
            case_id=CASE,
            level="site",
            round=1,
            requests=(request,),
            accepted=(),
        )
    )
    return request


def form(client: FlaskClient, **fields: object) -> dict[str, object]:
    found = re.search('name="csrf-token" content="([^"]+)"', client.get("/verify").text)
    assert found
    return {"csrf_token": found[1], **fields}


def part(page: str, request: m.RaisedRequest) -> str:
    """The section of one request."""
    return page.partition(f'id="request-{request.request_id}"')[2].partition("</section>")[0]


def test_the_page_shows_only_what_was_asked_with_all_that_answers_it(
    site: CandidateSite,
) -> None:
    who = handed_in(site, "230000701")
    request = asked(site, who, image_id=image_of(site, who, "B01"), mark=(0.5, 0.1, 0.25, 0.5))

    page = site.client(who).get("/requests").text
    shown = part(page, request)

    assert 'id="card-' not in page
    assert page.count('type="file"') == 2
    for word in ("有效期限看不清", 'x="0.5" y="0.1" width="0.25" height="0.5"', "请在 "):
        assert word in shown
    assert "/materials/B01/sample.jpg" in shown
    assert f"/images/{request.image_id}/grid" in shown
    assert "data-ends=" in page


def test_the_marked_picture_is_shown_large_and_only_to_her(site: CandidateSite) -> None:
    who = handed_in(site, "230000702")
    request = asked(site, who, image_id=image_of(site, who, "B01"), mark=(0.5, 0.1, 0.25, 0.5))
    address = f"/requests/{request.request_id}/picture"

    page = site.client(who).get(address)
    other = site.client(site.activated("230000703")).get(address)

    assert f"/images/{request.image_id}/view" in page.text
    assert '<rect x="0.5"' in page.text
    assert other.status_code == 404


def test_a_picture_sent_without_scripts_leads_back_to_its_request(site: CandidateSite) -> None:
    who = handed_in(site, "230000704")
    request = asked(site, who, image_id=image_of(site, who, "B01"))
    client = site.client(who)
    sent = form(
        client,
        key=str(uuid.uuid4()),
        request=str(request.request_id),
        picture=(io.BytesIO(pictures.jpeg(pictures.paper(seed=77))), "b.jpg"),
    )

    answer = client.post("/materials/B01/images", data=sent, content_type="multipart/form-data")
    page = client.get("/requests").text

    assert answer.headers["Location"] == f"/requests#request-{request.request_id}"
    assert "要求都已处理，还没有重新提交" in page
    assert "已处理，未提交" in part(page, request)


def test_an_explanation_answers_and_stays_to_be_read(site: CandidateSite) -> None:
    who = handed_in(site, "230000705")
    request = asked(site, who, image_id=image_of(site, who, "B01"))
    client = site.client(who)

    client.post(
        f"/requests/{request.request_id}/explanation", data=form(client, text="原件就是这样")
    )
    site.submit(who)
    page = client.get("/requests").text

    assert "现在没有待处理的要求" in page
    assert "已答复" in page
    assert "原件就是这样" in page


def test_an_empty_explanation_is_said_on_the_page_of_the_requests(site: CandidateSite) -> None:
    who = handed_in(site, "230000706")
    request = asked(site, who, image_id=image_of(site, who, "B01"))
    client = site.client(who)

    answer = client.post(f"/requests/{request.request_id}/explanation", data=form(client, text=" "))
    page = client.get(answer.headers["Location"])

    assert answer.headers["Location"].startswith("/requests")
    assert page.status_code == 422
    assert "没有填写内容" in page.text


def test_a_fix_says_where_it_is_corrected_and_that_the_other_system_knows(
    site: CandidateSite,
) -> None:
    who = handed_in(site, "230000707")
    request = asked(site, who, kind="FIX", fact="work_unit", reason="F01", words="")
    before = part(site.client(who).get("/requests").text, request)

    site.hear(m.CorrectionPushed(request_id=request.request_id, accepted=True, status=200))
    after = part(site.client(who).get("/requests").text, request)

    assert "前往考试报名系统" in before
    assert "022-0000-0101" in before
    assert "也已收到" not in before
    assert "也已收到这项更正要求" in after


def test_more_time_and_its_reason_are_shown_and_what_was_withdrawn_too(
    site: CandidateSite,
) -> None:
    who = handed_in(site, "230000708")
    one = asked(site, who, image_id=image_of(site, who, "B01"))
    two = asked(site, who, image_id=image_of(site, who, "B02"))
    due_at = now() + dt.timedelta(days=9)
    extended = {"requests": (one.request_id,), "due_at": due_at, "reason": "节假日顺延"}
    withdrawn = {"requests": (two.request_id,), "reason": "原件已经清楚"}
    site.hear(m.RequestsExtended(application_id=who, case_id=CASE, **extended))  # type: ignore[arg-type]
    site.hear(m.RequestsWithdrawn(application_id=who, case_id=CASE, **withdrawn))  # type: ignore[arg-type]

    page = site.client(who).get("/requests").text

    assert "已延长：节假日顺延" in part(page, one)
    assert f'id="request-{two.request_id}"' not in page
    assert "已撤回" in page
    assert "原件已经清楚" in page


def test_old_and_new_stand_side_by_side_with_the_reason(site: CandidateSite) -> None:
    who = handed_in(site, "230000709")
    old = image_of(site, who, "B01")
    request = asked(site, who, image_id=old, mark=(0.5, 0.1, 0.25, 0.5))
    client = site.client(who)
    sent = form(
        client,
        key=str(uuid.uuid4()),
        request=str(request.request_id),
        picture=(io.BytesIO(pictures.jpeg(pictures.paper(seed=78))), "b.jpg"),
    )
    client.post("/materials/B01/images", data=sent, content_type="multipart/form-data")
    site.check_images()
    new = site.value("SELECT id FROM image WHERE replaces = :old", old=old)

    page = client.get(f"/images/{new}/versions").text
    other = site.client(site.activated("230000710")).get(f"/images/{new}/versions")

    assert page.index(f"/images/{new}/view") < page.index(f"/images/{old}/view")
    assert "第 2 版" in page
    assert "有效期限看不清" in page
    assert other.status_code == 404


def test_asking_to_have_it_back_is_said_everywhere_and_only_once(site: CandidateSite) -> None:
    who = handed_in(site, "230000711")
    client = site.client(who)
    assert "/reopening" in client.get("/progress").text

    empty = client.post("/reopening", data=form(client, reason=""))
    said = client.get(empty.headers["Location"])
    done = client.post("/reopening", data=form(client, reason="毕业证书传错了"))
    again = client.post("/reopening", data=form(client, reason="再试一次"))

    assert (said.status_code, "没有填写内容" in said.text) == (422, True)
    assert done.headers["Location"] == "/materials#banners"
    assert "您已经申请过退回" in client.get(again.headers["Location"]).text
    assert "已申请退回，等待考点答复" in client.get("/materials").text
    assert "/reopening" not in client.get("/progress").text
    assert len(site.posted("ReopenAsked")) == 1


def test_what_the_site_answers_is_shown_in_its_own_words(site: CandidateSite) -> None:
    declined, given = handed_in(site, "230000712"), handed_in(site, "230000713")
    answer = {"case_id": CASE, "round": 1}
    for who in (declined, given):
        client = site.client(who)
        client.post("/reopening", data=form(client, reason="毕业证书传错了"))
    site.hear(m.ReopenDeclined(application_id=declined, words="材料没有问题", **answer))  # type: ignore[arg-type]
    site.hear(m.CaseReopened(application_id=given, words="请尽快重新提交", **answer))  # type: ignore[arg-type]

    one = site.client(declined).get("/materials").text
    two = site.client(given).get("/materials").text

    assert "考点没有退回，内容保持锁定" in one
    assert "材料没有问题" in one
    assert "考点已退回，可以修改，还没有重新提交" in two
    assert "请尽快重新提交" in two
    assert two.count('class="minus"') == len(MATERIALS)


def test_opening_a_message_reads_it_and_lowers_the_badge(site: CandidateSite) -> None:
    who = site.activated("230000714")
    notices = [m.NoticeId(uuid.uuid4()) for _ in range(2)]
    for notice in notices:
        site.hear(
            m.InAppPosted(
                application_id=who,
                notice_id=notice,
                fact="requests_raised",
                titles={"zh-CN": "题", "en": "title"},
                bodies={"zh-CN": "全文在此", "en": "body"},
                posted_at=now(),
            )
        )
    client = site.client(who)

    before = client.get("/messages").text
    opened = client.get(f"/messages/{notices[0]}").text
    after = client.get("/status").get_json()["unread"]
    other = site.client(site.activated("230000715")).get(f"/messages/{notices[1]}")

    assert before.count("is-new") == 2
    assert "全文在此" in opened
    assert 'href="/requests"' in opened
    assert after == 1
    assert other.status_code == 404
    read = [told["notices"] for told in site.posted("NoticesRead")]
    assert read == [[str(notices[0])]]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("passed", "后续安排以考试报名系统的通知为准"), ("not_passed", "需要了解原因")],
)
def test_after_the_publication_the_page_says_the_result_and_what_follows(
    site: CandidateSite, outcome: m.Outcome, words: str
) -> None:
    number = {"passed": "230000716", "not_passed": "230000717"}[outcome]
    who = handed_in(site, number)
    before = site.client(who).get("/progress").text
    result = m.PublishedResult(application_id=who, registration_number=number, outcome=outcome)
    site.hear(
        m.ResultsPublished(
            exam="demo",
            batch_id=m.BatchId(uuid.uuid4()),
            part=1,
            parts=1,
            published_at=now(),
            results=(result,),
        )
    )

    after = site.client(who).get("/progress").text

    assert words not in before
    assert words in after
    assert "022-0000-0100" in after
    assert "/reopening" not in after


def test_what_was_uploaded_for_an_overdue_request_is_said_to_go_along(
    site: CandidateSite,
) -> None:
    who = handed_in(site, "230000718")
    request = asked(site, who, image_id=image_of(site, who, "B01"))
    client = site.client(who)
    sent = form(
        client,
        key=str(uuid.uuid4()),
        request=str(request.request_id),
        picture=(io.BytesIO(pictures.jpeg(pictures.paper(seed=79))), "b.jpg"),
    )
    client.post("/materials/B01/images", data=sent, content_type="multipart/form-data")
    moved = "UPDATE request SET due_at = clock_timestamp() - interval '1 hour' WHERE id = :id"
    site.value(f"{moved} RETURNING 1", id=request.request_id)

    site.hear(m.DeadlineTick(now=now()))
    page = client.get("/materials").text

    assert "更换逾期" in page
    assert "标为“未提交”，一并送交考区" in page
    told = [t for t in site.posted("RequestsOverdue") if t["application_id"] == str(who)]
    replaced = [i["replaces"] for each in told for i in each["unsubmitted"]]
    assert set(replaced) == {str(request.image_id)}
