"""What the town gives its villages, how far each is, and what the office writes down, on the pages."""

from __future__ import annotations

import re
from datetime import timedelta

from doorknock import clock
from tests.hefeng import TOWN, VILLAGE, Hefeng, Screen, plain

TALKS = {"kind": "talk", "name": "每周一场宣讲", "every": "week", "target": "2", "target_kind": "number"}
ACTIVITY = {"kind": "talk", "name": "三组院坝会", "people": "32", "handouts": "40"}


def days(first: int, last: int) -> dict[str, str]:
    """From so many days before or after today to so many, due on today's weekday."""
    today = clock.today()
    ends = {"starts": str(today + timedelta(days=first)), "ends": str(today + timedelta(days=last))}
    return ends | {"weekday": str(today.isoweekday())}


def give(village: Hefeng, **said: str) -> Screen:
    tang = village.office("tang")
    form: dict[str, str] = TALKS | days(0, 60) | said
    answer = tang.client.post("/office/tasks/new", data=form)
    assert answer.status_code == 303, answer.text
    return tang


def tell(screen: Screen, what: str = "activity", status: int = 303, **said: str) -> str:
    body = {"day": clock.today().isoformat(), **said}
    answer = screen.client.post(f"/office/tasks/tell/{VILLAGE}/{what}", data=body)
    assert answer.status_code == status, answer.text
    return answer.text


def test_only_the_town_gives_a_task_and_only_village_and_town_tell(village: Hefeng) -> None:
    for name in ("chen", "gao", "xu"):
        refused = village.office(name).client.post("/office/tasks/new", data=TALKS | days(0, 9))
        assert refused.status_code == 403
    for name in ("gao", "xu", "lin"):
        tell(village.office(name), "activity", 403, **ACTIVITY)
    assert "还没有给村里的任务" in village.office("chen").get(f"/office/tasks/{VILLAGE}")


def test_a_task_shows_every_village_in_code_order_with_done_and_target(village: Hefeng) -> None:
    tang = give(village)
    page = plain(tang.get(f"/office/tasks/{TOWN}"))
    assert page.index("禾丰村") < page.index("柳溪村")
    assert page.count("0/2 今天到期，还差 2 次") == 2
    tell(village.office("chen"), "activity", 303, **ACTIVITY)
    assert "1/2 今天到期，还差 1 次" in plain(tang.get(f"/office/tasks/{TOWN}"))


def test_what_is_missing_in_a_task_is_said_all_at_once_and_nothing_is_stored(village: Hefeng) -> None:
    tang = village.office("tang")
    said = {"kind": "dance", "name": " ", "every": "never", "starts": "", "ends": "2026-01-01", "target": "many"}
    answer = tang.client.post("/office/tasks/new", data=said)
    assert answer.status_code == 422
    for fault in ("请选要做什么", "名称要写", "请选多久做一次", "请选开始的日期", "每村做多少要填"):
        assert fault in answer.text, fault
    days_apart = TALKS | days(0, 3) | {"weekday": str((clock.today() + timedelta(days=5)).isoweekday())}
    answer = tang.client.post("/office/tasks/new", data=days_apart)
    assert (answer.status_code, "没有一个要交的日子" in answer.text, 'value="每周一场宣讲"' in answer.text) == (
        422,
        True,
        True,
    )
    assert "还没有给村里的任务" in tang.get(f"/office/tasks/{TOWN}")


def the_task(screen: Screen) -> str:
    [found] = set(re.findall(r"/office/tasks/one/([0-9a-f-]{36})", screen.get(f"/office/tasks/{TOWN}")))
    return str(found)


def test_the_town_changes_and_ends_a_task_and_nobody_else_does(village: Hefeng) -> None:
    tang = give(village)
    path = f"/office/tasks/one/{the_task(tang)}"
    for name in ("chen", "gao", "xu"):
        office = village.office(name).client
        assert (office.get(path).status_code, office.post(f"{path}/end").status_code) == (403, 403)
        assert office.post(path, data=TALKS | days(0, 60) | {"name": "别的"}).status_code == 403
    assert 'value="每周一场宣讲"' in tang.get(path)
    answer = tang.client.post(path, data=TALKS | days(0, 60) | {"name": "每周两场", "target": "0"})
    assert (answer.status_code, "每村做多少要填 1 到 999" in answer.text, "每周两场" in answer.text) == (
        422,
        True,
        True,
    )
    tang.client.post(path, data=TALKS | days(0, 60) | {"name": "每周两场", "target": "3"})
    assert "0/3 今天到期，还差 3 次" in plain(tang.get(f"/office/tasks/{TOWN}"))
    assert "没有改动" in tang.get(
        tang.client.post(path, data=TALKS | days(0, 60) | {"name": "每周两场", "target": "3"}).headers["Location"]
    )
    tang.post(f"{path}/end")
    tang.post(f"{path}/end", status=409)
    refused = tang.client.post(path, data=TALKS | days(0, 60))
    assert (refused.status_code, "已经结束了" in refused.text) == (422, True)
    assert "每周两场" in tang.get(f"/office/tasks/{TOWN}"), "what is due today is still asked for"
    with clock.pinned(clock.now() + timedelta(days=1)):
        assert "每周两场" not in village.office("tang").get(f"/office/tasks/{TOWN}")


