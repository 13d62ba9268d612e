"""Cause and cure of every finding, in zh-CN (the source) and English.

`FINDINGS` are the image check's codes; `{measured}` and `{threshold}` may stand in a sentence.
No sentence sends anybody to find another program: whatever is asked for can be done on this page.
Files of another kind have theirs in `foreign.py`, what a reading says in `sentences.py`.
"""

from libs.common.messages import Finding
from services.upload.sentences import READ_WARNINGS, Words, both

ASKED_BY_ITSELF: dict[str, Words] = {
    "newly_required": both(
        "您的报名信息更正后，需要提交这项材料。",
        "请在期限内补充上传；确实没有的，请在本页写明原因。",
        "Since your registration facts were corrected, this material is required.",
        "Add it before the due time; if there is none, say why on this page.",
    ),
}
"""Requests that no reviewer wrote and no pack knows (R3)."""

REFUSALS: dict[str, Words] = {
    "empty": both(
        "这个文件是空的，里面没有图片。",
        "请重新选择图片，或用手机对着材料再拍一张。",
        "The file is empty: there is no picture in it.",
        "Choose the picture again, or photograph the paper once more.",
    ),
    "too_big": both(
        "图片为 {measured} 字节，超过 {threshold} 字节（200 KB）的上限。",
        "请在本页重新选择原图：页面会自动缩小到合格大小，您确认清楚后再上传。",
        "The picture has {measured} bytes; at most {threshold} bytes (200 KB) are allowed.",
        "Choose the original again on this page: it is shrunk to fit, and you confirm the result.",
    ),
    "not_jpeg_or_png": both(
        "这个文件的内容不是 JPG 或 PNG 图片，改扩展名不能改变内容。",
        "请对着材料拍照上传，或选择一张 JPG、PNG 图片。",
        "The file's content is not a JPG or PNG picture; a changed name does not change that.",
        "Photograph the paper and upload the photo, or choose a JPG or PNG picture.",
    ),
    "damaged": both(
        "图片数据不完整或已损坏，只能显示一部分或无法打开，可能在传输或保存时中断过。",
        "请重新选择原图，或对着材料再拍一张；不要使用没有下载完的图片。",
        "The picture is damaged or incomplete; a transfer or a save may have been cut off.",
        "Choose the original again or take a new photo; do not use a half-finished download.",
    ),
    "animated": both(
        "这是一张会动的图片（动态 PNG），审核时无法确定以哪一帧为准。",
        "请上传静止的照片：对着材料再拍一张即可。",
        "This is an animated PNG: reviewers could not tell which of its frames counts.",
        "Upload a still picture: a new photo of the paper will do.",
    ),
    "unsupported": both(
        "图片采用了少见的 JPG 编码方式，多数设备无法显示。",
        "请对着材料重新拍照上传，或打开这张图片截屏后上传截屏。",
        "The picture uses a rare kind of JPG coding that most devices cannot show.",
        "Take a new photo of the paper, or show the picture and upload a screenshot of it.",
    ),
    "too_many_pixels": both(
        "图片尺寸过大：最多 2500 万像素（印刷色 JPG 1600 万，16 位 PNG 800 万）、长边 10000 像素。",
        "请重新拍照，在相机中不要选“高像素”模式；也可以打开图片截屏后上传截屏。",
        "The picture is too large: at most 25 million pixels (16 for a JPG in print colours, "
        "8 for a PNG with 16 bits) and 10,000 pixels on its long edge.",
        "Take a new photo without the camera's high-resolution mode, or upload a screenshot of it.",
    ),
    "too_many_scans": both(
        "图片被分成了 {measured} 层编码（上限 {threshold} 层），不是正常相机或扫描仪的输出。",
        "请上传相机或扫描仪的原图，或对着材料再拍一张。",
        "The picture is coded in {measured} scans; at most {threshold} are allowed.",
        "Upload the picture as the camera or scanner made it, or take a new photo.",
    ),
    "too_many_segments": both(
        "图片文件里有 {measured} 个数据段（上限 {threshold} 个），不是正常相机或扫描仪的输出。",
        "请上传相机或扫描仪的原图，或对着材料再拍一张。",
        "The file has {measured} segments; {threshold} are allowed, and no camera makes more.",
        "Upload the picture as the camera or scanner made it, or take a new photo.",
    ),
    "too_small": both(
        "图片长边只有 {measured} 像素，不足 {threshold} 像素，上面的文字无法辨认。",
        "请上传原图而不是缩略图，或靠近材料、让材料占满画面再拍一张。",
        "The long edge has only {measured} pixels; below {threshold} no text can be read.",
        "Upload the original and not its thumbnail, or take a photo that the paper fills.",
    ),
    "too_narrow": both(
        "图片过于狭长：长边是短边的 {measured} 倍，超过 {threshold} 倍。",
        "请让整张材料都在画面里再拍一张；长页请分成几张图片上传。",
        "The picture is too narrow: its long edge is {measured} times the short one; "
        "at most {threshold} times is allowed.",
        "Take a photo that shows the whole paper; split a long page into several pictures.",
    ),
}

