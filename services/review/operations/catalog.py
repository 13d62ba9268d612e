"""Administrators change sites and reasons; the upload room owns the exam and tells everybody."""

import dataclasses as dc

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common import messages as m
from libs.common.errors import Refusal
from libs.common.outbox import post
from services.review.domain import reasons as reason_rules
from services.review.domain import site as site_rules
from services.review.domain.reasons import Reason
from services.review.domain.site import Reached
from services.review.domain.staff import Reviewer
from services.review.models.case import Exam
from services.review.models.staff import Staff


def edit_site(session: Session, exam: str, site: str, reached: Reached, by: Reviewer) -> None:
    """How it is reached from now on. Refuses `unknown_scope` and what `site.check` refuses."""
    known = session.get(Exam, exam)
    if known is None or site not in known.sites:
        raise Refusal("unknown_scope")
    site_rules.check(reached)
    post(
        session,
        m.EditSite(exam=exam, site=site, reached=dc.asdict(reached), by=_login(session, by)),
    )
    _audit(session, by, "exam.site_edited", exam, site)


def edit_reason(session: Session, exam: str, reason: Reason, by: Reviewer) -> None:
    """The reason as it is offered from now on; nothing is deleted, it is retired.

    Refuses `unknown_scope` and what `reasons.check_edit` refuses; a known reason keeps its kind.
    """
    known = session.get(Exam, exam)
    if known is None:
        raise Refusal("unknown_scope")
    before = known.reasons.get(reason.code)
    if before is not None and before.get("kind", "REPLACE") != reason.kind.value:
        raise Refusal("unknown_scope")
    reason_rules.check_edit(reason, materials=known.materials, facts=known.facts)
    facts = tuple(fact for fact in known.facts if fact in reason.facts)
    post(
        session,
        m.EditReason(
            exam=exam,
            reason=reason.code,
            kind=reason.kind.value,
            words={"zh-CN": reason.zh, "en": reason.en},
            cure={"zh-CN": reason.cure_zh, "en": reason.cure_en},
            initials=reason.initials,
            materials=tuple(sorted(reason.materials)),
            facts=facts,
            retired=reason.is_retired,
            by=_login(session, by),
        ),
    )
    _audit(session, by, "exam.reason_edited", exam, reason.code, facts=" ".join(facts))


def _login(session: Session, by: Reviewer) -> str:
    return session.scalar(select(Staff.login).where(Staff.id == by.id)) or ""


def _audit(
    session: Session, by: Reviewer, action: str, exam: str, code: str, **details: str
) -> None:
    actor, subject = f"staff:{by.id}", f"exam:{exam}"
    audit.record(session, actor=actor, action=action, subject=subject, code=code, **details)
