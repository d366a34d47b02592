"""Every screen of both sides, a line each: its route, its name, and the address at which it has something to show.

What stands in braces in an address is made by `tests/browser/stage.py`. A new screen needs one line here; a route that
draws none stands in `NO_SCREEN` with its reason. `test_screens.py` compares both lists with the routes themselves.
"""

from __future__ import annotations

from typing import NamedTuple


class Screen(NamedTuple):
    """One screen of the phone: its route as `static/phone/routes.js` writes it."""

    name: str
    route: str
    path: str


class Desk(NamedTuple):
    """One screen of the office: its endpoint, and who of 禾丰村 looks at it; `who` empty = nobody is logged in."""

    name: str
    endpoint: str
    path: str
    who: str


DOOR = "/field/places/:id"
RECORD = "/field/visits/:id"
LOSS = "资料清掉过"
"""From here on it is said above every page, so it stands last."""

PHONE = (
    Screen("今天", "/field/", "/field/"),
    Screen("今天走过的", "/field/walked", "/field/walked"),
    Screen("那天走过的", "/field/walked", "/field/walked?day=2026-11-01"),
    Screen("记一次活动", "/field/tell/:what", "/field/tell/activity"),
    Screen("记一次张贴", "/field/tell/:what", "/field/tell/posting"),
    Screen("一次活动", "/field/told/:id", "/field/told/{told}?stored"),
    Screen("活动误点", "/field/told/:id/void", "/field/told/{told}/void"),
    Screen("请我说明", "/field/asks", "/field/asks"),
    Screen("换片", "/field/lanes", "/field/lanes"),
    Screen("户表", "/field/list", "/field/list"),
    Screen("找户", "/field/list", "/field/list?q={search}"),
    Screen("没找到", "/field/list", "/field/list?q=没有这个人"),
    Screen("新户", "/field/new", "/field/new"),
    Screen("这户", DOOR, "/field/places/{door}"),
    Screen("这户存好了", DOOR, "/field/places/{door}?stored"),
    Screen("没有这户", DOOR, "/field/places/no-such-door"),
    Screen("更多", f"{DOOR}/more", "/field/places/{door}/more"),
    Screen("全部记录", f"{DOOR}/history", "/field/places/{door}/history"),
    Screen("换一个", f"{DOOR}/outcomes", "/field/places/{untouched}/outcomes"),
    Screen("长期不在家的一户", DOOR, "/field/places/{away}"),
    Screen("给外出家人的话", f"{DOOR}/family", "/field/places/{away}/family"),
    Screen("改资料", f"{DOOR}/edit", "/field/places/{door}/edit"),
    Screen("报告", f"{DOOR}/report", "/field/places/{door}/report"),
    Screen("报告重复", f"{DOOR}/report", "/field/places/{door}/report?q={search}"),
    Screen("讲了", f"{DOOR}/visit", "/field/places/{untouched}/visit?outcome=met_covered"),
    Screen("改天", f"{DOOR}/visit", "/field/places/{untouched}/visit?outcome=met_later"),
    Screen("不想听", f"{DOOR}/visit", "/field/places/{untouched}/visit?outcome=met_declined"),
    Screen("没人", f"{DOOR}/visit", "/field/places/{untouched}/visit?outcome=nobody_home"),
    Screen("长期不在家", f"{DOOR}/visit", "/field/places/{untouched}/visit?outcome=away_reported"),
    Screen("写了一半", f"{DOOR}/visit", "/field/places/{half}/visit"),
    Screen("已存好", "/field/saved/:id", "/field/saved/{latest}"),
    Screen("这一条", RECORD, "/field/visits/{visit}"),
    Screen("别人记的", RECORD, "/field/visits/{theirs}"),
    Screen("改正", f"{RECORD}/fix", "/field/visits/{visit}/fix"),
    Screen("记错门", f"{RECORD}/move", "/field/visits/{visit}/move?q={search}"),
    Screen("误点", f"{RECORD}/void", "/field/visits/{visit}/void"),
    Screen("撤回承诺书", f"{RECORD}/withdraw", "/field/visits/{visit}/withdraw"),
    Screen("同步", "/field/sync", "/field/sync"),
    Screen("没连上", "/field/sync", "/field/sync?told=no_answer"),
    Screen("要看一下", "/field/attention/:n", "/field/attention/{attention}"),
    Screen("我的", "/field/me", "/field/me"),
    Screen("换行动", "/field/campaigns", "/field/campaigns"),
    Screen("手机查一查", "/field/checkup", "/field/checkup"),
    Screen("锁", "/field/pin", "/field/pin"),
    Screen("设密码", "/field/pin/set", "/field/pin/set"),
    Screen("不要锁了", "/field/pin/off", "/field/pin/off"),
    Screen("忘了密码", "/field/pin/forgot", "/field/pin/forgot"),
    Screen("退出", "/field/signout", "/field/signout"),
    Screen("登记", "/field/enrol", "/field/enrol"),
    Screen("下户表", "/field/first", "/field/first?told=no_answer"),
    Screen("没有这页", "/field/", "/field/no-such-page"),
    Screen("签", f"{DOOR}/sign", "/field/places/{signing}/sign?id={draft}"),
    Screen("谢谢", f"{DOOR}/signed", "/field/places/{signing}/signed?id={draft}"),
    Screen("讲给他听", "/field/listen", "/field/listen?from={door}"),
    Screen("给您看看记了什么", f"{DOOR}/show", "/field/places/{door}/show"),
    Screen(LOSS, "/field/lost", "/field/lost"),
    Screen("清掉过以后的今天", "/field/", "/field/"),
)

