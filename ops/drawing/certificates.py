"""Certificates: framed, with a portrait, a number, and a red seal."""

import dataclasses as dc

from PIL import Image

from ops.drawing.people import Person
from ops.drawing.sheet import GREY, Colour, Sheet

WIDTH, HEIGHT = 1120, 790

GOLD: Colour = (178, 138, 62)
GREEN: Colour = (44, 116, 84)
BLUE: Colour = (46, 88, 150)
RED: Colour = (168, 44, 48)


@dc.dataclass(frozen=True)
class Certificate:
    """What makes one kind of certificate differ from another."""

    title: str
    body: str
    issuer: str
    number: str
    colour: Colour


CERTIFICATES: dict[str, Certificate] = {
    "B01": Certificate(
        "普通高等学校毕业证书",
        "学生{name}，性别{sex}，{birthday}生，在本校临床医学专业五年制本科学习，修完教学计划规定的"
        "全部课程，成绩合格，准予毕业。",
        "{school}",
        "证书编号：00000 2022 05 000001（样例）",
        GOLD,
    ),
    "B04": Certificate(
        "硕 士 学 位 证 书",
        "{name}，{sex}，{birthday}生。在本校临床医学专业领域完成了硕士专业学位培养计划，成绩合格。"
        "经审核，授予临床医学硕士专业学位。",
        "{school}",
        "证书编号：Z00000 2022 000001（样例）",
        RED,
    ),
    "B05": Certificate(
        "国外学历学位认证书",
        "{name}，{sex}，{birthday}生，在样例国样例大学学习，获得医学学士学位。经核查，"
        "该校系当地认可的高等教育机构，所获学位证书表明其具有相应的学历。",
        "样例留学服务中心",
        "认证书编号：教留服认样〔2022〕00001号",
        BLUE,
    ),
    "B07": Certificate(
        "毕 业 证 明 书",
        "{name}，{sex}，{birthday}生，曾在本校临床医学专业学习，学制五年，修完规定课程，"
        "成绩合格，准予毕业。原毕业证书遗失，经本人申请，特补发此证明书。",
        "{school}",
        "证明书编号：00000 2022 补 0001（样例）",
        GOLD,
    ),
    "D01": Certificate(
        "执业助理医师资格证书",
        "{name}，{sex}，{birthday}生，经医师资格考试合格，具备执业助理医师资格，类别：临床。",
        "样例卫生健康委员会",
        "证书编码：2020 0000 0000 0000 0000（样例）",
        GREEN,
    ),
    "C08": Certificate(
        "医 师 资 格 证 书",
        "{name}，{sex}，{birthday}生，经医师资格考试合格，具备执业医师资格，类别：临床。"
        "该医师为考生的带教老师。",
        "样例卫生健康委员会",
        "证书编码：2008 0000 0000 0000 0000（样例）",
        GREEN,
    ),
    "F01": Certificate(
        "传统医学师承出师证书",
        "{name}，{sex}，{birthday}生，跟师学习传统医学满三年，经考核合格，准予出师。指导老师：样例·古先生。",
        "样例中医药管理局",
        "证书编号：样中医师承 2021 0001",
        RED,
    ),
    "F02": Certificate(
        "传统医学医术确有专长证书",
        "{name}，{sex}，{birthday}生，从事传统医学临床实践，经考核，医术确有专长。专长：样例疗法。",
        "样例中医药管理局",
        "证书编号：样中医专长 2021 0001",
        RED,
    ),
    "E02": Certificate(
        "诊 所 备 案 凭 证",
        "诊所名称：样例诊所。地址：样例区样例路8号。诊疗科目：中医科、全科。负责人：样例·古先生。"
        "经备案，准予执业。",
        "样例区卫生健康委员会",
        "备案编号：PDY00000-012000000D2182（样例）",
        GREEN,
    ),
}


