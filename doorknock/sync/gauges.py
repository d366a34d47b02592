"""Figures about records for a monitoring program: what came in of late, and what waits for somebody."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from doorknock import clock
from doorknock.db import db
from doorknock.metrics import gauge
from doorknock.people.devices import Device
from doorknock.sync.journal import QUARANTINE, REVIEW, JournalLine, Stray

OF_LATE = timedelta(minutes=5)
"""Short, so that reading it costs as little during the evening's rush as at night."""


def register(app: Flask) -> None:
    """Offer them."""
    gauge(app, "doorknock_events_5m", "Records received in the last five minutes, by what became of them.", _of_late)
    gauge(app, "doorknock_quarantine", "Records that wait for a decision.", _waiting)


def _of_late() -> dict[str, float]:
    late = JournalLine.received_at >= clock.now() - OF_LATE
    query = select(JournalLine.state, func.count()).where(late).group_by(JournalLine.state)
    return {str(state): float(count) for state, count in db.session.execute(query)}


def _waiting() -> float:
    mine = (JournalLine.county == Device.county) & (JournalLine.device_id == Device.id)
    held = select(func.count()).select_from(Device).join(JournalLine, mine)  # by the index that begins with the phone
    lines = db.session.scalar(held.where(JournalLine.state.in_((QUARANTINE, REVIEW)))) or 0
    strays = db.session.scalar(select(func.count()).select_from(Stray).where(Stray.resolved_at.is_(None))) or 0
    return float(lines + strays)
