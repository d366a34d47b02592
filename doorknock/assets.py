"""What pages load, all of it served by us: static files under one build id, the worker, the field's first page.

The build id is a hash over every static file, so the bytes of ``/static/<build>/…`` never change and may be kept.
A page of the previous build goes on asking for its own URLs; they are answered with what there is now.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, render_template, send_from_directory

from doorknock.access import open_to
from doorknock.config import ROOT
from doorknock.errors import Problem
from doorknock.symbol import qr_svg
from doorknock.web import csrf

STATIC = Path(ROOT) / "static"
BUILT = STATIC / "built"
"""The phone's scripts and styles as `scripts/bundle` makes them; their sources are there to be read, never loaded."""
NOT_KEPT = {"boot.js", "worker.js"}
"""What runs where there is a network anyway."""
HTMX = "vendor/htmx.org@4.0.1/htmx.min.js"
door = Blueprint("assets", __name__)


def register(app: Flask) -> None:
    """Compute the build id and open the door."""
    app.config["BUILD"] = build_id()
    app.jinja_env.globals["static"] = lambda path: f"/static/{app.config['BUILD']}/{path}"
    csrf.exempt(door)
    app.register_blueprint(door)


def build_id() -> str:
    """Twelve hex digits that change with any static file."""
    total = hashlib.sha256()
    for path in sorted(p for p in STATIC.rglob("*") if p.is_file()):
        total.update(str(path.relative_to(STATIC)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:12]


def precache(build: str) -> list[str]:
    """Every URL that the phone needs without signal."""
    built = sorted(p.name for p in BUILT.iterdir() if p.suffix in (".js", ".css"))
    icons = sorted(p.name for p in (STATIC / "icons").iterdir())
    names = [f"built/{name}" for name in built if name not in NOT_KEPT] + [HTMX] + [f"icons/{name}" for name in icons]
    return [f"/static/{build}/{name}" for name in names]


@cache
@door.get("/static/<build>/<path:name>")
@open_to("anyone: static files")
def static_file(build: str, name: str) -> Response:
    """A static file; for ever under the build's own id, not kept under an older one."""
    response = send_from_directory(STATIC, name)
    fresh = build == current_app.config["BUILD"]
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    if name.endswith(".js"):
        response.mimetype = "text/javascript"
    return response


@door.get("/sw.js")
@open_to("anyone: the phone's worker")
def worker() -> Response:
    """The phone's service worker with the addresses of what it imports and its list of files."""
    build = str(current_app.config["BUILD"])
    text = (BUILT / "worker.js").read_text(encoding="utf-8")
    text = text.replace('"__PRECACHE__"', json.dumps(precache(build))).replace('"./', f'"/static/{build}/built/')
    response = Response(text, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@door.get("/manifest.webmanifest")
@open_to("anyone: the phone's manifest")
def manifest() -> Response:
    """What the phone shows when the page is put on the home screen."""
    response = send_from_directory(STATIC, "manifest.webmanifest", mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


@door.get("/field")
@door.get("/field/")
@door.get("/field/<path:page>")
@open_to("anyone: the bootstrap page only; the phone draws everything itself")
def field(page: str = "") -> str:  # noqa: ARG001  # any page starts the same way
    """The page that starts the phone's own server; it holds no data."""
    build = str(current_app.config["BUILD"])
    address = f"{current_app.config['PUBLIC_URL']}/field/"
    return render_template(
        "phone/shell.html", build=build, static=f"/static/{build}", address=address, qr=qr_svg(address)
    )


@door.route("/field", methods=["POST", "PUT", "PATCH", "DELETE"])
@door.route("/field/<path:page>", methods=["POST", "PUT", "PATCH", "DELETE"])
@open_to("anyone: always refused")
def field_form(page: str = "") -> str:  # noqa: ARG001  # any form is refused the same way
    """A form meant for the phone must never seem to be accepted here."""
    raise Problem("field_needs_worker")
