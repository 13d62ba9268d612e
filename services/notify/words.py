"""What channels and states are called on the pages; a state is icon, word and colour."""

from flask_babel import lazy_gettext as _l

from services.notify.domain.delivery import State
from services.notify.domain.facts import Channel

CHANNELS = {
    Channel.IN_APP: _l("站内信"),
    Channel.SMS: _l("短信"),
    Channel.CODE: _l("验证码"),
}
"""Of deliveries; a call is a task of its own."""

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
