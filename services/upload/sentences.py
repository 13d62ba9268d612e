"""Cause and cure in two languages, and those of what is noticed once a paper was read.

A reading never says more than a warning; `findings.py` holds these sentences with all others.
"""

Words = dict[str, dict[str, str]]
"""Language tag → `cause` and `cure`."""


def both(zh_cause: str, zh_cure: str, en_cause: str, en_cure: str) -> Words:
    """One cause and one cure in both languages."""
    return {
        "zh-CN": {"cause": zh_cause, "cure": zh_cure},
        "en": {"cause": en_cause, "cure": en_cure},
    }


READ_WARNINGS: dict[str, Words] = {
    "mirrored": both(
        "图片左右相反：文字翻转过来才能读出（前置摄像头常会这样）。",
        "点“翻回正面”即可，不用重拍。",
        "The picture is mirrored: its text reads only when flipped, as front cameras often do.",
        "One tap flips it back; no new photo is needed.",
    ),
    "cut_off": both(
        "材料没有拍全：应有的栏目看不到。",
        "请让材料的四个角都在画面里，再拍一张；如果内容完整，可以继续使用。",
        "The paper is not whole: something that should stand on it cannot be seen.",
        "Take it again with all four corners in the picture; "
        "if nothing is missing, you may use it.",
    ),
    "glare": both(
        "反光遮住了文字：约 {measured}% 的画面过亮，有的栏目读不出来。",
        "请换个角度或关掉闪光灯，让反光离开文字后重拍。",
        "A reflection covers text: about {measured}% of the picture is too bright to read.",
        "Tilt the paper or switch the flash off, and take it again without the reflection.",
    ),
    "wrong_kind": both(
        "这张图片看起来是另一种材料，可能放错了位置。",
        "请对照示例检查；放错了请删除后传到对应的材料，没有放错可以继续使用。",
        "The picture looks like another kind of paper; it may be in the wrong place.",
        "Compare it with the sample. Move it to its own material, or use it if it is right.",
    ),
    "id_not_read": both(
        "没有读出身份证号码，审核人员可能也看不清。",
        "请避开反光、对准号码对焦后重拍；您自己看得清每一位数字即可使用。",
        "The ID number could not be read; reviewers may not be able to read it either.",
        "Take it again without reflections, focused on the number; "
        "fine if you can read every digit.",
    ),
    "id_differs": both(
        "图片上的证件号码与报名信息不一致。",
        "请检查是否传了别人的证件；若报名信息有误，请在考试报名系统更正。",
        "The ID number in the picture is not that of your registration.",
        "Check whose paper it is; if the registration is wrong, correct it in that system.",
    ),
    "name_differs": both(
        "图片上的姓名与报名信息不一致。",
        "请检查是否传了别人的材料；曾用名请同时上传更名证明，报名信息有误请在考试报名系统更正。",
        "The name in the picture is not that of your registration.",
        "Check whose paper it is. After a change of name upload its proof too; "
        "a wrong registration is corrected in that system.",
    ),
    "expired": both(
        "材料的有效期在考试开始之前就结束了。",
        "请上传考试当日仍在有效期内的材料；已换发新证的，请拍新证。",
        "The paper's validity ends before the exam begins.",
        "Upload one that is valid on the day of the exam; photograph the new one if you have it.",
    ),
}
"""By code."""
