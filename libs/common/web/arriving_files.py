"""Files of a request close with it, also when it breaks off while they arrive."""

from typing import IO

from flask import Request


class FileClosingRequest(Request):
    """Werkzeug closes the files of a form that was read whole; one that was cut off it forgets."""

    arriving: tuple[IO[bytes], ...] = ()
    """What was opened for the files of its form."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        stream = super()._get_file_stream(
            total_content_length, content_type, filename, content_length
        )
        self.arriving = (*self.arriving, stream)
        return stream

    def close(self) -> None:
        """Close every file of the request."""
        super().close()
        for stream in self.arriving:
            stream.close()
