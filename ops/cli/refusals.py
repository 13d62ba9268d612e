"""A rule's no on the command line: the services' own words, in English."""

from babel.messages.pofile import read_po

from libs.common.errors import Refusal
from libs.stack.procfile import ROOT


def sentence(refusal: Refusal) -> str:
    """Cause and cure of the refusal."""
    from services.notify.refusals import REFUSALS as NOTIFY
    from services.review.refusals import REFUSALS as REVIEW
    from services.upload.refusals import REFUSALS as UPLOAD

    tables = {"upload": UPLOAD, "review": REVIEW, "notify": NOTIFY}
    service = next(name for name, table in tables.items() if refusal.code in table)
    words = tables[service][refusal.code]
    path = ROOT / "services" / service / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as stream:
        catalogue = read_po(stream)
    return " ".join(
        str(catalogue[str(part)].string) % refusal.params for part in (words.cause, words.cure)
    )
