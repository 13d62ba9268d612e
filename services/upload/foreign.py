"""What to do with a file that is no picture we take, by what `domain/contents.sniff` calls it.

HEIC is not among them: such a photo is turned into a JPG (R8).

Cause and cure in zh-CN (the source) and English, as in `findings.py`.
"""

from services.upload.findings import REFUSALS
from services.upload.sentences import Words, both

NOT_A_PICTURE: dict[str, Words] = {
    "empty": REFUSALS["empty"],
    "jpeg": REFUSALS["damaged"],
    "png": REFUSALS["damaged"],
    "avif": both(
        "这是 AVIF 图片，规定只收 JPG 和 PNG。",
        "请对着材料拍照上传，或打开这张图片截屏后上传截屏。",
        "This is an AVIF picture; only JPG and PNG are allowed.",
        "Photograph the paper, or show the picture and upload a screenshot of it.",
    ),
    "gif": both(
        "这是 GIF 图片，规定只收 JPG 和 PNG。",
        "请对着材料拍照上传，或打开这张图片截屏后上传截屏。",
        "This is a GIF picture; only JPG and PNG are allowed.",
        "Photograph the paper, or show the picture and upload a screenshot of it.",
    ),
    "webp": both(
        "这是 WebP 图片（常见于网页保存的图片），规定只收 JPG 和 PNG。",
        "请对着材料拍照上传，或打开这张图片截屏后上传截屏。",
        "This is a WebP picture, as web pages often hold; only JPG and PNG are allowed.",
        "Photograph the paper, or show the picture and upload a screenshot of it.",
    ),
    "tiff": both(
        "这是 TIFF 图片（常见于扫描仪），规定只收 JPG 和 PNG。",
        "请在扫描仪上把格式选为 JPG 再扫描一次，或对着材料拍照上传。",
        "This is a TIFF picture, as scanners make them; only JPG and PNG are allowed.",
        "Set the scanner to JPG and scan again, or photograph the paper.",
    ),
    "bmp": both(
        "这是 BMP 图片，规定只收 JPG 和 PNG。",
        "请对着材料拍照上传，或打开这张图片截屏后上传截屏。",
        "This is a BMP picture; only JPG and PNG are allowed.",
        "Photograph the paper, or show the picture and upload a screenshot of it.",
    ),
    "pdf": both(
        "这是 PDF 文件，规定只收 JPG 和 PNG 图片。",
        "请打开 PDF，逐页截屏后上传截屏，或对着纸质材料拍照上传。",
        "This is a PDF document; only JPG and PNG pictures are allowed.",
        "Open it and upload a screenshot of each page, or photograph the paper.",
    ),
    "svg": both(
        "这是 SVG 矢量图，不是照片，规定只收 JPG 和 PNG。",
        "请对着材料拍照上传。",
        "This is an SVG drawing and no photo; only JPG and PNG are allowed.",
        "Photograph the paper and upload the photo.",
    ),
    "html": both(
        "这是网页文件，不是图片，可能是保存图片时存成了网页。",
        "请重新保存图片本身，或对着材料拍照上传。",
        "This is a web page and no picture; perhaps the page was saved instead of the picture.",
        "Save the picture itself, or photograph the paper.",
    ),
    "office": both(
        "这是办公文档（Word、Excel 或 PPT），规定只收 JPG 和 PNG 图片。",
        "请打开文档，逐页截屏后上传截屏，或对着纸质材料拍照上传。",
        "This is an office document; only JPG and PNG pictures are allowed.",
        "Open it and upload a screenshot of each page, or photograph the paper.",
    ),
    "archive": both(
        "这是压缩包，不是图片。",
        "请先解压，再逐张选择里面的图片上传。",
        "This is an archive and no picture.",
        "Unpack it and choose its pictures one by one.",
    ),
    "video": both(
        "这是视频或音频文件，不是图片。",
        "请对着材料拍一张照片上传；实况照片请关闭“实况”后再拍。",
        "This is a video or sound file and no picture.",
        "Take a photo of the paper and upload it; switch the live photo off.",
    ),
    "other": REFUSALS["not_jpeg_or_png"],
}
