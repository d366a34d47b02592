"""The sweep: two years on a virtual clock leave no table over its limit, and the figures of what is over stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from doorknock import clock, shelf, web
from doorknock.db import Base, db
from doorknock.exports import exporting, ordering, tokens
from doorknock.exports.ordering import Wish
from doorknock.people import devices, joining, totp
from doorknock.people.models import Person, assign, by_username
from doorknock.privacy import limits, sweep
from doorknock.privacy.rules import RULES, Rule
from doorknock.regions.models import region
from tests.hefeng import Hefeng, InProcess
from tests.privacy.kept import BY_LIMIT, WITHOUT_LIMIT, over_limit
from tests.wire.client import Phone
from tests.wire.roster import HEFENG

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
LONG_AFTER = BEGIN + timedelta(days=1200)
"""Longer than anything is kept: the log of the office, three years, is the longest."""
ON_DISK = {"erasures.jsonl", "blobs"}
SHOWN = ("N", "D", "closed", "signed", "visits")


@dataclass
class Years:
    """禾丰村 on a clock that a test turns: it works in its campaigns; in between only the calendar turns."""

    village: Hefeng
    now: datetime = BEGIN
    campaigns: list[dict[str, Any]] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)

    def campaign(self, key: str, starts: date, days: int) -> None:
        content = json.loads((Path(__file__).parent.parent / "wire" / "village.json").read_text(encoding="utf-8"))
        content["campaign"] |= {"key": key, "starts": str(starts), "ends": str(starts + timedelta(days=days))}
        file = self.village.folder / f"{key}.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        self.village.flask("setup", str(file))

    def phone(self, person: str) -> Phone:
        made = Phone(InProcess(self.village.app.test_client()), now=lambda: self.now)
        assert made.enrol(username=person, password=f"qinghe-door-{person}-1").status == 201
        made.sync()
        return made

    @contextmanager
    def week(self) -> Iterator[None]:
        with clock.pinned(self.now):
            yield
        self.now += WEEK


@pytest.fixture
def years(app: Flask, tmp_path: Path) -> Years:
    made = Years(Hefeng(app, tmp_path))
    with clock.pinned(BEGIN):
        made.campaign("spring", date(2026, 3, 1), 30)
        made.village.import_roster(HEFENG)
        both = made.phone("zhou")
        made.village.ids = {row.data["local_no"]: ident for ident, row in both.rows("place").items()}
        made.phones.append(made.phone("wang"))
    return made


def work(years: Years) -> None:
    """A week of everything that leaves traces."""
    village, phone = years.village, years.phones[0]
    at = clock.text_of(years.now - timedelta(hours=2))
    place = {"place_id": village.ids["1001"]}
    with village.app.app_context():
        photo = shelf.put(f"photo {years.now}".encode())
    signed = {"commitment": {"method": "screen", "signer_name": "水根", "strokes": [[1, 1]]}, "photos": [photo]}
    phone.event("visit", place | {"outcome": "met_covered", "note": "爱听"} | signed, at)
    phone.event("place_edit", place | {"nickname": "老王家"}, at)
    aside = phone.event("visit", {"place_id": village.ids["1009"], "outcome": "nobody_home", "note": "不归我"}, at)
    phone.event("correction", {"supersedes": aside.id, "void": True, "reason": "误点"}, at)
    phone.event("visit", {"place_id": village.ids["1003"], "outcome": "away_reported", "do_not_return": True}, at)
    phone.event("commitment_withdrawal", place, at)
    with village.app.app_context():
        notice = shelf.put(f"notice {years.now}".encode())
    phone.event("posting", {"kind": "poster", "grid": "990102103201001", "spot": "村口", "photos": [notice]}, at)
    held = phone.event("activity", {"kind": "meeting", "grid": "990102103201001", "name": "坝坝会", "people": 9}, at)
    phone.event("correction", {"supersedes": held.id, "void": True, "reason": "没开成"}, at)
    phone.event("teleport", {"who": "谁"}, at)
    phone.sync()
    chen = village.office("chen")
    told = {"kind": "talk", "name": "全村宣讲", "people": "40", "day": clock.today().isoformat()}
    assert chen.client.post("/office/tasks/tell/990102103201/activity", data=told).status_code == 303
    chen.post(f"/office/places/one/{village.ids['1002']}/close", status=303)
    chen.post(f"/office/places/one/{village.ids['1002']}/reopen", status=303, said="1")
    worker = phone.worker["id"]
    chen.post(f"/office/asks/new/{village.ids['1001']}", to=worker, question="怎么样")
    row = {"worker": worker, "day": clock.today().isoformat(), "door.0": "1001", "note.0": "半张"}
    chen.post("/office/paper/990102103201/row/0", status=200, **row)
    village.app.test_client().post("/login", data={"username": "陌生人", "password": "x"})
    with village.app.app_context():
        person = by_username("wang")
        assert person is not None
        devices.make_code(person)
        web.commit()


def take_out(years: Years) -> None:
    """An export that was made, and a token by which another program read."""
    with years.village.app.app_context():
        chen, here = person("chen"), region("990102103201")
        wish = Wish("roster", "csv", "", "", "", "村里存档")
        ordering.order(wish, here, [], by=chen).state = exporting.DONE
        tang = person("tang")
        tokens.make(region("990102103000"), ["coverage"], "镇里的大屏", clock.today() + WEEK, by=tang)
        web.commit()


def rare(years: Years) -> None:
    """What few weeks leave behind: a household erased, a grid given to others, a recovery code used, a worker who
    left, a phone restored from a copy that says something else under a number it had used; and doors left long ago.
    """
    village, phone = years.village, years.phones[0]
    take_out(years)
    copy = Phone(phone.door, token=phone.token, device_id=phone.device_id, now=phone.now)
    copy.write(phone.facts[1] | {"body": phone.facts[1]["body"] | {"note": "另一回事"}})
    copy.send(list(copy.events.values()))
    village.office("chen").post(f"/office/places/one/{village.ids['1006']}/erase", said="1")
    with village.app.app_context():
        xu = person("xu")
        xu.totp_secret = totp.seal(totp.fresh_secret())
        assert totp.use(xu, totp.fresh_codes(xu)[0])
        assert assign(person("sun"), [], first=False)
        joining.leave(person("sun"), phones="off", by=person("tang"))
        web.commit()
    with clock.pinned(BEGIN + timedelta(days=200)), village.app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep, "RULES", ())
        sweep.sweep(lambda _said: None)


def person(username: str) -> Person:
    found = by_username(username)
    assert found is not None
    return found


def outstayed(years: Years) -> set[str]:
    """Tables and files that hold what should have left by now."""
    data = Path(years.village.app.config["DATA_DIR"])
    erased = {"erasures.jsonl"} if (data / "erasures.jsonl").read_text(encoding="utf-8").strip() else set()
    files = {"blobs"} if list(data.glob("blobs/*/*")) else set()
    return set(over_limit(WEEK)) | erased | files


def swept(years: Years) -> dict[str, int]:
    return dict(years.village.flask("privacy", "sweep", "--json")["leaving"])


def test_two_years_with_a_weekly_sweep_leave_no_table_over_its_limit(years: Years) -> None:
    for week in range(105):
        with years.week():
            if week in (0, 2):
                work(years)
            if week == 40:
                years.campaign("winter", clock.today(), 20)
                years.village.import_roster(HEFENG)
                years.phones = [years.phone("wang")]
                work(years)
            swept(years)
            with years.village.app.app_context():
                assert over_limit(WEEK) == {}, week
    with clock.pinned(years.now), years.village.app.app_context():
        full = {t.name for t in Base.metadata.sorted_tables if db.session.execute(select(t).limit(1)).first()}
        assert full <= WITHOUT_LIMIT | {"audit_line", "erasure", "grid_assignment", "person"}, (
            "staff, and the log of the office"
        )
        assert not list(Path(years.village.app.config["DATA_DIR"]).glob("blobs/*/*"))
    with clock.pinned(years.now):
        assert years.village.flask("sync", "verify", "--json")["ok"]
        assert years.village.flask("sync", "rebuild", "--json")["different"] == 0


def test_without_the_sweep_the_same_check_finds_what_is_over(years: Years) -> None:
    with years.week():
        work(years)
    with clock.pinned(BEGIN + timedelta(days=800)), years.village.app.app_context():
        found = over_limit(WEEK)
    assert set(found) >= {
        "place",
        "visit",
        "commitment",
        "journal",
        "deed",
        "paper_draft",
        "login_session",
        "enrol_code",
    }


def test_no_rule_of_the_sweep_can_be_left_out_without_being_missed(
    years: Years, monkeypatch: pytest.MonkeyPatch
) -> None:
    with years.week():
        work(years)
        rare(years)
    missed = set()
    with clock.pinned(LONG_AFTER), years.village.app.app_context():
        for rule in RULES:
            with monkeypatch.context() as patch:  # each is played in one transaction and taken back
                patch.setattr(web, "commit", db.session.flush)
                patch.setattr(web, "rollback", lambda: None)
                patch.setattr(sweep, "RULES", without(rule.name, *ON_DISK))
                sweep.sweep(lambda _said: None)
                missed |= {rule.name} & set(over_limit(WEEK))
            db.session.rollback()
        monkeypatch.setattr(sweep, "RULES", without(*ON_DISK))
        sweep.sweep(lambda _said: None)
        assert outstayed(years) == ON_DISK, "what lies in files cannot be taken back, so it comes last"
    assert missed | ON_DISK == {rule.name for rule in RULES}


def without(*names: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if rule.name not in names)


def test_long_after_everything_one_sweep_takes_what_is_left_of_every_kind(years: Years) -> None:
    with years.week():
        work(years)
        rare(years)
    with clock.pinned(LONG_AFTER):
        gone = swept(years)
        assert {rule.name for rule in RULES if not gone[rule.name]} == set(), "nothing of this kind was planted"
        with years.village.app.app_context():
            assert outstayed(years) == set()
        assert set(swept(years).values()) == {0}
        assert years.village.flask("sync", "verify", "--json")["ok"]


def figures(years: Years, key: str) -> dict[str, int]:
    said = ("coverage", "show", "--region", "990102103201", "--campaign", key, "--json")
    shown = years.village.flask(*said)
    return {name: shown[name] for name in SHOWN}


def test_the_figures_of_a_campaign_stay_when_its_records_leave_and_phones_let_go(years: Years) -> None:
    with years.week():
        work(years)
        before = figures(years, "spring")
        assert before["visits"] == 2
    with clock.pinned(datetime(2026, 7, 20, tzinfo=UTC)):
        told = years.village.flask("privacy", "sweep", "--dry-run", "--json")
        assert (told["dry_run"], told["leaving"]["visit"], told["leaving"]["place"]) == (True, 2, 12)
        assert figures(years, "spring") == before
        again = years.village.flask("privacy", "sweep", "--dry-run", "--json")
        assert again["leaving"] == told["leaving"], "a dry run changes nothing"
        gone = swept(years)
        assert (gone["visit"], gone["place"]) == (2, 12)
        assert figures(years, "spring") == before
        assert swept(years)["visit"] == 0
        years.phones[0].now = lambda: datetime(2026, 7, 20, tzinfo=UTC)
        years.phones[0].sync()
        assert years.phones[0].rows("place") == {}
        assert years.phones[0].rows("visit") == {}
        assert "老王家" not in everything(years)
        assert years.village.flask("sync", "verify", "--json")["ok"]
        assert years.village.flask("sync", "rebuild", "--json")["different"] == 0


def everything(years: Years) -> str:
    found = []
    with years.village.app.app_context():
        for table in Base.metadata.sorted_tables:
            for row in db.session.execute(select(table)):
                found += [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in row]
    return "\n".join(found)


def test_a_campaign_that_is_over_leaves_and_the_doors_of_one_that_runs_stay(years: Years) -> None:
    with years.week():
        work(years)
    with clock.pinned(datetime(2026, 6, 20, tzinfo=UTC)):
        years.campaign("summer", date(2026, 6, 15), 60)
    years.now = datetime(2026, 7, 20, tzinfo=UTC)
    with clock.pinned(years.now):
        assert figures(years, "spring")["closed"] == 1
        gone = swept(years)
        assert (gone["visit"], gone["place"]) == (2, 0)
        assert figures(years, "spring")["closed"] == 1
        assert figures(years, "summer") == {"N": 12, "D": 12, "closed": 0, "signed": 0, "visits": 0}
        phone = years.phone("wang")
        assert phone.rows("place")[years.village.ids["1003"]].data["do_not_return"] is True, "only they lift it"
        assert years.village.flask("sync", "verify", "--json")["ok"]
        assert years.village.flask("sync", "rebuild", "--json")["different"] == 0


def test_a_sweep_that_is_cut_off_goes_on_where_it_was(years: Years, monkeypatch: pytest.MonkeyPatch) -> None:
    with years.week():
        work(years)
        before = figures(years, "spring")
    with clock.pinned(datetime(2026, 7, 20, tzinfo=UTC)), years.village.app.app_context():
        stops = iter([None, None, None])

        def cut(_said: str) -> None:
            if next(stops, "end") == "end":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            sweep.sweep(cut, batch=1)
        web.rollback()
        left = sweep.due()
        assert 0 < left["place"] < 12
        sweep.sweep(lambda _said: None, batch=1)
        assert (sweep.due()["place"], sweep.due()["visit"]) == (0, 0)
    with clock.pinned(datetime(2026, 7, 20, tzinfo=UTC)):
        assert figures(years, "spring") == before


def test_a_phone_from_before_the_tombstones_pulls_its_grid_afresh(years: Years) -> None:
    with years.week():
        work(years)
    old = years.phones[0]
    with clock.pinned(datetime(2026, 7, 20, tzinfo=UTC)):
        swept(years)
    with clock.pinned(datetime(2027, 2, 20, tzinfo=UTC)):
        assert swept(years)["change"] > 0
        old.now = lambda: datetime(2027, 2, 20, tzinfo=UTC)
        answer = old.sync()
        assert answer.head["fresh"], "its cursor stands before what the feed still tells"
        assert old.rows("place") == {}


def test_every_table_has_a_limit_or_holds_nobody(years: Years) -> None:
    assert {t.name for t in Base.metadata.sorted_tables} == set(BY_LIMIT) | WITHOUT_LIMIT
    assert limits.HOUSEHOLDS == 90