def test_each_step_stands_in_the_log_in_plain_words(village: Hefeng) -> None:
    tang, chen = give(village), village.office("chen")
    tang.post(f"/office/tasks/one/{the_task(tang)}/end")
    tell(chen, "activity", 303, **ACTIVITY)
    [held] = re.findall(r"/office/tasks/void/([0-9a-f-]{36})", chen.get(f"/office/tasks/records/{VILLAGE}"))
    chen.post(f"/office/tasks/void/{held}", reason="记了两遍")
    log = plain(tang.get("/office/audit"))
    for deed in ("给村里一项任务", "提前结束了一项任务", "记了一次活动", "作废了一次活动"):
        assert deed in log, deed


def test_the_county_sees_how_many_villages_are_done_and_no_name(village: Hefeng) -> None:
    give(village, target="1")
    tell(village.office("chen"), "activity", 303, **ACTIVITY)
    for name in ("xu", "gao"):
        screen = village.office(name)
        code = "990102000000" if name == "xu" else TOWN
        page = plain(screen.get(f"/office/tasks/{code}"))
        assert "1/2" in page
        assert "陈秀英" not in page
        screen.get(f"/office/tasks/records/{VILLAGE}", status=403)
        assert "/office/tasks/records" not in screen.get(f"/office/tasks/{VILLAGE}")
    village.office("lin").get(f"/office/tasks/{VILLAGE}", status=403)


def test_what_cannot_be_is_said_and_what_was_typed_stays(village: Hefeng) -> None:
    chen = village.office("chen")
    tomorrow = str(clock.today() + timedelta(days=1))
    faulty = {"kind": "", "name": "长" * 41, "people": "-3", "day": tomorrow, "grid": "990102103202001"}
    page = tell(chen, "activity", 422, **faulty)
    for fault in ("请选是哪一种活动", "名称最多 40 个字", "人数要填 0 到", "不能比今天晚", "这个网格不在这个村里"):
        assert fault in page, fault
    page = tell(chen, "posting", 422, kind="poster", count="0", spot="村口", group="990102103202001")
    for fault in ("数量要填 1 到", "这个组不在这个村里", 'value="村口"'):
        assert fault in page, fault
    assert "还没有记录" in chen.get(f"/office/tasks/records/{VILLAGE}")
    chen.get(f"/office/tasks/tell/{VILLAGE}/dance", status=404)


def test_the_records_behind_a_figure_are_those_that_it_counts(village: Hefeng) -> None:
    tang, chen = give(village), village.office("chen")
    tell(chen, "activity", 303, **ACTIVITY)
    tell(chen, "activity", 303, **ACTIVITY | {"kind": "fair", "name": "上河集"})
    tell(chen, "posting", 303, kind="poster", count="6", spot="公告栏")
    found = re.search(rf'href="(/office/tasks/records/{VILLAGE}\?[^"]*)"', tang.get(f"/office/tasks/{TOWN}"))
    assert found is not None
    page = plain(tang.get(found[1].replace("&amp;", "&")))
    assert "三组院坝会" in page
    assert "上河集" not in page
    assert "公告栏" not in page
    everything = plain(chen.get(f"/office/tasks/records/{VILLAGE}"))
    assert everything.index("公告栏") < everything.index("上河集") < everything.index("三组院坝会"), "the latest first"
    assert "工作台·陈秀英" in everything
    assert "工作台·村" in plain(tang.get(f"/office/tasks/records/{TOWN}")), "the town sees no names"


def test_a_void_keeps_the_record_with_the_reason_and_takes_it_from_the_figure(village: Hefeng) -> None:
    tang, chen = give(village), village.office("chen")
    tell(chen, "activity", 303, **ACTIVITY)
    path = f"/office/tasks/records/{VILLAGE}"
    [held] = re.findall(r"/office/tasks/void/([0-9a-f-]{36})", chen.get(path))
    for name in ("gao", "xu", "lin"):
        village.office(name).post(f"/office/tasks/void/{held}", status=403, reason="不该他")
    chen.post(f"/office/tasks/void/{held}", reason="记了两遍")
    assert "陈秀英作废：记了两遍" in plain(chen.get(path))
    chen.post(f"/office/tasks/void/{held}", status=409, reason="再来一次")
    assert plain(tang.get(f"/office/tasks/{TOWN}")).count("0/2") == 3
    village.stands()


def test_a_village_without_doors_is_asked_for_no_plaques(village: Hefeng) -> None:
    tang = give(village, kind="posting", target_kind="doors", every="once")
    page = plain(tang.get(f"/office/tasks/{TOWN}"))
    assert "柳溪村 — 没有应访的户" in page
    assert "0/1" in page, "做完的村: of one that is asked"
    assert "— 没有应访的户" in plain(village.office("lin").get("/office/tasks/990102103202"))


def test_plaques_stand_group_by_group_with_both_numbers(village: Hefeng) -> None:
    give(village, kind="posting", target_kind="doors", every="once")
    chen = village.office("chen")
    tell(chen, "posting", 303, kind="plaque", count="1", group=f"{VILLAGE}001")
    tell(chen, "posting", 303, kind="plaque", count="2")
    page = plain(chen.get(f"/office/tasks/{VILLAGE}"))
    assert re.search(r"一组 \d+ 1/\d \d+\.\d%", page), page
    assert "没说哪一组 0 2/— —" in page
