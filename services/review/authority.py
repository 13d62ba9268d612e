"""Who may reach what: every route of this service and the roles that it opens to.

A route without a row stops the start (and fails a test). Whoever is not in a row's set gets the
same 404 as for a page that does not exist, and the audit log says so. Within a route the case's
site and state narrow it further (`Reviewer.sees`, `Reviewer.works_on`).
"""

from services.review.domain.second import COMPARERS
from services.review.domain.staff import AREA_ROLES, READERS, REVIEWERS, Role

EVERYBODY = frozenset(Role)
"""Any signed-in member of staff."""
NOBODY_SIGNED_IN: frozenset[Role] | None = None
"""Open without a sign-in."""
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
LEADS = frozenset({Role.AREA_LEAD})
PUBLICATION_READERS = AREA_ROLES | {Role.AUDITOR}

ROUTES: dict[str, frozenset[Role] | None] = {
    "asset": NOBODY_SIGNED_IN,
    "livez": NOBODY_SIGNED_IN,
    "readyz": NOBODY_SIGNED_IN,
    "metrics": NOBODY_SIGNED_IN,
    "refused": NOBODY_SIGNED_IN,
    "entry.sign_in": NOBODY_SIGNED_IN,
    "passkeys.challenge": NOBODY_SIGNED_IN,
    "passkeys.offer": EVERYBODY,
    "passkeys.add": EVERYBODY,
    "passkeys.remove": EVERYBODY,
    "entry.sign_out": EVERYBODY,
    "entry.home": EVERYBODY,
    "account.show": EVERYBODY,
    "account.keys": EVERYBODY,
    "account.password": EVERYBODY,
    "invitation.show": NOBODY_SIGNED_IN,
    "invitation.accept": NOBODY_SIGNED_IN,
    "accounts.index": ADMINISTRATORS,
    "accounts.invite": ADMINISTRATORS,
    "accounts.show": ADMINISTRATORS,
    "accounts.change": ADMINISTRATORS,
    "accounts.activate": ADMINISTRATORS,
    "accounts.invite_again": ADMINISTRATORS,
    "accounts.end_browser": EVERYBODY,
    "windows.index": ADMINISTRATORS,
    "windows.preview": ADMINISTRATORS,
    "windows.asked": ADMINISTRATORS,
    "windows.extend": ADMINISTRATORS,
    "catalog.site": ADMINISTRATORS,
    "catalog.edit_site": ADMINISTRATORS,
    "catalog.reason": ADMINISTRATORS,
    "catalog.edit_reason": ADMINISTRATORS,
    "queues.show": READERS,
    "queues.claim_next": REVIEWERS,
    "queues.claim": REVIEWERS,
    "queues.give_back": REVIEWERS,
    "desk.show": READERS,
    "desk.judge": REVIEWERS,
    "desk.demand": REVIEWERS,
    "desk.drop": REVIEWERS,
    "desk.undo": REVIEWERS,
    "desk.flag": REVIEWERS,
    "desk.unflag": REVIEWERS,
    "wishes.answer": REVIEWERS,
    "contact.show": REVIEWERS,
    "contact.keep": REVIEWERS,
    "preview.show": READERS,
    "calls.index": READERS,
    "calls.show": REVIEWERS,
    "calls.report": REVIEWERS,
    "statistics.show": READERS,
    "statistics.cases": READERS,
    "statistics.decisions": READERS,
    "statistics.figures": READERS,
    "duplicates.index": PUBLICATION_READERS,
    "duplicates.show": PUBLICATION_READERS,
    "duplicates.clear": AREA_ROLES,
    "queues.ahead": REVIEWERS,
    "queues.let_go": REVIEWERS,
    "queues.save_view": READERS,
    "queues.forget_view": READERS,
    "after.extend": REVIEWERS,
    "after.withdraw": REVIEWERS,
    "conclusion.show": READERS,
    "conclusion.decide": REVIEWERS,
    "conclusion.reopen": AREA_ROLES,
    "images.show": READERS,
    "second.claim_next": AREA_ROLES,
    "second.show": AREA_ROLES,
    "second.judge": AREA_ROLES,
    "second.finish": AREA_ROLES,
    "second.give_back": AREA_ROLES,
    "second.compare": COMPARERS,
    "second.settle": LEADS,
    "publication.index": PUBLICATION_READERS,
    "publication.show": PUBLICATION_READERS,
    "publication.propose": LEADS,
    "publication.confirm": LEADS,
    "publication.withdraw": LEADS,
    "publication.rehearse": PUBLICATION_READERS,
    "publication.ask_held": LEADS,
    "publication.push_again": LEADS,
}
