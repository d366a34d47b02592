"""How one line of the journal takes effect: its body read by the kind's schema, applied, or held with a reason."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from doorknock import plain
from doorknock.sync import journal, redacting
from doorknock.sync.bench import Bench, Event, Quarantine, Refs
from doorknock.sync.journal import APPLIED, QUARANTINE, REVIEW, JournalLine
from doorknock.sync.kinds import KINDS, schema_of
from doorknock.sync.wire import Line
from doorknock.words import _, joined, lazy

NAMES = {
    "place_id": lazy("户"), "campaign_id": lazy("行动"), "outcome": lazy("走访结果"), "mode": lazy("方式"),
    "visited_at": lazy("走访时间"), "adults_listened": lazy("听讲的大人"), "app": lazy("安装情况"),
    "materials": lazy("资料"), "commitment": lazy("承诺书"), "method": lazy("承诺书"), "strokes": lazy("签名"),
    "paper_no": lazy("纸质编号"), "away": lazy("长期不在家"), "back_on": lazy("回来的日期"),
    "next_try": lazy("下次再去"), "note": lazy("备注"), "photos": lazy("照片"), "geo": lazy("位置"),
    "contact_name": lazy("姓名"), "landmark": lazy("地标"), "address": lazy("地址"), "phone": lazy("电话"),
    "adults": lazy("大人数"), "kind": lazy("类型"), "group": lazy("组"), "grid": lazy("网格"), "report": lazy("报告"),
    "duplicate_of": lazy("和哪户重复"), "supersedes": lazy("要改的走访"), "reason": lazy("原因"),
    "local_no": lazy("编号"), "name": lazy("名称"), "spot": lazy("贴在哪里"), "people": lazy("人数"),
    "handouts": lazy("发了几份"), "count": lazy("数量"), "done_at": lazy("什么时候"),
}  # fmt: skip
"""How the fields of an event are called on the phone."""


def read_body(kind: str, body: dict[str, Any]) -> dict[str, Any] | Quarantine:
    """The body by its kind's schema, or why it can't be read."""
    if kind not in KINDS:
        return Quarantine("unknown_kind", _("服务器还不认识这种记录，先替您存着。"), waits_for="kind")
    try:
        return plain.load(schema_of(kind, body), body)
    except ValidationError as error:
        return Quarantine("bad_body", _where(error.messages))


def refs_of(line: Line, body: dict[str, Any] | Quarantine) -> Refs:
    """What the line names, the visit or activity that it is itself included.

    Also where its body can't be read: its words may be an erased household's, which is asked under the grids' locks.
    """
    refs = KINDS[line.kind].refs(body) if isinstance(body, dict) else redacting.refs_of(line)
    refs.own(line.kind, line.id)
    return refs


def _where(messages: Any, path: str = "") -> str:
    """Which fields are wrong and how, in words for the phone."""
    if isinstance(messages, dict):
        return _("；").join(_where(m, NAMES.get(str(k), path or str(k))) for k, m in messages.items())[:300]
    return _("「%(field)s」%(faults)s", field=path, faults=joined(messages))


def quarantine(row: JournalLine, why: Quarantine) -> None:
    """Hold the line without effect, and say why."""
    row.state, row.code, row.detail, row.waits_for = QUARANTINE, why.code, why.detail, why.waits_for
    row.decided_at = None
    if why.code == journal.NOTHING_TO_VOID:
        journal.resolve(row)


def apply(bench: Bench, event: Event) -> None:
    """Let an event take effect; older lines under its id no longer need eyes. Raises Quarantine."""
    KINDS[event.line.kind].take(bench, event)
    row = event.line
    row.state = APPLIED
    if row.code is not None:
        row.code, row.detail, row.waits_for = None, None, None
    for older in journal_of(bench, row.event_id):
        if older is not row and older.state in (QUARANTINE, REVIEW):
            journal.resolve(older)


def journal_of(bench: Bench, event_id: str) -> list[JournalLine]:
    """All lines that carry this id, loaded once per batch."""
    if event_id not in bench.held:
        bench.held[event_id] = journal.by_event(bench.county, [event_id])
    return bench.held[event_id]
