"""What the verdicts on the images allow a level to do with the case."""

import uuid

import pytest

from libs.common.errors import Refusal
from services.review.domain import judging
from services.review.domain.case import Level, Outcome, Recommendation, State
from services.review.domain.judging import Choice, Finish, Judged, JudgedImage

OK, ASK = Choice.ACCEPT, Choice.ASK


def image(
    site: Choice | None = None, area: Choice | None = None, *, checked: bool = True
) -> JudgedImage:
    return JudgedImage(image_id=uuid.uuid4(), checked=checked, site=site, area=area)


def judged(*images: JudgedImage, state: State = State.SITE_REVIEW, drafts: int = 0) -> Judged:
    return Judged(state=state, images=images, drafts=drafts)


def test_the_areas_verdict_holds_over_the_sites() -> None:
    assert image(OK, ASK).verdict is ASK
    assert image(OK).verdict is OK
    assert image().verdict is None


def test_an_image_that_is_still_checked_cannot_be_accepted_but_asked_for() -> None:
    unchecked = image(checked=False)

    with pytest.raises(Refusal, match="still_checking"):
        judging.check_verdict(State.SITE_REVIEW, unchecked, OK)
    assert judging.check_verdict(State.SITE_REVIEW, unchecked, ASK) is Level.SITE
    assert judging.check_verdict(State.AREA_REVIEW, image(), OK) is Level.AREA


def test_requests_leave_only_when_every_image_has_a_verdict() -> None:
    with pytest.raises(Refusal, match="images_open"):
        judging.ask(judged(image(OK), image(), drafts=1))
    with pytest.raises(Refusal, match="nothing_asked"):
        judging.ask(judged(image(OK)))
    assert judging.ask(judged(image(OK), image(ASK), drafts=1)) is State.WAITING


def test_the_site_recommends_a_pass_only_of_a_clean_case() -> None:
    with pytest.raises(Refusal, match="images_open"):
        judging.forward(judged(image()), Recommendation.PASS, "")
    with pytest.raises(Refusal, match="asks_open"):
        judging.forward(judged(image(ASK), drafts=1), Recommendation.PASS, "")
    assert judging.forward(judged(image(OK)), Recommendation.PASS, "") is State.AREA_REVIEW


def test_not_eligible_needs_a_reason() -> None:
    with pytest.raises(Refusal, match="words_needed"):
        judging.forward(judged(image()), Recommendation.NOT_ELIGIBLE, "  ")
    target = judging.forward(judged(image()), Recommendation.NOT_ELIGIBLE, "学历不符")
    assert target is State.AREA_REVIEW


def test_the_area_passes_only_a_clean_case_and_fails_one_with_a_reason() -> None:
    at_area = State.AREA_REVIEW
    with pytest.raises(Refusal, match="images_open"):
        judging.conclude(judged(image(), state=at_area), Outcome.PASSED, "")
    with pytest.raises(Refusal, match="words_needed"):
        judging.conclude(judged(image(OK), state=at_area), Outcome.NOT_PASSED, "")
    assert judging.conclude(judged(image(OK), state=at_area), Outcome.PASSED, "") is State.CONCLUDED
    failed = judging.conclude(judged(image(), state=at_area), Outcome.NOT_PASSED, "学历不符")
    assert failed is State.CONCLUDED


def test_only_the_area_concludes_and_sends_back() -> None:
    with pytest.raises(Refusal, match="wrong_state"):
        judging.conclude(judged(image(OK)), Outcome.PASSED, "")
    with pytest.raises(Refusal, match="words_needed"):
        judging.send_back(judged(state=State.AREA_REVIEW), "")
    assert judging.send_back(judged(state=State.AREA_REVIEW), "再看") is State.SITE_REVIEW


@pytest.mark.parametrize(
    ("recommendation", "outcome", "expected"),
    [
        (None, Outcome.PASSED, False),
        (Recommendation.PASS, Outcome.PASSED, False),
        (Recommendation.PASS, Outcome.NOT_PASSED, True),
        (Recommendation.NOT_ELIGIBLE, Outcome.PASSED, True),
    ],
)
def test_deciding_against_the_site_is_an_overruling(
    recommendation: Recommendation | None, outcome: Outcome, *, expected: bool
) -> None:
    assert judging.overrules(recommendation, outcome) is expected


@pytest.mark.parametrize(
    ("case", "finish"),
    [
        (judged(image(OK), image()), None),
        (judged(image(OK), state=State.WAITING), None),
        (judged(image(OK), drafts=1), Finish.ASK),
        (judged(image(ASK)), None),
        (judged(image(OK)), Finish.FORWARD),
        (judged(image(OK), state=State.AREA_REVIEW), Finish.CONCLUDE),
    ],
)
def test_the_usual_finish_follows_from_the_verdicts(case: Judged, finish: Finish | None) -> None:
    assert judging.usual_finish(case) is finish


def test_the_next_open_image_is_looked_for_round_the_list() -> None:
    first, second, third = image(), image(OK), image()
    case = judged(first, second, third)
    order = [i.image_id for i in case.images]

    assert judging.next_open(order, case, first.image_id) == third.image_id
    assert judging.next_open(order, case, third.image_id) == first.image_id
    assert judging.next_open(order, case, uuid.uuid4()) == first.image_id
    assert judging.next_open(order[:1], judged(first), first.image_id) is None
