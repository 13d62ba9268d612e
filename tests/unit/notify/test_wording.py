"""Each fact has complete words in both languages; an SMS is one part and fixed."""

import datetime as dt
import string
from zoneinfo import ZoneInfo

import pytest

from services.notify import words
from services.notify.domain import samples, wording
from services.notify.domain.facts import FACTS, REQUESTABLE, Channel
from services.notify.domain.wording import LANGUAGES, NOTICES, ExamWords, Language

SMS_WORDINGS = sorted(
    {f.wording for f in FACTS.values() if {Channel.SMS, Channel.CODE} & {*f.channels}}
)
ONE_PART_CHARACTERS = 70
"""An SMS with a Chinese signature is sent as UCS-2: so many characters make one part."""
LONGEST_SIGNATURE = "【" + "样" * 12 + "】"
"""Tencent's limit, so that any exam area's name fits."""
DUE = "2023-02-20T16:00:00+00:00"
EXAM = ExamWords(
    names={"zh-CN": "样例考试", "en": "Sample exam"},
    zone=ZoneInfo("Asia/Shanghai"),
    titles={"A01": {"zh-CN": "有效身份证明", "en": "ID card, both sides"}},
    facts={"name": {"zh-CN": "姓名", "en": "Name"}},
)
PARAMS: dict[str, dict[str, object]] = {
    "application_submitted": {"submitted_at": DUE, "receipt_number": "R-1"},
    "answers_submitted": {"submitted_at": DUE, "receipt_number": "R-1"},
    "requests_raised": {
        "requests": [
            {"kind": "REPLACE", "material": "A01", "fact": None, "due_at": DUE},
            {"kind": "FIX", "material": None, "fact": "name", "due_at": DUE},
            {"kind": "ADD", "material": "Z99", "fact": None, "due_at": "2023-02-20T10:30:00+00:00"},
        ]
    },
    "requests_overdue": {"overdue_at": DUE},
    "case_advanced": {"stage": "area_review"},
    "submitted_again": {"submitted_at": DUE, "receipt_number": "R-1"},
    "deferred_submitted": {"submitted_at": DUE, "receipt_number": "R-1"},
    "last_round_stands": {"submitted_at": DUE, "receipt_number": "R-1"},
    "application_locked": {"locked_at": DUE},
    "deferred_locked": {"locked_at": DUE},
    "window_extended": {"ends_at": DUE},
    "results_published": {"published_at": DUE},
    "window_closing": {"ends_at": DUE, "hours_left": 24, "missing": ["A01", "Z99"]},
    "given_back_closing": {"ends_at": DUE, "hours_left": 24, "missing": []},
    "deferred_closing": {"ends_at": DUE, "hours_left": 24, "missing": ["A01"]},
    "window_opened": {"ends_at": DUE, "missing": ["A01"]},
    "case_reopened": {"words": "请更换证件"},
    "reopen_declined": {"words": ""},
    "requests_extended": {"due_at": DUE, "reason": "样例停电"},
    "requests_withdrawn": {"count": 1, "reason": ""},
    "requests_due": {"due_at": DUE},
}


def sms_text(name: str, language: Language) -> str:
    """Without its signature; `{code}` is its only possible variable."""
    return (NOTICES / name / f"sms.{language}.txt").read_text("utf-8").strip()


def _files_of(fact: str) -> set[str]:
    parts = {
        Channel.IN_APP: ("title", "body"),
        Channel.SMS: ("sms",),
        Channel.CODE: ("sms",),
        Channel.CALL: (),
    }
    wanted = [part for channel in FACTS[fact].channels for part in parts[channel]]
    return {f"{part}.{language}.txt" for part in wanted for language in LANGUAGES}


def test_every_wording_has_just_the_texts_that_its_channels_need() -> None:
    folders = {folder.name for folder in NOTICES.iterdir()}

    assert folders == {fact.wording for fact in FACTS.values()}
    for name, fact in FACTS.items():
        assert {p.name for p in (NOTICES / fact.wording).iterdir()} == _files_of(name)


def test_in_app_comes_with_every_fact_but_codes() -> None:
    without = {name for name, fact in FACTS.items() if Channel.IN_APP not in fact.channels}

    assert without == REQUESTABLE == {"phone_code"}