WARNINGS: dict[str, Words] = {
    "blurry": both(
        "图片有些模糊，小字可能看不清。",
        "请擦净镜头、点一下屏幕上的文字对焦、拿稳手机后重拍；看得清每个字即可使用。",
        "The picture is somewhat blurred; small print may be hard to read.",
        "Wipe the lens, tap the text to focus, hold still and take it again; "
        "it is fine if you can read every word.",
    ),
    "very_blurry": both(
        "图片很模糊，审核人员很可能看不清文字，会要求更换。",
        "请把材料放平、光线充足、点一下屏幕上的文字对焦、拿稳手机后重拍。",
        "The picture is very blurred; reviewers will probably ask for another one.",
        "Lay the paper flat in good light, tap the text to focus, hold still and take it again.",
    ),
    "dark": both(
        "图片太暗，文字看不清。",
        "请到窗边或灯下重拍，不要让手和手机的影子落在材料上。",
        "The picture is too dark to read.",
        "Take it again near a window or a lamp, without the shadow of your hand or phone.",
    ),
    "flat": both(
        "图片发白或发灰，文字和底色分不清。",
        "请避开反光和雾面遮挡、擦净镜头后重拍；扫描时请调深一些。",
        "The picture is washed out; text hardly differs from the paper.",
        "Avoid reflections, wipe the lens and take it again; set a scanner darker.",
    ),
    "blank": both(
        "图片上几乎没有内容，可能拍到了空白页或背面。",
        "请确认选对了图片；如果材料这一面确实如此，可以继续使用。",
        "There is almost nothing on the picture: perhaps a blank page or the wrong side.",
        "Check that it is the right picture; if that side of the paper looks so, you may use it.",
    ),
    "small": both(
        "图片长边只有 {measured} 像素，少于建议的 {threshold} 像素，小字可能看不清。",
        "最好上传原图而不是聊天软件里的缩略图；看得清每个字即可使用。",
        "The long edge has {measured} pixels, fewer than the advised {threshold}; "
        "small print may be hard to read.",
        "Better upload the original than a chat app's thumbnail; fine if every word is legible.",
    ),
    "sideways_left": both(
        "图片横着：材料的上边朝左（把握 {measured}%，达到 {threshold}% 就提示）。",
        "点“转正”即可，不用重拍；如果这一页本来就是横排的，可以继续使用。",
        "The picture lies on its side: the top of the paper points to the left "
        "(certainty {measured}%; said from {threshold}%).",
        "One tap turns it upright, no new photo is needed; "
        "a page that is printed that way may stay.",
    ),
    "sideways_right": both(
        "图片横着：材料的上边朝右（把握 {measured}%，达到 {threshold}% 就提示）。",
        "点“转正”即可，不用重拍；如果这一页本来就是横排的，可以继续使用。",
        "The picture lies on its side: the top of the paper points to the right "
        "(certainty {measured}%; said from {threshold}%).",
        "One tap turns it upright, no new photo is needed; "
        "a page that is printed that way may stay.",
    ),
    "upside_down": both(
        "图片上下颠倒（把握 {measured}%，达到 {threshold}% 就提示）。",
        "点“转正”即可，不用重拍。",
        "The picture is upside down (certainty {measured}%; said from {threshold}%).",
        "One tap turns it upright; no new photo is needed.",
    ),
}

SHRINKS: dict[str, Words] = {
    "too_large_to_shrink": both(
        "照片超过 5000 万像素，系统无法缩小。",
        "请在相机中关闭“高像素”模式后重拍；也可以打开这张照片截屏，再上传截屏。",
        "The photo has more than 50 million pixels and cannot be made smaller here.",
        "Take it again without the camera's high-resolution mode, or upload a screenshot of it.",
    ),
    "too_complex": both(
        "画面太复杂，缩小到 200 KB 以内就看不清了。",
        "请让材料占满画面、背景简单些，再拍一张。",
        "The picture is too busy: within 200 KB nobody could read it.",
        "Let the paper fill the picture before a plain background, and take it again.",
    ),
    "too_slow": both(
        "处理这张照片用时太长，系统已停止缩小。",
        "请用相机重新拍一张；也可以打开这张照片截屏，再上传截屏。",
        "Making this photo smaller took too long and was stopped.",
        "Take a new photo with the camera, or show this one and upload a screenshot of it.",
    ),
}
"""What only the shrink door says (R8)."""

OWN_WARNINGS: dict[str, Words] = {
    "own_repeat": both(
        "这张图片和您已上传的{place}是同一张（相同 {measured}%，达到 {threshold}% 就提示）。",
        "请确认没有选错：要交的是另一页就请换图；确实需要交两次的，可以继续使用。",
        "You have uploaded this picture already, as {place} "
        "(alike {measured}%; said from {threshold}%).",
        "Check your choice: exchange it if another page was meant; "
        "if it really belongs twice, you may use it.",
    ),
}
"""What upload itself notices among her images."""

FINDINGS: dict[str, Words] = REFUSALS | WARNINGS | READ_WARNINGS | SHRINKS | OWN_WARNINGS

LATE = both(
    "提交后的自动检查不能接受这张图片，具体原因写在图片旁。",
    "请按图片旁的提示重新上传，其他材料不受影响。",
    "A check that ended after you submitted cannot accept this picture; it says why beside it.",
    "Upload it again as the hint beside it says. Nothing else is affected.",
)
"""The reason of a request that such a check raised by itself (R15)."""


SOMEWHERE = {"zh-CN": "另一张", "en": "another one"}
"""Said of an image that she has removed since."""


def words(finding: Finding, language: str, *, place: str = "") -> tuple[str, str]:
    """Cause and cure of a finding in a language of the pages. `place`: of the other image of
    which it speaks, as that language quotes it.
    """
    text = FINDINGS[finding.code][language]
    slots = {
        "measured": _figure(finding.measured),
        "threshold": _figure(finding.threshold),
        "place": place or SOMEWHERE[language],
    }
    return text["cause"].format(**slots), text["cure"].format(**slots)


def _figure(value: float) -> str:
    """Whole numbers with separators, others with one digit."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
