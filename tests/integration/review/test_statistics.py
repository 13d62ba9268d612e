"""Statistics without shaming names, and exports that are masked, marked and audited."""

import csv
import io
import zipfile
from xml.etree import ElementTree as ET

from flask import Flask

from libs.common import messages as m
from services.review.domain.case import Outcome, Recommendation
from services.review.domain.staff import Role
from services.review.operations import decide
from tests.integration.review import room as r
from tests.integration.review.pages import app, parsed, shelf, visitor
from tests.integration.review.room import Room
from tests.integration.review.walks import accept_all, ask_for, take

__all__ = ["app", "shelf"]
NUMBER = "120000199704180009"


def walked(room: Room) -> None:
    """One case that the area decides against the site, one that waits."""
    one, two = r.submission(), r.submission(masked_name="=1+1\uffff")
    room.feed(one, two)
    site, area = room.person("wang", Role.SITE_REVIEWER), room.person("zhao", Role.AREA_REVIEWER)
    deed = accept_all(room, one, site)
    room.do(decide.forward, recommendation=Recommendation.PASS, words="", **deed)
    deed = take(room, one, area)
    room.do(decide.conclude, outcome=Outcome.NOT_PASSED, words="学历不符", **deed)
    ask_for(room, two, two.images[1].image_id, site)


def test_only_leads_see_whose_figures_are_whose(app: Flask, room: Room) -> None:
    walked(room)

    lead = parsed(
        visitor(app, room, room.person("lead", Role.AREA_LEAD)).get("/statistics"), "zh-CN"
    )
    other = visitor(app, room, room.person("li", Role.SITE_REVIEWER)).get("/statistics").text

    assert "样例·wang" in lead
    assert "不一致" in lead
    assert "样例·wang" not in other
    assert "审核员 1" in other
    assert "不一致" not in other  # the outcome is not published


def test_an_export_opens_masked_marked_and_audited(app: Flask, room: Room) -> None:
    walked(room)
    site = visitor(app, room, room.person("li", Role.SITE_REVIEWER))
    lead = visitor(app, room, room.person("lead", Role.AREA_LEAD))
    form = {"queue": "waiting", "format": "csv"}

    rows = list(
        csv.reader(io.StringIO(site.post("/statistics/cases", data=form).data.decode("utf-8-sig")))
    )
    whole = lead.post("/statistics/cases", data=form).data.decode("utf-8-sig")

    assert "样例·li" in rows[0][0]
    assert rows[-1] == rows[0]
    assert rows[2][1] == "'=1+1\uffff"
    assert rows[2][2].startswith("120000")
    assert NUMBER not in str(rows)
    assert NUMBER in whole
    audited = room.rows("SELECT details FROM audit WHERE action = 'export.taken' ORDER BY id")
    assert [row.details["rows"] for row in audited] == [1, 1]


def test_who_took_which_export_is_shown_to_those_who_answer_for_the_review(
    app: Flask, room: Room
) -> None:
    walked(room)
    site = visitor(app, room, room.person("li", Role.SITE_REVIEWER))
    site.post("/statistics/cases", data={"queue": "waiting", "format": "xlsx"})

    for role in (Role.AREA_LEAD, Role.AUDITOR):
        shown = parsed(visitor(app, room, room.person(role, role)).get("/statistics"), "zh-CN")
        line = shown.split("最近的导出")[1].split("</tbody>")[0]
        assert "样例·li" in line
        assert "队列：等待考生" in line
        assert "XLSX" in line
    assert "最近的导出" not in site.get("/statistics").text


def test_an_export_says_in_words_what_machines_find_as_codes(app: Flask, room: Room) -> None:
    walked(room)
    lead = visitor(app, room, room.person("lead", Role.AREA_LEAD))

    def line(address: str, number: int) -> dict[str, str]:
        form = {"queue": "concluded", "format": "csv"}
        text = lead.post(f"/statistics/{address}", data=form).data.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        return dict(zip(rows[1], rows[number], strict=True))

    zh, en, deed = line("cases", 2), line("cases?lang=en", 2), line("decisions?lang=zh-CN", 2)

    said = ("样例考试", "和平考点", "等待公布", "通过", "审核不通过", "否")
    assert tuple(zh.values())[3:6] + tuple(zh.values())[8:11] == said
    assert tuple(zh.values())[11:] == ("demo", "heping", "concluded", "pass", "not_passed")
    assert (en["Site"], en["State"], en["Overdue"]) == ("Heping site", "Awaiting publication", "No")
    assert (deed["考点"], deed["考点代码"]) == ("和平考点", "heping")
    assert deed["事项代码"] not in deed["事项"]