@pytest.mark.parametrize("name", SMS_WORDINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_sms_is_one_part_behind_the_longest_signature(name: str, language: Language) -> None:
    text = sms_text(name, language).replace("{code}", "000000")

    assert len(LONGEST_SIGNATURE + text) <= ONE_PART_CHARACTERS


@pytest.mark.parametrize("name", SMS_WORDINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sms_has_a_variable_but_the_code(name: str, language: Language) -> None:
    text = sms_text(name, language)

    fields = [field for _, field, _, _ in string.Formatter().parse(text) if field is not None]
    assert fields == (["code"] if name == "code" else [])
    assert "http" not in text
    assert "\n" not in text


@pytest.mark.parametrize("fact", sorted(PARAMS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_app_texts_are_complete_and_name_the_exam(fact: str, language: Language) -> None:
    title, body = wording.in_app(FACTS[fact].wording, PARAMS[fact], EXAM, language)

    assert title
    assert EXAM.names[language] in body
    assert "{" not in title + body
    assert title.isascii() == (language == "en")


def test_every_fact_has_a_name_at_the_delivery_desk() -> None:
    assert set(words.FACTS) == set(FACTS)


def test_all_facts_with_an_in_app_text_are_tried_here() -> None:
    told = {name for name, fact in FACTS.items() if Channel.IN_APP in fact.channels}

    assert told == set(PARAMS)


STANDS = ("deferred_locked", "deferred_closing", "given_back_closing", "last_round_stands")


@pytest.mark.parametrize("fact", STANDS)
def test_who_has_submitted_is_never_told_that_nothing_was(fact: str) -> None:
    title, chinese = wording.in_app(FACTS[fact].wording, PARAMS[fact], EXAM, "zh-CN")
    _, english = wording.in_app(FACTS[fact].wording, PARAMS[fact], EXAM, "en")
    sms = sms_text(fact, "zh-CN")

    for told in (title, chinese, sms):
        assert "您的材料没有提交" not in told
        assert "报名材料未提交" not in told
    assert "有效" in chinese or "为准" in chinese
    assert "stands" in english


@pytest.mark.parametrize("fact", ["window_closing", "deferred_closing", "window_opened"])
def test_what_is_told_of_an_end_holds_also_where_the_complete_is_submitted_at_it(fact: str) -> None:
    texts = "".join(path.read_text("utf-8") for path in (NOTICES / fact).iterdir())

    assert "不会自动提交" not in texts
    assert "by itself" not in texts


def test_requests_are_listed_with_title_demand_and_due_time() -> None:
    _, chinese = wording.in_app("requests_raised", PARAMS["requests_raised"], EXAM, "zh-CN")
    _, english = wording.in_app("requests_raised", PARAMS["requests_raised"], EXAM, "en")

    assert "· 有效身份证明：更换图片，2023年2月20日 24:00 前" in chinese
    assert "· 姓名：更正报名信息，2023年2月20日 24:00 前" in chinese
    assert "· 补充图片，2023年2月20日 18:30 前" in chinese
    assert "· ID card, both sides: replace a picture, before 20 Feb 2023, 24:00" in english
    assert "· add pictures, before 20 Feb 2023, 18:30" in english


@pytest.mark.parametrize("stage", ["site_review", "area_review", "awaiting_publication"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stage_says_nothing_of_an_outcome(stage: str, language: Language) -> None:
    title, body = wording.in_app("case_advanced", {"stage": stage}, EXAM, language)

    for word in ("通过", "合格", "passed", "not_passed", "eligible", stage):
        assert word not in title + body


def test_midnight_is_the_24_00_of_the_day_that_ends() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    end = dt.datetime(2023, 2, 16, 16, 0, tzinfo=dt.UTC)

    assert wording.moment(end, zone, "zh-CN") == "2023年2月16日 24:00"
    assert wording.moment(end, zone, "en") == "16 Feb 2023, 24:00"
    a_minute_later = end + dt.timedelta(minutes=1)
    assert wording.moment(a_minute_later, zone, "zh-CN") == "2023年2月17日 00:01"


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_see_each_message_of_record_filled_in_with_samples(language: Language) -> None:
    for fact in FACTS.values():
        if Channel.IN_APP in fact.channels:
            title, body = wording.in_app(fact.wording, samples.PARAMS, samples.EXAM, language)
            assert title
            assert "{" not in title + body