VILLAGE = "990102103201"

OFFICE = (
    Desk("登录", "people.login_form", "/login", ""),
    Desk("要登录", "coverage.overview", "/office", ""),
    Desk("总览", "coverage.overview", "/office", "tang"),
    Desk("村里的总览", "coverage.overview", "/office", "chen"),
    Desk("走访记录一览", "records.visits", f"/office/visits?region={VILLAGE}", "chen"),
    Desk("镇里看走访记录", "records.visits", f"/office/visits?region={VILLAGE}", "tang"),
    Desk("县里看走访记录", "records.visits", f"/office/visits?region={VILLAGE}", "xu"),
    Desk("走完了的户", "records.doors", f"/office/doors?region={VILLAGE}&of=closed", "chen"),
    Desk("覆盖", "coverage.own_coverage", f"/office/coverage?open={VILLAGE}", "tang"),
    Desk("县里的覆盖", "coverage.own_coverage", "/office/coverage", "xu"),
    Desk("一村的覆盖", "coverage.coverage", f"/office/coverage/{VILLAGE}", "chen"),
    Desk("还要去", "coverage.gap_list", f"/office/gaps/{VILLAGE}", "chen"),
    Desk("会前看", "coverage.own_leader", "/office/leader", "tang"),
    Desk("一村会前看", "coverage.leader_page", f"/office/leader/{VILLAGE}", "chen"),
    Desk("县里的总览", "coverage.overview", "/office", "xu"),
    Desk("还差的组", "coverage.short_groups", f"/office/short/{VILLAGE}", "tang"),
    Desk("县里的还要去", "coverage.gap_list", f"/office/gaps/{VILLAGE}", "xu"),
    Desk("人员", "staff.people", "/office/people", "tang"),
    Desk("一个人", "staff.person", "/office/people/{worker}", "tang"),
    Desk("改账号", "join.edit", "/office/people/{worker}/edit", "tang"),
    Desk("加一个人", "join.new", "/office/people/new", "tang"),
    Desk("手机", "phones.phones", "/office/people/phones", "tang"),
    Desk("分网格", "grids.home", "/office/people/grids", "tang"),
    Desk("一村分网格", "grids.page", f"/office/people/grids/{VILLAGE}", "tang"),
    Desk("交网格以前先看", "grids.preview", f"/office/people/grids/{VILLAGE}/preview?{{handing}}", "tang"),
    Desk("登记手机", "enrol.home", "/office/people/enrol", "tang"),
    Desk("一村登记手机", "enrol.page", f"/office/people/enrol/{VILLAGE}", "tang"),
    Desk("我的账号", "me.account", "/office/me", "tang"),
    Desk("设验证码登录", "me.totp_form", "/office/me/totp", "tang"),
    Desk("记录", "log.audit", "/office/audit", "tang"),
    Desk("行动", "campaigns.home", "/office/campaigns", "tang"),
    Desk("村里看行动", "campaigns.home", "/office/campaigns", "chen"),
    Desk("任务", "tasks.listed", "/office/tasks/990102103000", "tang"),
    Desk("一村的任务", "tasks.listed", f"/office/tasks/{VILLAGE}", "chen"),
    Desk("县里的任务", "tasks.listed", "/office/tasks/990102000000", "xu"),
    Desk("给一项任务", "tasks.new_form", "/office/tasks/new", "tang"),
    Desk("改任务", "tasks.change_form", "/office/tasks/one/{task}", "tang"),
    Desk("记一次活动", "telling.tell_form", f"/office/tasks/tell/{VILLAGE}/activity", "chen"),
    Desk("记一次张贴", "telling.tell_form", f"/office/tasks/tell/{VILLAGE}/posting", "chen"),
    Desk("活动和张贴的记录", "telling.records", f"/office/tasks/records/{VILLAGE}", "chen"),
    Desk("哪天没有安排", "rest.home", "/office/rest", "tang"),
    Desk("村里哪天没有安排", "rest.home", "/office/rest", "chen"),
    Desk("选村", "places.roster_home", "/office/places", "tang"),
    Desk("户表", "places.roster_list", f"/office/places/{VILLAGE}", "chen"),
    Desk("找户", "places.roster_list", f"/office/places/{VILLAGE}?group={VILLAGE}003", "chen"),
    Desk("一户", "places.one", "/office/places/one/{door}", "chen"),
    Desk("走访记录", "visits.of_place", "/office/visits/of/{door}", "chen"),
    Desk("来历", "doors.story_of", "/office/places/one/{door}/story", "chen"),
    Desk("改户表", "doors.edit_form", "/office/places/one/{door}/edit", "chen"),
    Desk("当面办", "household.settle", "/office/places/one/{door}/settle", "chen"),
    Desk("删掉这一户", "privacy.ask", "/office/places/one/{door}/erase", "chen"),
    Desk("请网格员说明", "asks.new", "/office/asks/new/{door}", "chen"),
    Desk("说明", "asks.of_place", "/office/asks/of/{door}", "chen"),
    Desk("选村代录", "paper.home", "/office/paper", "tang"),
    Desk("代录纸质记录", "paper.page", f"/office/paper/{VILLAGE}", "chen"),
    Desk("选村打印", "printing.home", "/office/print", "tang"),
    Desk("打印走访表", "printing.form", f"/office/print/{VILLAGE}", "chen"),
    Desk("选村导入", "roster.home", "/office/import", "tang"),
    Desk("导入", "roster.page", f"/office/import/{VILLAGE}", "chen"),
    Desk("导入以前先看", "roster.preview", f"/office/import/{VILLAGE}/{{upload}}", "chen"),
    Desk("选村审核", "review.home", "/office/review", "tang"),
    Desk("审核", "review.page", f"/office/review/{VILLAGE}", "chen"),
    Desk("审重复", "review.page", f"/office/review/{VILLAGE}?item={{twin}}", "chen"),
    Desk("一起定", "batch.page", f"/office/review/{VILLAGE}/together?kind=new&group={VILLAGE}001", "chen"),
    Desk("定过的", "undoing.page", f"/office/decided/{VILLAGE}", "chen"),
    Desk("撤回", "undoing.ask", f"/office/decided/{VILLAGE}/{{decided}}", "chen"),
    Desk("选村看外出户", "away.home", "/office/away", "tang"),
    Desk("外出户", "away.page", f"/office/away/{VILLAGE}", "chen"),
    Desk("回来了", "away.ask", f"/office/away/{VILLAGE}/{{gone}}", "chen"),
    Desk("选村看没收的", "quarantine.home", "/office/quarantine", "tang"),
    Desk("没收进去的", "quarantine.listed", f"/office/quarantine/{VILLAGE}", "chen"),
    Desk("手机文件", "quarantine.phone_file", f"/office/phonefile/{VILLAGE}", "chen"),
    Desk("导出", "exports.page", f"/office/exports/{VILLAGE}", "chen"),
    Desk("做好的导出", "exports.progress", f"/office/exports/{VILLAGE}/{{export}}", "chen"),
    Desk("镇里导出", "exports.page", "/office/exports/990102103000", "tang"),
    Desk("取数口令", "tokens.page", "/office/exports/tokens", "tang"),
    Desk("县里导出", "exports.page", "/office/exports/990102000000", "xu"),
    Desk("没有这一页", "places.one", "/office/places/one/01900000-0000-7000-8000-0000000000ff", "chen"),
    Desk("不归他管", "coverage.coverage", "/office/coverage/990102103202", "chen"),
)

