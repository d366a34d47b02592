"""Quarantine 审核·手机传来待看的, and the import of a phone's file, in the office."""

from __future__ import annotations

from flask import Blueprint, Flask, g, render_template, request
from sqlalchemy.exc import IntegrityError
from werkzeug import Response

from doorknock import web
from doorknock.access import needs
from doorknock.errors import Problem, Refused
from doorknock.places import listing
from doorknock.places.choosing import go
from doorknock.places.models import by_ids
from doorknock.regions.models import Region, region
from doorknock.sync import held, paper_pages, phonefile, photo_pages, quarantine
from doorknock.sync.journal import REJECTED
from doorknock.sync.quarantine import Entry
from doorknock.words import _

door = Blueprint("quarantine", __name__, url_prefix="/office")


def register(app: Flask) -> None:
    """Open the doors of quarantine, of paper and of photos."""
    for blueprint in (door, paper_pages.door, photo_pages.door):
        app.register_blueprint(blueprint)


def _here(village: str, **_more: str) -> Region:
    """A village, or a town with all of its villages; Problem not_found for anything else."""
    found = region(village)
    if found.level not in ("village", "town"):
        raise Problem("not_found", _("这个编码不是村或镇。"))
    return found


@door.get("/quarantine")
@needs("quarantine")
def home() -> Response:
    """Where one's own region waits."""
    return go(f"/office/quarantine/{g.person.region_code}")


@door.get("/quarantine/<village>")
@needs("quarantine", _here)
def listed(village: str) -> str:
    """What is held without effect of this region's phones, and what was rejected and still shows there."""
    here = _here(village)
    waiting, rejected = quarantine.entries(here), quarantine.entries(here, (REJECTED,))
    reasons, code = held.by_reason(waiting), request.args.get("code", "")
    shown = [reason for reason in reasons if reason.code == code] or reasons
    most = held.MOST if len(shown) == 1 else held.FIRST
    seen = [each for reason in shown for each in reason.entries[:most]] + rejected[: held.MOST]
    return render_template(
        "sync/quarantine.html",
        here=here,
        total=len(waiting),
        reasons=shown,
        most=most,
        rejected=rejected[: held.MOST],
        doors=_doors(here, seen),
        said=held.said,
        batch_of=held.batch_of,
        done=request.args.get("done", 0, type=int),
    )


def _doors(here: Region, entries: list[Entry]) -> dict[str, str]:
    """How the named places are called, with their village where it is another one."""
    found = by_ids(here.county, [e.place_id for e in entries if e.place_id])
    names = {code: listing.group_names(code) for code in {p.village_code for p in found.values()}}
    villages = {code: "" if code == here.code else region(code).name for code in names}
    return {p.id: villages[p.village_code] + listing.label(p, names[p.village_code]) for p in found.values()}


@door.post("/quarantine/<village>/<ident>/accept")
@needs("quarantine", _here)
def accept(village: str, ident: str) -> Response:
    """收下: it takes effect, or (body_differs) somebody looked."""
    quarantine.accept(_entry(village, ident), by=g.person)
    return go(f"/office/quarantine/{village}")


@door.post("/quarantine/<village>/<ident>/reject")
@needs("quarantine", _here)
def reject(village: str, ident: str) -> Response:
    """不收, with a reason that the phone shows."""
    quarantine.reject(_entry(village, ident), by=g.person, reason=request.form.get("reason", ""))
    return go(f"/office/quarantine/{village}")


@door.post("/quarantine/<village>/together/<verdict>")
@needs("quarantine", _here)
def together(village: str, verdict: str) -> Response:
    """收下 or 不收 for all ticked lines held for one reason: all of them or none."""
    here = _here(village)
    idents = request.form.getlist("line")[: held.MOST]
    done = held.decide(here, idents, verdict, by=g.person, reason=request.form.get("reason", ""))
    return go(f"/office/quarantine/{village}?done={done}")


def _entry(village: str, ident: str) -> Entry:
    found = quarantine.entry(_here(village), ident)
    if found is None:
        raise Problem("not_found", _("这一条已经不用看了。"))
    return found


@door.get("/phonefile/<village>")
@needs("quarantine", _here)
def phone_file(village: str) -> str:
    """Where a phone's exported file is chosen."""
    return render_template("sync/phonefile.html", here=_here(village), refused="", summary=None)


@door.post("/phonefile/<village>")
@needs("quarantine", _here)
def take_phone_file(village: str) -> str | tuple[str, int]:
    """Judge the file's lines as if its phone had sent them, and say what became of them."""
    file = request.files.get("file")
    refused, summary = "", None
    try:
        if file is None or not file.filename:
            raise Refused(_("还没有选文件。请先选手机存出来的文件。"))
        summary = phonefile.take(file.read(), _here(village), by=g.person)
        web.commit()
    except Refused as why:
        refused = "".join(why.reasons)
    except IntegrityError:
        refused = _("这部手机正好也在传，没有收。请过一会儿再导入一次。")
    if refused:
        web.rollback()
    page = render_template("sync/phonefile.html", here=_here(village), refused=refused, summary=summary)
    return (page, 422) if refused else page
