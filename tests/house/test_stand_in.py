"""The stand-in of the registration system speaks of the same facts as Shencai."""

from examples.registration.facts import LABELS, PERSONAL, SEXES, VALUES, in_words
from examples.registration.refused import in_words as refused_in_words
from services.upload.domain.facts import FACTS, PERSONAL_FACTS
from services.upload.domain.facts import SEXES as KNOWN_SEXES
from services.upload.domain.registration import read
from services.upload.roster import Row


def test_every_fact_has_a_label_in_both_languages() -> None:
    assert LABELS.keys() == FACTS.keys()


def test_every_value_of_a_fact_has_its_words_in_both_languages() -> None:
    chosen = {name: set(fact.values) for name, fact in FACTS.items() if not fact.is_claim}

    assert {name: set(words) for name, words in VALUES.items()} == chosen


def test_claims_are_said_with_yes_and_no() -> None:
    said = in_words({"military": "true", "name_changed": False}, "en")

    assert said == [("Name changed", "No"), ("Military", "Yes")]


def test_each_personal_fact_has_a_field_that_the_feed_carries() -> None:
    assert PERSONAL.keys() == set(PERSONAL_FACTS)
    assert {known.field for known in PERSONAL.values()} <= Row.model_fields.keys()
    assert SEXES.keys() == set(KNOWN_SEXES)


def test_what_shencai_refuses_of_an_edit_is_said_in_the_pages_language() -> None:
    wrong = dict.fromkeys(PERSONAL, "\x01") | {"number": "DEMO-0001", "site": "s"}
    found = read(wrong, dict.fromkeys(LABELS, "strange"), row=1, sites=("s",))
    assert isinstance(found, tuple)

    said = {f.sentence: refused_in_words(f"{f.number}: {f.sentence}", "zh-CN") for f in found}

    silent = refused_in_words("HTTP 503", "zh-CN")
    assert len(said) == len(PERSONAL) + len(LABELS)
    assert silent not in said.values()
    assert all(words.isascii() is False and "expected" not in words for words in said.values())
    taken = refused_in_words("DEMO-0001: id_number stands under the number DEMO-0002 already", "en")
    assert taken == "ID number: it stands under another number: call your site."
