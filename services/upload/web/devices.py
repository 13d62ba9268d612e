"""What a browser is called in a list of browsers; only a few words of its name are kept."""

import re

from libs.common.web.languages import gettext as _

_SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("macOS", r"Macintosh"),
    ("Linux", r"Linux"),
)
_PROGRAMS = (
    ("WeChat", r"MicroMessenger"),
    ("QQ", r"MQQBrowser|QQ/"),
    ("UC", r"UCBrowser"),
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Firefox", r"Firefox|FxiOS"),
    ("Chrome", r"Chrome|CriOS"),
    ("Safari", r"Safari"),
)


def device_of(user_agent: str) -> str:
    """`iPhone WeChat`: the system and the program, of all that a browser says of itself."""
    found = [
        next((name for name, said in known if re.search(said, user_agent)), "")
        for known in (_SYSTEMS, _PROGRAMS)
    ]
    return " ".join(name for name in found if name)


def device_words(device: str) -> str:
    """As the page says it."""
    if not device:
        return _("不认识的浏览器")
    return " · ".join(_("微信") if part == "WeChat" else part for part in device.split(" "))
