"""The demo's roster: as `shencai roster import` reads it, and as the stand-in shows it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ops.demo.cast import Player, cast
from ops.demo.former import former
from services.upload.domain.exam import Exam

Names = Mapping[str, str]
"""Language tag → name."""


def rows(players: Sequence[Player]) -> list[dict[str, Any]]:
    """One registration per candidate, as the registration system would send it."""
    return [
        {
            "registration_number": player.number,
            "exam": player.exam,
            "site": player.site,
            "language": player.language,
            "name": player.name,
            "id_number": player.id_number,
            "birth_date": player.born,
            "sex": player.sex,
            "phone": player.phone,
            "unit": player.unit,
            "unit_phone": player.unit_phone,
            "facts": dict(player.facts),
        }
        for player in players
    ]


def with_names(
    rows: Sequence[Mapping[str, Any]], *, exam: Names, sites: Mapping[str, Names]
) -> list[dict[str, Any]]:
    """The same rows with the names that the stand-in's own pages show."""
    return [
        {**row, "exam_names": dict(exam), "site_names": dict(sites[row["site"]])} for row in rows
    ]


def of_stand_in(exams: Iterable[Exam]) -> list[dict[str, Any]]:
    """Everybody's rows with those names, hers of the former exam too: it takes her result."""
    everybody = rows((*cast(), former()))
    return [
        row
        for exam in exams
        for row in with_names(
            [row for row in everybody if row["exam"] == exam.code],
            exam=exam.name.by_tag(),
            sites={site.code: site.name.by_tag() for site in exam.sites},
        )
    ]


def write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """All or nothing: who reads the file meanwhile sees the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    aside.rename(path)
