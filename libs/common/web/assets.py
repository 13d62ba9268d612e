"""Static files under `/s/<hash of the tree>/…`, immutable, so that relative imports just work.

A service's own `static/` and the shared one form one tree; the service's file wins. A style sheet
that imports others at its top is served with them inside: one answer instead of several. A page
may also carry a sheet in itself; the policy then names its hash (`security`).
"""

import base64
import functools
import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask, Response, abort, g, request, url_for
from markupsafe import Markup

from libs.common.web import compression

SHARED = Path(__file__).parent / "static"
_COMPRESSED = {".css", ".js", ".svg"}
_IMPORT = re.compile(rb'@import url\("([^"]+)"\);\n')
_COMMENT = re.compile(rb"/\*.*?\*/\n?", re.DOTALL)
_INDENT = re.compile(rb"\s*\n\s*")


def install(app: Flask) -> None:
    """Serve the tree; give templates `asset('js/x.js')`, `carried('css/x.css')` and its hash."""
    files = _joined(_read(SHARED) | _read(Path(app.root_path) / "static"))
    tree = _version(files)

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

    app.jinja_env.globals.update(asset=asset, carried=_carrier(files, asset), static_tree=tree)


def _carrier(files: Mapping[str, bytes], asset: Callable[[str], str]) -> Callable[[str], Markup]:
    @functools.cache
    def element(name: str) -> tuple[Markup, str]:
        return _style_element(files[name], address=asset(name))

    def carried(name: str) -> Markup:
        """The sheet inside the page; the policy of this answer allows just these bytes."""
        html, source = element(name)
        g.setdefault("carried_styles", []).append(source)
        return html

    return carried


def _style_element(sheet: bytes, *, address: str) -> tuple[Markup, str]:
    """A `<style>` that knows where its file is, and its source expression (CSP 3, 6.7.3.3)."""
    words = sheet.decode().strip()
    if "</" in words or "\r" in words:
        raise ValueError("a sheet that a page carries holds no markup and no carriage returns")
    digest = base64.b64encode(hashlib.sha256(words.encode()).digest()).decode()
    # Escaped, child selectors would be lost; the bytes are our own file's, without markup.
    html = Markup('<style data-sheet="{}">{}</style>').format(address, Markup(words))  # noqa: S704
    return html, f"'sha256-{digest}'"


def _version(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    return digest.hexdigest()[:12]


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
