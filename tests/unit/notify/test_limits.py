"""How many SMS a person and a number may get, and until when one more waits."""

import datetime as dt
from zoneinfo import ZoneInfo

from services.notify.domain.facts import Urgency
from services.notify.domain.limits import (
    GATHER_MINUTES,
    NUMBER_PER_DAY,
    PERSON_PER_DAY,
    Sent,
    tomorrow,
    wait_for,
)

NOW = dt.datetime(2023, 2, 20, 4, tzinfo=dt.UTC)


def ago(minutes: float, *, to_her: bool = True, gathered: bool = False) -> Sent:
    return Sent(at=NOW - dt.timedelta(minutes=minutes), to_her=to_her, gathered=gathered)


def test_nothing_sent_means_no_wait() -> None:
    assert wait_for([], urgency=Urgency.GATHERED, now=NOW) is None


def test_a_second_one_about_the_review_waits_for_half_an_hour() -> None:
    before = [ago(10, gathered=True)]

    wait = wait_for(before, urgency=Urgency.GATHERED, now=NOW)

    assert wait is not None
    assert (wait.until, wait.reason) == (NOW + dt.timedelta(minutes=20), "gathering")
    assert wait_for(before, urgency=Urgency.DAYTIME, now=NOW) is None
    assert wait_for([ago(GATHER_MINUTES, gathered=True)], urgency=Urgency.GATHERED, now=NOW) is None


def test_another_candidates_news_on_the_same_number_does_not_hold_hers() -> None:
    before = [ago(10, gathered=True, to_her=False)]

    assert wait_for(before, urgency=Urgency.GATHERED, now=NOW) is None


def test_a_person_gets_so_many_within_a_day() -> None:
    before = [ago(60 * n + 1) for n in range(PERSON_PER_DAY)]

    wait = wait_for(before, urgency=Urgency.DAYTIME, now=NOW)

    assert wait is not None
    assert wait.reason == "person_limit"
    assert wait.until == before[-1].at + dt.timedelta(days=1)
    assert wait_for(before[1:], urgency=Urgency.DAYTIME, now=NOW) is None


def test_a_number_gets_so_many_whoever_gave_it() -> None:
    before = [ago(n + 1, to_her=False) for n in range(NUMBER_PER_DAY)]

    wait = wait_for(before, urgency=Urgency.DAYTIME, now=NOW)

    assert wait is not None
    assert wait.reason == "own_number_limit"
    yesterday = [ago(60 * 24 + n, to_her=False) for n in range(NUMBER_PER_DAY)]
    assert wait_for(yesterday, urgency=Urgency.DAYTIME, now=NOW) is None


def test_a_days_cap_begins_anew_in_the_morning_of_the_exams_zone() -> None:
    zone = ZoneInfo("Asia/Shanghai")

    assert tomorrow(NOW, zone) == dt.datetime(2023, 2, 21, 0, tzinfo=dt.UTC)
