"""重复: two doors side by side, the cadre chooses which stays, sees what moves, and takes it back."""

from __future__ import annotations

from tests.hefeng import VILLAGE, Hefeng, changed, plain
from tests.wire.lines import uuid7
from tests.wire.roster import HEFENG

PAGE = f"/office/review/{VILLAGE}"
COVERED = {"attempted": 1, "met": 1, "covered": 1, "closed": 1, "visits": 1}


def reported(village: Hefeng, number: str = "1001", of: str = "1009") -> str:
    """1001 was covered and signed, and reported as a duplicate; the id of the item."""
    phone = village.phone("zhou")
    village.visit(phone, number, "met_covered", 1, commitment={"method": "paper", "paper_no": "7"})
    village.report(phone, number, "duplicate", 2, of=of)
    phone.sync()
    return village.item("duplicate", number)


def status(village: Hefeng, number: str) -> str:
    return str(village.phone("zhou").rows("place")[village.ids[number]].data["status"])


def test_who_may_not_review_merges_nothing(village: Hefeng) -> None:
    item = reported(village)
    for person in ("gao", "xu", "lin"):
        village.office(person).post(f"{PAGE}/{item}/accept", status=403, stay="this")
        village.office(person).get(f"/office/moving/{village.ids['1001']}", status=403)
    assert village.figures()["D"] == 12


def test_only_what_differs_is_shown_and_what_goes_along_is_counted(village: Hefeng) -> None:
    rows = [row._replace(name="王 水根", landmark="老槐树东") if row.number == "1009" else row for row in HEFENG]
    village.import_roster(rows)
    item = reported(village)
    chen = village.office("chen")
    page = plain(chen.get(f"{PAGE}?item={item}"))
    assert "并过去 一组1号 王水根家 留下 三组1号 王 水根家" in page
    table = page[page.index("不一样的") : page.index("打勾的")]
    assert "电话 13900000001 13900000009" in table
    assert "姓名" not in table, "the same but for a space"
    assert "位置说明" not in table
    assert "走访 1 次，承诺书 1 份" in plain(chen.get(f"/office/moving/{village.ids['1001']}"))
    assert "13900000001" not in village.office("tang").get(f"{PAGE}?item={item}")


def test_the_item_s_own_door_may_stay_and_both_halves_are_undone_together(village: Hefeng) -> None:
    item = reported(village)
    chen = village.office("chen")
    page = plain(chen.get(f"{PAGE}?item={item}&stay=this"))
    assert "并过去 三组1号 吴永利家 留下 一组1号 王水根家" in page
    assert "合并以后 应访 D 12 → 11" in page
    chen.post(f"{PAGE}/{item}/accept", stay="this", into="")
    assert (status(village, "1001"), status(village, "1009")) == ("active", "merged")
    assert village.figures() == changed(**COVERED, N=11, D=11, signed=1, offered=1)
    assert village.items() == []
    village.stands()
    survivor = plain(chen.get(f"/office/decided/of/{village.ids['1001']}"))
    assert "由三组1号并入" in survivor
    assert "撤回" in survivor
    assert "撤回以后 应访 D 11 → 12" in plain(chen.get(f"/office/decided/{VILLAGE}/{item}"))
    chen.post(f"/office/decided/{VILLAGE}/{item}")
    assert (status(village, "1001"), status(village, "1009")) == ("active", "active")
    assert village.items() == [("duplicate", "1001")]
    assert "由三组1号并入" not in chen.get(f"/office/decided/of/{village.ids['1001']}")
    village.stands()


def test_a_swap_is_undone_from_its_other_half_too(village: Hefeng) -> None:
    item = reported(village)
    chen = village.office("chen")
    chen.post(f"{PAGE}/{item}/accept", stay="this", into="")
    other = plain(chen.get(f"/office/decided/of/{village.ids['1009']}"))
    assert "重复，并到别的户" in other
    village.flask("places", "undo", item, "--by", "chen")
    assert village.figures()["D"] == 12
    assert village.items() == [("duplicate", "1001")]
    village.stands()


