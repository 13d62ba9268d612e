"""What is held of her as a file: the same as on the page, for her to keep or take elsewhere."""

import dataclasses as dc
import datetime as dt

from services.upload.domain.exam import Site, Text
from services.upload.queries.shapes.held import HeldImage, HeldOfHer

FORMAT = "shencai.held/1"
"""Grows when a field changes its meaning."""


def as_json(held: HeldOfHer, *, at: dt.datetime, is_whole: bool) -> dict[str, object]:
    """Plain JSON values; times in UTC. `is_whole`: ID number, phones and name are not masked."""
    return {
        "format": FORMAT,
        "made_at": _time(at),
        "is_masked": not is_whole,
        "exam": {"code": held.exam, "name": held.exam_name.by_tag(), "zone": held.zone},
        "held_by": [_organ(held.area), _organ(held.site)],
        "kept": {
            "since": _time(held.began_at),
            "retention_days": held.retention_days,
            "until": _time(held.kept_until),
        },
        **_person(held),
        "state": held.state,
        "result": {
            "outcome": held.outcome,
            "published_at": _time(held.published_at),
            "told_registration_system_at": _time(held.told_at),
        },
        "images": [_image(image) for image in held.images],
        "photos_waiting": [_flat(photo) for photo in held.photos],
        "submissions": [_flat(submission) for submission in held.submissions],
        "requests": [_flat(request) for request in held.requests],
        "written_by_you": [_flat(words) for words in held.words],
        "messages": [_flat(message) for message in held.messages],
        "browsers": [_flat(browser) for browser in held.browsers],
        "looks_from_your_browsers": [_flat(look) for look in held.looks],
    }


def _person(held: HeldOfHer) -> dict[str, object]:
    return {
        "registration": {
            "number": held.registration.number,
            "received_at": _time(held.registration.received_at),
            "facts": [
                {"name": row.name, "label": row.label.by_tag(), "value": row.value.by_tag()}
                for row in held.registration.rows
            ],
        },
        "account": {
            "activated_at": _time(held.account.activated_at),
            "phone_verified_at": _time(held.account.phone_verified_at),
            "language": held.account.language,
        },
        "agreed": [
            {
                "what": each.what,
                "title": each.title.by_tag(),
                "version": each.version,
                "at": _time(each.at),
            }
            for each in held.account.agreed
        ],
    }


def _image(image: HeldImage) -> dict[str, object]:
    plain = _flat(image)
    plain["findings"] = [
        {"code": finding.code, "severity": finding.severity} for finding in image.findings
    ]
    return plain


def _organ(site: Site) -> dict[str, object]:
    return {"name": site.name.by_tag(), "phone": site.phone, "hours": site.hours.by_tag()}


def _flat(row: object) -> dict[str, object]:
    assert dc.is_dataclass(row)
    return {field.name: _plain(getattr(row, field.name)) for field in dc.fields(row)}


def _plain(value: object) -> object:
    match value:
        case dt.datetime():
            return _time(value)
        case Text():
            return value.by_tag()
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)


def _time(at: dt.datetime | None) -> str | None:
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if at else None
