"""Every refusal of this room: its status, its cause, and its cure."""

from flask_babel import lazy_gettext as _l

from libs.common.web.refusals import Words

REFUSALS: dict[str, Words] = {
    "wrong_state": Words(
        409, _l("这份审核单现在不能这样处理。"), _l("请返回队列，刷新后查看它的当前状态。")
    ),
    "already_published": Words(
        409, _l("结果已经公布，不能再改。"), _l("如有疑问，请联系考区管理员。")
    ),
    "still_checking": Words(
        409,
        _l("这张图片还在自动检查，暂时没有可看的画面。"),
        _l("请先审核其他图片，稍后刷新再看。"),
    ),
    "images_open": Words(
        409,
        _l("还有 %(count)s 张图片没有判定。"),
        _l("请先逐张判定；全部要求会在判定完后一起发出。"),
    ),
    "nothing_asked": Words(
        409, _l("没有要发出的要求。"), _l("请先对图片提出要求，或直接作出结论。")
    ),
    "asks_open": Words(
        409,
        _l("还有图片要求更换，或有未发出的要求，不能判为通过。"),
        _l("请发出要求，或撤回要求并改判为合格。"),
    ),
    "words_needed": Words(422, _l("这个结论需要写明理由。"), _l("请在理由栏写一句话后再提交。")),
    "words_too_long": Words(422, _l("文字超过 %(limit)s 字。"), _l("请缩短后再提交。")),
    "demand_incomplete": Words(
        422, _l("要求不完整：缺少理由或对象。"), _l("请选择一个理由后再提交。")
    ),
    "unknown_reason": Words(
        422, _l("本次考试没有这个理由。"), _l("请刷新页面，从列表中选择理由。")
    ),
    "due_out_of_range": Words(
        422, _l("期限须在 %(least)s 到 %(most)s 小时之间。"), _l("请重新选择期限。")
    ),
    "bad_mark": Words(422, _l("标记框太小或超出了图片。"), _l("请重新框选，或不带标记提交。")),
    "nothing_to_undo": Words(409, _l("没有可撤销的判定。"), _l("只能撤销您自己在本轮作出的判定。")),
    "claimed_by_other": Words(
        409, _l("%(name)s 正在审核这份审核单。"), _l("请领取下一份；对方释放后可再打开它。")
    ),
    "not_claimed": Words(
        409,
        _l("您现在没有领取这份审核单，不能对全案作出处理，刚才的操作没有保存。"),
        _l("请打开它，按“领取本案”，看过图片后再提交；已作的判定都还在。"),
    ),
    "stale_decision": Words(
        409,
        _l("您打开后，%(name)s 处理过这份审核单，刚才的操作没有保存。"),
        _l("请刷新页面，查看最新情况后再判定。"),
    ),
    "case_moved": Words(
        409,
        _l(
            "您打开后，这份审核单有了变化（考生重新提交，或自动检查发现图片损坏），刚才的操作没有保存。"
        ),
        _l("请刷新页面，查看最新情况后再判定。"),
    ),
    "not_yours_to_judge": Words(
        409, _l("这份审核单现在不由您这一级审核。"), _l("您可以查看它；要处理请领取本级的审核单。")
    ),
    "request_over": Words(
        409, _l("这项要求已经到期，不能再延长。"), _l("请等待考区处理；需要时可重新提出要求。")
    ),
    "views_full": Words(409, _l("常用视图已有 %(limit)s 个。"), _l("请先删除一个不再需要的视图。")),
    "own_account": Words(409, _l("不能更改自己的账户。"), _l("请由另一位管理员更改。")),
    "roles_needed": Words(422, _l("没有选择角色。"), _l("请至少选择一个角色。")),
    "site_needed": Words(422, _l("考点角色需要至少一个考点。"), _l("请选择考点后再保存。")),
    "invitation_over": Words(410, _l("这个邀请链接已失效或已使用。"), _l("请联系管理员重新邀请。")),
    "wrong_code": Words(
        422, _l("动态码不对。"), _l("请核对手机时间，输入验证器现在显示的 6 位数字。")
    ),
    "window_past": Words(422, _l("新的截止时间已经过去。"), _l("请选择一个将来的时间。")),
    "extension_moved": Words(
        409,
        _l("这项延长还没有核对完，或者已经提出过。"),
        _l("请回到“考试与时间”，查看它的状态；需要时重新预览。"),
    ),
    "load_moved": Words(
        409,
        _l("这个材料包还没有比较完，没有不同，或者已经提出载入。"),
        _l("请回到“考试与时间”，重新比较。"),
    ),
    "window_too_long": Words(
        422, _l("新的截止时间超过 %(days)s 天。"), _l("请核对日期；需要更久时请分次延长。")
    ),
    "unknown_scope": Words(422, _l("没有这场考试或这个考点。"), _l("请返回上一页重新选择。")),
    "reason_words": Words(
        422, _l("理由和改正办法须有中文和英文。"), _l("请填写全部四栏后再保存。")
    ),
    "reason_too_long": Words(
        422, _l("理由超过 %(words)s 字，或改正办法超过 %(cure)s 字。"), _l("请缩短后再保存。")
    ),
    "reason_initials": Words(
        422, _l("拼音首字母须为 1 到 %(limit)s 个小写字母或数字。"), _l("例如“反光遮挡”写 fgzd。")
    ),
    "reason_materials": Words(
        422,
        _l("适用材料不在本次考试的清单里，或信息更正类理由选了材料。"),
        _l("请重新选择适用材料。"),
    ),
    "site_words": Words(
        422, _l("电话、时间和地址须填写，时间和地址要有中英文。"), _l("请填写后再保存。")
    ),
    "site_too_long": Words(
        422, _l("电话超过 %(phone)s 字，或文字超过 %(words)s 字。"), _l("请缩短后再保存。")
    ),
    "site_phone": Words(
        422, _l("电话号码里有不认识的字符。"), _l("请只用数字、+、-、括号和“转”。")
    ),
    "key_refused": Words(
        422,
        _l("安全密钥的答复无效，或这把密钥已经添加过。"),
        _l("请再试一次；也可以继续使用验证器应用的动态码。"),
    ),
    "keys_full": Words(409, _l("安全密钥已有 %(limit)s 把。"), _l("请先移除一把不再使用的。")),
    "no_wish": Words(
        409, _l("没有等待答复的撤回提交申请。"), _l("请刷新页面；申请可能已由他人答复。")
    ),
    "call_over": Words(
        409, _l("这个电话任务已经结束。"), _l("请返回电话清单；考生可能已自行处理。")
    ),
    "next_try_needless": Words(
        422, _l("只有未接听的电话才约下次拨打。"), _l("请清空下次拨打时间后再保存。")
    ),
    "next_try_wrong": Words(
        422, _l("下次拨打时间须在现在之后、七天之内。"), _l("请重新选择下次拨打时间。")
    ),
    "cases_open": Words(
        409, _l("还有 %(count)s 份审核单没有结论，不能公布。"), _l("请先完成这些审核单。")
    ),
    "nothing_to_publish": Words(409, _l("没有可公布的结果。"), _l("请在有结论后再来。")),
    "nothing_refused": Words(
        409, _l("这一批没有被拒收的结果。"), _l("请刷新页面，查看推送的最新情况。")
    ),
    "already_proposed": Words(
        409, _l("本次考试已有一个待确认的公布。"), _l("请先由第二人确认，或撤回它。")
    ),
    "same_person": Words(
        409, _l("公布须由两人完成：提出人不能自己确认。"), _l("请由另一位考区负责人确认。")
    ),
    "batch_changed": Words(
        409,
        _l("提出公布后，有 %(count)s 项结果发生了变化，没有公布。"),
        _l("请撤回这次公布，核对后重新提出。"),
    ),
    "wrong_password": Words(422, _l("当前密码不对。"), _l("请重新输入当前密码。")),
    "password_too_short": Words(
        422,
        _l("新密码不足 %(least)s 个字符，或过长。"),
        _l("请换一个长一些的密码，例如几个词连在一起。"),
    ),
    "password_guessable": Words(
        422, _l("新密码太容易被猜到。"), _l("请换一个密码，例如几个词连在一起。")
    ),
    "passwords_differ": Words(422, _l("两次输入的新密码不一致。"), _l("请重新输入两次新密码。")),
    "login_taken": Words(409, _l("登录名 %(login)s 已被使用。"), _l("请换一个登录名。")),
}
