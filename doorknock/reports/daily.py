"""日报 and 通报: what was walked in one edition, part by part, and how far the campaign is.

日报 speaks of 18:00 to 18:00; 通报 of what came of the running edition so far, with the doors as that 18:00 found them.
Neither ever holds an install figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from doorknock import clock
from doorknock.papers.paper import KINDS, Figure, Head, Paper, Paragraph, Piece, Row, Table
from doorknock.places.counters import DAY
from doorknock.reports.counting import Line
from doorknock.reports.sheet import COLUMNS, PART, WHOLE, Sheet
from doorknock.visits.fold import OUTCOMES
from doorknock.words import _, joined

NAMED = 5
"""So many parts are named in a sentence; of more their number is said."""
STANDING = (
    "n", "away", "pending", "d", "attempted", "met", "closed", "left", "untried", "attempted_rate", "met_rate",
    "closed_rate",
)  # fmt: skip
"""What a template may ask of how the region stands."""


def paper(sheet: Sheet, kind: str) -> Paper:
    """The paper as data; call it with the clock at the sheet's moment, so that it says 昨天 as its reader would."""
    asked, name = sheet.asked, sheet.region.name
    number = (asked.last - asked.campaign.starts).days + 1
    return Paper(
        kind=kind, region_code=sheet.region.code, title=_("%(name)s敲门行动%(kind)s", name=name, kind=KINDS[kind]),
        subtitle=_subtitle(sheet, number), blocks=(Paragraph(tuple(_told(sheet))), table(sheet)),
        notes=tuple(_notes(sheet)), more=tuple(more(sheet)),
        facts=(
            ("place", name), ("day_said", day_said(clock.day_of(asked.instant))), ("issue", str(number)),
            ("window", window(asked.first - DAY, asked.last)),
        ),
    )  # fmt: skip


def window(first: date, last: date) -> str:
    """The instants between which the visits were made: 2026年11月20日 18:00 至 21日 18:00."""
    begins = _("%(year)s年%(day)s 18:00", year=first.year, day=day_said(first))
    if first.year != last.year:
        return _(
            "%(begins)s 至 %(ends)s",
            begins=begins,
            ends=_("%(year)s年%(day)s 18:00", year=last.year, day=day_said(last)),
        )
    short = _("%(day)s日", day=last.day) if first.month == last.month else day_said(last)
    return _("%(begins)s 至 %(ends)s 18:00", begins=begins, ends=short)


def table(sheet: Sheet) -> Table:
    """Part by part in code order, and the sum."""
    span = sheet.span
    late = _("今天补到") if sheet.late_today else _("昨天补到")
    heads = (
        Head(str(PART[sheet.region.level]), number=False), Head(_("走访"), key=f"{span}.visits"),
        *(Head(str(OUTCOMES[key]), key=f"{span}.{key}") for key in COLUMNS), Head(_("其他"), key=f"{span}.other"),
        Head(late, key=sheet.late(sheet.total).key), Head(_("说明"), number=False, key="state"),
    )  # fmt: skip
    rows = [Row((line.name, *_cells(sheet, line), sheet.state(line)), line.code) for line in sheet.lines]
    total = Row(
        (str(WHOLE[sheet.region.level]), *_cells(sheet, sheet.total, known=sheet.any_known), ""),
        sheet.region.code, total=True,
    )  # fmt: skip
    return Table("", heads, (*rows, total))


def more(sheet: Sheet) -> Iterator[Figure]:
    """Figures that are printed nowhere, for templates that ask for them."""
    total, now = sheet.total, sheet.asked.instant
    shown = {*COLUMNS}
    for key in OUTCOMES:
        if key not in shown:
            yield sheet.outcome(key, total, known=sheet.any_known)
    for key in STANDING:
        yield sheet.standing(key, total)
    yield sheet.gained("closed", total)
    if sheet.hidden is None:
        for key in ("covered", "declined", "covered_rate", "signed", "offered", "signed_rate"):
            yield sheet.standing(key, total)
        yield sheet.gained("signed", total)
    idle = [line for line in sheet.lines if line.rests and not line.visits]
    behind = [line for line in sheet.lines if line.silent(now)]
    yield Figure("total.visits", total.sums["visits"])
    yield Figure("phones", len(total.fresh.phones))
    yield Figure("villages", len(sheet.lines))
    yield Figure("villages_idle", len(idle))
    yield Figure("villages_behind", len(behind))
    yield Figure("villages_complete", len(sheet.lines) - len(idle) - len(behind))


