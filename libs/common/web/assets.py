"""Static files under `/s/<hash of the tree>/…`, immutable, so that relative imports just work.

A service's own `static/` and the shared one form one tree; the service's file wins.
"""

import gzip
import hashlib
import mimetypes
from pathlib import Path

from flask import Flask, Response, abort, request, url_for

SHARED = Path(__file__).parent / "static"
_COMPRESSED = {".css", ".js", ".svg"}


def install(app: Flask) -> None:
    """Serve the tree, and give templates `asset('js/x.js')`."""
    files = _read(SHARED) | _read(Path(app.root_path) / "static")
    packed = {n: gzip.compress(b) for n, b in files.items() if Path(n).suffix in _COMPRESSED}
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    tree = digest.hexdigest()[:12]

    @app.get("/s/<version>/<path:name>", endpoint="asset")
    def serve(version: str, name: str) -> Response:
        if name not in files:
            abort(404)
        wants_packed = name in packed and "gzip" in request.headers.get("Accept-Encoding", "")
        response = Response(
            packed[name] if wants_packed else files[name],
            content_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        )
        if wants_packed:
            response.headers["Content-Encoding"] = "gzip"
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
