"""Letters and pledges: a title, a few sentences, a signature, a date, often a seal."""

import dataclasses as dc

from PIL import Image

from ops.drawing.people import Person
from ops.drawing.sheet import Sheet

WIDTH, HEIGHT = 800, 1130
"""A4 at about 97 dpi."""


@dc.dataclass(frozen=True)
class Letter:
    """The words of one kind of letter; without a seal it is signed by the candidate."""

    title: str
    body: tuple[str, ...]
    signed: str
    seal: str = ""


LETTERS: dict[str, Letter] = {
    "B08": Letter(
        "军队院校学历证明",
        (
            (
                "兹证明{name}，{sex}，{birthday}生，于2014年列入样例军医学院招生计划，学制五年，修完全部课程，"
                "准予毕业。"
            ),
            "特此证明。",
        ),
        "样例军医学院",
        "样例军医学院教务处",
    ),
    "B09": Letter(
        "临床实践证明",
        (
            (
                "兹证明我校临床医学专业硕士研究生{name}（证件号码{number}），自2022年1月起在样例附属医院内科进行"
                "临床实践，至今已满一年，表现合格。"
            ),
            "特此证明。",
        ),
        "{school}研究生院",
        "{school}研究生院",
    ),
    "C03": Letter(
        "应届毕业生报考承诺书",
        (
            "本人{name}，证件号码{number}，系2022届毕业生，现在{unit}参加试用，至报名时试用期未满一年。",
            (
                "本人承诺：在规定时间内补交试用期满一年的考核证明；逾期未交或考核不合格的，自愿放弃本次考试资格，"
                "所缴费用不予退还。"
            ),
            "以上承诺由本人手写签名确认。",
        ),
        "承诺人：",
    ),
    "C04": Letter(
        "试用期满一年考核证明",
        (
            (
                "兹证明{name}（证件号码{number}）自2022年7月1日至2023年7月1日在我单位临床岗位试用，"
                "试用期已满一年，考核合格。"
            ),
            "带教老师：样例·古先生。",
            "特此证明。",
        ),
        "{unit}",
        "{unit}",
    ),
    "C09": Letter(
        "乡镇（村）卫生室在岗证明",
        (
            (
                "兹证明{name}（证件号码{number}）自2021年3月1日起在样例乡样例村卫生室工作，岗位为临床，"
                "至今连续在岗满一年。"
            ),
            "特此证明。",
        ),
        "样例乡卫生院",
        "样例乡卫生院",
    ),
    "D03": Letter(
        "首次执业注册证明",
        (
            (
                "{name}（证件号码{number}），执业助理医师，于2019年8月15日在本辖区首次注册执业，"
                "注册机构为样例县样例医院，2021年9月办理跨省变更。"
            ),
            "特此证明。",
        ),
        "样例县卫生健康局",
        "样例县卫生健康局",
    ),
    "F04": Letter(
        "同意报考证明",
        (
            "兹有我部{name}，{sex}，{birthday}生，符合医师资格考试报考条件，报考类别为临床执业医师。",
            "经研究，同意其报名参加2023年医师资格考试。",
        ),
        "样例部队政治工作部",
        "样例部队政治工作部",
    ),
    "F05": Letter(
        "军队医疗机构试用期考核证明",
        (
            (
                "兹证明{name}，{sex}，{birthday}生，自2022年1月1日起在样例军队医院内科试用，试用期满一年，"
                "业务能力和医德考核合格。"
            ),
            "带教老师：样例·古先生。",
        ),
        "样例军队医院",
        "样例军队医院",
    ),
    "Z01": Letter(
        "情 况 说 明",
        (
            (
                "本人{name}，证件号码{number}。毕业证书中的姓名为“样例·林小清”，与身份证姓名不一致，"
                "系2016年办理更名所致，二者为同一人。"
            ),
            "以上情况属实，特此说明。",
        ),
        "说明人：",
    ),
}


def letter(code: str, person: Person) -> Image.Image:
    """The letter that the material of this code asks for."""
    kind = LETTERS[code]
    facts = {**dc.asdict(person), "birthday": person.birthday, "number": person.number}
    sheet = Sheet(WIDTH, HEIGHT, ground=(252, 252, 250), seed=sum(map(ord, code)))
    sheet.text(WIDTH / 2, 120, kind.title, 44, bold=True, serif=True, anchor="ma", spaced=4)
    y = 250
    for words in kind.body:
        y = sheet.paragraph(96, y, words.format(**facts), 28, wide=600) + 10
    signed = kind.signed.format(**facts)
    sheet.text(690 if kind.seal else 500, 800, signed, 28, serif=True, anchor="ra")
    sheet.text(690, 856, "2023年2月8日", 28, serif=True, anchor="ra")
    if kind.seal:
        sheet.seal(570, 816, 104, kind.seal.format(**facts))
    else:
        sheet.signature(512, 816, 150)
    sheet.specimen()
    return sheet.image
