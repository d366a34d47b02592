"""The office's pages of figures as 禾丰村, its town, its county and the police see them."""

from __future__ import annotations

import json
import re
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from doorknock import clock, web
from doorknock.db import db
from doorknock.people.devices import Device
from tests.hefeng import SETUP, TOWN, VILLAGE, Hefeng, plain
from tests.wire.client import Phone

COUNTY = "990102000000"


@pytest.fixture
def wang(village: Hefeng) -> Phone:
    """A phone that went to four of grid A's eight doors: 1001 讲了 and signed, 1002 不想听, 1003 没人, 1004 改天."""
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1, commitment={"version": "1", "method": "screen"})
    village.visit(phone, "1002", "met_declined", 2)
    village.visit(phone, "1003", "nobody_home", 3, next_try={"slot": "evening"})
    village.visit(phone, "1004", "met_later", 4)
    phone.sync()
    return phone


def next_morning() -> AbstractContextManager[None]:
    """The morning after: from the county up figures are those of the last 18:00."""
    return clock.pinned(clock.end_of(clock.edition_of(clock.now())) + timedelta(hours=14))


def third_day(village: Hefeng) -> str:
    """The word for the day of the third visit: soon after midnight it was yesterday's."""
    made = clock.parse(village.at(3))
    return "今天" if clock.day_of(made) == clock.today() else "昨天"


def rows(page: str) -> dict[str, str]:
    """Name of the region → its line in the table, in words."""
    found: dict[str, str] = {}
    for row in re.findall(r"<tr [^>]*class=\"level-.*?</tr>", page, re.S):
        name = re.search(r'class="name"[^>]*>([^<]*)<', row)
        assert name is not None
        found.setdefault(name[1], plain(row))
    return found


def test_the_tree_prints_numerator_and_denominator_of_every_rate(village: Hefeng, wang: Phone) -> None:
    line = rows(village.office("tang").get("/office/coverage"))["禾丰村"]
    assert line.startswith("201 禾丰村 12 0 12 16.7% 2/12 33.3% 4/12 25.0% 3/12 8.3% 1/12 10 8.3% 1/12")


def test_an_empty_base_is_a_dash(village: Hefeng) -> None:
    line = rows(village.office("tang").get("/office/coverage"))["柳溪村"]
    assert line.startswith("202 柳溪村 0 0 0 — 0/0 — 0/0")
    assert "0.0%" not in line


def test_a_village_opens_into_its_groups_and_its_grids_in_code_order(village: Hefeng, wang: Phone) -> None:
    page = village.office("tang").get(f"/office/coverage?open={VILLAGE}", htmx=True)
    assert list(rows(page)) == ["青禾镇", "禾丰村", "一组", "二组", "三组", "禾丰一格", "禾丰二格", "柳溪村"]
    assert "<html" not in page


def test_the_page_includes_the_very_part_that_htmx_replaces(village: Hefeng, wang: Phone) -> None:
    office = village.office("tang")
    path = f"/office/coverage?open={VILLAGE}"
    assert office.get(path, htmx=True).strip() in office.get(path)


def test_the_village_counts_installs_as_plain_numbers_and_only_it(village: Hefeng, wang: Phone) -> None:
    village.visit(wang, "1005", "met_covered", 5, app={"installed_now": 1, "declined": 2})
    wang.sync()
    page = plain(village.office("tang").get(f"/office/coverage/{VILLAGE}"))
    assert "今天装好 1 以后再说 0 不装 2 没有智能手机 0" in page
    assert "今天装好" not in plain(village.office("tang").get("/office/coverage"))
    assert "不装 <5" in plain(village.office("xu").get(f"/office/coverage/{VILLAGE}")).replace("&lt;", "<")


