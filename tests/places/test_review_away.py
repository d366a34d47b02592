"""外出户: confirmed away doors by month of coming back, those whose day has come on top, and 回来了 by staff."""

from __future__ import annotations

from datetime import timedelta

from doorknock import clock
from doorknock.places.listing import day_words
from tests.hefeng import VILLAGE, Hefeng, changed, plain

PAGE = f"/office/away/{VILLAGE}"


def gone(village: Hefeng, number: str, back_on: str | None = None) -> None:
    """The door is away by a decision."""
    phone = village.phone("zhou")
    village.visit(phone, number, "away_reported", 1, away={"kind": "外出务工", "back_on": back_on})
    phone.sync()
    village.flask("places", "decide", village.item("away", number), "accept", "--by", "tang")


def test_who_may_not_review_is_refused(village: Hefeng) -> None:
    gone(village, "1001")
    for person in ("gao", "xu", "lin"):
        village.office(person).get(PAGE, status=403)
        village.office(person).post(f"{PAGE}/{village.ids['1001']}", status=403)
    assert village.figures()["away"] == 1


def test_they_stand_by_month_with_counts_that_add_up(village: Hefeng) -> None:
    chen = village.office("chen")
    assert "没有外出户" in chen.get(PAGE)
    gone(village, "1001", "2099-02-10")
    gone(village, "1002", "2099-02-01")
    gone(village, "1009", "2098-07-01")
    gone(village, "1010")
    page = plain(chen.get(PAGE))
    assert "户数 N 12 长期不在家 4 应访 D 8" in page
    assert page.index("2098 年 7 月回来 1") < page.index("2099 年 2 月回来 2") < page.index("没说哪个月回来 1")
    assert "王水根" in page
    assert "王水根" not in village.office("tang").get(PAGE)


def test_whose_day_has_come_stands_on_top_until_it_is_done(village: Hefeng) -> None:
    day = clock.today() + timedelta(days=3)
    gone(village, "1001", day.isoformat())
    with clock.pinned(clock.start_of(day) + timedelta(hours=9)):
        chen = village.office("chen")
        page = plain(chen.get(PAGE))
        assert "日子到了，该去看看 1" in page
        assert f"说好 {day_words(day)}回来" in page
        assert "长期不在家 0 应访 D 12" in page, "it woke before it was counted"
        phone = village.phone("wang")
        village.visit(phone, "1001", "met_covered", 2)
        phone.sync()
        assert "该去看看" not in chen.get(PAGE)
        village.stands()


def test_staff_say_that_somebody_is_back_and_take_it_back(village: Hefeng) -> None:
    gone(village, "1001", "2099-02-10")
    chen, place = village.office("chen"), village.ids["1001"]
    assert "定了回来以后 应访 D 11 → 12" in plain(chen.get(f"{PAGE}/{place}"))
    assert village.figures()["D"] == 11
    chen.post(f"{PAGE}/{place}")
    assert village.figures() == changed(attempted=1, visits=1)
    village.stands()
    chen.post(f"{PAGE}/{place}", status=409)
    page = chen.get(f"/office/decided/{VILLAGE}")
    assert "回来了，回到应访里" in page
    back = page.split(f"/office/decided/{VILLAGE}/")[1].split('"')[0]
    chen.post(f"/office/decided/{VILLAGE}/{back}")
    assert village.figures()["D"] == 11
    village.stands()


def test_a_door_of_another_village_is_not_found(village: Hefeng) -> None:
    gone(village, "1001")
    village.office("tang").post(f"/office/away/990102103202/{village.ids['1001']}", status=404)
    assert village.figures()["away"] == 1
