"""Every route of the house and who may pass: architecture.md §5a by hand, so that test_doors compares two writings.

A new route needs a line here. `asks` is the method and the address; what stands in braces is made by test_doors:
{village} 禾丰村, {place}, {visit} and {photo} one of its doors, a visit there and its photo,
{campaign} what runs there, {task} what its town asks of it, {activity} one that was held,
{worker} and {phone} its 刘芳 and her phone, {no} an id that nothing has.
`row` is a row of §5a, or None for a door that asks for no session. `named` says whether the request names a region:
then only its own people and those above it pass, or, with `reaching`, only some of these.
"""

from __future__ import annotations

from typing import NamedTuple

ROLES = ("worker", "village", "town", "police", "county", "admin")
ROWS: dict[str, str] = {
    "office": "village town police county admin",
    "doors": "village town",
    "doors, groups only": "village town county",
    "record visits from paper": "village town",
    "erase, show a household its record": "village town",
    "review, quarantine, merge, void": "village town",
    "import roster": "village town",
    "assign grids": "town",
    "devices, people": "town admin",
    "coverage": "village town police county",
    "texts and materials, read": "village town police county",
    "texts and materials": "town police",
    "campaigns": "town",
    "doors with names": "village",
    "exports": "village town county",
    "reports, read": "village town police county",
    "reports, write and freeze": "town",
    "read tokens": "town county",
    "audit log": "village town police county admin",
}
"""§5a without its worker column: a worker works on the phone, and the office has nothing for one."""


class Door(NamedTuple):
    """What one route asks for."""

    asks: str
    row: str | None
    named: bool = False
    reaching: tuple[str, ...] = ("own", "parent")


