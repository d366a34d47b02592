"""What anybody may open: the page behind a printed code, its recordings and pictures, and the count of first opens."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, render_template, request
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from doorknock import clock
from doorknock.access import open_to
from doorknock.batches import giving, page, verify_pages
from doorknock.batches.kept import Drawn, Kept
from doorknock.batches.models import BatchDay
from doorknock.db import db, table_of
from doorknock.errors import Problem
from doorknock.web import apart
from doorknock.words import _

DOT = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
"""A picture of one transparent point."""
YEAR = 31_536_000
door = Blueprint("public", __name__)
verify_pages.open_verify(door)


def register(app: Flask) -> None:
    """Open the door; what was drawn is kept process by process."""
    app.extensions["public_pages"] = Kept()
    app.register_blueprint(door)


@door.get("/m/<code>")
@open_to("anyone who scans a printed code")
def material_page(code: str) -> Response:
    """The page of a printed run, in force, expired or revoked."""

    def draw() -> str | None:
        batch = giving.batch_of(code)
        return None if batch is None else page.of_batch(batch)

    drawn = kept().page(code, draw, _restale)
    return sent(drawn) if drawn else _unknown()


@door.get("/m/<code>/opened.gif")
@open_to("the page of a printed run")
def opened(code: str) -> Response:
    """A point that a device keeps for a year: so each counts once a batch, and nothing about it is kept here."""
    counted = _count(code)
    headers = {"Cache-Control": f"private, max-age={YEAR}, immutable" if counted else "no-store"}
    return Response(DOT, content_type="image/gif", headers=headers)


def _unknown() -> Response:
    html = render_template("public/unknown.html", style=page.style(), page=page.issued())
    return Response(html, 404, headers={"Content-Security-Policy": page.policy()})


def kept() -> Kept:
    """The pages that this process drew."""
    found: Kept = current_app.extensions["public_pages"]
    return found


def sent(drawn: Drawn) -> Response:
    """A drawn page, packed for whoever can unpack it."""
    headers = {"Content-Security-Policy": page.policy(), "Cache-Control": "public, max-age=60", "Vary": "Accept-Encoding"}
    data = drawn.html
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        data, headers["Content-Encoding"] = drawn.packed, "gzip"
    return Response(data, content_type="text/html; charset=utf-8", headers=headers)


def _restale(html: str, seconds: int) -> str:
    said = _("现在连不上登记处，这是 {seconds} 秒前的内容。").format(seconds=seconds)
    note = f'<section class="note" role="status"><p>{said}</p></section>'
    return html.replace("</header>\n<main>", f"</header>\n<main>{note}", 1)


def _count(code: str) -> bool:
    """Add one to today's opens of the batch; False where nothing could be counted, and it may be asked again."""
    try:
        batch = giving.batch_of(code)
        if batch is None:
            raise Problem("not_found")
        with apart():
            _add_one(batch.county, batch.id)
    except OperationalError:
        return False
    return True


def _add_one(county: str, batch_id: str) -> None:
    table = table_of(BatchDay)
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    row = insert(table).values(county=county, batch_id=batch_id, day=clock.today(), opens=1)
    key = [table.c.county, table.c.batch_id, table.c.day]
    db.session.execute(row.on_conflict_do_update(index_elements=key, set_={"opens": table.c.opens + 1}))
