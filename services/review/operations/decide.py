"""Decisions on a whole case: what each level may make of it, while he holds it (R18-R20)."""

import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from libs.common.db import database_now
from libs.common.errors import Refusal
from services.review.domain import claim as claim_rules
from services.review.domain import judging
from services.review.domain.case import Act, Level, Outcome, Recommendation, State, after, holder
from services.review.domain.request import MAX_WORDS
from services.review.domain.staff import AREA_ROLES, Reviewer
from services.review.domain.words import fitting, needed
from services.review.models.case import Case
from services.review.operations import cases, claims, draws, requests


def ask(session: Session, case_id: uuid.UUID, by: Reviewer, *, seen_version: int) -> None:
    """All requests of the round leave together; the next round goes to the area (R20).

    Refuses what `claims.for_act` and `judging.ask` refuse, and `not_claimed`, as all here do.
    """
    case = _held(session, case_id, by, seen_version=seen_version)
    seen = cases.judged(session, case)
    target = judging.ask(seen)
    level = holder(State(case.state))
    sent = requests.send_drafts(session, case, level=level)
    columns = {"resumes_at": Level.AREA.value}
    _finish(session, case, target, "asked", by=by, level=level, count=len(sent), columns=columns)
    requests.raised(session, case, level=level, requests=sent, accepted=seen.accepted)


def forward(
    session: Session,
    case_id: uuid.UUID,
    recommendation: Recommendation,
    words: str,
    by: Reviewer,
    *,
    seen_version: int,
) -> None:
    """The site recommends and hands over. Refuses what `judging.forward` refuses."""
    case = _held(session, case_id, by, seen_version=seen_version)
    said = fitting(words, limit=MAX_WORDS)
    target = judging.forward(cases.judged(session, case), recommendation, said)
    columns = {
        "recommendation": recommendation.value,
        "recommendation_words": said,
        "returned_words": None,
    }
    kind = f"forwarded_{recommendation.value}"
    _finish(session, case, target, kind, by=by, level=Level.SITE, words=said, columns=columns)
    cases.say_stage(session, case)


def conclude(
    session: Session,
    case_id: uuid.UUID,
    outcome: Outcome,
    words: str,
    by: Reviewer,
    *,
    seen_version: int,
) -> None:
    """The area concludes; it may overrule the site. Refuses what `judging.conclude` refuses."""
    case = _held(session, case_id, by, seen_version=seen_version)
    said = fitting(words, limit=MAX_WORDS)
    target = judging.conclude(cases.judged(session, case), outcome, said)
    recommended = Recommendation(case.recommendation) if case.recommendation else None
    columns: dict[str, object] = {
        "outcome": outcome.value,
        "outcome_words": said,
        "overrules": judging.overrules(recommended, outcome),
        "concluded_by": by.id,
        "conditional": outcome is Outcome.PASSED and case.awaits_second,
        "info_changed_at": None,
        "changed_facts": [],
        "old_facts": {},
        "old_personal": None,
    }
    kind = f"concluded_{outcome.value}"
    _finish(session, case, target, kind, by=by, level=Level.AREA, words=said, columns=columns)
    draws.draw(session, case)
    cases.say_stage(session, case)


def send_back(
    session: Session, case_id: uuid.UUID, words: str, by: Reviewer, *, seen_version: int
) -> None:
    """The site shall look again. Refuses what `judging.send_back` refuses."""
    case = _held(session, case_id, by, seen_version=seen_version)
    said = fitting(words, limit=MAX_WORDS)
    target = judging.send_back(cases.judged(session, case), said)
    columns = {"returned_words": said, "recommendation": None, "recommendation_words": ""}
    _finish(
        session, case, target, "sent_back", by=by, level=Level.AREA, words=said, columns=columns
    )
    cases.say_stage(session, case)


def reopen(
    session: Session, case_id: uuid.UUID, words: str, by: Reviewer, *, seen_version: int
) -> None:
    """Before publication the area may take its conclusion back, with a reason.

    Refuses `not_found`, `stale_decision`, `wrong_state`, `words_needed`.
    """
    case = cases.lock(session, case_id)
    if not by.roles & AREA_ROLES:
        raise Refusal("not_found")
    claims.check_seen(session, case, seen_version=seen_version)
    target = after(State(case.state), Act.REOPEN)
    said, columns = needed(words, limit=MAX_WORDS), cases.NOT_DECIDED
    _finish(session, case, target, "reopened", by=by, level=Level.AREA, words=said, columns=columns)
    cases.say_stage(session, case)


def _held(session: Session, case_id: uuid.UUID, by: Reviewer, *, seen_version: int) -> Case:
    """The case under lock, held by him before this very deed."""
    claim = claims.standing_claim(session, cases.lock(session, case_id))
    now = database_now(session)
    case = claims.for_act(session, case_id, by, seen_version=seen_version)
    claim_rules.check_held(claim, staff_id=by.id, now=now)
    return case


def _finish(
    session: Session,
    case: Case,
    target: State,
    kind: str,
    *,
    by: Reviewer,
    level: Level,
    words: str = "",
    count: int = 0,
    columns: Mapping[str, object] | None = None,
) -> None:
    seconds = cases.release(session, case)
    cases.move(session, case, target, by=by, **(columns or {}))
    cases.note(session, case, kind, by=by, level=level, words=words, count=count, seconds=seconds)
