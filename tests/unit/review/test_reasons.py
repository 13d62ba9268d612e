"""Reasons are offered where they fit, the most used first, each with its key."""

from services.review.domain.reasons import KEYS, offered, read, read_one
from services.review.domain.request import Kind


def body(kind: str = "REPLACE", materials: str = "") -> dict[str, str]:
    return {"zh-CN": "反光", "en": "Glare", "kind": kind, "initials": "FG", "materials": materials}


def test_reasons_are_read_as_the_pack_says_them() -> None:
    (reason,) = read({"RE02": body(materials="A01 A05")})

    assert (reason.code, reason.kind, reason.initials) == ("RE02", Kind.REPLACE, "fg")
    assert reason.materials == {"A01", "A05"}
    assert (reason.words("zh-CN"), reason.words("en")) == ("反光", "Glare")


def test_only_fitting_reasons_are_offered_and_the_most_used_come_first() -> None:
    reasons = read(
        {
            "RE01": body(),
            "RE02": body(),
            "RE10": body(materials="A01"),
            "RE13": body(materials="B06"),
            "AD01": body(kind="ADD"),
        }
    )

    given = offered(reasons, kind=Kind.REPLACE, material="A01", used={"RE10": 3, "RE02": 1})

    assert [(key, r.code) for key, r in given] == [("Q", "RE10"), ("W", "RE02"), ("S", "RE01")]


def test_reasons_beyond_the_letters_have_no_key() -> None:
    reasons = read({f"RE{n:02d}": body() for n in range(len(KEYS) + 1)})

    given = offered(reasons, kind=Kind.REPLACE, material=None, used={})

    assert given[-1][0] == ""


def test_a_reason_covers_the_facts_that_it_names_or_all() -> None:
    named = read_one("FX03", body(kind="FIX") | {"facts": "education education_mode"})
    general = read_one("FX12", body(kind="FIX"))

    assert [named.covers(f) for f in ("education_mode", "mode", "name")] == [True, False, False]
    assert general.covers("education_mode")
