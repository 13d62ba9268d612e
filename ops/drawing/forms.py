"""Forms and printouts: tables with opinions, codes and seals."""

from PIL import Image

from ops.drawing.people import Person
from ops.drawing.sheet import GREY, INK, Sheet

WIDTH, HEIGHT = 800, 1130


def _page(title: str, *, seed: int, note: str = "") -> Sheet:
    sheet = Sheet(WIDTH, HEIGHT, ground=(252, 252, 251), seed=seed)
    sheet.text(WIDTH / 2, 56, title, 38, bold=True, serif=True, anchor="ma", spaced=2)
    if note:
        sheet.text(WIDTH / 2, 116, note, 20, anchor="ma", ink=GREY)
    return sheet


def _facts(sheet: Sheet, person: Person, y: int, *more: tuple[str, str, str, str]) -> int:
    rows = (
        ("姓　名", person.name, "性　别", person.sex),
        ("出生日期", person.birthday, "报考类别", "临床"),
        ("证件号码", person.number, "报考级别", "执业医师"),
        *more,
    )
    return sheet.table(
        60, y, rows, widths=(120, 270, 120, 170), row_height=58, size=21, label_columns=(0, 2)
    )


def _opinion(sheet: Sheet, y: int, label: str, words: str, *, seal: str = "") -> int:
    bottom = sheet.table(
        60, y, [(label, "")], widths=(120, 560), row_height=150, size=21, label_columns=(0,)
    )
    sheet.text(200, y + 22, words, 23, serif=True)
    sheet.text(400, y + 104, "签字：", 21, serif=True)
    sheet.signature(462, y + 112, 110)
    sheet.text(728, y + 112, "2023年2月3日", 16, anchor="ra", ink=GREY)
    if seal:
        sheet.seal(618, y + 74, 72, seal)
    return bottom


def registration_slip(person: Person) -> Image.Image:
    """The slip of a successful registration."""
    sheet = _page(
        "医师资格考试报名成功通知单", seed=41, note="2023年 · 样例考区 · 报名序号 S00000001"
    )
    sheet.barcode(500, 150, 240, 56)
    sheet.portrait(60, 150, 150, 196, ground=(244, 246, 250))
    sheet.text(240, 236, "请核对以下信息并签名确认。", 24, serif=True)
    sheet.text(240, 282, "修改信息后须重新打印，旧单作废。", 24, serif=True)
    bottom = _facts(
        sheet,
        person,
        380,
        ("工作单位", person.unit, "学　历", "本科"),
        ("毕业学校", person.school, "专　业", "临床医学"),
    )
    sheet.text(60, bottom + 60, "本人确认以上信息真实、准确。", 26, serif=True)
    sheet.text(60, bottom + 130, "考生签名：", 26, serif=True)
    sheet.signature(200, bottom + 148, 170)
    sheet.text(740, bottom + 130, "日期：2023年2月8日", 24, serif=True, anchor="ra")
    sheet.specimen()
    return sheet.image


def education_register(person: Person) -> Image.Image:
    """The e-registration form of a diploma."""
    sheet = _page("学历证书电子注册备案表", seed=42, note="更新日期：2023年1月30日（样例）")
    sheet.portrait(590, 160, 150, 196, ground=(206, 224, 242))
    rows = (
        ("姓　名", person.name),
        ("性　别", person.sex),
        ("出生日期", person.birthday),
        ("入学日期", "2017年9月1日"),
        ("毕业日期", "2022年6月30日"),
        ("学校名称", person.school),
        ("专　业", "临床医学"),
        ("学历层次", "本科 · 普通全日制"),
        ("证书编号", "00000 2022 05 000001"),
    )
    sheet.table(60, 160, rows, widths=(140, 360), row_height=62, size=23, label_columns=(0,))
    sheet.code_square(80, 790, 200)
    sheet.text(320, 810, "在线验证码", 24, ink=GREY)
    sheet.text(320, 850, "A000 0000 0000 0000", 34, bold=True)
    sheet.text(320, 920, "验证有效期至：2023年7月30日", 24)
    sheet.text(60, 1050, "样例：此表不能在线验证。", 22, ink=GREY)
    sheet.specimen()
    return sheet.image


def authentication_report(person: Person) -> Image.Image:
    """The authentication report of an education."""
    sheet = _page("中国高等教育学历认证报告", seed=43, note="报告编号：00000001（样例）")
    bottom = _facts(sheet, person, 170, ("毕业学校", person.school, "专　业", "临床医学"))
    words = f"经核查，{person.name}所持毕业证书内容属实，学历层次为大学专科，毕业时间为1999年7月。"
    sheet.paragraph(70, bottom + 60, words, 28, wide=640)
    sheet.text(730, 860, "样例学历认证中心", 28, serif=True, anchor="ra")
    sheet.seal(620, 880, 100, "样例学历认证中心", below="认证专用")
    sheet.specimen()
    return sheet.image


def roster(person: Person) -> Image.Image:
    """A page of a graduation roster; her line is the fourth."""
    sheet = _page("中等专业学校毕业生名册", seed=44, note="样例卫生学校 · 2012届 · 第3页")
    names = ["样例·王", "样例·李", "样例·张", person.name, *(f"样例·{c}" for c in "赵钱孙吴郑冯陈")]
    rows = [("序号", "姓名", "性别", "专业", "证书编号")]
    rows += [
        (str(n + 31), name, "男" if n % 3 else "女", "农村医学", f"样0000{n + 31}")
        for n, name in enumerate(names)
    ]
    sheet.table(60, 160, rows, widths=(80, 210, 90, 140, 160), row_height=56, size=21)
    sheet.text(740, 940, "审核机关：样例市教育局", 26, serif=True, anchor="ra")
    sheet.seal(620, 950, 98, "样例市教育局", below="学籍专用")
    sheet.specimen()
    return sheet.image


