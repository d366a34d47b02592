"""The check on forged records: it finds one that was taken, and fields that nobody asks for say nothing."""

from __future__ import annotations

import random
from collections import Counter
from functools import partial

import pytest
from sqlalchemy import select

from doorknock.db import db
from doorknock.sync import journal
from doorknock.sync.journal import JournalLine
from doorknock.visits.models import Visit
from tests.faults import forgeries, trial_forged
from tests.faults.forgeries import Forged, Victims


def test_a_forgery_that_is_taken_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def honest(_dice: random.Random, known: Victims) -> Forged:
        return Forged("visit", {"place_id": known.own[0], "outcome": "met_covered"}, ("out_of_scope",))

    monkeypatch.setattr(trial_forged, "LINES", (honest,))
    with trial_forged.founded() as village:
        known = forgeries.victims(village)
        before = trial_forged.figures(village)
        [note], _met = trial_forged.play(village, known, range(1))
        assert "honest was taken as [] in the journal as [('applied', None)] changed" in note
        assert trial_forged.figures(village) != before


def test_a_line_that_the_journal_has_in_another_state_than_the_phone_is_told_is_found() -> None:
    with trial_forged.founded() as village:
        known, met = forgeries.victims(village), Counter[str]()
        phone = village.phone("wang")
        assert trial_forged.one(village, known, phone, 0, met) == []
        aside = partial(trial_forged.aside, village, phone, max(phone.events), ("out_of_scope",), met)
        assert (aside(), met) == ([], {"lines in quarantine": 2})
        with village.app.app_context():
            line = db.session.scalars(select(JournalLine).where(JournalLine.device_id == phone.device_id)).one()
            line.state = journal.REVIEW
            db.session.commit()
        assert aside() == ["in the journal as [('review', 'out_of_scope')]"]


def test_a_thousand_forged_lines_are_played_that_belong_in_quarantine() -> None:
    kinds = len(forgeries.LINES) + len(trial_forged.REQUESTS)
    for_review = 1
    assert trial_forged.GOAL % kinds == 0
    assert trial_forged.GOAL // kinds * (len(forgeries.LINES) - for_review) >= 1000


def test_fields_that_nobody_asks_for_change_nothing_of_an_honest_record() -> None:
    """Who, where and when are the token's and the server's to say, whatever else a line brings."""
    with trial_forged.founded() as village:
        known = forgeries.victims(village)
        phone = village.phone("wang")
        for seed in range(40):
            dice = random.Random(seed)
            place = dice.choice(known.own)
            honest = Forged("visit", {"place_id": place, "outcome": "met_declined", "adults_listened": seed}, ())
            _n, line = forgeries.freeze(phone, honest, dice, known)
            assert phone.send([line], **forgeries.unasked(dice, known)).attention == []
        with village.app.app_context():
            rows = db.session.scalars(select(Visit).where(Visit.device_id == phone.device_id)).all()
            assert len(rows) == 40
            assert {row.worker_id for row in rows} == {phone.worker["id"]}
            assert {(row.source, row.void, row.supersedes, row.county) for row in rows} == {
                ("phone", False, None, "990102")
            }
            assert all(row.id == row.root_id and row.place_id in known.own and row.seq < 10**6 for row in rows)
        village.stands()
