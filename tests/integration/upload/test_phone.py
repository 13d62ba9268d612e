"""用手机拍: a code on the computer opens one material on her phone, once, and nothing else."""

import io
import re
import threading
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from services.upload.operations import phone_links
from services.upload.operations.sign_in import sign_out_everywhere
from services.upload.web.phone_links import code_of
from tests import pictures
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


def token_of(client: FlaskClient) -> dict[str, Any]:
    found = re.search('name="csrf-token" content="([^"]+)"', client.get("/verify").text)
    assert found
    return {"csrf_token": found[1]}


def made(computer: FlaskClient, code: str = "B01", **fields: str) -> tuple[str, str]:
    """A fresh code: the computer's page of it, and the path that the QR code says."""
    answer = computer.post(f"/materials/{code}/phone", data=token_of(computer) | fields)
    where = answer.headers["Location"]
    with computer.application.test_request_context():
        return where, f"/p/{code_of(uuid.UUID(where.rpartition('/')[2]))}"


def taken(site: CandidateSite, path: str) -> FlaskClient:
    """A phone that has scanned the code and pressed the button."""
    phone = site.client()
    assert phone.get(path).status_code == 200
    assert phone.post(path, data=token_of(phone)).headers["Location"] == "/phone"
    return phone


def shoot(phone: FlaskClient, seed: int = 1, *, script: bool = True) -> Any:
    data = pictures.jpeg(pictures.paper(seed=seed))
    form = token_of(phone) | {"key": str(uuid.uuid4()), "picture": (io.BytesIO(data), "a.jpg")}
    headers = {"Accept": "application/json"} if script else {}
    return phone.post(
        "/phone/images", data=form, headers=headers, content_type="multipart/form-data"
    )


def news(computer: FlaskClient, where: str) -> dict[str, Any]:
    return dict(computer.get(where, headers={"Accept": "application/json"}).get_json())


def test_a_picture_of_the_phone_is_the_candidates_and_the_computer_hears_of_it(
    site: CandidateSite,
) -> None:
    who = site.activated("230000801")
    computer = site.client(who)
    where, path = made(computer)
    before = news(computer, where)
    phone = taken(site, path)

    assert shoot(phone).status_code == 200
    after = news(computer, where)

    assert (before["used"], before["received"]) == (False, 0)
    assert (after["used"], after["received"], after["over"]) == (True, 1, False)
    assert after["revision"] > before["revision"]
    assert "/images/" in computer.get("/materials").text
    assert "毕业证书" in phone.get("/phone").text


def test_the_page_with_the_code_needs_no_scripts(site: CandidateSite) -> None:
    computer = site.client(site.activated("230000802"))

    page = computer.get(made(computer)[0]).text

    assert "<svg" in page
    assert "style=" not in page
    assert "停用二维码和手机" in page


def test_looking_at_the_link_does_not_use_it_up_and_pressing_does(site: CandidateSite) -> None:
    computer = site.client(site.activated("230000803"))
    _, path = made(computer)
    for _ in range(3):
        assert site.client().get(path).status_code == 200

    phone = taken(site, path)
    other = site.client()
    again = other.post(path, data=token_of(other), follow_redirects=True)

    assert other.get(path).status_code == 409
    assert again.status_code == 409
    assert "已经用过" in again.text
    assert phone.get(path).headers["Location"] == "/phone"


def test_her_phone_names_her_own_site_before_and_after_it_takes_the_link(
    site: CandidateSite,
) -> None:
    _, path = made(site.client(site.activated("230000819")))
    landing = site.client().get(path).text
    phone = taken(site, path)

    for page in (landing, phone.get("/phone").text, phone.get("/nowhere").text):
        assert "022-0000-0101" in page
        assert "022-0000-0100" not in page


def test_two_phones_that_press_at_once_get_one_session(site: CandidateSite) -> None:
    who = site.activated("230000804")
    with site.database.transaction() as db:
        link = phone_links.make(db, application_id=who, material="B01")
    barrier, outcomes = threading.Barrier(6), []

    def press() -> None:
        barrier.wait()
        try:
            with site.database.transaction() as db:
                phone_links.use(db, link)
            outcomes.append("taken")
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["phone_link_used"] * 5 + ["taken"]


def expire(site: CandidateSite, where: str) -> None:
    with site.database.transaction() as db:
        db.execute(
            text(
                "UPDATE phone_link SET made_at = made_at - interval '1 hour',"
                " ends_at = ends_at - interval '1 hour' WHERE id = :id"
            ),
            {"id": where.rpartition("/")[2]},
        )


def test_a_code_that_has_run_out_opens_nothing(site: CandidateSite) -> None:
    computer = site.client(site.activated("230000805"))
    where, path = made(computer)
    expire(site, where)

    answer = site.client().get(path)

    assert answer.status_code == 410
    assert "已经失效" in answer.text
    assert news(computer, where)["over"]
    assert "请重新生成" in computer.get(where).text


