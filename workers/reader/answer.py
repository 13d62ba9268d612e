"""ReadImage in, ImageRead out: fetches the view, reads it, seals what was read.

It may run twice: the same view and the same engines say the same.
"""

from collections.abc import Sequence

from libs.common.messages import ImageRead, ReadImage
from libs.common.sealing import seal
from libs.common.storage import ObjectMissing, Storage
from workers.reader import kinds
from workers.reader.engine import Engine
from workers.reader.read import READER, read


def answer(
    message: ReadImage, storage: Storage, engines: Sequence[Engine], *, upload_key: str
) -> ImageRead:
    """Store trouble rises. A view that was removed meanwhile is of an unknown kind."""
    try:
        picture = storage.renditions.get(message.view_key)
    except ObjectMissing:
        return _nothing(message, upload_key)
    found = read(picture, engines)
    reading = found.reading
    return ImageRead(
        image_id=message.image_id,
        reader=found.reader,
        orientation=message.orientation,
        kind=reading.kind,
        findings=found.findings,
        signals=found.signals,
        read=seal(
            {
                "id_numbers": reading.id_numbers,
                "names": reading.names,
                "dates": reading.dates,
            },
            upload_key,
        ),
    )


def _nothing(message: ReadImage, upload_key: str) -> ImageRead:
    return ImageRead(
        image_id=message.image_id,
        reader=READER,
        orientation=message.orientation,
        kind=kinds.UNKNOWN,
        findings=(),
        signals={},
        read=seal({"id_numbers": [], "names": [], "dates": []}, upload_key),
    )
