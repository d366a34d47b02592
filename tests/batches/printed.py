"""A printed run of 禾丰村, as its town's office makes one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from doorknock import clock
from doorknock.batches import giving
from doorknock.db import db
from doorknock.people.models import Person
from doorknock.regions.models import region
from doorknock.web import commit
from tests.hefeng import VILLAGE, Hefeng

ISSUER = "青禾镇反诈工作办公室"


def printed(village: Hefeng, key: str = "gongjianfa", **wanted: Any) -> str:
    """The code of a new batch of 200 door cards."""
    with village.app.app_context():
        by = db.session.scalar(select(Person.id).where(Person.role == "town")) or ""
        made = giving.make_batch(
            region(VILLAGE), key, 1, wanted.pop("form", "card"), wanted.pop("quantity", 200), issuer=ISSUER, by=by,
            expires=wanted.pop("expires", clock.today() + timedelta(days=90)), **wanted,
        )  # fmt: skip
        code = made.code
        commit()
    return code


def taken_back(village: Hefeng, code: str, reason: str) -> None:
    """The batch revoked."""
    with village.app.app_context():
        batch = giving.batch_of(code)
        assert batch is not None
        giving.revoke(batch, reason, batch.made_by)
        commit()
    village.app.extensions["public_pages"]._pages.clear()  # as three seconds later
