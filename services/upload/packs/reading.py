"""Parts of a pack in their written form, made the domain's; what cannot be read is told."""

import datetime as dt
from zoneinfo import ZoneInfo

from services.upload.domain.condition import ALWAYS, NEVER, Tell, from_form
from services.upload.domain.deadline import Window
from services.upload.domain.exam import Material
from services.upload.packs.shape import MaterialShape, WindowShape


def read_zone(name: str, *, tell: Tell) -> ZoneInfo:
    """The time zone of that name; UTC after telling that there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        tell("zone", f"{name!r} is not a time zone; expected is one like Asia/Shanghai")
        return ZoneInfo("UTC")


def read_window(shape: WindowShape, *, zone: ZoneInfo, place: str, tell: Tell) -> Window:
    """The window in UTC. A time that cannot be read is told, and stands as the year 1970."""
    opens_at = read_time(shape.opens, zone=zone, place=f"{place}.opens", tell=tell)
    ends_at = read_time(shape.ends, zone=zone, place=f"{place}.ends", tell=tell)
    if opens_at >= ends_at:
        tell(place, f"ends ({shape.ends}) before it opens ({shape.opens})")
    return Window(
        opens_at=opens_at, ends_at=ends_at, grace=dt.timedelta(seconds=shape.grace_seconds)
    )


def read_time(text: str, *, zone: ZoneInfo, place: str, tell: Tell) -> dt.datetime:
    """A wall-clock time such as 2023-02-16T24:00 in UTC."""
    day, _, clock = text.partition("T")
    whole_day = clock in ("24:00", "24:00:00")
    written = f"{day}T00:00" if whole_day else text
    try:
        local = dt.datetime.fromisoformat(written) + dt.timedelta(days=1 if whole_day else 0)
    except (ValueError, OverflowError):
        local = None
    if local is None or local.tzinfo is not None or not clock:
        tell(place, f"{text!r} is not a time like 2023-02-16T24:00, without a zone")
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return local.replace(tzinfo=zone).astimezone(dt.UTC)


def read_material(shape: MaterialShape, *, tell: Tell) -> Material:
    """The material with its conditions read."""
    place = f"materials.{shape.code}"
    when = from_form(shape.when, place=f"{place}.when", tell=tell)
    waived_when = from_form(shape.waived_when, place=f"{place}.waived_when", tell=tell)
    absence_when = from_form(shape.absence, place=f"{place}.absence", tell=tell)
    if when != ALWAYS and shape.otherwise is None:
        tell(f"{place}.otherwise", "is missing; say for whom only the material is asked")
    if (waived_when == NEVER) != (shape.waived_because is None):
        tell(place, "needs waived_when and waived_because together")
    return Material(
        code=shape.code,
        title=shape.title,
        requirement=shape.requirement,
        hints=shape.hints,
        slots=shape.slots,
        kinds=shape.kinds,
        carry=shape.carry,
        min=shape.min,
        max=shape.max,
        optional=shape.optional,
        when=when,
        because=shape.because,
        otherwise=shape.otherwise or shape.because,
        waived_when=waived_when,
        waived_because=shape.waived_because,
        deferred=shape.deferred,
        absence_when=absence_when,
    )
