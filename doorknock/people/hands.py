"""Putting phones and grids into hands, and taking them back: each deed with its audit line."""

from __future__ import annotations

from doorknock import audit
from doorknock.errors import Refused
from doorknock.people import devices
from doorknock.people.commands import enrol_link
from doorknock.people.devices import Device
from doorknock.people.models import Person, assign, own_grids
from doorknock.regions.models import Region
from doorknock.words import _


def give_code(person: Person, *, by: Person) -> tuple[str, str]:
    """A one-time enrolment code: (eight digits, the link for its QR). Refused for somebody who records no visits."""
    if person.role != "worker" or not person.active or person.region_code is None:
        raise Refused(_("只有在岗的网格员能登记手机。"))
    digits, secret = devices.make_code(person)
    audit.record("devices.code", person.region_code, by=by.id, subject=person.id)
    return digits, enrol_link(secret)


def switch_off(device: Device, worker: Person, *, by: Person) -> bool:
    """Switch a phone off for good; whether it was still on."""
    if device.revoked_at is not None:
        return False
    devices.revoke(device)
    audit.record("devices.revoke", worker.region_code or device.county, by=by.id, subject=device.id)
    return True


def hand_grids(worker: Person, wanted: list[str], within: set[str], *, by: Person) -> bool:
    """The worker now holds, of the grids ``within``, exactly the wanted ones; others stay. Whether any changed."""
    home: Region | None = worker.home
    if worker.role != "worker" or home is None:
        raise Refused(_("只有网格员能分网格。"))
    if set(wanted) - within:
        raise Refused(_("有的网格不在您管的区划里，没有改。"))
    if any(code[:6] != home.county for code in wanted):
        raise Refused(_("网格要和网格员在同一个县，没有改。"))
    kept = [code for code in own_grids(worker.id) if code not in within]
    changed = assign(worker, sorted({*wanted, *kept}), first=False)
    if changed:
        audit.record("grids.assign", home.code, by=by.id, subject=worker.id, grids=sorted(wanted))
    return changed
