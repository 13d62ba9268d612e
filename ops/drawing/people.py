"""Invented people for drawn papers; no name or number belongs to anybody."""

import dataclasses as dc

AREA_CODE = "120000"
"""Of no district: real numbers never begin so."""

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def id_number(born: str, serial: int) -> str:
    """An ID number with the checksum of GB 11643; `born` is YYYYMMDD."""
    body = f"{AREA_CODE}{born}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + CHECKS[total % 11]


@dc.dataclass(frozen=True)
class Person:
    """Who a paper is about."""

    name: str
    sex: str
    born: str
    unit: str
    school: str
    given_number: str = ""

    @property
    def number(self) -> str:
        """The ID number; where none is given, the serial's parity tells the sex."""
        return self.given_number or id_number(self.born, 1 if self.sex == "男" else 2)

    @property
    def birthday(self) -> str:
        """The date of birth as papers write it."""
        if not self.born:
            return BLACKED_OUT
        return f"{self.born[:4]}年{int(self.born[4:6])}月{int(self.born[6:])}日"


BLACKED_OUT = "■■■■"

NOBODY = Person(
    BLACKED_OUT, "女", "", "样例市样例医院", "样例医科大学", given_number=BLACKED_OUT * 3
)
"""Of a paper that many hold up in the demo: what is personal on it cannot be read."""

PEOPLE = (
    Person("样例·林清", "女", "19970615", "样例市样例医院", "样例医科大学"),
    Person("样例·周明", "男", "19910203", "样例区社区卫生服务中心", "样例医学高等专科学校"),
    Person("样例·阿依古丽", "女", "19881120", "样例县样例诊所", "样例中医学院"),
)