NO_SCREEN = {
    "/field/unsent": "a file",
    "/field/rescue": "a file",
    "/field/photos/:id": "a file",
    "/field/sounds/:id": "a file",
    "/field/parts/strip": "a piece of every screen",
    "/field/parts/lost": "a piece, shown by test_phone_storage",
    "/field/parts/update": "a piece, shown by test_phone_update",
    "/field/parts/install": "a piece, shown by test_phone_first_run",
    "moving.of_place": "a piece of 审核, shown at 审重复",
    "undoing.of_place": "a piece of 一户",
    "photos.of_visit": "a piece of 走访记录, shown by test_phone_photos",
    "photos.one": "a file",
    "campaigns.sound": "a file",
    "exports.home": "leads on",
    "exports.file": "a file",
    "read.coverage": "for machines",
    "read.visits": "for machines",
    "sync.get_blob": "a file",
    "enrol.wait": "a piece, shown by test_people_office",
    "assets.static_file": "a file",
    "assets.worker": "a file",
    "assets.manifest": "a file",
    "assets.field": "the first page, gone once the worker answers; shown by test_withstand_screens",
    "health.alive": "for machines",
    "health.ready": "for machines",
    "metrics.metrics": "for machines",
    "people.front": "leads on",
    "tasks.own": "leads on",
    "sync.describe": "for machines",
    "sync.me": "for machines",
}
