"""Every finding and every kind of file has its cause and cure in both languages."""

import re
from typing import get_args

import pytest

from libs.common.messages import Finding
from services.upload.domain.contents import Kind
from services.upload.domain.reading import FROM_READING
from services.upload.findings import (
    FINDINGS,
    REFUSALS,
    SHRINKS,
    WARNINGS,
    words,
)
from services.upload.foreign import NOT_A_PICTURE
from services.upload.sentences import READ_WARNINGS, Words
from workers.images.codes import Refuse, Warn
from workers.reader.codes import Warn as CanRead
from workers.shrink.codes import Refuse as NotShrunk

CHINESE = re.compile("[一-鿿]")
SENTENCES = {**FINDINGS, **{f"a {kind}": text for kind, text in NOT_A_PICTURE.items()}}


def test_every_code_of_the_check_has_words_and_no_word_is_without_a_code() -> None:
    assert set(REFUSALS) == set(Refuse)
    assert set(WARNINGS) == set(Warn)


def test_every_code_of_the_shrink_door_has_words_and_no_word_is_without_a_code() -> None:
    assert set(SHRINKS) == set(NotShrunk) - set(Refuse)


def test_every_code_of_a_reading_has_words_and_no_word_is_without_a_code() -> None:
    assert set(READ_WARNINGS) == FROM_READING
    assert set(CanRead) < FROM_READING


def test_every_kind_of_file_that_is_refused_has_words() -> None:
    assert set(NOT_A_PICTURE) == set(get_args(Kind)) - {"heic"}


@pytest.mark.parametrize("name", SENTENCES)
def test_cause_and_cure_are_whole_sentences_in_both_languages(name: str) -> None:
    text: Words = SENTENCES[name]

    assert set(text) == {"zh-CN", "en"}
    for language, sentences in text.items():
        assert set(sentences) == {"cause", "cure"}
        for sentence in sentences.values():
            assert sentence.endswith("。" if language == "zh-CN" else ".")
            assert bool(CHINESE.search(sentence)) == (language == "zh-CN")


@pytest.mark.parametrize("name", SENTENCES)
def test_both_languages_tell_the_same_numbers(name: str) -> None:
    numbers = [
        {slot for part in sentences.values() for slot in re.findall(r"\{(\w+)\}", part)}
        for sentences in SENTENCES[name].values()
    ]

    assert numbers[0] == numbers[1] <= {"measured", "threshold", "place"}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("code", FINDINGS)
def test_the_words_of_a_finding_leave_no_slot_open(code: str, language: str) -> None:
    finding = Finding(code=code, severity="warn", measured=204_801, threshold=204_800)

    cause, cure = words(finding, language)

    assert "{" not in cause + cure


def test_the_numbers_of_a_finding_stand_in_its_cause() -> None:
    finding = Finding(code="too_narrow", severity="refuse", measured=6.52, threshold=6)

    cause, _ = words(finding, "en")

    assert "6.5 times the short one; at most 6 times" in cause


def test_nobody_is_sent_to_find_another_program() -> None:
    for text in SENTENCES.values():
        assert not re.search("软件下载|下载.*软件|安装|install|another program", str(text))
