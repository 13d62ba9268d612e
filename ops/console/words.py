"""Words of the operations page: what is wrong, and the first thing to do about it."""

from flask_babel import lazy_gettext as _l

from libs.common.web.refusals import Words
from ops.console.judge import Level, Standing

QUEUES = {
    "upload": _l("上传服务"),
    "review": _l("审核服务"),
    "notify": _l("通知服务"),
    "notify_codes": _l("验证码请求"),
    "images": _l("图片检查"),
    "shrink": _l("大图缩小"),
    "reader": _l("材料识读"),
    "sms": _l("短信发送"),
    "codes": _l("验证码"),
    "results": _l("结果推送"),
    "eraser": _l("到期清除"),
}
VENDORS = {"tencent": _l("腾讯云"), "aliyun": _l("阿里云"), "http": _l("签名网关")}
LEVELS = {
    Level.OK: (_l("正常"), "ok", "check"),
    Level.WATCH: (_l("留意"), "warn", "alert"),
    Level.RED: (_l("故障"), "bad", "cross"),
}
"""Level → word, kind of tag, icon."""

ALERTS = {
    "stale": (
        _l("本页数据已有 %(number)s 秒没有更新"),
        _l("查看 ops 进程的日志；下面的数字是旧的。"),
    ),
    "redis": (
        _l("Redis 没有响应"),
        _l("重启 Redis 即可；消息都在数据库里，恢复后会自动重发，不会丢失。"),
    ),
    "workers": (
        _l("“%(about)s”没有处理进程在工作"),
        _l("启动该进程；等待期间的消息会保留。"),
    ),
    "depth": (
        _l("“%(about)s”排队已到上限（%(number)s）"),
        _l("增加处理进程；超出的消息在数据库里等待。"),
    ),
    "oldest": (
        _l("“%(about)s”最老的消息已等待 %(number)s 秒"),
        _l("增加处理进程，或查看它的日志。"),
    ),
    "degraded": (
        _l("“%(about)s”有 %(number)s 个处理进程的沙箱不完整"),
        _l("图片仍在受检；请把该进程移到支持 seccomp 并允许设置资源上限的系统上。"),
    ),
    "second_engine": (
        _l("“%(about)s”有 %(number)s 个处理进程改用了第二个文字识别引擎"),
        _l("材料仍在识别，只是更慢；请查看该进程启动时的日志，第一个引擎为什么不能用。"),
    ),
    "database": (
        _l("“%(about)s”的数据库没有响应"),
        _l("检查 PostgreSQL；恢复后各进程会自动重连。"),
    ),
    "outbox": (
        _l("“%(about)s”发件箱里最老的消息已 %(number)s 秒未被确认"),
        _l("检查该服务的转发进程（relay）和接收方。"),
    ),
    "web": (_l("“%(about)s”的网页没有就绪"), _l("查看该网页进程的日志和它的数据库。")),
    "parked": (
        _l("“%(about)s”有 %(number)s 条消息等待人工处理"),
        _l("在下面查看原因，修复后重试，或忽略。"),
    ),
    "sms_account": (
        _l("短信通道拒绝发送（最近一小时 %(number)s 条）"),
        _l("登录该短信通道的控制台，检查余额、签名和模板。"),
    ),
    "sms_failing": (
        _l("最近一小时 %(number)s%% 的短信没有送达"),
        _l("查看短信通道的状态页；站内信不受影响。"),
    ),
    "vendor_probe": (
        _l("短信通道“%(about)s”只剩试探流量（权重 %(number)s）"),
        _l("其他通道在发送；查看它的状态页、余额和错误原因，恢复后权重自动回升。"),
    ),
    "vendors_down": (
        _l("所有短信通道都有故障（%(number)s 个）"),
        _l("短信发不出去；立即联系各短信通道。站内信不受影响，临近截止的会转为电话通知。"),
    ),
    "sms_cap": (
        _l("今日短信已用上限的 %(number)s%%"),
        _l("查明是否有异常发送；达到上限后，除验证码外次日再发。"),
    ),
}
"""Code → what is wrong, and the first thing to do; more stands in docs/operations.md."""

SMS_STATES = {
    "queued": (_l("待发送"), "info", "clock"),
    "sending": (_l("发送中"), "info", "send"),
    "accepted": (_l("已交运营商"), "info", "right"),
    "delivered": (_l("已送达"), "ok", "check"),
    "undelivered": (_l("未送达"), "warn", "alert"),
    "failed": (_l("发送失败"), "bad", "cross"),
    "unknown": (_l("结果未知"), "warn", "help"),
    "skipped": (_l("未发送"), "lock", "minus"),
}

STANDINGS = {
    Standing.REST: (_l("正常"), "ok", "check"),
    Standing.LOWERED: (_l("已降权"), "warn", "alert"),
    Standing.PINNED: (_l("人工固定"), "warn", "lock"),
    Standing.ERRING: (_l("持续出错"), "bad", "cross"),
    Standing.PROBE: (_l("只剩试探"), "bad", "cross"),
}

MOVES = {
    "configured": _l("启用"),
    "errors": _l("错误过多"),
    "account": _l("账号异常"),
    "slow_receipts": _l("回执过慢"),
    "relief": _l("接替另一通道"),
    "healing": _l("恢复"),
}
"""Why the machine moved a vendor's weight; a person's reason stands in her own words."""

TRIED = {
    "": (_l("已受理"), "ok", "check"),
    "unknown": (_l("结果未知"), "warn", "help"),
}
"""How the last attempt ended; anything else was not accepted."""

TOLD = {
    "retried": _l("已重新发送这条消息。"),
    "dismissed": _l("已忽略这条消息。"),
    "gone": _l("这条消息已经处理过了。"),
    "away": _l("数据库没有响应，什么都没有改变。请稍后再试。"),
}

REFUSALS = {
    "signed_out": Words(401, _l("登录已失效。"), _l("请重新登录。")),
}
