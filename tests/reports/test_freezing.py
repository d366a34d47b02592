"""禾丰村's 日报: frozen at 18:00, or later, it says what was true at 18:00."""

from __future__ import annotations

from datetime import timedelta

import pytest

from doorknock.campaigns import rest_days
from doorknock.campaigns.models import Campaign
from doorknock.db import db
from doorknock.papers.keeping import to_json
from doorknock.regions.models import region
from doorknock.reports import freezing
from doorknock.reports.counting import Asked
from doorknock.visits.made import by_grid
from tests.evening import Evening
from tests.hefeng import TOWN, VILLAGE
from tests.reports.reading import drop_all, lines, papers, sentence
from tests.wire.client import Phone

COUNTY = "990102000000"


def walked(evening: Evening, phone: Phone, number: str, outcome: str, at: str, synced: str, days: int = 0) -> str:
    event = evening.village.visit(phone, number, outcome, evening.minutes(at))
    with evening.at(synced, days):
        phone.sync()
    return event.id


def frozen(evening: Evening, said: str, days: int = 0) -> dict[str, int]:
    """Freeze what is due at this time; kind → how many papers came of the last of it."""
    with evening.at(said, days):
        made = evening.village.flask("reports", "freeze", "--json")["reports"]
    return {each["kind"]: each["made"] for each in made}


def morning(evening: Evening, wang: Phone, li: Phone) -> str:
    """Two doors of the first grid, one of the second; the first visit's id."""
    first = walked(evening, wang, "1001", "met_covered", "09:10", "17:50")
    walked(evening, wang, "1002", "met_declined", "09:30", "17:50")
    walked(evening, li, "1009", "nobody_home", "10:00", "17:55")
    return first


def test_before_six_nothing_of_the_day_is_frozen(evening: Evening, wang: Phone, li: Phone) -> None:
    morning(evening, wang, li)
    frozen(evening, "17:59")
    assert evening.day not in papers(evening.village, VILLAGE)


def test_the_paper_of_a_village_says_who_was_met_grid_by_grid(evening: Evening, wang: Phone, li: Phone) -> None:
    morning(evening, wang, li)
    frozen(evening, "18:00")
    paper = papers(evening.village, VILLAGE)[evening.day]
    assert paper.title == "禾丰村敲门行动日报"
    assert sentence(paper).startswith(
        "今天走访 3 次，见面宣传 1 次，见面婉拒 1 次，见到人·改天 0 次，无人在家 1 次。"
        "累计办结 2 户，办结率 16.7%（2/12），待访 10 户。"
    )
    said = {name: cells[:7] for name, cells in lines(paper).items()}
    assert said == {
        "禾丰一格": ["2", "1", "1", "0", "0", "0", "0"], "禾丰二格": ["1", "0", "0", "0", "1", "0", "0"],
        "全村": ["3", "1", "1", "0", "1", "0", "0"],
    }  # fmt: skip


def test_a_village_that_nobody_can_tell_of_is_never_a_zero(evening: Evening, wang: Phone, li: Phone) -> None:
    morning(evening, wang, li)
    frozen(evening, "18:00")
    paper = papers(evening.village, TOWN)[evening.day]
    assert lines(paper)["柳溪村"] == ["—", "—", "—", "—", "—", "—", "0", "还没登记手机"]
    assert lines(paper)["禾丰村"][0] == "3"
    assert "部没联系" in lines(paper)["禾丰村"][-1]
    assert "禾丰村有 1 部手机没联系上，数字不全。" in sentence(paper)


def test_a_village_with_nothing_planned_reads_so(evening: Evening, wang: Phone) -> None:
    ident = evening.village.campaign().id
    with evening.at("08:30"), evening.village.app.app_context():
        here, campaign = region(VILLAGE), db.session.get_one(Campaign, (COUNTY[:6], ident))
        rest_days.plan(campaign, here, evening.day, rests=True, by="x")
        db.session.commit()
    frozen(evening, "18:00")
    town = papers(evening.village, TOWN)[evening.day]
    assert lines(town)["禾丰村"] == ["—", "—", "—", "—", "—", "—", "0", "今日无安排"]
    assert sentence(papers(evening.village, VILLAGE)[evening.day]).startswith("今日无安排。")


def test_two_days_later_it_is_the_very_same_paper(evening: Evening, wang: Phone, li: Phone) -> None:
    first = morning(evening, wang, li)
    village = evening.village
    village.visit(li, "1010", "met_covered", evening.minutes("17:30"))  # it comes late
    frozen(evening, "18:00")
    at_six = {
        code: to_json(papers(village, code, masked=code == COUNTY)[evening.day]) for code in (VILLAGE, TOWN, COUNTY)
    }
    drop_all(village)
    with evening.at("18:10"):
        li.sync()
        village.correct(wang, first, "1001", "nobody_home", village.at(evening.minutes("18:05")))
        wang.sync()
    walked(evening, wang, "1003", "met_covered", "18:30", "19:00")
    with evening.at("09:00", days=1):
        village.import_roster([])
    frozen(evening, "08:00", days=2)
    for code, was in at_six.items():
        assert to_json(papers(village, code, masked=code == COUNTY)[evening.day]) == was, code


