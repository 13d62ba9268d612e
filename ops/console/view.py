"""What the page shows, made of a reading and the history."""

import dataclasses as dc
import datetime as dt
import itertools
from collections.abc import Callable
from zoneinfo import ZoneInfo

from flask_babel import gettext
from markupsafe import Markup

from libs.common.routes import QUEUES
from ops.console import charts, judge, words
from ops.console.charts import Line, Value
from ops.console.history import History, floor
from ops.console.judge import Alert
from ops.console.reading import Queue, Reading

RANGES = {"1h": (60, 1, 10), "4h": (240, 5, 30), "24h": (1440, 15, 180)}
"""Name → minutes shown, minutes in one point, minutes between two ticks of the clock."""
SPARK_MINUTES = 30
VENDOR_KINDS = ("c1", "c2", "c3", "c4")
TRACES = {
    "images": ("upload", "heard", "ImageChecked"),
    "notify_codes": ("notify", "heard", "NoticeRequested"),
    "sms": ("notify", "heard", "SmsReported"),
    "codes": ("notify", "said", "SendCode"),
    "results": ("upload", "heard", "ResultPushed"),
}
"""A stateless worker's work is seen by what a service hears or says: queue → which message."""


@dc.dataclass(frozen=True)
class Table:
    """The twin of a chart: its head and its rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dc.dataclass(frozen=True)
class Drawn:
    """One chart for wide screens and for narrow ones, so that its letters stay legible."""

    wide: Markup
    narrow: Markup


@dc.dataclass(frozen=True)
class Shares:
    """Percent of all attempts that each SMS vendor was asked for; no lines without vendors."""

    lines: list[Line]
    chart: Markup
    table: Table


@dc.dataclass(frozen=True)
class View:
    """Everything that the template needs; times are shown in `zone`."""

    reading: Reading
    alerts: list[Alert]
    range: str
    at: str
    images: Queue | None
    images_per_minute: int
    sms_failed_share: float | None
    sms_last_hour: int
    traffic_chart: Drawn
    traffic_table: Table
    depth_chart: Markup
    depth_table: Table
    depth_is_young: bool
    """Nobody looked at the queues yet when the chart begins."""
    shares: Shares
    sparks: dict[str, Markup]
    per_minute: dict[str, int]


def compose(
    reading: Reading, history: History, *, range_: str, now: dt.datetime, zone: ZoneInfo
) -> View:
    """The view at `now`, over the range, with the clocks of `zone`."""
    minutes, step, tick = RANGES[range_]
    last = floor(now) - dt.timedelta(minutes=1)
    end = last - dt.timedelta(minutes=last.minute % step)
    times = [end - dt.timedelta(minutes=m) for m in range(minutes, -1, -step)]
    until_now = [*times[1:], floor(now)]
    lines = _traffic(history, times, step)
    depths = _depths(history, until_now, step)
    sms = [c for c in reading.sms if c.state not in {"queued", "skipped"}]
    return View(
        reading=reading,
        alerts=judge.alerts(reading, now=now),
        range=range_,
        at=reading.at.astimezone(zone).strftime("%H:%M:%S"),
        images=reading.queue("images"),
        images_per_minute=_per_minute(history, *TRACES["images"])(last),
        sms_failed_share=judge.sms_failed_share(reading.sms),
        sms_last_hour=sum(c.deliveries for c in sms),
        traffic_chart=Drawn(
            wide=_draw(lines, times, tick, zone, width=860, kind="for-wide"),
            narrow=_draw(lines, times, tick, zone, width=400, kind="for-narrow"),
        ),
        traffic_table=_table(lines, times, zone),
        depth_chart=charts.chart(
            depths, _ticks(until_now, tick, zone), title=gettext("队列深度"), width=430, height=264
        ),
        depth_table=_table(depths, until_now, zone),
        depth_is_young=depths[0].values[0] is None,
        shares=_shares(reading, history, times=times, range_=range_, zone=zone),
        sparks=_sparks(history, last),
        per_minute={q.name: _handled(history, q.name, last) for q in _queues(reading)},
    )


def _traffic(history: History, times: list[dt.datetime], step: int) -> list[Line]:
    received = _per_minute(history, "upload", "said", "CheckImage")
    checked = _per_minute(history, *TRACES["images"])
    return [
        Line(gettext("接收"), "c1", [_mean(received, t, step) for t in times]),
        Line(gettext("检查完成"), "c2", [_mean(checked, t, step) for t in times]),
    ]


def _depths(history: History, times: list[dt.datetime], step: int) -> list[Line]:
    return [
        Line(gettext("图片检查"), "c3", [_deepest(history, "images", t, step) for t in times]),
        Line(gettext("其他队列"), "c4", [_others(history, t, step) for t in times]),
    ]


def _shares(
    reading: Reading, history: History, *, times: list[dt.datetime], range_: str, zone: ZoneInfo
) -> Shares:
    _, step, tick = RANGES[range_]
    names = [vendor.name for vendor in reading.vendors.each]
    counts = {name: _per_minute(history, "notify", "tried", name) for name in names}
    tried = [[_mean(counts[name], t, step) for t in times] for name in names]
    totals = [sum(values) for values in zip(*tried, strict=True)]
    lines = [
        Line(
            str(words.VENDORS.get(name, name)),
            kind,
            [100 * n / total if total else None for n, total in zip(own, totals, strict=True)],
        )
        for name, own, kind in zip(names, tried, itertools.cycle(VENDOR_KINDS), strict=False)
    ]
    title = gettext("各通道占发送的百分比")
    ticks = _ticks(times, tick, zone)
    drawn = charts.chart(lines, ticks, title=title, width=430, height=264, top=100)
    return Shares(lines, drawn, _table(lines, times, zone))


def _sparks(history: History, last: dt.datetime) -> dict[str, Markup]:
    recent = [last - dt.timedelta(minutes=m) for m in range(SPARK_MINUTES - 1, -1, -1)]
    checked = _per_minute(history, *TRACES["images"])
    return {
        "depth": charts.spark([history.depth("images", t) for t in recent[1:]], "c3"),
        "images": charts.spark([checked(t) for t in recent], "c1"),
        "sms": charts.spark([_sms(history, t) for t in recent], "c2"),
    }


def _queues(reading: Reading) -> tuple[Queue, ...]:
    return reading.broker.queues if reading.broker else ()


def _per_minute(history: History, service: str, way: str, type_: str) -> Callable[..., int]:
    return lambda minute: history.messages(service, way, type_, minute)


def _mean(count: Callable[..., int], end: dt.datetime, step: int) -> float:
    """Per minute, over the `step` minutes that end with this one."""
    return sum(count(end - dt.timedelta(minutes=m)) for m in range(step)) / step


def _deepest(history: History, queue: str, end: dt.datetime, step: int) -> Value:
    seen = (history.depth(queue, end - dt.timedelta(minutes=m)) for m in range(step))
    return max((depth for depth in seen if depth is not None), default=None)


def _others(history: History, end: dt.datetime, step: int) -> Value:
    rest = (queue for queue in QUEUES if queue != "images")
    seen = [_deepest(history, queue, end, step) for queue in rest]
    known = [depth for depth in seen if depth is not None]
    return sum(known) if known else None


def _sms(history: History, minute: dt.datetime) -> int:
    return history.messages("notify", "heard", "SmsReported", minute)


def _handled(history: History, queue: str, minute: dt.datetime) -> int:
    if queue in TRACES:
        return history.messages(*TRACES[queue], minute)
    return history.heard(queue, minute)


def _draw(
    lines: list[Line], times: list[dt.datetime], tick: int, zone: ZoneInfo, *, width: int, kind: str
) -> Markup:
    title = gettext("每分钟图片：接收与检查完成")
    ticks = _ticks(times, tick, zone)
    return charts.chart(lines, ticks, title=title, width=width, height=264, kind=kind)


def _ticks(times: list[dt.datetime], every: int, zone: ZoneInfo) -> dict[int, str]:
    """The round times among them: index → clock."""
    local = [at.astimezone(zone) for at in times]
    return {
        index: at.strftime("%H:%M")
        for index, at in enumerate(local)
        if (at.hour * 60 + at.minute) % every == 0
    }


def _table(lines: list[Line], times: list[dt.datetime], zone: ZoneInfo) -> Table:
    head = (gettext("时间"), *(line.name for line in lines))
    columns = zip(times, *(line.values for line in lines), strict=True)
    rows = tuple(
        (at.astimezone(zone).strftime("%H:%M"), *map(_number, values)) for at, *values in columns
    )
    return Table(head, rows[::-1])


def _number(value: object) -> str:
    return "–" if value is None else f"{value:.4g}"
