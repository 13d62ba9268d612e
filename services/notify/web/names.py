"""What exams, sites and staff are called, for pages that know them by their codes."""

import dataclasses as dc
import datetime as dt
from collections.abc import Mapping
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from libs.common.web.languages import language
from services.notify.domain.wording import Language, moment
from services.notify.models.people import Exam
from services.notify.queries import desk as queries

STAFF_ZONE = ZoneInfo("Asia/Shanghai")
"""Where no exam is known: of vendors, whose days are Beijing's."""


@dc.dataclass(frozen=True)
class Names:
    """Words in the page's language; a code of which nothing is known stays a code."""

    exams: Mapping[str, Exam]
    operators: Mapping[str, str]

    @classmethod
    def read(cls, session: Session) -> "Names":
        """Two queries, whatever the page shows."""
        return cls(queries.exams(session), queries.operators(session))

    def exam(self, code: str) -> str:
        """The exam's name."""
        known = self.exams.get(code)
        return code if known is None else str(known.names.get(language(), code))

    def site(self, exam: str, code: str) -> str:
        """The site's name."""
        known = self.exams.get(exam)
        words = known.sites.get(code, {}) if known is not None else {}
        return str(words.get(language(), code))

    def actor(self, actor: str) -> str:
        """Who of the staff did something."""
        return self.operators.get(actor.removeprefix("operator:"), actor)

    def zone(self, exam: str) -> ZoneInfo:
        """By which its times are said."""
        known = self.exams.get(exam)
        return STAFF_ZONE if known is None else ZoneInfo(known.zone)

    def end(self, at: dt.datetime, exam: str) -> str:
        """An end as it was announced: midnight is 24:00 of the day before."""
        return moment(at, self.zone(exam), cast("Language", language()))
