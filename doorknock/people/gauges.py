"""Figures about phones for a monitoring program: how many are on, silent, and holding something unsent."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, or_, select

from doorknock import clock
from doorknock.db import db
from doorknock.metrics import gauge
from doorknock.people.contact import is_on
from doorknock.people.devices import Device

SILENT = timedelta(days=7)


def register(app: Flask) -> None:
    """Offer them."""
    gauge(app, "doorknock_phones", "Phones that are switched on.", _phones)
    gauge(app, "doorknock_phones_silent", "Of these, not in touch for seven days.", _silent)
    gauge(app, "doorknock_events_unsent", "Records that phones said they still hold.", _unsent)
    gauge(app, "doorknock_oldest_unsent_seconds", "Age of the oldest record that a phone said it holds.", _oldest)


def _phones() -> float:
    return float(db.session.scalar(select(func.count()).select_from(Device).where(is_on())) or 0)


def _silent() -> float:
    quiet = or_(Device.last_contact.is_(None), Device.last_contact < clock.now() - SILENT)
    return float(db.session.scalar(select(func.count()).select_from(Device).where(is_on(), quiet)) or 0)


def _unsent() -> float:
    return float(db.session.scalar(select(func.sum(Device.pending)).where(is_on())) or 0)


def _oldest() -> float:
    oldest = db.session.scalar(select(func.min(Device.oldest)).where(is_on(), Device.pending > 0))
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0