def test_the_county_reads_no_small_number_about_declining_nor_what_gives_it_away(village: Hefeng, wang: Phone) -> None:
    with next_morning():
        office = village.office("xu")
        for line in rows(office.get(f"/office/coverage?open={TOWN}&open={VILLAGE}")).values():
            closed, *_, covered = re.findall(r"(?:略|(?:—|[\d.]+%) [\d,]+/[\d,]+)", line)[:4]
            assert covered == "略" or closed.endswith("0/0") or closed.split()[1] == covered.split()[1] == "0/4"
        assert "不想听 <5" in plain(office.get(f"/office/coverage/{VILLAGE}")).replace("&lt;", "<")
        assert "不想听 1" in plain(village.office("tang").get(f"/office/coverage/{VILLAGE}"))


def test_the_county_and_the_police_read_the_same_masks(village: Hefeng, wang: Phone) -> None:
    with next_morning():
        county, police = (rows(village.office(who).get(f"/office/coverage/{VILLAGE}")) for who in ("xu", "gao"))
        assert county == police


def test_the_county_reads_the_figures_of_the_last_evening_and_none_of_today(village: Hefeng, wang: Phone) -> None:
    office = village.office("xu")
    page = office.get("/office/coverage?open=" + TOWN)
    assert "2/12" not in page
    assert "数到" in plain(page)
    with next_morning():
        assert "2/12" in village.office("xu").get("/office/coverage?open=" + TOWN)


def test_the_village_reads_the_open_doors_with_names_and_what_happened_last(village: Hefeng, wang: Phone) -> None:
    page = plain(village.office("chen").get(f"/office/gaps/{VILLAGE}"))
    assert "还要去 10 户" in page
    assert f"一组 3号 张桂花 13900000003 住户 时间不巧 1 次 {third_day(village)} 没人 傍晚" in page
    assert "一组 5号 陈新民 13900000005 住户 没去过 0 次 还没去过" in page
    assert "王水根" not in page
    assert page.index("张桂花") < page.index("陈新民") < page.index("孙玉梅")


def test_the_town_reads_the_same_doors_without_names_phones_or_landmarks(village: Hefeng, wang: Phone) -> None:
    page = plain(village.office("tang").get(f"/office/gaps/{VILLAGE}"))
    assert f"一组 3号 住户 时间不巧 1 次 {third_day(village)} 没人 傍晚" in page
    assert not re.search(r"139\d{8}|张桂花|村口小卖部", page)


def test_the_county_reads_how_many_doors_a_group_has_left_and_no_door(village: Hefeng, wang: Phone) -> None:
    with next_morning():
        page = plain(village.office("xu").get(f"/office/gaps/{VILLAGE}"))
        assert "禾丰村 一组 5 3 1 2 40.0% 2/5" in page
        assert not re.search(r"\d号|张桂花|139\d{8}", page)


def test_open_doors_can_be_narrowed_to_a_grid_and_to_those_nobody_went_to(village: Hefeng, wang: Phone) -> None:
    office = village.office("chen")
    assert "禾丰一格·还要去 4 户" in plain(office.get(f"/office/gaps/{VILLAGE}?grid={VILLAGE}001&why=untried"))
    assert "还要去 2 户" in plain(office.get(f"/office/gaps/{VILLAGE}?why=timing"))
    assert "还要去 3 户" in plain(office.get(f"/office/gaps/{VILLAGE}001"))
    office.get(f"/office/gaps/{VILLAGE}?grid={VILLAGE[:-1]}2001", status=404)


def test_the_gap_list_is_as_long_as_the_figure_says(village: Hefeng, wang: Phone) -> None:
    village.report(wang, "1006", "away", 6)
    wang.sync()
    village.flask("places", "decide", village.item("away", "1006"), "accept", "--by", "chen")
    office = village.office("chen")
    left = re.search(r"还要去 (\d+) 户", plain(office.get(f"/office/gaps/{VILLAGE}")))
    node = village.flask("coverage", "show", "--region", VILLAGE, "--json")
    assert left is not None
    assert int(left[1]) == node["D"] - node["closed"] == 9


