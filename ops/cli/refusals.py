"""A rule's no on the command line: the services' own words, in English."""

from babel.messages.pofile import read_po

from libs.common.errors import Refusal
from libs.stack.procfile import ROOT


def sentence(refusal: Refusal) -> str:
    """Cause and cure of the refusal."""
    from services.review.refusals import REFUSALS as REVIEW
    from services.upload.refusals import REFUSALS as UPLOAD

    service, words = (
        ("upload", UPLOAD[refusal.code])
        if refusal.code in UPLOAD
        else ("review", REVIEW[refusal.code])
    )
    path = ROOT / "services" / service / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as stream:
        catalogue = read_po(stream)
    return " ".join(
        str(catalogue[str(part)].string) % refusal.params for part in (words.cause, words.cure)
    )
