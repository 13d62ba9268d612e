"""Charts are drawn by us: scales, gaps, escaping, no style that the policy would refuse."""

import datetime as dt
from xml.etree import ElementTree as ET

import pytest

from ops.console.charts import Line, chart, nice_top, spark
from ops.console.history import KEEP, History
from ops.console.reading import Backlog, Broker, Queue, Reading, Service, Traffic

NOW = dt.datetime(2030, 2, 10, 4, 5, 30, tzinfo=dt.UTC)


def draw(*values: float | None) -> ET.Element:
    made = chart([Line("x", "c1", values)], {0: "<&>"}, title='a "title"', width=400, height=200)
    return ET.fromstring(str(made))  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, 4), (4, 4), (5, 8), (9, 12), (13, 20), (21, 40), (138, 200), (999, 1200), (1000, 1200)],
)
def test_the_scale_ends_at_a_round_number(highest: float, top: int) -> None:
    assert nice_top(highest) == top


def test_a_chart_is_well_formed_and_escapes_its_words() -> None:
    svg = draw(1, 2, 3)

    assert svg.attrib["aria-label"] == 'a "title"'
    assert [t.text for t in svg.iter("text")][-1] == "<&>"
    assert not [e for e in svg.iter() if "style" in e.attrib]


def test_a_gap_parts_the_line() -> None:
    lines = [e for e in draw(1, 2, None, 3, 4).iter("path") if e.attrib["class"] == "line c1"]

    assert len(lines) == 2


def test_a_chart_without_any_value_has_only_its_scale() -> None:
    assert not [e for e in draw(None, None).iter("path") if "line" in e.attrib["class"]]


def test_a_spark_needs_two_points() -> None:
    assert spark([None, 3], "c1") == ""
    assert "<svg" in spark([0, 3], "c1")


def reading(at: dt.datetime, *, depth: int, traffic: tuple[Traffic, ...] = ()) -> Reading:
    service = Service("upload", web_ready=True, backlog=Backlog(), traffic=traffic)
    broker = Broker((Queue("images", depth, None, 1),), in_hand=0)
    return Reading(at=at, broker=broker, services=(service,), sms=())


def test_a_minute_remembers_its_deepest_queue() -> None:
    history = History()

    for depth in (3, 9, 1):
        history.add(reading(NOW, depth=depth))

    assert history.depth("images", NOW.replace(second=0)) == 9
    assert history.depth("images", NOW.replace(second=0) - dt.timedelta(minutes=1)) is None


def test_traffic_is_replaced_never_added_twice() -> None:
    history = History()
    minute = NOW.replace(second=0)

    for count in (5, 7):
        row = Traffic(minute, "heard", "ImageChecked", count)
        history.add(reading(NOW, depth=0, traffic=(row,)))

    assert history.messages("upload", "heard", "ImageChecked", minute) == 7
    assert history.heard("upload", minute) == 7


def test_all_the_day_is_asked_for_once_and_then_the_last_minutes() -> None:
    history = History()
    assert history.traffic_since(NOW) == (NOW - KEEP).replace(second=0)

    history.add(reading(NOW, depth=0))

    assert history.traffic_since(NOW) == NOW.replace(second=0) - dt.timedelta(minutes=2)


def test_a_day_is_kept_and_no_more() -> None:
    history = History()
    history.add(reading(NOW, depth=4))
    history.add(reading(NOW + KEEP + dt.timedelta(minutes=1), depth=0))

    assert history.depth("images", NOW.replace(second=0)) is None