def test_a_code_that_was_altered_or_made_up_opens_nothing(site: CandidateSite) -> None:
    _, path = made(site.client(site.activated("230000806")))

    for wrong in (path[:-2] + ("AA" if path[-2:] != "AA" else "BB"), "/p/x", "/p/" + "A" * 43):
        assert site.client().get(wrong).status_code == 410


def test_the_phone_sees_no_other_page_and_no_other_material(site: CandidateSite) -> None:
    who = site.activated("230000807")
    other = site.upload(who, "A07", pictures.jpeg(pictures.paper(seed=3)))
    mine = site.upload(who, "B01", pictures.jpeg(pictures.paper(seed=4)))
    site.check_images()
    phone = taken(site, made(site.client(who))[1])

    for path in ("/materials", "/check", "/progress", "/messages", "/requests", "/account"):
        assert phone.get(path).headers["Location"].startswith("/sign-in"), path
    assert phone.get(f"/images/{mine}/view").headers["Location"].startswith("/sign-in")
    assert phone.get(f"/phone/images/{mine}").content_type == "image/jpeg"
    assert phone.get(f"/phone/images/{other}").status_code == 404
    form = token_of(phone) | {"key": str(uuid.uuid4())}
    assert phone.post("/materials/A07/images", data=form).status_code == 303
    shoot(phone, 5)
    found = "SELECT count(*) FROM image WHERE application_id = :id AND material = 'A07'"
    assert site.value(found, id=who) == 1


def test_another_candidates_picture_is_not_served(site: CandidateSite) -> None:
    hers = site.upload(site.activated("230000808"), "B01", pictures.jpeg(pictures.paper(seed=6)))
    site.check_images()
    phone = taken(site, made(site.client(site.activated("230000809")))[1])

    assert phone.get(f"/phone/images/{hers}").status_code == 404


def test_another_candidate_neither_sees_nor_ends_a_link(site: CandidateSite) -> None:
    computer = site.client(site.activated("230000810"))
    where, _ = made(computer)
    other = site.client(site.activated("230000811"))

    assert other.get(where).status_code == 410
    ended = other.post(f"{where}/end", data=token_of(other), follow_redirects=True)
    assert ended.status_code == 410
    assert not news(computer, where)["over"]


@pytest.mark.parametrize("how", ["by its button", "by a newer code", "by signing out everywhere"])
def test_what_she_takes_back_ends_the_phone_at_once(site: CandidateSite, how: str) -> None:
    number = {"by its button": 812, "by a newer code": 813, "by signing out everywhere": 814}[how]
    who = site.activated(f"230000{number}")
    computer = site.client(who)
    where, path = made(computer)
    phone = taken(site, path)

    if how == "by its button":
        computer.post(f"{where}/end", data=token_of(computer))
    elif how == "by a newer code":
        made(computer, "A07")
    else:
        with site.database.transaction() as db:
            sign_out_everywhere(db, application_id=who)

    assert phone.get("/phone").status_code == 410
    assert shoot(phone).status_code == 410


def test_making_using_and_ending_are_in_the_audit_log(site: CandidateSite) -> None:
    who = site.activated("230000815")
    computer = site.client(who)
    where, path = made(computer)
    taken(site, path)
    computer.post(f"{where}/end", data=token_of(computer))

    for action in ("phone_link.made", "phone_link.used", "phone_link.ended"):
        found = "SELECT count(*) FROM audit WHERE action = :action AND actor = :actor"
        assert site.value(found, action=action, actor=f"application:{who}") == 1, action


def handed_in(site: CandidateSite, number: str) -> ApplicationId:
    who = site.activated(number)
    for at, code in enumerate(("A01", "A01", "A07", "B01", "B02", "C01", "C03", "C06")):
        site.upload(who, code, pictures.jpeg(pictures.paper(seed=at + 1)))
    site.check_images()
    site.submit(who)
    return who


def test_a_link_answers_a_reviewers_request(site: CandidateSite) -> None:
    who = handed_in(site, "230000816")
    old = site.value("SELECT id FROM image WHERE application_id = :id AND material = 'B01'", id=who)
    request = site.ask_to_replace(who, old)
    phone = taken(site, made(site.client(who), "B01", request=str(request))[1])

    answered = shoot(phone, 9)

    found = "SELECT count(*) FROM image WHERE answers = :id AND replaces = :old"
    assert answered.status_code == 200
    assert site.value(found, id=request, old=old) == 1
    assert "已经够了" in phone.get("/phone").text


def test_what_is_locked_gets_no_code(site: CandidateSite) -> None:
    computer = site.client(handed_in(site, "230000817"))

    answer = computer.post("/materials/B01/phone", data=token_of(computer))

    assert answer.headers["Location"].startswith("/materials#")
    assert "这项材料现在不接收图片" in computer.get("/materials").text


def test_without_scripts_the_phone_works_by_a_plain_form(site: CandidateSite) -> None:
    phone = taken(site, made(site.client(site.activated("230000818")))[1])

    answer = shoot(phone, 7, script=False)
    page = phone.get("/phone").text

    assert answer.headers["Location"] == "/phone"
    assert "图片已上传，还没有提交" in page
    assert page.count("thumb-checking") == 1
