"""Half-typed sheets of slips: the rows that mean an erased household go, whoever was typing them."""

from __future__ import annotations

from sqlalchemy import select

from doorknock.db import db
from doorknock.places.finding import Doors
from doorknock.privacy.traces import Traces
from doorknock.regions.models import region
from doorknock.sync.paper import PaperDraft


def drop_from_drafts(found: Traces) -> None:
    """Take its rows out of every sheet of its village; a household that is still known by its name is found by it."""
    village = region(found.places[0].village_code)
    mine = (PaperDraft.county == found.county) & (PaperDraft.village_code == village.code)
    held = select(PaperDraft).where(mine).with_for_update().execution_options(populate_existing=True)
    sheets = list(db.session.scalars(held))
    if not sheets:
        return
    doors, ids = Doors(village, names=True), set(found.place_ids)
    for sheet in sheets:
        rows = sheet.sheet.get("rows", [])
        kept = [row for row in rows if not ids & {p.id for p in doors.meant(str(row.get("door", "")))}]
        if len(kept) < len(rows):
            sheet.sheet = sheet.sheet | {"rows": kept}