def certificate(code: str, person: Person) -> Image.Image:
    """The certificate that the material of this code asks for."""
    kind = CERTIFICATES[code]
    facts = {**dc.asdict(person), "birthday": person.birthday}
    sheet = Sheet(WIDTH, HEIGHT, ground=(253, 250, 242), seed=sum(map(ord, code)))
    sheet.guilloche((244, 236, 218))
    sheet.frame(inset=34, colour=kind.colour)
    sheet.text(
        WIDTH / 2, 92, kind.title, 56, bold=True, serif=True, ink=kind.colour, anchor="ma", spaced=6
    )
    sheet.portrait(112, 220, 200, 266, ground=(206, 224, 242))
    sheet.paragraph(364, 226, kind.body.format(**facts), 34, wide=640)
    issuer = kind.issuer.format(**facts)
    sheet.text(1010, 590, issuer, 32, serif=True, anchor="ra", bold=True)
    sheet.text(1010, 644, "二〇二二年六月三十日", 28, serif=True, anchor="ra")
    sheet.text(112, 676, kind.number, 24, ink=GREY)
    sheet.seal(850, 600, 108, issuer)
    sheet.specimen()
    return sheet.image


def licence(person: Person, *, assistant: bool = True) -> Image.Image:
    """Two pages of a practising licence: the holder, and where and what she practises."""
    sheet = Sheet(1120, 760, ground=(247, 250, 246), seed=31 + assistant)
    sheet.guilloche((226, 238, 228))
    sheet.draw.line((560, 0, 560, 760), fill=(176, 190, 178), width=5)
    title = "助理医师执业证书" if assistant else "医师执业证书"
    sheet.text(280, 56, title, 40, bold=True, serif=True, ink=GREEN, anchor="ma")
    sheet.portrait(180, 130, 200, 262, ground=(222, 236, 246))
    lines = (f"姓名　{person.name}", f"性别　{person.sex}", f"出生　{person.birthday}")
    for number, line in enumerate((*lines, "编码　210 000 0000 0000（样例）")):
        sheet.text(96, 430 + number * 66, line, 28, serif=True)
    rows = (
        ("执业地点", "样例省"),
        ("执业类别", "临床"),
        ("执业范围", "内科专业"),
        ("执业机构", person.unit),
        ("注册日期", "2020年8月20日"),
        ("变更记录", "2021年9月1日 变更机构"),
    )
    sheet.table(600, 120, rows, widths=(140, 320), row_height=82, size=24, label_columns=(0,))
    sheet.seal(900, 620, 96, "样例卫生健康委员会")
    sheet.specimen()
    return sheet.image


def supervisor_licence(person: Person) -> Image.Image:
    """The practising licence of a supervisor."""
    return licence(person, assistant=False)


def institution_licence(person: Person) -> Image.Image:
    """The duplicate of an institution's licence."""
    sheet = Sheet(1120, 800, ground=(246, 250, 252), seed=33)
    sheet.guilloche((222, 234, 244))
    sheet.frame(inset=34, colour=BLUE, width=4)
    title = "医疗机构执业许可证"
    sheet.text(560, 80, title, 54, bold=True, serif=True, ink=BLUE, anchor="ma", spaced=5)
    sheet.text(560, 156, "（副　本）", 32, serif=True, anchor="ma")
    rows = (
        ("机构名称", person.unit, "登记号", "PDY00000-0（样例）"),
        ("地　　址", "样例区样例路6号", "法定代表人", "样例·高院长"),
        ("诊疗科目", "内科、外科、全科医疗", "经营性质", "非营利性"),
        ("有效期限", "2021.01.01-2026.12.31", "床　位", "样例"),
    )
    sheet.table(
        90, 230, rows, widths=(150, 370, 170, 250), row_height=90, size=25, label_columns=(0, 2)
    )
    sheet.text(1000, 640, "发证机关：样例区卫生健康委员会", 28, serif=True, anchor="ra")
    sheet.text(1000, 692, "二〇二一年一月一日", 28, serif=True, anchor="ra")
    sheet.seal(800, 650, 104, "样例区卫生健康委员会")
    sheet.specimen()
    return sheet.image