def test_the_english_head_of_the_record_says_of_what_each_time_is(app: Flask, room: Room) -> None:
    lead = visitor(app, room, room.person("lead", Role.AREA_LEAD))

    def head(name: str) -> list[str]:
        answer = lead.post(f"/statistics/{name}?lang=en", data={"format": "csv"})
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1]

    assert head("decisions")[0] == "Done at"
    assert head("figures")[2] == "Average time per case (seconds)"


def test_a_spreadsheet_has_numbers_and_times_to_reckon_with_and_the_rest_as_text(
    app: Flask, room: Room
) -> None:
    walked(room)
    lead = visitor(app, room, room.person("lead", Role.AREA_LEAD))

    def rows(address: str) -> list[list[tuple[str, str]]]:
        """Per cell how it is kept (`n` a number, `s` a text), and what it says."""
        answer = lead.post(address, data={"queue": "waiting", "format": "xlsx"})
        assert answer.headers["Content-Disposition"].endswith('.xlsx"')
        with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
            trees = {name: ET.fromstring(parts.read(name)) for name in parts.namelist()}  # noqa: S314 - our own file
        texts = ["".join(text.itertext()) for text in trees["xl/sharedStrings.xml"]]
        lines = trees["xl/worksheets/sheet1.xml"].iterfind("{*}sheetData/{*}row")
        found = [[(cell.get("t", "n"), cell.findtext("{*}v", "")) for cell in row] for row in lines]
        return [[(kind, texts[int(v)] if kind == "s" else v) for kind, v in row] for row in found]

    cases, figures = rows("/statistics/cases"), rows("/statistics/figures")
    line = dict(zip((head for _, head in cases[1]), cases[2], strict=True))
    kinds = {head: kind for head, (kind, _) in line.items()}

    assert "样例·lead" in cases[0][0][1]
    assert cases[-1] == cases[0]
    assert line["姓名"] == ("s", "=1+1_xFFFF_"), "no formula, and nothing that breaks the file"
    assert (kinds["报名号"], kinds["证件号码"], kinds["第几次提交"], kinds["提交时间"]) == (
        *"ssnn",
    )
    assert line["第几次提交"] == ("n", "1")
    assert {kind for kind, _ in figures[2][1:]} == {"n"}


def test_a_sites_export_never_says_what_the_area_concluded(app: Flask, room: Room) -> None:
    walked(room)
    site = visitor(app, room, room.person("li", Role.SITE_REVIEWER))

    for address in ("/statistics/cases", "/statistics/decisions"):
        text = site.post(address, data={"queue": "concluded", "format": "csv"}).data.decode()
        assert "not_passed" not in text
        assert "考区结论：不通过" not in text


def test_the_metrics_count_cases_claims_and_what_waits(app: Flask, room: Room) -> None:
    walked(room)
    room.feed(r.submission())
    client = visitor(app, room, room.person("li", Role.SITE_REVIEWER))
    client.post("/queues/claim-next")
    counted = client.get("/metrics").text
    room.rows("UPDATE claim SET expires_at = clock_timestamp() RETURNING 1")

    for _ in range(2):
        room.feed(m.DeadlineTick(now=r.SUBMITTED_AT))

    for line in (
        'review_cases{kind="concluded"} 1.0',
        'review_cases{kind="site_review"} 1.0',
        'review_claims{kind="live"} 1.0',
        'review_requests{kind="open"} 1.0',
        'review_waiting{kind="wishes"} 0.0',
        "review_claims_lapsed_total 0.0",
    ):
        assert line in counted
    assert "review_claims_lapsed_total 1.0" in client.get("/metrics").text
