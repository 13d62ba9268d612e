"""What the table of authority itself must say, whatever the routes are called."""

from services.review.authority import ROUTES
from services.review.domain.staff import AREA_ROLES, SITE_ROLES, Role

OWN = {"account", "passkeys", "entry"}
ADMINISTRATION = {"accounts", "windows", "packs", "catalog"}
OF_THE_AREA = {"duplicates", "second", "publication"}
CHANGES_NOTHING = {"accounts.end_browser", "queues.save_view", "queues.forget_view"}
"""But his own browsers and views."""
GUARDED = {endpoint: roles for endpoint, roles in ROUTES.items() if roles is not None}
READS = {"show", "index", "asked", "compare", "rehearse", "cases", "decisions", "figures"}
DOORS = {"asset", "livez", "readyz", "metrics", "refused", "entry", "invitation", "passkeys"}


def room_of(endpoint: str) -> str:
    return endpoint.split(".", maxsplit=1)[0]


def test_administration_is_for_administrators_alone_and_they_see_no_case() -> None:
    for endpoint, roles in GUARDED.items():
        is_theirs = room_of(endpoint) in ADMINISTRATION and endpoint != "accounts.end_browser"
        if is_theirs:
            assert roles == frozenset({Role.ADMINISTRATOR}), endpoint
        elif room_of(endpoint) not in OWN | {"accounts"}:
            assert Role.ADMINISTRATOR not in roles, endpoint


def test_an_auditor_reads_and_changes_nothing() -> None:
    for endpoint, roles in GUARDED.items():
        if Role.AUDITOR in roles:
            reads = endpoint.split(".")[1] in READS
            assert reads or room_of(endpoint) in OWN or endpoint in CHANGES_NOTHING, endpoint


def test_what_is_the_areas_is_closed_to_sites_and_publishing_to_all_but_its_leads() -> None:
    for endpoint, roles in GUARDED.items():
        if room_of(endpoint) in OF_THE_AREA:
            assert not roles & SITE_ROLES, endpoint
    for act in ("propose", "confirm", "withdraw", "push_again", "ask_held"):
        assert ROUTES[f"publication.{act}"] == frozenset({Role.AREA_LEAD})
    assert ROUTES["conclusion.reopen"] == AREA_ROLES


def test_only_doors_are_open_without_a_sign_in() -> None:
    opened = set(ROUTES) - set(GUARDED)

    assert {room_of(endpoint) for endpoint in opened} <= DOORS
    assert opened & {"entry.home", "entry.sign_out", "passkeys.add", "passkeys.remove"} == set()
