"""What can be asked of an exam."""

import dataclasses as dc

import pytest

from services.upload.domain.exam import MAIN
from tests.unit.upload.profiles import tianjin


def test_materials_sites_reasons_and_groups_are_found_by_their_codes() -> None:
    exam = tianjin()

    assert exam.material("B04").title.to("en") == "Degree certificate"
    assert exam.site("jizhou").name.to("zh-CN") == "蓟州区考点"
    assert exam.reason("AD04").materials == ("C08",)
    assert exam.group("Z01").title.by_tag() == {"zh-CN": "其他", "en": "Other"}


def test_an_unknown_code_is_a_key_error() -> None:
    exam = tianjin()

    for find in (exam.material, exam.site, exam.reason, exam.group):
        with pytest.raises(KeyError):
            find("X99")


def test_the_notice_says_the_window_in_both_languages() -> None:
    exam = tianjin()
    window = exam.windows[MAIN]

    said = exam.notice_for(window)[2]

    assert "2023年2月7日00:00 至 2023年2月16日24:00" in said.zh
    assert "7 Feb 2023 00:00 to 16 Feb 2023 24:00" in said.en
    assert "60 秒" in said.zh


def test_the_notice_follows_an_extension() -> None:
    exam = tianjin()
    window = exam.windows[MAIN]
    later = dc.replace(window, ends_at=window.ends_at + (window.ends_at - window.opens_at))

    assert "26 Feb 2023 24:00" in exam.notice_for(later)[2].en
