"""Cards and passes: identity cards, permits, a passport's page, a student card."""

from PIL import Image

from ops.drawing.people import Person
from ops.drawing.sheet import GREY, INK, SEAL_RED, Sheet

CARD_WIDTH, CARD_HEIGHT = 856, 540
"""The proportions of ISO 7810 ID-1, ten pixels to the millimetre."""


def identity_front(person: Person) -> Image.Image:
    """The portrait side of an identity card."""
    sheet = Sheet(CARD_WIDTH, CARD_HEIGHT, ground=(232, 240, 246), seed=11)
    sheet.guilloche((204, 222, 234))
    lines = (
        ("姓名", person.name),
        ("性别", f"{person.sex}　　民族　样例"),
        ("出生", person.birthday),
        ("住址", "样例市样例区样例路1号"),
    )
    for number, (label, value) in enumerate(lines):
        y = 66 + number * 78
        sheet.text(56, y + 4, label, 26, ink=(58, 110, 160))
        sheet.text(140, y, value, 32)
    sheet.text(56, 452, "公民身份号码", 26, ink=(58, 110, 160))
    sheet.text(252, 446, person.number, 36, bold=True, spaced=3)
    sheet.portrait(580, 76, 220, 290, ground=(246, 248, 250))
    sheet.specimen()
    return sheet.image


def identity_back(person: Person, *, temporary: bool = False) -> Image.Image:
    """The other side: title, authority, validity. The emblem is left out on purpose."""
    ground = (244, 236, 224) if temporary else (236, 240, 232)
    sheet = Sheet(CARD_WIDTH, CARD_HEIGHT, ground=ground, seed=12)
    sheet.guilloche((222, 214, 200) if temporary else (208, 224, 206))
    sheet.draw.ellipse((56, 56, 196, 196), outline=SEAL_RED, width=8)
    sheet.text(126, 126, "样例", 40, bold=True, ink=SEAL_RED, anchor="mm")
    sheet.text(520, 84, "样 例 国", 42, bold=True, serif=True, anchor="ma", spaced=6)
    title = "临时居民身份证" if temporary else "居民身份证"
    sheet.text(520, 156, title, 58, bold=True, serif=True, anchor="ma", spaced=8)
    sheet.text(210, 360, "签发机关", 26, ink=GREY)
    sheet.text(350, 354, "样例市公安局样例分局", 32)
    sheet.text(210, 432, "有效期限", 26, ink=GREY)
    until = "2023.01.10-2023.04.10" if temporary else f"{2015 + len(person.name)}.06.15-2040.06.15"
    sheet.text(350, 426, until, 32)
    sheet.specimen()
    return sheet.image


def temporary_identity(person: Person) -> Image.Image:
    """A temporary identity card."""
    return identity_back(person, temporary=True)


def permit_front(person: Person) -> Image.Image:
    """A travel permit, front."""
    sheet = Sheet(CARD_WIDTH, CARD_HEIGHT, ground=(226, 240, 236), seed=13)
    sheet.guilloche((196, 222, 214))
    sheet.draw.rectangle((0, 0, CARD_WIDTH, 86), fill=(32, 108, 96))
    sheet.text(428, 43, "港澳居民来往内地通行证", 40, bold=True, ink=(255, 255, 255), anchor="mm")
    rows = (("姓名", person.name), ("性别", person.sex), ("出生日期", person.birthday))
    for number, (label, value) in enumerate((*rows, ("证件号码", "H00000000"))):
        sheet.text(320, 118 + number * 80, label, 22, ink=GREY)
        sheet.text(320, 146 + number * 80, value, 32)
    sheet.portrait(56, 136, 216, 284, ground=(250, 250, 250))
    sheet.text(56, 466, "有效期限 2018.01.01-2028.01.01", 28)
    sheet.specimen()
    return sheet.image


