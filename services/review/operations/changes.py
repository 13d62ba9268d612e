"""A corrected record arrives after the submission (R3)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.envelopes import body_of, read_body
from services.review.domain.case import Act, State, after
from services.review.domain.request import Kind, Standing
from services.review.models.case import Case, EarlyChange, Image
from services.review.models.judging import Request
from services.review.operations import cases, machine
from services.review.vault import Vault

NEWLY_REQUIRED = "newly_required"
"""The reason of a request that a corrected record raised, in no exam's pack."""


def change_registration(session: Session, message: m.RegistrationChanged, *, vault: Vault) -> None:
    """The new facts come to the level that holds the case, marked; a concluded case is reopened
    at the area. What is newly required is asked for; what is no longer asked stays, marked.
    """
    cases.take_turns(session, message.application_id)
    case = cases.lock_of_application(session, message.application_id)
    if case is None:
        _keep_for_later(session, message)
    else:
        _apply(session, case, message, vault=vault)


def apply_early(session: Session, case: Case, *, vault: Vault) -> None:
    """Use the record that came before the round to which it belongs."""
    early = session.get(EarlyChange, case.application_id)
    if early is not None:
        _apply(session, case, read_body(m.RegistrationChanged, early.body), vault=vault)
        session.execute(
            delete(EarlyChange).where(EarlyChange.application_id == case.application_id)
        )


def _keep_for_later(session: Session, message: m.RegistrationChanged) -> None:
    values = {"revision": message.revision, "body": body_of(message)}
    session.execute(
        insert(EarlyChange)
        .values(application_id=message.application_id, **values)
        .on_conflict_do_update(
            index_elements=[EarlyChange.application_id],
            set_=values,
            where=EarlyChange.revision < message.revision,
        )
    )


def _apply(session: Session, case: Case, message: m.RegistrationChanged, *, vault: Vault) -> None:
    if message.revision <= case.registration_revision:
        return
    case.registration_revision = message.revision
    newly_required = () if machine.is_given_back(session, case) else message.newly_required
    if message.changed_at < case.facts_at:
        # Handed in again since, so the facts are here; answers bring nothing newly required.
        if State(case.state) in (State.SITE_REVIEW, State.AREA_REVIEW, State.WAITING):
            ask_for(session, case, newly_required)
        return
    _take_facts(case, message, vault=vault)
    state = State(case.state)
    target = after(state, Act.CHANGE_INFO)
    cases.touch(case, None)
    if target is not state:
        cases.release(session, case)
        cases.move(session, case, target, by=None, **cases.NOT_DECIDED)
    cases.note(session, case, "info_changed", count=len(message.changed))
    session.flush()
    if target is not state:
        cases.say_stage(session, case)
    if target is not State.PUBLISHED:
        fixed = _close_fixes(session, case, message.changed)
        ask_for(session, case, newly_required)
        if fixed:
            _go_on(session, case)


def _take_facts(case: Case, message: m.RegistrationChanged, *, vault: Vault) -> None:
    """The old facts stay beside the new ones until somebody has concluded knowing both."""
    if case.info_changed_at is None:
        case.old_facts = case.facts
        before = vault.person(case.personal, case_id=case.id)
        case.old_personal = vault.keep_old_person(before, case_id=case.id)
        case.changed_facts = []
    case.info_changed_at = case.facts_at = message.changed_at
    case.changed_facts = _joined(case.changed_facts, message.changed)
    case.not_asked = [
        c for c in _joined(case.not_asked, message.no_longer_asked) if c not in message.materials
    ]
    case.materials = _joined(case.materials, message.materials)
    case.facts, case.masked_name = message.facts, message.masked_name
    person: Mapping[str, str] = vault.open_sealed(message.personal)
    case.personal = vault.keep_person(person, case_id=case.id)


def ask_for(session: Session, case: Case, materials: Sequence[str]) -> None:
    """An ADD request for each material that nothing answers yet and nobody has asked for."""
    has = set(
        session.scalars(select(Image.material).where(Image.case_id == case.id, Image.is_current))
    )
    has |= {absence["material"] for absence in case.absences}
    has |= set(
        session.scalars(
            select(Request.material).where(
                Request.case_id == case.id,
                Request.kind == Kind.ADD.value,
                Request.standing == Standing.OPEN.value,
            )
        )
    )
    wanted = [code for code in materials if code not in has]
    if wanted:
        asked = [
            machine.request(session, case, Kind.ADD, NEWLY_REQUIRED, material=code)
            for code in wanted
        ]
        machine.send(session, case, asked, kind="newly_asked")


def _close_fixes(session: Session, case: Case, changed: Sequence[str]) -> int:
    """Open FIX requests on what has been corrected are answered by it; how many there were."""
    done = session.execute(
        update(Request)
        .where(
            Request.case_id == case.id,
            Request.kind == Kind.FIX.value,
            Request.fact.in_(changed),
            Request.standing == Standing.OPEN.value,
        )
        .values(standing=Standing.ANSWERED.value)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _go_on(session: Session, case: Case) -> None:
    """With no request left open the area goes on (R20)."""
    waits = select(func.count()).where(
        Request.case_id == case.id, Request.standing == Standing.OPEN.value
    )
    if case.state == State.WAITING.value and not session.scalar(waits):
        cases.move(session, case, after(State.WAITING, Act.FIXED), by=None)
        cases.lapse_asks(session, case)
        session.flush()
        cases.say_stage(session, case)


def _joined(one: Sequence[str], two: Sequence[str]) -> list[str]:
    return [*one, *(word for word in two if word not in one)]
