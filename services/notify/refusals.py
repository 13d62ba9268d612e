"""What the delivery desk refuses: cause and cure in words."""

from flask_babel import lazy_gettext as _l

from libs.common.web.refusals import Words

_BACK = _l("请返回查看最新状态。")

REFUSALS: dict[str, Words] = {
    "without_reason": Words(422, _l("没有填写理由。"), _l("请写明理由，它会记入审计日志。")),
    "unknown_delivery": Words(404, _l("没有这条发送记录。"), _BACK),
    "not_resendable": Words(409, _l("这条短信还在途中，或已经重发过。"), _BACK),
    "unknown_vendor": Words(404, _l("没有这个短信通道。"), _BACK),
    "wrong_weight": Words(422, _l("权重必须是 0 到 100 的整数。"), _l("请改正后再保存。")),
    "no_operator": Words(404, _l("没有登录名为 %(login)s 的账号。"), _l("请核对登录名。")),
    "operator_closed": Words(409, _l("账号 %(login)s 已经停用。"), _l("无需再次停用。")),
    "login_taken": Words(409, _l("登录名 %(login)s 已被使用。"), _l("请换一个登录名。")),
}