def test_the_other_door_is_found_by_searching(village: Hefeng) -> None:
    phone = village.phone("zhou")
    village.report(phone, "1001", "duplicate", 1)
    phone.sync()
    item = village.item("duplicate", "1001")
    chen = village.office("chen")
    assert "没有说和哪一户重复" in chen.get(f"{PAGE}?item={item}")
    found = chen.get(f"{PAGE}?item={item}&into=三组")
    assert "没有找到这一户，或者不止一户" in found
    assert f"into={village.ids['1009']}" in found
    assert "合并以后" in plain(chen.get(f"{PAGE}?item={item}&into={village.ids['1009']}"))
    chen.post(f"{PAGE}/{item}/accept", status=409, into="没有的")
    chen.post(f"{PAGE}/{item}/accept", into=village.ids["1009"])
    assert status(village, "1001") == "merged"
    village.stands()


def test_a_ticked_field_goes_over_and_a_rebuild_writes_it_again(village: Hefeng) -> None:
    item = reported(village)
    village.office("chen").post(f"{PAGE}/{item}/accept", stay="other", into="", take=["phone", "landmark", "local_no"])
    stays = village.phone("zhou").rows("place")[village.ids["1009"]].data
    assert (stays["phone"], stays["landmark"], stays["local_no"]) == ("13900000001", "老槐树东", "1009")
    village.stands()


def test_a_town_that_sees_no_names_takes_none_over(village: Hefeng) -> None:
    item = reported(village)
    village.office("tang").post(f"{PAGE}/{item}/accept", stay="other", into="", take=["phone"])
    assert village.phone("zhou").rows("place")[village.ids["1009"]].data["phone"] == "13900000009"


def test_a_door_that_was_merged_already_is_not_merged_again(village: Hefeng) -> None:
    first = reported(village)
    village.report(phone := village.phone("zhou"), "1002", "duplicate", 3, of="1001")
    phone.sync()
    second = village.item("duplicate", "1002")
    chen = village.office("chen")
    chen.post(f"{PAGE}/{first}/accept", stay="other", into="")
    assert "另一户的重复已经定过了" in plain(chen.get(f"{PAGE}?item={second}&stay=this"))
    chen.post(f"{PAGE}/{second}/accept", status=409, stay="this", into="")
    village.stands()


def test_a_new_door_that_is_a_known_one_goes_into_it_with_its_visits(village: Hefeng) -> None:
    phone = village.phone("zhou")
    ident = uuid7(phone.now())
    body = {"place_id": ident, "grid": "990102103201002", "group": "990102103201003", "contact_name": "吴永利"}
    phone.event("place_new", body, village.at(1))
    phone.event("visit", {"place_id": ident, "outcome": "met_covered"}, village.at(2))
    phone.sync()
    item = village.flask("places", "review", "--village", VILLAGE, "--json")["items"][0]["id"]
    chen = village.office("chen")
    page = chen.get(PAGE)
    assert "就是这一户" in page
    assert f"?item={item}&into={village.ids['1009']}" in page.replace("&amp;", "&")
    page = plain(chen.get(f"{PAGE}?item={item}&into={village.ids['1009']}"))
    assert "合并以后 应访 D 12 → 12 还要去 12 → 11" in page
    chen.post(f"{PAGE}/{item}/accept", into=village.ids["1009"])
    assert village.figures() == changed(**COVERED)
    assert village.items() == []
    village.stands()
    chen.post(f"/office/decided/{VILLAGE}/{item}")
    assert village.figures() == changed(pending=1, visits=1)
    village.stands()


def test_a_wish_that_nobody_come_again_goes_along_and_comes_back(village: Hefeng) -> None:
    """Found by the simulator (seed 3259): the merged door went on saying it beside the one that stands for it."""
    phone = village.phone("zhou")
    village.visit(phone, "1001", "met_declined", 1, do_not_return=True)
    village.report(phone, "1001", "duplicate", 2, of="1009")
    phone.sync()
    item = village.item("duplicate", "1001")
    chen = village.office("chen")

    def wishes() -> list[bool]:
        rows = village.phone("zhou").rows("place")
        return [bool(rows[village.ids[number]].data["do_not_return"]) for number in ("1001", "1009")]

    assert wishes() == [True, False]
    chen.post(f"{PAGE}/{item}/accept", stay="other", into="")
    assert wishes() == [False, True]
    village.stands()
    chen.post(f"/office/decided/{VILLAGE}/{item}")
    assert wishes() == [True, False]
    village.stands()
