"""What the demo's staff does with one case, through the review's operations (acts as review)."""

import dataclasses as dc
import uuid
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.db import Database
from ops.demo.cast import HANDED_IN, Ask, Player, Stage
from ops.demo.pace import Pace
from ops.demo.staff import CONCLUDING, SITE_REVIEWERS
from services.review.domain.case import Outcome, Recommendation, State
from services.review.domain.request import Demand, Kind, Mark
from services.review.domain.staff import Reviewer
from services.review.models.case import Case, Image
from services.review.operations import claims, decide, judge

NOT_ELIGIBLE_WORDS = "样例：所报类别与毕业证书所载专业不符。"
MARK = Mark(left=0.32, top=0.28, width=0.36, height=0.3)
LOOKED_AT = 2
"""Images that the reviewer of a claimed case has accepted so far."""


@dc.dataclass(frozen=True)
class Desk:
    """Where one player's case is worked on."""

    database: Database
    pace: Pace
    staff: dict[str, Reviewer]
    """By login."""
    player: Player

    def work(self) -> None:
        """Bring the case to its stage; what an earlier, broken start has done is kept."""
        stage = self.player.stage
        if stage not in HANDED_IN:
            return
        self._await(lambda case: case is not None, what="case")
        if stage is not Stage.SUBMITTED:
            self._sit_at_site()
        if stage is Stage.CONCLUDED:
            self._conclude()
        if stage is Stage.RESUBMITTED:
            self._await(_is_back, what="answers")

    def _sit_at_site(self) -> None:
        """One sitting of the site's reviewer: all of it, or nothing."""
        with self.database.transaction() as session:
            case = self._case(session)
            if case is None or case.state != State.SITE_REVIEW.value:
                return
            by = self.staff[SITE_REVIEWERS[self.player.site]]
            claims.claim(session, case.id, by)
            if self.player.stage is Stage.CLAIMED:
                self._accept(session, case, by, at_most=LOOKED_AT)
                return
            self._accept(session, case, by)
            self._ask(session, case, by)
            if self.player.asks:
                decide.ask(session, case.id, by, seen_version=case.version)
            else:
                self._forward(session, case, by)

    def _accept(
        self, session: Session, case: Case, by: Reviewer, *, at_most: int | None = None
    ) -> None:
        replaced = {(a.material, a.position) for a in self.player.asks if a.kind == Kind.REPLACE}
        fine = [i for i in _images(session, case) if (i.material, i.position) not in replaced]
        for image in fine[:at_most]:
            judge.accept(session, case.id, image.id, by, seen_version=case.version)

    def _ask(self, session: Session, case: Case, by: Reviewer) -> None:
        images = {(i.material, i.position): i.id for i in _images(session, case)}
        for ask in self.player.asks:
            if ask.kind == Kind.REPLACE:
                demand = _demand(ask, images[ask.material or "", ask.position])
                judge.ask_replacement(session, case.id, demand, by, seen_version=case.version)
            else:
                demand = _demand(ask, None)
                judge.ask_more(session, case.id, demand, by, seen_version=case.version)

    def _forward(self, session: Session, case: Case, by: Reviewer) -> None:
        fits = self.player.is_eligible
        recommendation = Recommendation.PASS if fits else Recommendation.NOT_ELIGIBLE
        words = "" if fits else NOT_ELIGIBLE_WORDS
        decide.forward(session, case.id, recommendation, words, by, seen_version=case.version)

    def _conclude(self) -> None:
        with self.database.transaction() as session:
            case = self._case(session)
            if case is None or case.state != State.AREA_REVIEW.value:
                return
            by = self.staff[CONCLUDING]
            claims.claim(session, case.id, by)
            outcome = Outcome.PASSED if self.player.is_eligible else Outcome.NOT_PASSED
            words = "" if self.player.is_eligible else NOT_ELIGIBLE_WORDS
            decide.conclude(session, case.id, outcome, words, by, seen_version=case.version)

    def _await(self, holds: Callable[[Case | None], bool], *, what: str) -> None:
        def is_so() -> bool:
            with self.database.transaction() as session:
                return holds(self._case(session))

        self.pace.until(is_so, what=f"the {what} of {self.player.number}")

    def _case(self, session: Session) -> Case | None:
        return session.scalars(
            select(Case).where(
                Case.exam == self.player.exam, Case.registration_number == self.player.number
            )
        ).one_or_none()


def _is_back(case: Case | None) -> bool:
    return case is not None and case.round > 1


def _images(session: Session, case: Case) -> list[Image]:
    found = session.scalars(
        select(Image)
        .where(Image.case_id == case.id, Image.is_current)
        .order_by(Image.material, Image.position)
    )
    return list(found)


def _demand(ask: Ask, image_id: uuid.UUID | None) -> Demand:
    return Demand(
        kind=Kind(ask.kind),
        material=ask.material,
        image_id=image_id,
        add_count=1 if ask.kind == Kind.ADD else 0,
        fact=ask.fact,
        reason=ask.reason,
        words=ask.words,
        mark=MARK if ask.has_mark else None,
        due_hours=ask.due_hours,
    )
