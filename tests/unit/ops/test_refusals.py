"""What a rule refuses on the command line is said in English, whichever service said no."""

import pytest

from libs.common.errors import Refusal
from ops.cli.refusals import sentence


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Refusal("operator_closed", login="desk1"), "The account desk1 is closed already."),
        (Refusal("no_operator", login="nobody"), "There is no account nobody."),
        (Refusal("login_taken", login="desk1"), "desk1"),
        (Refusal("no_registration", number="TJ-1"), "TJ-1"),
    ],
)
def test_a_refusal_is_said_with_what_it_is_about(refusal: Refusal, said: str) -> None:
    assert said in sentence(refusal)
