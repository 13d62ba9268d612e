"""Is what was sent of the right shape and size? What is wrong is said in words, per field."""

import dataclasses as dc
import mmap
import os
import uuid
from collections.abc import Mapping
from typing import IO

from flask import Request
from werkzeug.exceptions import BadRequest

from libs.common.errors import Refusal
from libs.common.messages import ImageId, RequestId, WindowKind
from libs.common.web.languages import gettext as _
from services.upload.domain import contents, metadata, shrink
from services.upload.domain.activation import CODE_DIGITS, Step
from services.upload.domain.turning import Turn
from services.upload.foreign import NOT_A_PICTURE

Faults = dict[str, str]
"""Field name → sentence."""
Form = Mapping[str, str]

MAX_HELD_BYTES = 1_000_000
"""Above, Werkzeug has put the file on the disk: it does so from 500 KB on."""
MAX_NAME_CHARACTERS = 40
MAX_WORDS_CHARACTERS = 2000
SHA256_CHARACTERS = 64


@dc.dataclass(frozen=True, kw_only=True)
class Picture:
    """A file that was sent for a material."""

    key: str
    request_id: RequestId | None
    instead: ImageId | None
    data: contents.Data


def picture(request: Request) -> Picture:
    """The file of an upload. Raises Refusal `no_picture`, `picture_huge`, BadRequest."""
    files = [file for file in request.files.getlist("picture") if file.filename]
    if not files:
        raise Refusal("no_picture")
    with files[0].stream as stream:
        data = _held(stream)
    wanted, instead = request.form.get("request", ""), request.form.get("instead", "")
    return Picture(
        key=key_of(request.form),
        request_id=RequestId(_uuid(wanted)) if wanted else None,
        instead=ImageId(_uuid(instead)) if instead else None,
        data=data,
    )


def _held(stream: IO[bytes]) -> contents.Data:
    """A small file in memory; a big one stays where it arrived, on the disk, and is looked at."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size > shrink.MAX_BYTES:
        raise Refusal("picture_huge", size=f"{size:,}", limit=shrink.MAX_BYTES >> 20)
    if size <= MAX_HELD_BYTES:
        return stream.read()
    return mmap.mmap(stream.fileno(), size, access=mmap.ACCESS_READ)


def key_of(form: Form) -> str:
    """The one-shot key of a pressed button. Raises BadRequest."""
    return str(_uuid(form.get("key", "")))


def request_id(form: Form) -> RequestId | None:
    """The request that shall be answered; None without one. Raises BadRequest."""
    wanted = form.get("request", "")
    return RequestId(_uuid(wanted)) if wanted else None


def checked(sent: Picture, language: str, *, limit: int) -> metadata.Stripped | shrink.Photo:
    """The picture without its owner's traces; a photo when it has to be made smaller first (R8).

    The limit holds for what is stored; what a camera hung on the picture does not count.
    Raises Refusal `not_a_picture`.
    """
    if contents.sniff(sent.data) == "heic":
        return shrink.Photo((memoryview(sent.data),), 1, "heic")
    try:
        cut = metadata.cut(sent.data)
    except metadata.NotAPicture as wrong:
        said = NOT_A_PICTURE[wrong.kind][language]
        raise Refusal("not_a_picture", kind=wrong.kind, **said) from None
    if cut.size_bytes > limit:
        return shrink.Photo(cut.pieces, cut.orientation, cut.format)
    return cut.whole()


def position(request: Request) -> int:
    """The place that a picture shall have, from 1. Raises BadRequest."""
    text = request.form.get("position", "")
    if not (text.isascii() and text.isdigit() and len(text) <= len("100")):
        raise BadRequest
    return max(1, int(text))


def round_of(form: Form) -> int | None:
    """The round that the pressed button makes; None without one. Raises BadRequest."""
    text = form.get("round", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len("1000")) or int(text) < 1:
        raise BadRequest
    return int(text)


def window_of(form: Form) -> WindowKind:
    """The window whose round is asked for; the main one unless the second is named."""
    return "second" if form.get("window") == "second" else "main"


def sha256(form: Form) -> str:
    """The hash that was typed, in small letters; empty when it cannot be one."""
    text = "".join(form.get("sha256", "").lower().split())
    is_one = len(text) == SHA256_CHARACTERS and not text.strip("0123456789abcdef")
    return text if is_one else ""


def turn(form: Form) -> Turn:
    """How the picture shall be turned. Raises BadRequest."""
    try:
        return Turn(form.get("turn", ""))
    except ValueError:
        raise BadRequest from None


def words(form: Form, name: str) -> str:
    """What she wrote; the browser's line ends do not count. Raises Refusal `words_missing`."""
    text = form.get(name, "").replace("\r\n", "\n").strip()
    if not text:
        raise Refusal("words_missing")
    return text[:MAX_WORDS_CHARACTERS]


def sign_in_faults(form: Form) -> Faults:
    """What is missing at the sign-in."""
    faults = name_faults(form)
    if not form.get("password"):
        faults["password"] = _("请输入密码。")
    return faults


def name_faults(form: Form) -> Faults:
    """Whether a registration number or ID number was typed."""
    name = form.get("name", "").strip()
    if not name:
        return {"name": _("请输入报名号或证件号码。")}
    if len(name) > MAX_NAME_CHARACTERS:
        return {"name": _("号码太长，请检查。")}
    return {}


def new_password_faults(form: Form) -> Faults:
    """The code and the new password of somebody who forgot hers."""
    return _code_faults(form) | _password_faults(form)


def notice_faults(form: Form) -> Faults:
    """Which of both boxes is not ticked."""
    return activation_faults(Step.PRIVACY, form)


def activation_faults(step: Step, form: Form) -> Faults:
    """What is missing or misshapen in a step of the activation."""
    match step:
        case Step.IDENTITY:
            if not form.get("id_number", "").strip():
                return {"id_number": _("请输入证件号码。")}
        case Step.PHONE:
            return _code_faults(form)
        case Step.PRIVACY:
            return _tick_faults(
                form,
                privacy=_("请读完告知，然后勾选“我已阅读并知悉”。"),
                consent=_("请读完同意书，然后勾选“我单独同意”。不同意则不能在网上上传材料。"),
            )
        case Step.PLEDGE:
            return _tick_faults(form, pledge=_("请读完承诺，然后勾选“郑重承诺”。"))
        case Step.PASSWORD:
            return _password_faults(form)
    return {}


def _tick_faults(form: Form, **words: str) -> Faults:
    """Each box in words of its own: the summary would otherwise say one sentence twice."""
    return {name: said for name, said in words.items() if not form.get(name)}


def _code_faults(form: Form) -> Faults:
    typed = "".join(form.get("code", "").split())
    if typed.isascii() and typed.isdigit() and len(typed) == CODE_DIGITS:
        return {}
    return {"code": _("请输入短信里的 6 位数字。")}


def _password_faults(form: Form) -> Faults:
    if not form.get("password"):
        return {"password": _("请输入密码。")}
    if form.get("password") != form.get("again"):
        return {"again": _("两次输入不一致，请再输入一次。")}
    return {}


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadRequest from None
