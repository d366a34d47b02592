"""What the town gives its villages, how far each is, and what the office writes down, on the pages."""

from __future__ import annotations

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
