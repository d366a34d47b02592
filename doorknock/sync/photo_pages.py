"""Photos of a visit in the office: for those who may see a door's names, and for nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from sqlalchemy import select

from doorknock import shelf
from doorknock.access import needs
from doorknock.db import db
from doorknock.errors import Problem
from doorknock.sync.blobs import LOST, NamedBlob
from doorknock.visits.choosing import visit_of, visit_region
from doorknock.visits.models import Visit
from doorknock.words import _

door = Blueprint("photos", __name__, url_prefix="/office/photos")
JPEG = b"\xff\xd8\xff"
SANDBOX = "default-src 'none'; sandbox"


@dataclass(frozen=True)
class Photo:
    """One photo that a visit names."""

    sha: str
    here: bool
    lost: bool


@door.get("/of/<ident>")
@needs("doors.names", visit_region)
def of_visit(ident: str) -> str:
    """The photos of a visit, small; of one that never came, why."""
    visit = visit_of(ident)
    return render_template("sync/_photos.html", visit=visit, photos=_photos(visit))


def _photos(visit: Visit) -> list[Photo]:
    shas = [str(sha) for sha in visit.facts.get("photos") or []]
    mine = (NamedBlob.county == visit.county) & NamedBlob.sha256.in_(shas) & (NamedBlob.state == LOST)
    lost = set(db.session.scalars(select(NamedBlob.sha256).where(mine)))
    return [Photo(sha, shelf.path_of(sha).is_file(), sha in lost) for sha in shas]


@door.get("/<ident>/<sha>")
@needs("doors.names", visit_region)
def one(ident: str, sha: str) -> Response:
    """One photo that this visit names; only ever as a picture, never as a page."""
    named = sha in (visit_of(ident).facts.get("photos") or [])
    data = shelf.read(sha) if named else None
    if data is None or not data.startswith(JPEG):
        raise Problem("not_found", _("这张照片没有传到。"))
    response = Response(data, mimetype="image/jpeg")
    response.headers["Content-Disposition"] = "inline; filename=photo.jpg"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
