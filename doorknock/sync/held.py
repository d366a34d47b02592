"""What is held, as a cadre reads it: what the line says, what to think of before deciding, one reason at a time.

Lines held for one reason can be decided together: all of them take effect or none, in the order in which they came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from doorknock import clock
from doorknock.errors import Refused
from doorknock.people.models import Person
from doorknock.places import standing
from doorknock.regions.models import Region
from doorknock.sync import quarantine
from doorknock.sync.quarantine import ACCEPTABLE, WHY, Entry
from doorknock.tasks.models import ACTIVITY_KINDS, OTHER, POSTING_KINDS
from doorknock.visits.fold import PLAIN
from doorknock.words import _, lazy

FIRST, MOST = 20, 100
"""Lines of a reason beside other reasons, and alone on the page."""
ADVICE = {
    "out_of_scope": lazy("真是他去的就收下。记错了门的不收，请他在手机上改正到对的那一户。"),
    "chain_broken": lazy("问一问这部手机是不是恢复过备份。记的是真的就收下，和前面重复的不收。"),
    "clock_future": lazy("请他把手机时间改对。记的是真的就收下。"),
    "revoked": lazy("先问清手机在谁手里。是网格员本人停用以前记的就收下。"),
    "server_fault": lazy("再收一次。还是不行，请镇里的管理员看。"),
    "body_differs": lazy("和网格员核对哪一条对。先到的不对，请他在手机上改正。看过就行，这一条不会算数。"),
    "unknown_place": lazy("请加新户的网格员同步一次。"),
    "unknown_visit": lazy("请他把手机都同步一次。"),
    "unknown_commitment": lazy("请他把手机都同步一次。"),
    "unknown_campaign": lazy("请镇里核对行动的起止日期。"),
    "unknown_kind": lazy("服务器更新以后就认识了。"),
    "bad_body": lazy("在手机的「要您看一下」里，改正以后这一条就没有了。"),
    "not_yours": lazy("改好以后，这一条不收。"),
    "place_exists": lazy("看过没问题，这一条不收。"),
}
"""Why it is held → what to do about it."""


@dataclass
class Reason:
    """Lines held for one reason."""

    code: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def why(self) -> str:
        """The reason, in a sentence."""
        return str(WHY.get(self.code, _("服务器留着等人看。")))

    @property
    def cannot(self) -> str:
        """Why its lines can't be accepted; "" where they can."""
        return self.entries[0].cannot

    @property
    def advice(self) -> str:
        """What to do."""
        return str(ADVICE.get(self.code, ""))


def by_reason(entries: Iterable[Entry]) -> list[Reason]:
    """What waits by reason: first what a person can decide, then what waits by itself; oldest first within."""
    found: dict[str, Reason] = {}
    for each in entries:
        found.setdefault(each.code, Reason(each.code)).entries.append(each)
    order = list(ADVICE)
    return sorted(found.values(), key=lambda r: order.index(r.code) if r.code in order else len(order))


def batch_of(reason: Reason) -> bool:
    """Whether several lines of this reason can be decided together."""
    return reason.code in ACCEPTABLE and reason.code != "body_differs" and len(reason.entries) > 1


def said(each: Entry) -> str:
    """What the line says, in the worker's words; "" where nobody can read it."""
    body: dict[str, Any] = each.line.body if each.line else {}
    if body.get("void") is True:
        return _("作废")
    if each.kind in ("visit", "correction"):
        return str(PLAIN.get(str(body.get("outcome")), ""))
    if each.kind in ("activity", "posting"):
        known = ACTIVITY_KINDS if each.kind == "activity" else POSTING_KINDS
        return " ".join(
            [str(known.get(str(body.get("kind")), known[OTHER])), str(body.get("name") or body.get("spot") or "")]
        )
    if each.kind == "place_report":
        return str(standing.KINDS.get(str(body.get("report")), ""))
    if each.kind == "place_new":
        address = body.get("address")
        door = address.get("door") if isinstance(address, dict) else None
        return str(door or body.get("local_no") or "")
    return ""


def decide(top: Region, idents: list[str], verdict: str, *, by: Person, reason: str) -> int:
    """Accept or reject these lines, all or none; how many. Refused with every line that can't be, and why."""
    if not idents:
        raise Refused(_("一条也没有勾。请先勾要定的。"))
    found = [each for ident in idents if (each := quarantine.entry(top, ident)) is not None]
    if len(found) < len(idents):
        raise Refused(_("有的已经有人定过了。请回到上一页，刷新以后再定。"))
    refused = []
    for each in sorted(found, key=lambda e: (e.row.received_at, e.row.n)):
        try:
            _decide(each, verdict, by, reason)
        except Refused as why:
            refused.append(_("%(what)s：%(why)s", what=called(each), why="".join(why.reasons)))
    if refused:
        raise Refused(*dict.fromkeys(refused), _("一条都没有定。去掉这几条，再定一次。"))
    return len(found)


def _decide(each: Entry, verdict: str, by: Person, reason: str) -> None:
    if verdict == "accept":
        quarantine.accept(each, by=by)
    elif verdict == "reject":
        quarantine.reject(each, by=by, reason=reason)
    else:
        raise Refused(_("没有这样的决定。"))


def called(each: Entry) -> str:
    """How a line is named in a sentence."""
    at = clock.said(each.line.at) if each.line else ""
    return _("%(worker)s %(at)s的%(word)s", worker=each.worker.name if each.worker else "", at=at, word=each.word)
