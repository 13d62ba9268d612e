"""Which papers belong to which material, and the sample pictures made of them."""

import functools
from collections.abc import Callable

from PIL import Image

from ops.drawing import cards, forms
from ops.drawing.certificates import (
    CERTIFICATES,
    certificate,
    institution_licence,
    licence,
    supervisor_licence,
)
from ops.drawing.letters import LETTERS, letter
from ops.drawing.people import PEOPLE, Person

Paper = Callable[[Person], Image.Image]

GAP = 28

PAPERS: dict[str, tuple[Paper, ...]] = {
    "A01": (cards.identity_front, cards.identity_back),
    "A03": (cards.temporary_identity,),
    "A04": (cards.household_page,),
    "A05": (cards.permit_front, cards.permit_back),
    "A06": (cards.passport,),
    "A07": (forms.registration_slip,),
    "B02": (forms.education_register,),
    "B03": (forms.authentication_report,),
    "B06": (forms.roster,),
    "B09": (cards.student_card, functools.partial(letter, "B09")),
    "C01": (forms.assessment,),
    "C02": (forms.practice_assessment,),
    "C06": (forms.social_insurance,),
    "C08": (functools.partial(certificate, "C08"), supervisor_licence),
    "D02": (licence,),
    "E01": (institution_licence,),
    "F03": (forms.internship_form,),
    "F06": (forms.extra_subject,),
    "G01": (forms.admission_ticket,),
    "G02": (forms.score_report,),
    **{code: (functools.partial(letter, code),) for code in LETTERS if code != "B09"},
    **{code: (functools.partial(certificate, code),) for code in CERTIFICATES if code != "C08"},
}
"""Material code → its papers, in the order in which they are uploaded."""


def paper(code: str, *, position: int = 1, person: Person = PEOPLE[0]) -> Image.Image:
    """One paper of a material, upright and clean; past its last paper they begin anew."""
    kinds = PAPERS[code]
    return kinds[(position - 1) % len(kinds)](person)


def sample(code: str) -> Image.Image:
    """The sample picture of a material: all of its papers, one below the other."""
    pages = [draw(PEOPLE[0]) for draw in PAPERS[code]]
    if len(pages) == 1:
        return pages[0]
    wide = max(page.width for page in pages)
    high = sum(page.height for page in pages) + GAP * (len(pages) - 1)
    sheet = Image.new("RGB", (wide, high), (236, 239, 243))
    top = 0
    for page in pages:
        sheet.paste(page, ((wide - page.width) // 2, top))
        top += page.height + GAP
    return sheet
