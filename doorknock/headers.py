"""What every answer tells the browser, and from whose pages a form may come."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request

from doorknock.errors import Problem

SAFE = ("GET", "HEAD", "OPTIONS")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "media-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PRIVATE = "no-store, private"
"""How long an answer may be kept, where its view says nothing else: not at all, by nobody."""
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The phone takes photos through a file field and never asks where it is; copying an address is all it does.
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-write=(self)",
    "Cache-Control": PRIVATE,
}
HSTS = "max-age=31536000; includeSubDomains"


def register(app: Flask) -> None:
    """Look at where each form comes from; put the headers on each answer, whoever made it."""
    app.before_request(_refuse_foreign)
    app.after_request(_add)


def _refuse_foreign() -> None:
    """A browser says which site's page sends a form; one from elsewhere is refused, whatever else it carries.

    ``Origin: null`` is what our own pages send, because they give no Referer; then the form's token decides.
    """
    if request.method in SAFE:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Problem("foreign")
    origin = request.headers.get("Origin", "null")
    if origin != "null" and not request.path.startswith("/api/") and origin not in _own_origins():
        raise Problem("foreign")


def _own_origins() -> set[str]:
    public = urlsplit(str(current_app.config["PUBLIC_URL"]))
    return {f"{public.scheme}://{public.netloc}", request.host_url.rstrip("/")}


def _add(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if str(current_app.config["PUBLIC_URL"]).startswith("https:"):
        response.headers["Strict-Transport-Security"] = HSTS
    return response
