"""Reading for other programs: figures of a region, and visits without names, with a token that the office made."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Flask, Response, request

from doorknock import clock, web
from doorknock.access import open_to, reaches
from doorknock.campaigns.models import Campaign
from doorknock.coverage.figures import campaigns_in
from doorknock.coverage.telling import told_whole
from doorknock.coverage.view import look, pick
from doorknock.errors import Problem
from doorknock.exports import described, reading, tokens
from doorknock.exports.described import MOST, USUAL
from doorknock.exports.reading import Days, Mark
from doorknock.exports.tokens import Reader, ReadToken
from doorknock.jsons import dumped
from doorknock.regions.models import Region, region
from doorknock.sync import openapi
from doorknock.words import _

api = Blueprint("read", __name__, url_prefix="/api/v1/read")
DOORS_AT_ONCE = 100
WHO = "programs: guarded by a read token of the office"


def register(app: Flask) -> None:
    """Open the door; a token is shown, not a cookie, so no CSRF token is asked."""
    web.csrf.exempt(api)
    app.register_blueprint(api)
    openapi.also(described.SHAPES, described.PATHS, {"read_token": "made by a town or county on a page of its office"})


@api.get("/coverage")
@open_to(WHO)
def coverage() -> Response:
    """The figures of a region and everything below it, as its pages may show them."""
    token = _shown("coverage")
    reader, here = tokens.reader_of(token), _region(token)
    key = request.args.get("campaign") or None
    view = look(reader, here, key)
    if key and all(campaign.key != key for campaign in view.campaigns):
        raise Problem("bad_request", _("没有叫这个的行动。"))
    head = {"as_of": clock.text_of(clock.now()), "campaign": view.campaign.key if view.campaign else None}
    return _json(head | {"masked": view.masked} | told_whole(view, view.node))


@api.get("/visits")
@open_to(WHO)
def visits() -> Response:
    """The visits that count, door by door; the cursor of an answer leads to the next, None stands in the last."""
    token = _shown("visits")
    here = _region(token)
    if here.level == "group":
        raise Problem("bad_request", _("走访按镇、按村取，没有再小的。"))
    campaign = _campaign(here)
    as_of, after = _cursor() or (clock.now(), None)
    days = Days(campaign.id, _day("from"), _day("to")) if campaign else None
    found, mark = _page(here, days, after, _limit()) if days else ([], None)
    return _json({
        "as_of": clock.text_of(as_of), "region": here.code, "campaign": campaign.key if campaign else None,
        "visits": found, "cursor": _packed(as_of, mark) if mark else None,
    })  # fmt: skip


def _page(here: Region, days: Days, after: Mark | None, limit: int) -> tuple[list[dict[str, Any]], Mark | None]:
    """Doors until there are visits enough; the mark to go on from, None once there are no more doors."""
    found: list[dict[str, Any]] = []
    for doors in reading.doors(here, after, DOORS_AT_ONCE):
        made = reading.visits(reading.VALID, doors, days)
        found += [_visit(door, visit) for door in doors for visit in made.get(door.id, ())]
        if len(found) >= limit:
            return found, reading.mark_of(doors[-1])
    return found, None


def _visit(door: Any, visit: Any) -> dict[str, Any]:
    return {
        "id": visit.id, "place": door.id, "village": door.village_code, "group": door.group_code, "grid": door.grid,
        "kind": door.kind, "outcome": visit.outcome, "mode": visit.mode, "visited_at": clock.text_of(visit.visited_at),
        "recorded_at": clock.text_of(visit.recorded_at), "day": visit.day.isoformat(),
        "adults_listened": visit.adults_listened, "source": visit.source,
    }  # fmt: skip


def _shown(table: str) -> ReadToken:
    """The token of this request, counted in a transaction of its own: reading then holds up nobody who writes."""
    scheme, _space, said = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Problem("unknown_key", headers={"WWW-Authenticate": "Bearer"})
    with web.apart():
        ident = tokens.use(said.strip(), table)
        key = (ident.county, ident.id)
    return tokens.by_key(key)


def _region(token: ReadToken) -> Region:
    """The region that is asked for, within the token's; Problem not_granted for any other."""
    own = region(token.region_code)
    asked = request.args.get("region")
    if not asked or asked == own.code:
        return own
    found = region(asked[:15])
    if not reaches(Reader(token.made_by, token.role, own), found):
        raise Problem("not_granted")
    return found


def _campaign(here: Region) -> Campaign | None:
    known = [campaign for campaign in campaigns_in(here) if campaign.county == here.county]
    key = request.args.get("campaign") or None
    found = pick(known, key, clock.today())
    if key and all(campaign.key != key for campaign in found):
        raise Problem("bad_request", _("没有叫这个的行动。"))
    return found[0] if found else None


def _day(name: str) -> date | None:
    said = request.args.get(name)
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise Problem("bad_request", _("%(name)s 要写成 2026-11-21 这样。", name=name)) from None


def _limit() -> int:
    return min(max(1, request.args.get("limit", USUAL, type=int)), MOST)


def _packed(as_of: datetime, mark: Mark) -> str:
    return base64.urlsafe_b64encode(dumped([as_of.isoformat(), *mark])).rstrip(b"=").decode()


def _cursor() -> tuple[datetime, Mark] | None:
    """Where the last answer ended. It opens nothing: whatever it says, only the token's region is read."""
    said = request.args.get("cursor")
    if not said:
        return None
    try:
        at, village, order, ident = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
        if not (isinstance(village, str) and type(order) is int and abs(order) < 2**31 and isinstance(ident, str)):
            raise ValueError
        return clock.parse(at), Mark(village, order, ident[:36])
    except (ValueError, TypeError):
        raise Problem("bad_request", _("cursor 不对。请用上一次回答里的那个，或者不写，从头取。")) from None


def _json(answer: dict[str, Any]) -> Response:
    return Response(dumped(answer), mimetype="application/json")
