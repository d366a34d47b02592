"""Every route of the house and who may pass: architecture.md §5a by hand, so that test_doors compares two writings.

A new route needs a line here. `asks` is the method and the address; what stands in braces is made by test_doors:
{village} 禾丰村, {place}, {visit} and {photo} one of its doors, a visit there and its photo,
{campaign} what runs there, {worker} and {phone} its 刘芳 and her phone, {no} an id that nothing has.
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
    "review, quarantine, merge, void": "village town",
    "import roster": "village town",
    "assign grids": "town",
    "devices, people": "town admin",
    "coverage": "village town police county",
    "texts and materials, read": "village town police county",
    "texts and materials": "town police",
    "campaigns": "town",
    "doors with names": "village",
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
    "people.front": Door("GET /", None),
    "people.login_form": Door("GET /login", None),
    "people.login": Door("POST /login", None),
    "people.logout": Door("POST /logout", None),
    "sync.describe": Door("GET /api/v1/openapi.json", None),
    "sync.enrol": Door("POST /api/v1/devices", None),
    "sync.me": Door("GET /api/v1/devices/me", None),
    "sync.put_blob": Door("PUT /api/v1/blobs/00", None),
    "sync.get_blob": Door("GET /api/v1/blobs/00", None),
    "sync.sync": Door("POST /api/v1/sync", None),
    # Overview and coverage
    "coverage.overview": Door("GET /office", "office"),
    "coverage.own_coverage": Door("GET /office/coverage", "coverage"),
    "coverage.coverage": Door("GET /office/coverage/{village}", "coverage", named=True),
    "coverage.gap_list": Door("GET /office/gaps/{village}", "doors, groups only", named=True),
    # People, phones, audit
    "staff.people": Door("GET /office/people", "devices, people"),
    "staff.person": Door("GET /office/people/{worker}", "devices, people", named=True),
    "staff.code": Door("POST /office/people/{worker}/code", "devices, people", named=True),
    "staff.switch_off": Door("POST /office/people/{worker}/phones/{phone}/off", "devices, people", named=True),
    "staff.hand_grids": Door("POST /office/people/{worker}/grids", "assign grids", named=True),
    "log.audit": Door("GET /office/audit", "audit log"),
    # Doors and visits
    "places.roster_home": Door("GET /office/places", "doors"),
    "places.roster_list": Door("GET /office/places/{village}", "doors", named=True),
    "places.one": Door("GET /office/places/one/{place}", "doors", named=True),
    "visits.of_place": Door("GET /office/visits/of/{place}", "doors", named=True),
    "visits.void": Door("POST /office/visits/{visit}/void", "review, quarantine, merge, void", named=True),
    "visits.move": Door("POST /office/visits/{visit}/move", "review, quarantine, merge, void", named=True),
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
    # Rosters
    "roster.home": Door("GET /office/import", "import roster"),
    "roster.page": Door("GET /office/import/{village}", "import roster", named=True),
    "roster.upload": Door("POST /office/import/{village}", "import roster", named=True),
    "roster.preview": Door("GET /office/import/{village}/{no}", "import roster", named=True),
    "roster.confirm": Door("POST /office/import/{village}/{no}", "import roster", named=True),
    # Review and quarantine
    "review.home": Door("GET /office/review", "review, quarantine, merge, void"),
    "review.page": Door("GET /office/review/{village}", "review, quarantine, merge, void", named=True),
    "review.decide": Door("POST /office/review/{village}/{no}/accept", "review, quarantine, merge, void", named=True),
    "quarantine.home": Door("GET /office/quarantine", "review, quarantine, merge, void"),
    "quarantine.listed": Door("GET /office/quarantine/{village}", "review, quarantine, merge, void", named=True),
    "quarantine.accept": Door(
        "POST /office/quarantine/{village}/{no}/accept", "review, quarantine, merge, void", named=True
    ),
    "quarantine.reject": Door(
        "POST /office/quarantine/{village}/{no}/reject", "review, quarantine, merge, void", named=True
    ),
    "quarantine.phone_file": Door("GET /office/phonefile/{village}", "review, quarantine, merge, void", named=True),
    "quarantine.take_phone_file": Door(
        "POST /office/phonefile/{village}", "review, quarantine, merge, void", named=True
    ),
}
