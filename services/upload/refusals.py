"""Every refusal of this service in words: what is the matter, and what to do (R12, R15).

The codes are raised by `operations` and `forms`; `tests/unit/upload/test_refusals.py` holds that
each has its words.
"""

from flask_babel import lazy_gettext as _l

from libs.common.web.refusals import Words

_RELAUNCH = _l("请回到考试报名系统，重新点“上传相关材料”。")
_BACK = _l("请返回材料清单查看最新状态。")
_ASK = _l("如有疑问，请致电考点。")

REFUSALS: dict[str, Words] = {
    # Entry
    "launch_invalid": Words(400, _l("进入凭证无效，可能不完整或已被改动。"), _RELAUNCH),
    "launch_expired": Words(403, _l("进入凭证已过期，两分钟内有效。"), _RELAUNCH),
    "launch_replayed": Words(403, _l("这个进入凭证已经用过一次。"), _RELAUNCH),
    "launch_unknown": Words(
        404,
        _l("本系统还没有收到您的报名信息。"),
        _l("报名信息会在几分钟内传到，请稍后从考试报名系统重新进入；仍然不行请致电考点。"),
    ),
    "no_application": Words(404, _l("没有找到您的报名信息。"), _RELAUNCH),
    "activated": Words(409, _l("您已经完成首次使用的步骤。"), _l("请直接查看材料清单。")),
    "step_missing": Words(409, _l("前面的步骤还没有完成。"), _l("请按顺序完成。")),
    "statement_outdated": Words(
        409, _l("您阅读之后，告知或承诺的内容有更新。"), _l("请返回重新阅读并确认。")
    ),
    "identity_wrong": Words(
        422,
        _l("证件号码与报名信息不一致。"),
        _l("请对照证件再输入一次；报名信息有误请在考试报名系统更正。"),
    ),
    "too_many_failures": Words(
        429,
        _l("连续多次不正确，暂停到 %(until)s（约 %(minutes)s 分钟）。"),
        _l("请到时再试；着急的话请致电考点，工作人员可以核实身份后解除。"),
    ),
    "no_browser": Words(
        404, _l("这个浏览器已经退出登录。"), _l("刷新登录与安全页，可以看到现在还登录着的。")
    ),
    "code_too_soon": Words(
        429, _l("验证码刚刚发送过。"), _l("请等 %(seconds)s 秒再重新发送，短信可能稍有延迟。")
    ),
    "codes_used_up": Words(
        429, _l("今天已发送 %(max)s 次验证码，达到上限。"), _l("请明天再试，或致电考点。")
    ),
    "code_wrong": Words(
        422, _l("验证码不正确，还可以试 %(left)s 次。"), _l("请对照最新一条短信再输入。")
    ),
    "code_expired": Words(
        422, _l("验证码已失效。"), _l("请重新发送，使用最新一条短信里的验证码。")
    ),
    "password_short": Words(
        422, _l("密码太短，至少 %(min)s 个字符。"), _l("用一句容易记的话就很好。")
    ),
    "password_guessable": Words(
        422, _l("密码太容易被猜到。"), _l("请换一个，用一句容易记的话就很好。")
    ),
    "password_long": Words(422, _l("密码太长，最多 %(max)s 个字符。"), _l("请缩短一些。")),
    "sign_in_wrong": Words(
        422, _l("号码或密码不正确。"), _l("请再试一次；首次使用请从考试报名系统进入。")
    ),
    "password_wrong": Words(
        422, _l("密码不正确。"), _l("请再输入一次；忘记了可以用短信验证码重设。")
    ),
    "reset_wrong": Words(
        422, _l("验证码不正确或已失效。"), _l("请对照最新一条短信再输入，或重新发送。")
    ),
    # Time and locks
    "window_not_open": Words(
        409, _l("还没有开始上传，%(opens)s 开始（%(zone)s）。"), _l("可以先查看清单和示例。")
    ),
    "window_closed": Words(
        409,
        _l("上传时间已于 %(ends)s 截止（%(zone)s），宽限 %(grace)s 秒也已过。"),
        _ASK,
    ),
    "locked": Words(409, _l("内容已提交并锁定，不能修改。"), _BACK),
    "returned_only": Words(409, _l("现在只能处理审核人员要求的内容，其余保持锁定。"), _BACK),
    "published": Words(409, _l("最终结果已公布，内容不能再修改。"), _ASK),
    "not_submitted": Words(409, _l("还没有提交。"), _BACK),
    "reopen_asked": Words(
        409, _l("这一次提交您已经申请过退回。"), _l("请等考点答复；急需时请致电考点。")
    ),
    "no_request": Words(404, _l("没有这项要求，它可能已被撤回。"), _BACK),
    "request_over": Words(409, _l("这项要求已于 %(due)s 截止（%(zone)s）。"), _ASK),
    # Images and answers
    "nothing_to_turn": Words(
        409, _l("这张图片没有被收下，不能旋转。"), _l("请按图片旁的提示重新上传。")
    ),
    "no_picture": Words(422, _l("没有选择图片。"), _l("请先选择一张图片，再点上传。")),
    "not_a_picture": Words(422, "%(cause)s", "%(cure)s"),
    "picture_huge": Words(
        422,
        _l("图片为 %(size)s 字节，超过 %(limit)s MB，系统无法接收。"),
        _l("请在相机设置里把照片尺寸调小一档后重拍，再选一次。"),
    ),
    "carry_gone": Words(
        409,
        _l("这张图片不能再沿用：它已过期、不再保存，或不属于这次考试可以沿用的材料。"),
        _l("请对着材料重新拍照上传。"),
    ),
    "no_shrink": Words(404, _l("没有这张等待确认的图片，它可能已处理过。"), _BACK),
    "shrink_runs": Words(409, _l("这张图片还在缩小。"), _l("请等几秒，刷新后再确认。")),
    "shrink_gone": Words(
        409, _l("这张图片已经放弃或过期，不能再确认。"), _l("请重新选择原图上传。")
    ),
    "shrink_waits": Words(
        409,
        _l("这项材料已有缩小后的图片等您确认，位置已满。"),
        _l("请先在材料清单里确认或放弃它，再上传新的。"),
    ),
    "too_many_shrinks": Words(
        409,
        _l("已有 %(max)s 张大图等您确认。"),
        _l("请先在材料清单里确认或放弃它们，再上传新的。"),
    ),
    "unknown_material": Words(404, _l("清单里没有这项材料，清单可能已更新。"), _BACK),
    "takes_no_images": Words(409, _l("这项材料现在不接收图片。"), _BACK),
    "no_free_slot": Words(
        409, _l("这项材料最多 %(max)s 张，已经满了。"), _l("请先删除一张，再上传新的。")
    ),
    "already_replaced": Words(
        409, _l("这张图片已经换过了。"), _l("如需再换，请先删除新上传的那张。")
    ),
    "too_many_images": Words(
        409, _l("上传和删除的次数太多，达到 %(max)s 次。"), _l("请致电考点处理。")
    ),
    "no_image": Words(404, _l("没有这张图片，它可能已被删除。"), _BACK),
    "order_outdated": Words(409, _l("图片有变化，顺序没有保存。"), _BACK),
    "absence_not_allowed": Words(409, _l("这项材料不能答暂缺/不适用。"), _l("请上传图片。")),
    "absence_with_images": Words(
        409, _l("已上传图片的材料不能答暂缺/不适用。"), _l("请先删除图片。")
    ),
    "words_missing": Words(422, _l("没有填写内容。"), _l("请返回填写后再保存。")),
    "words_too_long": Words(422, _l("内容太长，最多 %(max)s 个字。"), _l("请缩短后再保存。")),
    "not_ready": Words(422, _l("还有内容没有备齐，不能提交。"), _BACK),
    "phone_link_used": Words(
        409,
        _l("这个二维码已经用过，只能打开一次。"),
        _l("请在电脑上重新点“用手机拍”，扫新的二维码。"),
    ),
    "phone_link_over": Words(
        410,
        _l("这个二维码已经失效，或已在电脑上停用。"),
        _l("请在电脑上重新点“用手机拍”，扫新的二维码；已传的图片都在。"),
    ),
    "erasure_asked": Words(
        409, _l("您已经申请过删除，正在等待办理。"), _l("页面上可以看到何时办理，也可以撤回申请。")
    ),
    "no_erasure": Words(
        409, _l("没有等待办理的删除申请，它可能已经办理或撤回。"), _l("请刷新页面查看最新状态。")
    ),
    "no_file": Words(422, _l("没有选择文件。"), _l("请先选择一个图片文件，再点核对。")),
    "no_receipt": Words(404, _l("没有这份回执，或您不能查看它。"), _l("请从进度页打开回执。")),
    # What only the command line and the review's side can meet
    "extension_not_later": Words(
        409, _l("现在的截止时间（%(until)s）不早于新的。"), _l("请改为更晚的时间。")
    ),
    "extension_without_reason": Words(422, _l("没有填写延期原因。"), _l("请写明原因。")),
    "window_shortened": Words(409, _l("已公布的截止时间不能提前。"), _l("请保留原来的截止时间。")),
    "no_release": Words(
        409, _l("没有等待第二人确认的申请，或已超过一天。"), _l("请先由一位工作人员提出。")
    ),
    "release_own": Words(
        403, _l("提出的人不能自己确认。"), _l("请由另一位工作人员核实考生身份后确认。")
    ),
    "no_registration": Words(404, _l("没有报名号 %(number)s。"), _l("请核对考试和报名号。")),
    "unknown_exam": Words(404, _l("没有考试 %(exam)s。"), _l("请核对代码，或先载入考试。")),
    "unknown_site": Words(404, _l("这个考试没有考点 %(site)s。"), _l("请核对考点代码。")),
    "no_pack": Words(
        404, _l("服务器上没有考试 %(exam)s 的材料包。"), _l("请先由运维把它放到 exams 目录。")
    ),
    "pack_moved": Words(
        409, _l("服务器上的材料包已是版本 %(version)s，不是比较过的那一版。"), _l("请重新比较。")
    ),
    "bad_edit": Words(422, _l("改动有误：%(why)s。"), _l("请在审核台改正后再保存。")),
    "no_checked_image": Words(
        404,
        _l("没有图片 %(image)s，或它没有通过检查。"),
        _l("请从审核台的网址中复制图片编号（image= 之后），检查通过后再登记。"),
    ),
    "template_unnamed": Words(422, _l("没有写表样的名称。"), _l("请写明它是哪一种空白表样。")),
    "template_known": Words(
        409,
        _l("已有名为“%(what)s”的表样。"),
        _l("请换一个名称，或先移除原来的：shencai template remove。"),
    ),
    "no_template": Words(
        404,
        _l("没有名为“%(what)s”的表样。"),
        _l("用 shencai template list 可以看到已登记的名称。"),
    ),
    "unknown_window": Words(
        404, _l("这个考试没有上传时间 %(kind)s。"), _l("请从这些上传时间中选择：%(known)s。")
    ),
    # The registration system's door
    "api_body": Words(400, _l("请求的内容不完整或格式不对。"), _l("请按接口说明重发。")),
    "api_unsigned": Words(401, _l("请求的签名无效。"), _l("请检查密钥和时钟。")),
    "api_replayed": Words(409, _l("这个请求已经收到过。"), _l("重发请使用新的随机数。")),
}
