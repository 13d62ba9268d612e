"""Headers of every answer. The policy allows our own files and nothing else.

A style sheet that the page carries in itself is one of them: its hash stands in that answer alone.
"""

from flask import Flask, Response, g, request

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' blob:;"
    " connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'{forms};"
    " base-uri 'none'; frame-ancestors 'none'"
)


def install(app: Flask, *, form_targets: tuple[str, ...] = ()) -> None:
    """Add the headers; `form_targets` are the other origins that our forms may post to."""
    forms = "".join(f" {origin}" for origin in form_targets)

    @app.after_request
    def headers(response: Response) -> Response:
        styles = "".join(f" {source}" for source in g.get("carried_styles", ()))
        policy = _POLICY.format(forms=forms, styles=styles)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.endpoint != "asset":
            # These speak of documents; on a slow network each file would pay for them.
            response.headers["Referrer-Policy"] = "same-origin"
            response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
            response.headers["Permissions-Policy"] = "geolocation=(), microphone=(), payment=()"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        # A page may hold personal data; only the hashed static files say otherwise.
        response.headers.setdefault("Cache-Control", "no-store")
        return response
