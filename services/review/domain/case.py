"""The case: its states, who holds it, and which act leads where (R18-R21, R24).

A transition is a line of `TRANSITIONS`; the same states stand as CHECKs in `models.py`.
"""

from enum import StrEnum

from libs.common.errors import Refusal


class State(StrEnum):
    """Where a case stands."""

    SITE_REVIEW = "site_review"
    WAITING = "waiting"
    """Requests are out; the candidate answers."""
    AREA_REVIEW = "area_review"
    CONCLUDED = "concluded"
    PUBLISHED = "published"


class Level(StrEnum):
    """The two review organs, in their order (R18)."""

    SITE = "site"
    AREA = "area"


class Act(StrEnum):
    """What can happen to a case."""

    ASK = "ask"
    FORWARD = "forward"
    SEND_BACK = "send_back"
    CONCLUDE = "conclude"
    REOPEN = "reopen"
    PUBLISH = "publish"
    OVERDUE = "overdue"
    FIXED = "fixed"
    """A corrected record answered the last open request (R3)."""
    GIVE_BACK = "give_back"
    """She has her application again, as she wished (R17)."""
    CHANGE_INFO = "change_info"
    """A corrected record arrived (R3)."""
    ASK_BY_ITSELF = "ask_by_itself"
    """Nobody's verdict: a check or a corrected record asks (R3, R15)."""


class Recommendation(StrEnum):
    """What the site recommends; it decides nothing (R19)."""

    PASS = "pass"  # noqa: S105 - a recommendation, no password
    NOT_ELIGIBLE = "not_eligible"


class Outcome(StrEnum):
    """What the area concludes."""

    PASSED = "passed"
    NOT_PASSED = "not_passed"


TRANSITIONS: dict[tuple[State, Act], State] = {
    (State.SITE_REVIEW, Act.ASK): State.WAITING,
    (State.SITE_REVIEW, Act.FORWARD): State.AREA_REVIEW,
    (State.AREA_REVIEW, Act.ASK): State.WAITING,
    (State.AREA_REVIEW, Act.SEND_BACK): State.SITE_REVIEW,
    (State.AREA_REVIEW, Act.CONCLUDE): State.CONCLUDED,
    (State.WAITING, Act.OVERDUE): State.AREA_REVIEW,
    (State.WAITING, Act.FIXED): State.AREA_REVIEW,
    (State.SITE_REVIEW, Act.GIVE_BACK): State.WAITING,
    (State.AREA_REVIEW, Act.GIVE_BACK): State.WAITING,
    (State.SITE_REVIEW, Act.CHANGE_INFO): State.SITE_REVIEW,
    (State.WAITING, Act.CHANGE_INFO): State.WAITING,
    (State.AREA_REVIEW, Act.CHANGE_INFO): State.AREA_REVIEW,
    (State.CONCLUDED, Act.CHANGE_INFO): State.AREA_REVIEW,
    (State.PUBLISHED, Act.CHANGE_INFO): State.PUBLISHED,
    (State.SITE_REVIEW, Act.ASK_BY_ITSELF): State.WAITING,
    (State.AREA_REVIEW, Act.ASK_BY_ITSELF): State.WAITING,
    (State.WAITING, Act.ASK_BY_ITSELF): State.WAITING,
    (State.CONCLUDED, Act.REOPEN): State.AREA_REVIEW,
    (State.CONCLUDED, Act.PUBLISH): State.PUBLISHED,
}

HOLDERS: dict[State, Level] = {State.SITE_REVIEW: Level.SITE, State.AREA_REVIEW: Level.AREA}
"""Which level works on a case in this state; in the other states nobody does."""


def after(state: State, act: Act) -> State:
    """The state to which the act leads. Refuses `wrong_state`."""
    target = TRANSITIONS.get((state, act))
    if target is None:
        raise Refusal("wrong_state", state=state.value)
    return target


def holder(state: State) -> Level:
    """The level that may act now. Refuses `wrong_state`."""
    level = HOLDERS.get(state)
    if level is None:
        raise Refusal("wrong_state", state=state.value)
    return level


def after_withdrawal(state: State, *, level: Level) -> State:
    """Where the case stands when its last open request was withdrawn: with who asked it.

    Refuses `wrong_state`.
    """
    if state is not State.WAITING:
        raise Refusal("wrong_state", state=state.value)
    return State.SITE_REVIEW if level is Level.SITE else State.AREA_REVIEW


def after_round(state: State, *, resumes_at: Level | None, is_second: bool = False) -> State:
    """Where the case stands when the candidate has handed in a newer round.

    Answers to reviewers' requests go to the area (R20); answers to what a machine asked go back
    to the level that held the case, so that neither level is skipped (R18). A concluded case is
    reopened at the area (R3); the second window's round goes there always (R5). Refuses
    `already_published`.
    """
    if is_second and state is not State.PUBLISHED:
        return State.AREA_REVIEW
    match state:
        case State.WAITING:
            return State.SITE_REVIEW if resumes_at is Level.SITE else State.AREA_REVIEW
        case State.CONCLUDED:
            return State.AREA_REVIEW
        case State.PUBLISHED:
            raise Refusal("already_published")
    return state
