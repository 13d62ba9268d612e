"""A receipt as a file: what anybody needs to prove each image, and to compute the digest again."""

from libs.common.web.languages import gettext as _
from libs.common.web.languages import language
from services.upload.queries.shapes.receipts import ReceiptPage
from services.upload.web.wording import moment, zone_words


def as_json(receipt: ReceiptPage, *, address: str) -> dict[str, object]:
    """The receipt for machines; times in UTC. `address`: where anybody verifies it."""
    return {
        "number": receipt.number,
        "verify_at": address,
        "digest": receipt.digest,
        "digest_covers": list(receipt.lines),
        "submitted_at": f"{receipt.submitted_at:%Y-%m-%dT%H:%M:%SZ}",
        "round": receipt.round,
        "exam": receipt.exam_name.by_tag(),
        "registration_number": receipt.registration_number,
        "images": [
            {
                "material": line.material,
                "title": line.title.by_tag(),
                "position": line.position,
                "sha256": line.sha256,
                "size_bytes": line.size_bytes,
            }
            for line in receipt.images
        ],
        "absences": [
            {"title": title.by_tag(), "reason": reason} for title, reason in receipt.absences
        ],
        "later": [title.by_tag() for title in receipt.later],
    }


def as_text(receipt: ReceiptPage) -> str:
    """The receipt for people."""
    tongue = language()
    lines = [
        _("提交回执"),
        receipt.exam_name.to(tongue),
        _("回执编号：%(number)s", number=receipt.number),
        _(
            "提交时间：%(time)s（%(zone)s）",
            time=moment(receipt.submitted_at, seconds=True),
            zone=zone_words(),
        ),
        _("报名号：%(number)s", number=receipt.registration_number),
        _("校验值（SHA-256）：%(digest)s", digest=receipt.digest),
        "",
        *(
            f"{line.title.to(tongue)}\t{line.position}\t{line.size_bytes}\t{line.sha256}"
            for line in receipt.images
        ),
        *(
            f"{title.to(tongue)}\t{_('暂缺/不适用')}\t{reason}"
            for title, reason in receipt.absences
        ),
        *(f"{title.to(tongue)}\t{_('以后补交')}" for title in receipt.later),
    ]
    return "".join(f"{line}\r\n" for line in lines)
