"""What channels and states are called on the pages; a state is icon, word and colour."""

from flask_babel import lazy_gettext as _l

from services.notify.domain.delivery import State
from services.notify.domain.facts import Audience, Channel, Urgency
from services.notify.domain.ladder import DEAD_CARRIER_CODES, CallEnd, Cause, Target

CHANNELS = {
    Channel.IN_APP: _l("站内信"),
    Channel.SMS: _l("短信"),
    Channel.CODE: _l("验证码"),
    Channel.CALL: _l("电话"),
}

AUDIENCES = {Audience.CANDIDATE: _l("考生")}
URGENCIES = {
    Urgency.NOW: _l("立即"),
    Urgency.DAYTIME: _l("白天 8:00–21:00"),
    Urgency.GATHERED: _l("白天，30 分钟内合并为一条"),
}
FACTS = {
    "phone_code": _l("手机验证码"),
    "window_closing": _l("上传即将截止"),
    "given_back_closing": _l("退回修改即将截止"),
    "deferred_closing": _l("补交即将截止"),
    "window_opened": _l("补交阶段开始"),
    "window_extended": _l("上传时间延长"),
    "application_submitted": _l("材料已提交"),
    "answers_submitted": _l("答复已提交"),
    "submitted_again": _l("材料再次提交"),
    "deferred_submitted": _l("补交材料已提交"),
    "last_round_stands": _l("以上次提交为准"),
    "deferred_locked": _l("补交截止未提交"),
    "application_locked": _l("截止未提交"),
    "case_advanced": _l("审核进度更新"),
    "case_reopened": _l("退回可修改"),
    "reopen_declined": _l("退回申请未获同意"),
    "requests_raised": _l("需更换或补充"),
    "requests_extended": _l("处理时间延长"),
    "requests_withdrawn": _l("要求撤回"),
    "requests_due": _l("处理即将到期"),
    "requests_overdue": _l("处理已逾期"),
    "results_published": _l("结果公布"),
}
TARGETS = {Target.CANDIDATE: _l("考生"), Target.WORK_UNIT: _l("工作单位")}
CAUSES = {Cause.SMS_FAILED: _l("短信未能送达"), Cause.NO_REACTION: _l("临近截止仍无反应")}
CALL_ENDS = {
    CallEnd.REACHED: _l("已接通"),
    CallEnd.NOT_REACHED: _l("未接通"),
    CallEnd.WRONG_NUMBER: _l("号码错误"),
    CallEnd.REFUSED: _l("拒绝接听"),
    CallEnd.ACTED: _l("已处理，无需致电"),
    CallEnd.OVER: _l("已过期，无需致电"),
}
REASONS = {
    "account": _l("通道账号异常"),
    "bad_recipient": _l("号码无效"),
    "content": _l("模板或签名被拒"),
    "unlisted_code": _l("通道返回未知代码"),
    "number_limit": _l("该号码超过通道限额"),
    "retryable": _l("未发出，将重试"),
    "throttled": _l("通道限流，将重试"),
    "unknown": _l("结果未知，先查询再决定"),
    "no_phone": _l("没有手机号码"),
    "too_late": _l("会晚于截止时间"),
    "over": _l("事项已了结，不必再发"),
    "gathered": _l("已合并到更新的一条"),
    "gathering": _l("等待合并"),
    "night": _l("等到白天发送"),
    "person_limit": _l("超过每人每日条数，稍后发送"),
    "own_number_limit": _l("超过每号每日条数，稍后发送"),
    "daily_cap": _l("超过当日总量，次日发送"),
    "no_receipt": _l("72 小时没有回执"),
    "not_composed": _l("内容无法生成"),
    "expired": _l("验证码已过期"),
}
"""Why a delivery stands where it stands."""
CARRIERS = (
    (DEAD_CARRIER_CODES, _l("空号或已停机")),
    (("MK:0010", "MK:0023", "EXPIRED"), _l("关机或不在服务区")),
    (("MBBLACK", "DB:0144"), _l("号码在黑名单中")),
)
"""Carriers' codes by their beginnings (cloud.tencent.com 382/59177)."""
VENDORS = {
    "tencent": _l("腾讯云"),
    "aliyun": _l("阿里云"),
    "http": _l("签名网关"),
}
LANGUAGES = {"zh-CN": _l("中文"), "en": _l("英文")}
MOVES = {
    "configured": _l("启用"),
    "errors": _l("错误过多"),
    "account": _l("账号异常"),
    "slow_receipts": _l("回执过慢"),
    "relief": _l("接替另一通道"),
    "healing": _l("恢复"),
}

STATES = {
    State.QUEUED: (_l("待发送"), "info", "clock"),
    State.SENDING: (_l("发送中"), "info", "send"),
    State.ACCEPTED: (_l("已交运营商"), "info", "right"),
    State.DELIVERED: (_l("已送达"), "ok", "check"),
    State.UNDELIVERED: (_l("未送达"), "warn", "alert"),
    State.FAILED: (_l("发送失败"), "bad", "cross"),
    State.UNKNOWN: (_l("结果未知"), "warn", "help"),
    State.SKIPPED: (_l("未发送"), "lock", "minus"),
}
"""State → word, kind of tag, icon."""


def why(reason: str) -> str:
    """The words of a reason; a carrier's code keeps standing beside its words."""
    if reason in REASONS:
        return str(REASONS[reason])
    known = next((words for codes, words in CARRIERS if reason.startswith(codes)), None)
    return reason if known is None else f"{known} · {reason}"
