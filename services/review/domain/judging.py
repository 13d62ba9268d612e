"""Verdicts on images, and what they allow a level to do with the whole case (R19, R20)."""

import dataclasses as dc
import datetime as dt
import uuid
from collections.abc import Sequence
from enum import StrEnum

from libs.common.errors import Refusal
from services.review.domain.case import Act, Level, Outcome, Recommendation, State, after, holder


class Choice(StrEnum):
    """A verdict on one image."""

    ACCEPT = "accept"
    ASK = "ask"
    """Replace it."""


class Undone(StrEnum):
    """What an undo took back: a whole verdict, or the newest change of a request."""

    VERDICT = "verdict"
    REASON = "reason"
    MARK = "mark"
    WORDS = "words"
    DUE = "due"


@dc.dataclass(frozen=True, kw_only=True)
class JudgedImage:
    """An image of the newest round with the verdicts of both levels."""

    image_id: uuid.UUID
    checked: bool
    """False while the machine checks still run: there is nothing to look at yet."""
    site: Choice | None
    area: Choice | None

    @property
    def verdict(self) -> Choice | None:
        """The verdict that holds: the area overrules the site."""
        return self.area or self.site


@dc.dataclass(frozen=True, kw_only=True)
class Judged:
    """The case as its holder sees it when he wants to finish."""

    state: State
    images: tuple[JudgedImage, ...]
    drafts: int
    """Requests that are written and not yet sent."""

    @property
    def without_verdict(self) -> tuple[uuid.UUID, ...]:
        """The images that nobody has judged."""
        return tuple(i.image_id for i in self.images if i.verdict is None)

    @property
    def accepted(self) -> tuple[uuid.UUID, ...]:
        """The images that stay locked with a tick (R16)."""
        return tuple(i.image_id for i in self.images if i.verdict is Choice.ACCEPT)

    @property
    def is_clean(self) -> bool:
        """Whether every image is accepted and nothing is asked."""
        return len(self.accepted) == len(self.images) and not self.drafts


def check_verdict(state: State, image: JudgedImage, choice: Choice) -> Level:
    """The level whose verdict this is. Refuses `wrong_state`, `still_checking`."""
    level = holder(state)
    if choice is Choice.ACCEPT and not image.checked:
        raise Refusal("still_checking")
    return level


def ask(case: Judged) -> State:
    """All requests of the round leave together (R20). Refuses `images_open`, `nothing_asked`."""
    target = after(case.state, Act.ASK)
    if case.without_verdict:
        raise Refusal("images_open", count=len(case.without_verdict))
    if not case.drafts:
        raise Refusal("nothing_asked")
    return target


def forward(case: Judged, recommendation: Recommendation, words: str) -> State:
    """The site hands the case to the area. Refuses `images_open`, `asks_open`, `words_needed`."""
    target = after(case.state, Act.FORWARD)
    if recommendation is Recommendation.PASS:
        _check_clean(case)
    elif not words.strip():
        raise Refusal("words_needed")
    return target


def conclude(case: Judged, outcome: Outcome, words: str) -> State:
    """The area concludes. Refuses `images_open`, `asks_open`, `words_needed`."""
    target = after(case.state, Act.CONCLUDE)
    if outcome is Outcome.PASSED:
        _check_clean(case)
    elif not words.strip():
        raise Refusal("words_needed")
    return target


def send_back(case: Judged, words: str) -> State:
    """The area wants the site to look again. Refuses `words_needed`."""
    target = after(case.state, Act.SEND_BACK)
    if not words.strip():
        raise Refusal("words_needed")
    return target


def overrules(recommendation: Recommendation | None, outcome: Outcome) -> bool:
    """Whether the area decides against the site's recommendation."""
    agrees = {Recommendation.PASS: Outcome.PASSED, Recommendation.NOT_ELIGIBLE: Outcome.NOT_PASSED}
    return recommendation is not None and agrees[recommendation] is not outcome


def awaits_second(
    deferred: Sequence[str],
    *,
    second_round: int,
    closed_at: dt.datetime | None,
    until: dt.datetime | None,
) -> bool:
    """Whether the second window may still bring what is deferred: a pass before is conditional
    (R5). It may, until it has closed after the latest of its ends, in whichever order they are
    heard.
    """
    is_over = closed_at is not None and (until is None or until <= closed_at)
    return bool(deferred) and not second_round and not is_over


class Finish(StrEnum):
    """The way out of a case that Ctrl+Enter takes."""

    ASK = "ask"
    FORWARD = "forward"
    CONCLUDE = "conclude"


def usual_finish(case: Judged) -> Finish | None:
    """What follows from the verdicts; None while some are missing or the case is not held."""
    if case.state not in {State.SITE_REVIEW, State.AREA_REVIEW} or case.without_verdict:
        return None
    if case.drafts:
        return Finish.ASK
    if not case.is_clean:
        return None
    return Finish.FORWARD if case.state is State.SITE_REVIEW else Finish.CONCLUDE


def next_open(order: Sequence[uuid.UUID], case: Judged, current: uuid.UUID) -> uuid.UUID | None:
    """The next image without a verdict after the current one, round the list."""
    open_ = set(case.without_verdict)
    at = order.index(current) + 1 if current in order else 0
    for image_id in [*order[at:], *order[:at]]:
        if image_id in open_ and image_id != current:
            return image_id
    return None


def _check_clean(case: Judged) -> None:
    if case.without_verdict:
        raise Refusal("images_open", count=len(case.without_verdict))
    if not case.is_clean:
        raise Refusal("asks_open")
