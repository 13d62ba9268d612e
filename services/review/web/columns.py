"""The columns of the exports: words for people, in their language, then codes for machines."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from services.review import words
from services.review.models.case import Exam
from services.review.queries.exports import CaseLine, DeedLine
from services.review.web.sheets import Cell

ADVICE: Mapping[str, LazyString] = {"pass": _l("通过"), "not_eligible": _l("不具备资格")}
"""What a site recommends, under a heading that says whose word it is."""
LEVELS: Mapping[str, LazyString] = {"site": _l("考点"), "area": _l("考区")}


def case_head() -> list[Cell]:
    """The headings of `case_row`."""
    return [
        *(gettext("报名号"), gettext("姓名"), gettext("证件号码"), gettext("考试")),
        *(gettext("考点"), gettext("状态"), gettext("第几次提交"), gettext("提交时间")),
        *(gettext("考点建议"), gettext("考区结论"), gettext("更换逾期")),
        *(gettext("考试代码"), gettext("考点代码"), gettext("状态代码")),
        *(gettext("考点建议代码"), gettext("考区结论代码")),
    ]


def case_row(line: CaseLine, exams: Mapping[str, Exam]) -> list[Cell]:
    """A case of a queue."""
    exam = exams.get(line.exam)
    return [
        *(line.registration_number, line.masked_name, line.id_number),
        *(words.exam_name(exam) if exam else line.exam, _site(exam, line.site)),
        *(str(words.STATES[line.state][2]), line.round, line.submitted_at),
        str(ADVICE[line.recommendation]) if line.recommendation else None,
        str(words.OUTCOMES[line.outcome][2]) if line.outcome else None,
        gettext("是") if line.has_overdue else gettext("否"),
        *(line.exam, line.site, line.state, line.recommendation, line.outcome),
    ]


def deed_head() -> list[Cell]:
    """The headings of `deed_row`."""
    return [
        *(gettext("处理时间"), gettext("报名号"), gettext("考点"), gettext("事项")),
        *(gettext("层级"), gettext("第几次提交"), gettext("人员"), gettext("说明")),
        *(gettext("考试代码"), gettext("考点代码"), gettext("事项代码"), gettext("层级代码")),
    ]


def deed_row(line: DeedLine, exams: Mapping[str, Exam]) -> list[Cell]:
    """What one person did."""
    return [
        *(line.at, line.registration_number, _site(exams.get(line.exam), line.site)),
        str(words.HAPPENINGS.get(line.kind, line.kind)),
        str(LEVELS[line.level]) if line.level else None,
        *(line.round, line.name, line.words, line.exam, line.site, line.kind, line.level),
    ]


def _site(exam: Exam | None, site: str) -> str:
    return words.site_name(exam, site) if exam else site