def standing(sheet: Sheet) -> list[Piece]:
    """How far the campaign is, as a sentence."""
    asked, total = sheet.asked, sheet.total
    if not total.sums["d"]:
        return [_("还没有应访户。")]
    until = clock.end_of(asked.at) if asked.at else None
    head = _("累计办结 ")
    if until is not None and until != asked.moment:
        head = _("到%(until)s，累计办结 ", until=_instant(until))
    return [
        head, sheet.standing("closed", total), _(" 户，办结率 "), sheet.standing("closed_rate", total), _("，待访 "),
        sheet.standing("left", total), _(" 户。"),
    ]  # fmt: skip


def missing(sheet: Sheet) -> list[Piece]:
    """Who is out of touch, as a sentence; nothing where nobody is."""
    now = sheet.asked.instant
    behind = [line for line in sheet.lines if line.silent(now)]
    if not behind:
        return []
    count = Figure("phones_behind", len(sheet.total.fresh.behind(now)))
    return [_("%(who)s有 ", who=_named(behind)), count, _(" 部手机没联系上，数字不全。")]


def _told(sheet: Sheet) -> Iterator[Piece]:
    yield from _walked(sheet)
    if sheet.late_today:
        yield from (_("今天 18:00 以前的，补到 "), sheet.late(sheet.total), _(" 次。"))
    yield from standing(sheet)
    yield from missing(sheet)
    idle = [line for line in sheet.lines if line.rests and not line.visits]
    if idle and len(idle) < len(sheet.lines):
        yield _("%(who)s今日无安排。", who=_named(idle))


def _walked(sheet: Sheet) -> Iterator[Piece]:
    total = sheet.total
    if not sheet.any_known:
        idle = bool(sheet.lines) and all(line.rests for line in sheet.lines)
        yield _("今日无安排。") if idle else _("还没有收到走访记录。")
        return
    yield _since(sheet)
    yield sheet.outcome("visits", total)
    for key, word in zip((*COLUMNS, "other"), (*(OUTCOMES[key] for key in COLUMNS), _("其他")), strict=True):
        figure = sheet.outcome(key, total)
        if key == "other" and not figure.value:
            continue
        yield _(" 次，%(outcome)s ", outcome=word)
        yield figure
    yield _(" 次。")


def _since(sheet: Sheet) -> str:
    """How the sentence begins: a whole edition is today's; of a running one its hours are said."""
    begins, ends = clock.end_of(sheet.asked.first - DAY), sheet.asked.instant
    if clock.day_of(ends) == sheet.asked.first:
        return _("今天走访 ")
    return _("%(begins)s 到 %(ends)s 走访 ", begins=clock.said(begins), ends=f"{ends.astimezone(clock.SHANGHAI):%H:%M}")


def _cells(sheet: Sheet, line: Line, *, known: bool | None = None) -> list[Figure]:
    says = sheet.known(line) if known is None else known
    counts = [sheet.outcome(key, line, known=says) for key in ("visits", *COLUMNS, "other")]
    return [*counts, sheet.late(line)]


def _notes(sheet: Sheet) -> Iterator[str]:
    total = sheet.total
    if sheet.late_today:
        yield _("今天补到：今天 18:00 以前走访、定稿以后才传到的，写在旁边，不改今天那一份日报。")
    else:
        yield _("昨天补到：昨天 18:00 以前走访、定稿以后才传到的，写在旁边，不改昨天那一份。")
    if total.older:
        yield _("另外还传到 %(count)s 次更早几天的走访，算那几天的补到。", count=total.older)
    if gone := total.gone + total.older_gone:
        yield _("以前的日报里有 %(count)s 次走访后来更正或作废了，那几份不改。", count=gone)
    if others := [_("%(word)s %(count)s", word=OUTCOMES[key], count=total.outcomes[key]) for key in OUTCOMES
                  if key not in COLUMNS and total.outcomes[key]]:  # fmt: skip
        yield _("其他：%(others)s。", others=joined(others))


def _subtitle(sheet: Sheet, number: int) -> str:
    asked = sheet.asked
    ends = clock.end_of(asked.last)
    said = _("%(window)s·第 %(number)s 期", window=window(asked.first - DAY, asked.last), number=number)
    return said if asked.instant >= ends else _("%(said)s·截至 %(at)s", said=said, at=clock.said(asked.instant))


def _named(lines: list[Line]) -> str:
    names = joined(line.name for line in lines[:NAMED])
    return names if len(lines) <= NAMED else _("%(names)s等 %(count)s 处", names=names, count=len(lines))


def day_said(day: date) -> str:
    """11月21日."""
    return _("%(month)s月%(day)s日", month=day.month, day=day.day)


def _instant(instant: datetime) -> str:
    """An instant as the paper's reader would say it, with a blank before a digit."""
    said = clock.said(instant)
    return f" {said}" if said[:1].isdigit() else said