def test_a_phone_out_of_touch_is_named_with_its_doors_where_figures_stand(village: Hefeng, wang: Phone) -> None:
    with village.app.app_context():
        db.session.execute(update(Device).values(last_contact=clock.now() - timedelta(days=2)))
        web.commit()
    page = village.office("tang").get(f"/office/coverage?open={VILLAGE}")
    assert "名下还要去 6 户" in rows(page)["禾丰一格"]
    assert "部没联系" in rows(page)["禾丰村"]
    home = plain(village.office("tang").get("/office"))
    assert re.search(r"2 个村 里 0 个已齐。 禾丰村 2 部手机.*没联系 ，名下还要去 10 户 。", home)


def test_the_overview_says_where_we_are_and_what_waits(village: Hefeng, wang: Phone) -> None:
    village.report(wang, "1006", "away", 6)
    wang.sync()
    page = plain(village.office("tang").get("/office"))
    assert "还要去 10 户 。 其中没去过 7 户 、时间不巧 2 户 、外出 1 户 。" in page
    assert "办结率 16.7% 2 / 12 户" in page
    assert "1 审核 禾丰村 1" in page


def test_every_figure_of_the_overview_leads_to_its_records(village: Hefeng, wang: Phone) -> None:
    office = village.office("chen")
    links = set(re.findall(r'href="(/office[^"]*)"', office.get("/office")))
    assert {f"/office/gaps/{VILLAGE}?", f"/office/gaps/{VILLAGE}?why=untried", f"/office/coverage/{VILLAGE}"} <= links
    for link in links:
        assert office.client.get(link, follow_redirects=True).status_code == 200, link


def test_of_two_campaigns_the_page_shows_one_and_offers_the_other(village: Hefeng, wang: Phone, tmp_path: Path) -> None:
    content = json.loads(SETUP.read_text(encoding="utf-8"))
    second = content["campaign"] | {"key": "winter", "name": "冬季行动", "starts": "2026-02-01"}
    file = tmp_path / "second.json"
    file.write_text(json.dumps({"campaign": second}), encoding="utf-8")
    village.flask("setup", str(file))
    office = village.office("tang")
    assert rows(office.get("/office/coverage"))["禾丰村"].startswith("201 禾丰村 12 0 12 0.0% 0/12")
    assert "2/12" in rows(office.get("/office/coverage?campaign=wire"))["禾丰村"]
    assert re.search(r'campaign=wire"[^>]*>禾丰敲门行动<', office.get("/office/coverage"))


def test_a_house_without_a_campaign_says_what_to_do_instead_of_failing(village: Hefeng) -> None:
    with village.app.app_context():
        for table in ("commitment_text", "campaign"):
            db.session.execute(db.metadata.tables[table].delete())
        web.commit()
    office = village.office("tang")
    for path in ("/office", "/office/coverage", f"/office/gaps/{VILLAGE}"):
        assert "还没有行动" in plain(office.get(path)), path
    village.office("xu").get(f"/office/gaps/{COUNTY}")


def test_a_place_whose_day_of_coming_back_has_come_counts_again_when_somebody_looks(
    village: Hefeng, wang: Phone
) -> None:
    back = (clock.today() + timedelta(days=1)).isoformat()
    village.visit(wang, "1006", "away_reported", 6, away={"kind": "外出务工", "back_on": back})
    wang.sync()
    village.flask("places", "decide", village.item("away", "1006"), "accept", "--by", "chen")
    office = village.office("chen")
    assert rows(office.get("/office/coverage"))["禾丰村"].startswith("禾丰村 12 1 11")
    with clock.pinned(clock.start_of(clock.today() + timedelta(days=1)) + timedelta(hours=1)):
        later = village.office("chen")
        assert rows(later.get("/office/coverage"))["禾丰村"].startswith("禾丰村 12 0 12")
