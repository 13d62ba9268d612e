"""What other rooms need of an exam, as the message ExamLoaded carries it."""

import dataclasses as dc
from typing import Any

from services.upload.domain.exam import Exam, Reason, ShownFact, Site


def summary(exam: Exam) -> dict[str, Any]:
    """The fields of the message ExamLoaded: what other rooms need of a pack."""
    return {
        "exam": exam.code,
        "pack_version": exam.version,
        "zone": exam.zone,
        "names": exam.name.by_tag(),
        "sites": {site.code: _site_words(site) for site in exam.sites},
        "materials": {m.code: m.title.by_tag() for m in exam.materials},
        "reasons": {reason.code: _reason_words(reason) for reason in exam.reasons},
        "settings": dc.asdict(exam.settings),
        "facts": {fact.name: _fact_words(fact) for fact in exam.facts},
    }


def _fact_words(fact: ShownFact) -> dict[str, str]:
    values = ((value, words.by_tag()) for value, words in fact.values.items())
    spoken = {f"{value}.{tag}": said for value, tags in values for tag, said in tags.items()}
    return {**fact.label.by_tag(), **spoken}


def _site_words(site: Site) -> dict[str, str]:
    hours = {"hours": site.hours.zh, "hours_en": site.hours.en}
    address = {"address": site.address.zh, "address_en": site.address.en}
    return {**site.name.by_tag(), "phone": site.phone, **hours, **address}


def _reason_words(reason: Reason) -> dict[str, str]:
    return {
        **reason.words.by_tag(),
        "kind": reason.kind.value,
        "cure": reason.cure.zh,
        "cure_en": reason.cure.en,
        "initials": reason.initials,
        "materials": " ".join(reason.materials),
        "facts": " ".join(reason.facts),
        "retired": "1" if reason.retired else "",
    }
