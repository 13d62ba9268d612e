"""A form with files as a browser sends it.

The test client would spool a big one into a file that nobody closes.
"""

import io
from collections.abc import Mapping
from typing import TypedDict

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart


class Body(TypedDict):
    """What the test client's `post` takes."""

    data: bytes
    content_type: str


def multipart(fields: Mapping[str, str | FileStorage]) -> Body:
    """The whole body, in memory."""
    boundary, data = encode_multipart(fields)
    return Body(data=data, content_type=f"multipart/form-data; boundary={boundary}")


def photo(data: bytes) -> FileStorage:
    """What a phone's camera adds to the form."""
    return FileStorage(io.BytesIO(data), "photo.jpg", content_type="image/jpeg")