def assessment(person: Person, *, practice: bool = False) -> Image.Image:
    """The assessment of a probation, or of an assistant's practice."""
    word = "执业" if practice else "试用"
    sheet = _page(f"医师资格考试{word}期考核证明", seed=45 + practice, note="2023年度")
    bottom = _facts(
        sheet,
        person,
        160,
        (f"{word}机构", person.unit, "岗　位", "内科"),
        (f"{word}时间", "2022.01.01—2023.01.31", "带教老师", "样例·古先生"),
    )
    rows = [("轮转科室", "起止时间", "考核结果")]
    rows += [(ward, months, "合格") for ward, months in _WARDS]
    bottom = sheet.table(60, bottom, rows, widths=(240, 260, 180), row_height=52, size=21)
    bottom = _opinion(sheet, bottom, "带教意见", f"{word}期间工作认真，考核合格。")
    _opinion(sheet, bottom, "单位意见", "情况属实，同意报考。", seal=person.unit)
    sheet.specimen()
    return sheet.image


_WARDS = (("内科", "2022.01—2022.05"), ("外科", "2022.06—2022.09"), ("急诊科", "2022.10—2023.01"))


def practice_assessment(person: Person) -> Image.Image:
    """The assessment of an assistant's practice."""
    return assessment(person, practice=True)


def social_insurance(person: Person) -> Image.Image:
    """A record of social insurance contributions."""
    sheet = _page(
        "社会保险个人缴费证明", seed=47, note="打印日期：2023年2月6日　样例社会保险经办机构"
    )
    bottom = _facts(sheet, person, 160, ("参保单位", person.unit, "参保状态", "参保缴费"))
    rows = [("缴费月份", "养老保险", "医疗保险", "失业保险")]
    rows += [(f"2022年{month:02d}月", "已缴", "已缴", "已缴") for month in range(6, 13)]
    bottom = sheet.table(60, bottom + 30, rows, widths=(200, 160, 160, 160), row_height=50, size=21)
    sheet.code_square(70, bottom + 40, 150)
    sheet.seal(600, bottom + 110, 92, "样例社会保险经办机构", below="电子印章")
    sheet.specimen()
    return sheet.image


def internship_form(person: Person) -> Image.Image:
    """The internship form of candidates from Hong Kong, Macao, Taiwan or abroad."""
    sheet = _page("港澳台和外籍人员实习申请审核表", seed=48)
    bottom = _facts(sheet, person, 140, ("实习机构", person.unit, "实习科室", "内科"))
    bottom = _opinion(sheet, bottom, "机构意见", "同意接收实习。", seal=person.unit)
    bottom = _opinion(sheet, bottom, "主管部门", "同意。", seal="样例卫生健康委员会")
    _opinion(sheet, bottom, "考核结果", "实习满一年，考核合格。")
    sheet.specimen()
    return sheet.image


def extra_subject(person: Person) -> Image.Image:
    """The application for an extra subject."""
    sheet = _page("医师资格考试加试申请表", seed=49, note="加试内容：院前急救")
    bottom = _facts(sheet, person, 160, ("工作单位", person.unit, "岗　位", "院前急救"))
    bottom = _opinion(sheet, bottom, "个人申请", "本人申请参加院前急救加试。")
    _opinion(sheet, bottom, "单位意见", "岗位属实，同意。", seal=person.unit)
    sheet.specimen()
    return sheet.image


def admission_ticket(person: Person) -> Image.Image:
    """The admission ticket of an earlier exam."""
    sheet = _page("2022年医师资格考试准考证", seed=50, note="样例考区 · 样例考点")
    sheet.portrait(590, 170, 150, 196, ground=(244, 246, 250))
    rows = (
        ("姓　名", person.name),
        ("准考证号", "000000000001"),
        ("类　别", "临床执业医师"),
        ("考　点", "样例考点第1考场"),
        ("时　间", "2022年8月19日 9:00"),
    )
    bottom = sheet.table(
        60, 170, rows, widths=(140, 360), row_height=66, size=23, label_columns=(0,)
    )
    for number, rule in enumerate(("一、请携带有效身份证明。", "二、开考30分钟后不得入场。")):
        sheet.text(70, bottom + 50 + number * 54, rule, 25, serif=True, ink=INK)
    sheet.barcode(60, bottom + 210, 300, 70)
    sheet.specimen()
    return sheet.image


def score_report(person: Person) -> Image.Image:
    """The report of a passed skill test."""
    sheet = _page("实践技能考试成绩单", seed=51, note="2022年 · 样例考区")
    bottom = _facts(sheet, person, 170)
    rows = [("考站", "满分", "得分"), ("第一考站", "37", "30"), ("第二考站", "40", "34")]
    rows += [("第三考站", "23", "19"), ("总分", "100", "83　合格")]
    bottom = sheet.table(60, bottom + 40, rows, widths=(280, 200, 200), row_height=60, size=24)
    sheet.seal(590, bottom + 120, 96, "样例考区办公室", below="成绩专用")
    sheet.specimen()
    return sheet.image