TABLE: dict[str, Door] = {
    # Anyone, or a phone with its token
    "assets.static_file": Door("GET /static/x/style/base.css", None),
    "assets.worker": Door("GET /sw.js", None),
    "assets.manifest": Door("GET /manifest.webmanifest", None),
    "assets.field": Door("GET /field/", None),
    "assets.field_form": Door("POST /field/visit", None),
    "health.alive": Door("GET /healthz", None),
    "health.ready": Door("GET /readyz", None),
    "metrics.metrics": Door("GET /metrics", None),
    "people.front": Door("GET /", None),
    "people.login_form": Door("GET /login", None),
    "people.login": Door("POST /login", None),
    "people.login_code": Door("POST /login/code", None),
    "people.logout": Door("POST /logout", None),
    "sync.describe": Door("GET /api/v1/openapi.json", None),
    "sync.enrol": Door("POST /api/v1/devices", None),
    "sync.me": Door("GET /api/v1/devices/me", None),
    "sync.put_blob": Door("PUT /api/v1/blobs/00", None),
    "sync.get_blob": Door("GET /api/v1/blobs/00", None),
    "sync.sync": Door("POST /api/v1/sync", None),
    "sync.hand_in": Door("POST /api/v1/sealed", None),
    # Another program, with a token of the office
    "read.coverage": Door("GET /api/v1/read/coverage", None),
    "read.visits": Door("GET /api/v1/read/visits", None),
    # Tasks
    "tasks.own": Door("GET /office/tasks", "coverage"),
    "tasks.listed": Door("GET /office/tasks/{village}", "coverage", named=True),
    "tasks.new_form": Door("GET /office/tasks/new", "campaigns"),
    "tasks.give": Door("POST /office/tasks/new", "campaigns"),
    "tasks.change_form": Door("GET /office/tasks/one/{task}", "campaigns", named=True, reaching=("parent",)),
    "tasks.change": Door("POST /office/tasks/one/{task}", "campaigns", named=True, reaching=("parent",)),
    "tasks.end": Door("POST /office/tasks/one/{task}/end", "campaigns", named=True, reaching=("parent",)),
    "telling.tell_form": Door("GET /office/tasks/tell/{village}/activity", "record visits from paper", named=True),
    "telling.tell": Door("POST /office/tasks/tell/{village}/posting", "record visits from paper", named=True),
    "telling.records": Door("GET /office/tasks/records/{village}", "record visits from paper", named=True),
    "telling.void": Door("POST /office/tasks/void/{activity}", "review, quarantine, merge, void", named=True),
    # Overview and coverage
    "coverage.overview": Door("GET /office", "office"),
    "coverage.own_coverage": Door("GET /office/coverage", "coverage"),
    "coverage.coverage": Door("GET /office/coverage/{village}", "coverage", named=True),
    "records.visits": Door("GET /office/visits?region={village}", "coverage", named=True),
    "records.doors": Door("GET /office/doors?region={village}&of=closed", "doors", named=True),
    "coverage.own_leader": Door("GET /office/leader", "coverage"),
    "coverage.leader_page": Door("GET /office/leader/{village}", "coverage", named=True),
    "coverage.short_groups": Door("GET /office/short/{village}", "doors, groups only", named=True),
    "coverage.gap_list": Door("GET /office/gaps/{village}", "doors, groups only", named=True),
    # People, phones, audit
    "staff.people": Door("GET /office/people", "devices, people"),
    "staff.person": Door("GET /office/people/{worker}", "devices, people", named=True),
    "staff.code": Door("POST /office/people/{worker}/code", "devices, people", named=True),
    "staff.switch_off": Door("POST /office/people/{worker}/phones/{phone}/off", "devices, people", named=True),
    "staff.hand_grids": Door("POST /office/people/{worker}/grids", "assign grids", named=True),
    "phones.phones": Door("GET /office/people/phones", "devices, people"),
    "grids.home": Door("GET /office/people/grids", "assign grids"),
    "grids.page": Door("GET /office/people/grids/{village}", "assign grids", named=True),
    "grids.preview": Door("GET /office/people/grids/{village}/preview", "assign grids", named=True),
    "grids.hand_over": Door("POST /office/people/grids/{village}", "assign grids", named=True),
    "grids.end_term": Door("POST /office/people/grids/{village}/terms/{no}/end", "assign grids", named=True),
    "enrol.home": Door("GET /office/people/enrol", "devices, people"),
    "enrol.page": Door("GET /office/people/enrol/{village}", "devices, people", named=True),
    "enrol.show": Door("POST /office/people/enrol/{village}/{worker}", "devices, people", named=True),
    "enrol.wait": Door("GET /office/people/enrol/{village}/{worker}/wait", "devices, people", named=True),
    "join.new": Door("GET /office/people/new", "devices, people"),
    "join.join": Door("POST /office/people/new", "devices, people"),
    "join.edit": Door("GET /office/people/{worker}/edit", "devices, people", named=True),
    "join.change": Door("POST /office/people/{worker}/edit", "devices, people", named=True),
    "join.leave": Door("POST /office/people/{worker}/leave", "devices, people", named=True),
    "join.come_back": Door("POST /office/people/{worker}/return", "devices, people", named=True),
    "join.give_password": Door("POST /office/people/{worker}/password", "devices, people", named=True),
    "join.reset_totp": Door("POST /office/people/{worker}/totp", "devices, people", named=True),
    "log.audit": Door("GET /office/audit", "audit log"),
    "log.export": Door("POST /office/audit/csv", "audit log"),
    # What leaves as files
    "reports.own": Door("GET /office/reports", "reports, read"),
    "reports.page": Door("GET /office/reports/{village}", "reports, read", named=True),
    "reports.one": Door("GET /office/reports/{village}/{no}", "reports, read", named=True),
    "reports.freeze": Door("POST /office/reports/{village}/freeze", "reports, write and freeze", named=True),
    "reports.bulletin": Door("POST /office/reports/{village}/bulletin", "reports, write and freeze", named=True),
    "reports.summary": Door("POST /office/reports/{village}/summary", "reports, write and freeze", named=True),
    "reports.edit_form": Door("GET /office/reports/{village}/{no}/edit", "reports, write and freeze", named=True),
    "reports.edit": Door("POST /office/reports/{village}/{no}/edit", "reports, write and freeze", named=True),
    "report_forms.word": Door("GET /office/reports/{village}/{no}/paper.docx", "reports, read", named=True),
    "report_forms.sheet": Door("GET /office/reports/{village}/{no}/paper.xlsx", "reports, read", named=True),
    "report_forms.county": Door("GET /office/reports/{village}/{no}/county.xlsx", "reports, read", named=True),
    "report_forms.picture": Door("GET /office/reports/{village}/{no}/picture.svg", "reports, read", named=True),
    "report_templates.page": Door("GET /office/reports/{village}/forms", "reports, write and freeze", named=True),
    "report_templates.bring": Door("POST /office/reports/{village}/forms", "reports, write and freeze", named=True),
    "report_templates.drop": Door(
        "POST /office/reports/{village}/forms/xlsx/drop", "reports, write and freeze", named=True
    ),
    "report_templates.ours": Door(
        "GET /office/reports/{village}/forms/ours.docx", "reports, write and freeze", named=True
    ),
    "exports.home": Door("GET /office/exports", "exports"),
    "exports.page": Door("GET /office/exports/{village}", "exports", named=True),
    "exports.order": Door("POST /office/exports/{village}", "exports", named=True),
    "exports.progress": Door("GET /office/exports/{village}/{no}", "exports", named=True),
    "exports.cancel": Door("POST /office/exports/{village}/{no}/cancel", "exports", named=True),
    "exports.file": Door("GET /office/exports/{village}/{no}/file", "exports", named=True),
    "tokens.page": Door("GET /office/exports/tokens", "read tokens"),
    "tokens.make": Door("POST /office/exports/tokens", "read tokens"),
    "tokens.revoke": Door("POST /office/exports/tokens/{no}/revoke", "read tokens"),
    # One's own account
    "me.account": Door("GET /office/me", "office"),
    "me.change_password": Door("POST /office/me/password", "office"),
    "me.totp_form": Door("GET /office/me/totp", "office"),
    "me.set_up_totp": Door("POST /office/me/totp", "office"),
    "me.new_codes": Door("POST /office/me/codes", "office"),
    "me.end_sessions": Door("POST /office/me/sessions/end", "office"),
    # Doors and visits
    "places.roster_home": Door("GET /office/places", "doors"),
    "places.roster_list": Door("GET /office/places/{village}", "doors", named=True),
    "places.roster_search": Door("POST /office/places/{village}", "doors", named=True),
    "places.one": Door("GET /office/places/one/{place}", "doors", named=True),
    "visits.of_place": Door("GET /office/visits/of/{place}", "doors", named=True),
    "visits.void": Door("POST /office/visits/{visit}/void", "review, quarantine, merge, void", named=True),
    "visits.move": Door("POST /office/visits/{visit}/move", "review, quarantine, merge, void", named=True),
    # Paper
    "paper.home": Door("GET /office/paper", "record visits from paper"),
    "paper.page": Door("GET /office/paper/{village}", "record visits from paper", named=True),
    "paper.row": Door("POST /office/paper/{village}/row/0", "record visits from paper", named=True),
    "paper.save": Door("POST /office/paper/{village}", "record visits from paper", named=True),
    # A household that stands there
    "household.settle": Door("GET /office/places/one/{place}/settle", "erase, show a household its record", named=True),
    "household.withdraw": Door(
        "POST /office/places/one/{place}/withdraw", "erase, show a household its record", named=True
    ),
    "household.close": Door("POST /office/places/one/{place}/close", "erase, show a household its record", named=True),
    "household.reopen": Door(
        "POST /office/places/one/{place}/reopen", "erase, show a household its record", named=True
    ),
    "household.record": Door(
        "POST /office/places/one/{place}/record", "erase, show a household its record", named=True
    ),
    "privacy.ask": Door("GET /office/places/one/{place}/erase", "erase, show a household its record", named=True),
    "privacy.carry_out": Door(
        "POST /office/places/one/{place}/erase", "erase, show a household its record", named=True
    ),
    # Questions to a worker
    "asks.new": Door("GET /office/asks/new/{place}", "review, quarantine, merge, void", named=True),
    "asks.put": Door("POST /office/asks/new/{place}", "review, quarantine, merge, void", named=True),
    "asks.of_place": Door("GET /office/asks/of/{place}", "review, quarantine, merge, void", named=True),
    "photos.of_visit": Door("GET /office/photos/of/{visit}", "doors with names", named=True),
    "photos.one": Door("GET /office/photos/{visit}/{photo}", "doors with names", named=True),
    # Campaigns: the one in the table is walked in two villages of 青禾镇, so only who reaches the town changes it
    "campaigns.home": Door("GET /office/campaigns", "texts and materials, read"),
    "campaigns.change": Door("POST /office/campaigns/{campaign}", "campaigns", True, ("parent",)),
    "campaigns.new_text": Door("POST /office/campaigns/{campaign}/texts", "texts and materials", True, ("parent",)),
    "campaigns.put_sound": Door(
        "POST /office/campaigns/{campaign}/texts/1/audio", "texts and materials", True, ("parent",)
    ),
    "campaigns.sound": Door("GET /office/campaigns/{campaign}/texts/1/audio", "texts and materials", True, ("parent",)),
    "phases.add": Door("POST /office/campaigns/{campaign}/phases", "campaigns", True, ("parent",)),
    "phases.change": Door("POST /office/campaigns/{campaign}/phases/gone", "campaigns", True, ("parent",)),
    "phases.aim": Door("POST /office/campaigns/{campaign}/targets", "campaigns", True, ("parent",)),
    "rest.home": Door("GET /office/rest", "record visits from paper"),
    "rest.save": Door("POST /office/rest/{village}", "record visits from paper", named=True),
    # Rosters
    "doors.story_of": Door("GET /office/places/one/{place}/story", "doors", named=True),
    "doors.edit_form": Door("GET /office/places/one/{place}/edit", "import roster", named=True),
    "doors.edit": Door("POST /office/places/one/{place}/edit", "import roster", named=True),
    "doors.move": Door("POST /office/places/{village}/move", "import roster", named=True),
    "printing.home": Door("GET /office/print", "record visits from paper"),
    "printing.form": Door("GET /office/print/{village}", "record visits from paper", named=True),
    "printing.table": Door("POST /office/print/{village}", "record visits from paper", named=True),
    "roster.home": Door("GET /office/import", "import roster"),
    "roster.page": Door("GET /office/import/{village}", "import roster", named=True),
    "roster.upload": Door("POST /office/import/{village}", "import roster", named=True),
    "roster.paste": Door("POST /office/import/{village}/paste", "import roster", named=True),
    "roster.print_missing": Door("POST /office/import/{village}/{no}/missing", "import roster", named=True),
    "roster.preview": Door("GET /office/import/{village}/{no}", "import roster", named=True),
    "roster.confirm": Door("POST /office/import/{village}/{no}", "import roster", named=True),
    # Review and quarantine
    "review.home": Door("GET /office/review", "review, quarantine, merge, void"),
    "review.page": Door("GET /office/review/{village}", "review, quarantine, merge, void", named=True),
    "review.decide": Door("POST /office/review/{village}/{no}/accept", "review, quarantine, merge, void", named=True),
    "batch.page": Door("GET /office/review/{village}/together?kind=new", "review, quarantine, merge, void", named=True),
    "batch.decide": Door("POST /office/review/{village}/together", "review, quarantine, merge, void", named=True),
    "undoing.page": Door("GET /office/decided/{village}", "review, quarantine, merge, void", named=True),
    "undoing.of_place": Door("GET /office/decided/of/{place}", "doors", named=True),
    "undoing.ask": Door("GET /office/decided/{village}/{no}", "review, quarantine, merge, void", named=True),
    "undoing.undo": Door("POST /office/decided/{village}/{no}", "review, quarantine, merge, void", named=True),
    "away.home": Door("GET /office/away", "review, quarantine, merge, void"),
    "away.page": Door("GET /office/away/{village}", "review, quarantine, merge, void", named=True),
    "away.ask": Door("GET /office/away/{village}/{no}", "review, quarantine, merge, void", named=True),
    "away.back": Door("POST /office/away/{village}/{no}", "review, quarantine, merge, void", named=True),
    "moving.of_place": Door("GET /office/moving/{place}", "review, quarantine, merge, void", named=True),
    "quarantine.home": Door("GET /office/quarantine", "review, quarantine, merge, void"),
    "quarantine.listed": Door("GET /office/quarantine/{village}", "review, quarantine, merge, void", named=True),
    "quarantine.accept": Door(
        "POST /office/quarantine/{village}/{no}/accept", "review, quarantine, merge, void", named=True
    ),
    "quarantine.reject": Door(
        "POST /office/quarantine/{village}/{no}/reject", "review, quarantine, merge, void", named=True
    ),
    "quarantine.together": Door(
        "POST /office/quarantine/{village}/together/accept", "review, quarantine, merge, void", named=True
    ),
    "quarantine.phone_file": Door("GET /office/phonefile/{village}", "review, quarantine, merge, void", named=True),
    "quarantine.take_phone_file": Door(
        "POST /office/phonefile/{village}", "review, quarantine, merge, void", named=True
    ),
}