def permit_back(person: Person) -> Image.Image:
    """A travel permit, back, with its machine-readable lines."""
    sheet = Sheet(CARD_WIDTH, CARD_HEIGHT, ground=(230, 240, 238), seed=14)
    sheet.guilloche((204, 224, 218))
    sheet.text(56, 56, "注意事项", 34, bold=True)
    sheet.text(56, 116, "一、本证件为样例，不能用于任何用途。", 27)
    sheet.text(56, 160, "二、持证人姓名：" + person.name, 27)
    for number, line in enumerate(("CRSAMPLE<<SPECIMEN<<<<<<<<<<", "H00000000<<0000000<<00000000")):
        sheet.text(56, 378 + number * 58, line, 38, bold=True, spaced=3)
    sheet.specimen()
    return sheet.image


def passport(person: Person) -> Image.Image:
    """The data page of a passport."""
    sheet = Sheet(1000, 700, ground=(240, 236, 226), seed=15)
    sheet.guilloche((216, 222, 226))
    sheet.text(60, 44, "护照 PASSPORT", 40, bold=True, serif=True)
    sheet.text(940, 56, "UTO  X00000000", 32, bold=True, anchor="ra")
    sheet.portrait(60, 130, 250, 330, ground=(248, 248, 250))
    rows = (
        ("姓名 / Name", "SPECIMEN, " + person.name),
        ("国籍 / Nationality", "UTOPIA（样例）"),
        ("出生日期 / Date of birth", person.birthday),
        ("有效期至 / Date of expiry", "2030年01月01日"),
    )
    for number, (label, value) in enumerate(rows):
        sheet.text(360, 130 + number * 86, label, 22, ink=GREY)
        sheet.text(360, 160 + number * 86, value, 32, bold=True)
    sheet.draw.rectangle((0, 540, 1000, 700), fill=(250, 248, 242))
    for number, line in enumerate(
        ("P<UTOSPECIMEN<<SAMPLE<<<<<<<<<<<<<<<", "X000000000UTO0000000F3001010<<<<<<00")
    ):
        sheet.text(60, 566 + number * 58, line, 36, bold=True, spaced=3)
    sheet.specimen()
    return sheet.image


def student_card(person: Person) -> Image.Image:
    """A student card, opened."""
    sheet = Sheet(1000, 640, ground=(250, 248, 242), seed=16)
    sheet.draw.line((500, 0, 500, 640), fill=(200, 196, 188), width=4)
    sheet.text(250, 50, "学 生 证", 46, bold=True, serif=True, anchor="ma", ink=(150, 30, 34))
    sheet.portrait(150, 130, 200, 262, ground=(220, 232, 244))
    sheet.text(250, 430, person.name, 36, anchor="ma")
    sheet.text(250, 492, person.school, 30, anchor="ma")
    sheet.text(250, 546, "临床医学 · 硕士研究生", 28, anchor="ma", ink=GREY)
    rows = [(f"第{n}学期", "已注册" if n < "四" else "") for n in ("一", "二", "三", "四", "五")]
    sheet.text(750, 56, "注　册　栏", 34, bold=True, serif=True, anchor="ma")
    sheet.table(550, 120, rows, widths=(180, 220), row_height=84, size=28, label_columns=(0,))
    sheet.seal(790, 250, 88, person.school, below="注册专用")
    sheet.specimen()
    return sheet.image


def household_page(person: Person) -> Image.Image:
    """The page of a household register that names a former name."""
    sheet = Sheet(1000, 700, ground=(250, 246, 232), seed=17)
    sheet.text(500, 40, "常 住 人 口 登 记 卡", 44, bold=True, serif=True, anchor="ma", ink=INK)
    rows = (
        ("姓　名", person.name, "户主或与户主关系", "本人"),
        ("曾用名", "样例·林小清", "性　别", person.sex),
        ("出生地", "样例市", "民　族", "样例"),
        ("出生日期", person.birthday, "身　高", "—"),
        ("证件编号", person.number, "登记日期", "2016.05.04"),
        ("何时更名", "2016年5月4日", "更名原因", "个人申请"),
    )
    sheet.table(
        50, 120, rows, widths=(150, 350, 210, 190), row_height=78, size=26, label_columns=(0, 2)
    )
    sheet.seal(770, 560, 96, "样例市公安局样例派出所", below="户口专用")
    sheet.specimen()
    return sheet.image
