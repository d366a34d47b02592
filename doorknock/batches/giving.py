"""Giving out: a batch with its code, its revoking, the slips a worker carries; and finding what a code stands for."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

from flask import current_app
from sqlalchemy import select

from doorknock import audit, clock
from doorknock.batches import codes
from doorknock.batches.models import FORMS, Batch, CodeKey, Slip
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.regions.models import Region
from doorknock.web import apart
from doorknock.words import _

MOST = 100_000
"""Copies of one batch."""
CARRIED = 20
"""Slips that a worker's phone has at hand."""


def code_key() -> bytes:
    """What this server's codes are made with; made at the first use, the same for all its processes."""
    kept: bytes | None = current_app.extensions.get("code_key")
    if kept is None:
        kept = bytes.fromhex(_secret())
        current_app.extensions["code_key"] = kept
    return kept


def _secret() -> str:
    found = db.session.get(CodeKey, "codes")
    if found is None:
        with apart():
            found = db.session.get(CodeKey, "codes", with_for_update=True)
            if found is None:
                found = CodeKey(name="codes", secret=secrets.token_hex(32))
                db.session.add(found)
                db.session.flush()
            return found.secret
    return found.secret


def make_batch(
    region: Region, key: str, version: int, form: str, quantity: int, *, issuer: str, by: str, expires: date,
    grid: str | None = None,
) -> Batch:  # fmt: skip
    """A new batch on record, with a code of its own."""
    if form not in FORMS:
        raise Refused(_("请选要印成什么。"))
    if not 1 <= quantity <= MOST:
        raise Refused(_("份数请写 1 到 {most}。").format(most=MOST))
    if expires < clock.today():
        raise Refused(_("有效期已经过了。请选今天以后的日子。"))
    made = Batch(
        county=region.county, code=codes.fresh(code_key(), codes.BATCH), key=key, version=version, form=form,
        region_code=region.code, grid=grid, quantity=quantity, issuer=issuer, made_by=by, made_at=clock.now(),
        expires=expires,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("batch_made", region.code, by=by, subject=made.id, form=form, quantity=quantity)
    return made


def revoke(batch: Batch, reason: str, by: str) -> None:
    """From now on its page says that it was taken back, and why."""
    if not reason.strip():
        raise Refused(_("请写为什么撤回，会给扫码的人看。"))
    if batch.revoked_at is None:
        batch.revoked_at, batch.revoked_by, batch.reason = clock.now(), by, reason.strip()
        audit.record("batch_revoked", batch.region_code, by=by, subject=batch.id)


def batch_of(typed: str) -> Batch | None:
    """The batch whose code somebody typed or scanned; None for a malformed, a made-up and an unknown one alike.

    All three cost the same: a MAC and one look into the database.
    """
    code = codes.read(code_key(), codes.BATCH, typed)
    return db.session.scalar(select(Batch).where(Batch.code == (code or "")))


def slip_of(typed: str) -> Slip | None:
    """The same of a slip's code."""
    code = codes.read(code_key(), codes.SLIP, typed)
    return db.session.scalar(select(Slip).where(Slip.code == (code or "")))


def fill_up(village: Region, worker_id: str, unspent: int) -> Sequence[Slip]:
    """New slips, so that this worker has as many at hand as a phone carries."""
    made = [
        Slip(
            county=village.county, code=codes.fresh(code_key(), codes.SLIP), village_code=village.code,
            worker_id=worker_id, made_at=clock.now(),
        )
        for _number in range(CARRIED - unspent)
    ]  # fmt: skip
    db.session.add_all(made)
    return made