def test_what_comes_late_stands_beside_the_next_day_and_both_sum_up(evening: Evening, wang: Phone, li: Phone) -> None:
    first = morning(evening, wang, li)
    village = evening.village
    frozen(evening, "18:00")
    village.visit(li, "1010", "met_covered", evening.minutes("17:30"))
    village.visit(li, "1011", "met_later", evening.minutes("17:40"))
    with evening.at("19:00"):
        li.sync()
        village.void(wang, first, village.at(evening.minutes("18:30")))
        wang.sync()
    frozen(evening, "18:00", days=1)
    paper = papers(village, VILLAGE)[evening.day + timedelta(days=1)]
    assert [cells[6] for cells in lines(paper).values()] == ["0", "2", "2"]
    assert "以前的日报里有 1 次走访后来更正或作废了，那几份不改。" in paper.notes
    assert lines(papers(village, VILLAGE)[evening.day])["全村"][0] == "3"  # what was sent stays as it was
    with village.app.app_context():
        asked = Asked(village.campaign(), evening.day, evening.day)
        counts = by_grid(asked.span(evening.day, evening.day)).values()
        assert sum(each.visits for each in counts) == 3 + 2 - 1


def test_older_days_are_said_apart(evening: Evening, wang: Phone, li: Phone) -> None:
    walked(evening, li, "1009", "met_covered", "10:00", "12:00", days=1)
    evening.village.visit(wang, "1001", "met_covered", evening.minutes("09:00"))
    frozen(evening, "18:00", days=1)
    with evening.at("10:00", days=2):
        wang.sync()
    frozen(evening, "18:00", days=2)
    paper = papers(evening.village, VILLAGE)[evening.day + timedelta(days=2)]
    assert lines(paper)["全村"][6] == "0"
    assert "另外还传到 1 次更早几天的走访，算那几天的补到。" in paper.notes


def test_freezing_again_changes_nothing(evening: Evening, wang: Phone, li: Phone) -> None:
    morning(evening, wang, li)
    assert frozen(evening, "18:00")["daily"] == 3  # county, town, and the village that has doors
    assert frozen(evening, "18:01") == {}
    assert set(papers(evening.village, VILLAGE)) >= {evening.day}


def test_cut_off_in_the_middle_it_is_made_whole_later(
    evening: Evening, wang: Phone, li: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning(evening, wang, li)
    frozen(evening, "17:00")
    insert = freezing._insert
    calls: list[str] = []

    def cut_off(*arguments: object, **more: object) -> str:
        calls.append("x")
        if len(calls) == 2:
            raise KeyboardInterrupt
        return insert(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(freezing, "_insert", cut_off)
    with evening.at("18:00"), evening.village.app.app_context(), pytest.raises(KeyboardInterrupt):
        freezing.catch_up(evening.instant("18:00"))
    assert evening.day not in papers(evening.village, TOWN)  # a town and its villages stand or fall together
    monkeypatch.setattr(freezing, "_insert", insert)
    frozen(evening, "18:20")
    for code in (VILLAGE, TOWN):
        assert sentence(papers(evening.village, code)[evening.day]).startswith("今天走访 3 次")


def test_the_night_paper_speaks_of_the_hours_since_six(evening: Evening, wang: Phone, li: Phone) -> None:
    morning(evening, wang, li)
    evening.village.visit(li, "1010", "met_covered", evening.minutes("17:30"))
    walked(evening, wang, "1003", "met_covered", "19:00", "20:00")
    with evening.at("20:30"):
        li.sync()
    frozen(evening, "21:40")
    paper = papers(evening.village, TOWN, "bulletin")[evening.day + timedelta(days=1)]
    assert sentence(paper).startswith("18:00 到 21:00 走访 1 次，见面宣传 1 次")
    assert "今天 18:00 以前的，补到 1 次。到 18:00，累计办结 2 户" in sentence(paper)


def test_the_county_reads_no_small_number_of_refusals(evening: Evening, wang: Phone, li: Phone) -> None:
    morning(evening, wang, li)
    frozen(evening, "18:00")
    paper = papers(evening.village, COUNTY, masked=True)[evening.day]
    assert lines(paper)["全县"][:3] == ["3", "略", "<5"]
    town = papers(evening.village, TOWN, masked=True)[evening.day]
    assert lines(town)["全镇"][:3] == ["3", "略", "<5"]
    assert lines(town)["禾丰村"][:3] == ["3", "略", "<5"]
    assert not any("outcome" in str(part) for part in to_json(town).values())


def test_the_week_is_its_days_and_what_came_late(evening: Evening, wang: Phone, li: Phone) -> None:
    first = morning(evening, wang, li)
    frozen(evening, "18:00")
    evening.village.visit(li, "1010", "met_covered", evening.minutes("17:30"))
    with evening.at("19:00"):
        li.sync()
        evening.village.void(wang, first, evening.village.at(evening.minutes("18:30")))
        wang.sync()
    monday = evening.day + timedelta(days=7 - evening.day.weekday())
    frozen(evening, "08:00", days=(monday - evening.day).days)
    paper = papers(evening.village, VILLAGE, "weekly")[monday - timedelta(days=1)]
    by_day = lines(paper, 1)
    assert by_day[f"{evening.day.month}月{evening.day.day}日"] == ["3", "1", "1", "3"]
    assert by_day["合计"] == ["3", "1", "1", "3"]
    assert lines(paper)["全村"][0] == "3"
