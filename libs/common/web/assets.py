"""Static files under `/s/<hash of the tree>/…`, immutable, so that relative imports just work.

A service's own `static/` and the shared one form one tree; the service's file wins. A style sheet
that imports others at its top is served with them inside: one answer instead of several.
"""

import functools
import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response, abort, request, url_for

from libs.common.web import compression

SHARED = Path(__file__).parent / "static"
_COMPRESSED = {".css", ".js", ".svg"}
_IMPORT = re.compile(rb'@import url\("([^"]+)"\);\n')
_COMMENT = re.compile(rb"/\*.*?\*/\n?", re.DOTALL)
_INDENT = re.compile(rb"\s*\n\s*")


def install(app: Flask) -> None:
    """Serve the tree, and give templates `asset('js/x.js')`."""
    files = _joined(_read(SHARED) | _read(Path(app.root_path) / "static"))
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    tree = digest.hexdigest()[:12]

    @functools.cache
    def packed(name: str, encoding: str) -> bytes:
        return compression.pack(files[name], encoding, is_file=True)

    @app.get("/s/<version>/<path:name>", endpoint="asset")
    def serve(version: str, name: str) -> Response:
        if name not in files:
            abort(404)
        encoding = compression.encoding_for(request.headers.get("Accept-Encoding", ""))
        if Path(name).suffix not in _COMPRESSED:
            encoding = ""
        response = Response(
            packed(name, encoding) if encoding else files[name],
            content_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        )
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if version == tree else "no-cache"
        )
        return response

    def asset(name: str) -> str:
        if name not in files:
            raise KeyError(f"there is no static file {name}")
        return url_for("asset", version=tree, name=name)

    app.jinja_env.globals["asset"] = asset


def _read(folder: Path) -> dict[str, bytes]:
    paths = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def _joined(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every style sheet with what it imports; comments and indents stay in the source."""

    def whole(name: str) -> bytes:
        folder = posixpath.dirname(name)

        def imported(found: re.Match[bytes]) -> bytes:
            return whole(posixpath.normpath(posixpath.join(folder, found[1].decode())))

        return _INDENT.sub(b"\n", _IMPORT.sub(imported, _COMMENT.sub(b"", files[name])))

    return {n: whole(n) if n.endswith(".css") else data for n, data in files.items()}
