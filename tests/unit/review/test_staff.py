"""Who may see and do what, and how long the door stays shut after failures."""

import uuid

from services.review.domain.case import Level, State
from services.review.domain.staff import Reviewer, Role


def person(*roles: Role, sites: tuple[str, ...] = ("heping",)) -> Reviewer:
    return Reviewer(id=uuid.uuid4(), name="样例", roles=frozenset(roles), sites=frozenset(sites))


def test_a_site_reviewer_sees_and_works_on_his_sites_alone() -> None:
    site = person(Role.SITE_REVIEWER)

    assert site.sees("heping")
    assert not site.sees("hexi")
    assert site.works_on(State.SITE_REVIEW, "heping")
    assert not site.works_on(State.SITE_REVIEW, "hexi")
    assert not site.works_on(State.AREA_REVIEW, "heping")
    assert site.level is Level.SITE


def test_the_area_sees_every_site_and_works_on_its_own_level_alone() -> None:
    area = person(Role.AREA_LEAD, sites=())

    assert area.sees("hexi")
    assert area.works_on(State.AREA_REVIEW, "hexi")
    assert not area.works_on(State.SITE_REVIEW, "hexi")
    assert not area.works_on(State.WAITING, "hexi")
    assert area.level is Level.AREA


def test_an_auditor_sees_all_and_works_on_nothing_an_administrator_sees_no_case() -> None:
    auditor, administrator = person(Role.AUDITOR), person(Role.ADMINISTRATOR)

    assert auditor.sees("hexi")
    assert not any(auditor.works_on(state, "heping") for state in State)
    assert not administrator.sees("heping")


def test_a_suspicion_is_seen_by_leads_the_area_and_whoever_raised_it() -> None:
    site, lead = person(Role.SITE_REVIEWER), person(Role.SITE_LEAD)

    assert not site.sees_suspicion(lead.id)
    assert site.sees_suspicion(site.id)
    assert lead.sees_suspicion(site.id)
