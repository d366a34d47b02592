"""周报, 月报 and 阶段总结: what was walked in several editions, day by day and part by part, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator

from doorknock.campaigns import phases
from doorknock.coverage.table import APP
from doorknock.papers.paper import KINDS, Block, Chart, Figure, Head, Paper, Paragraph, Piece, Row, Section, Table
from doorknock.places.counters import DAY
from doorknock.reports import daily
from doorknock.reports.counting import Counted, Line
from doorknock.reports.sheet import COLUMNS, PART, WHOLE, Sheet
from doorknock.visits.fold import OUTCOMES
from doorknock.words import _, lazy

NAMES = {"weekly": "week", "monthly": "month", "summary": "phase"}
"""How the figures of a kind's editions are called by marks."""
SAID = {"weekly": lazy("这一周走访 "), "monthly": lazy("这个月走访 "), "summary": lazy("这一阶段走访 ")}


def paper(sheet: Sheet, counted: Counted, kind: str) -> Paper:
    """The paper as data; call it with the clock at the sheet's moment."""
    maker = _Maker(sheet, counted, kind)
    asked, name = sheet.asked, sheet.region.name
    return Paper(
        kind=kind, region_code=sheet.region.code, title=_("%(name)s敲门行动%(kind)s", name=name, kind=KINDS[kind]),
        subtitle=daily.window(asked.first - DAY, asked.last),
        blocks=tuple(maker.sections() if kind == "summary" else maker.blocks()), notes=tuple(maker.notes()),
        more=tuple(maker.more()),
        facts=(
            ("place", name), ("day_said", daily.day_said(asked.last)),
            ("window", daily.window(asked.first - DAY, asked.last)),
        ),
    )  # fmt: skip


class _Maker:
    def __init__(self, sheet: Sheet, counted: Counted, kind: str) -> None:
        self.sheet, self.kind, self.total = sheet, kind, sheet.total
        self.days = counted.days(sheet.region)
        self.told = counted.told(sheet.region)
        self.campaign = sheet.asked.campaign

    def blocks(self) -> Iterator[Block]:
        """周报 and 月报: a paragraph, the parts, the days, and what was done beside."""
        yield Paragraph(tuple(self.walked()))
        yield self.parts()
        yield from self.by_day()
        yield Paragraph(tuple(self.done()))
        yield from self.apps()

    def sections(self) -> Iterator[Section]:
        """The six of a 阶段总结, each with a start that says no more than the figures do."""
        yield Section(_("组织部署"), (Paragraph(tuple(self.set_up())),))
        yield Section(_("主要做法"), (Paragraph((_("网格员上门讲，见不到人的改天再去；不想听的不再上门。"),)),
                                      Paragraph(tuple(self.done()))))  # fmt: skip
        yield Section(_("数据成效"), (Paragraph(tuple(self.walked())), self.parts(), *self.by_day(), *self.apps()))
        yield Section(_("特色做法与案例"), (Paragraph((_("请写一两件本地的做法。不写住户的姓名、门牌和电话。"),)),))
        yield Section(_("存在问题"), (Paragraph(tuple(self.short())),))
        yield Section(_("下一步"), (Paragraph(tuple(self.next())),))

    def walked(self) -> Iterator[Piece]:
        """How many visits ended how, and how far the campaign is."""
        yield str(SAID[self.kind])
        yield self.sheet.outcome("visits", self.total)
        for key in (*COLUMNS, "other"):
            figure = self.sheet.outcome(key, self.total)
            if key != "other" or figure.value:
                yield _(" 次，%(outcome)s ", outcome=OUTCOMES.get(key, _("其他")))
                yield figure
        late = sum(day.late for day in self.days)
        if late:
            yield _(" 次；其中补到 ")
            yield Figure(f"{self.sheet.span}.late", late)
        yield _(" 次。")
        yield from daily.standing(self.sheet)
        yield from daily.missing(self.sheet)

    def parts(self) -> Table:
        """Part by part in code order, and the sum."""
        span = self.sheet.span
        heads = (
            Head(str(PART[self.sheet.region.level]), number=False), Head(_("走访"), key=f"{span}.visits"),
            *(Head(str(OUTCOMES[key]), key=f"{span}.{key}") for key in COLUMNS), Head(_("其他"), key=f"{span}.other"),
            Head(_("办结率"), key="closed_rate"), Head(_("待访"), key="left"),
        )  # fmt: skip
        rows = [Row((line.name, *self._cells(line)), line.code) for line in self.sheet.lines]
        total = Row((str(WHOLE[self.sheet.region.level]), *self._cells(self.total)), self.sheet.region.code, total=True)
        return Table("", heads, (*rows, total))

    def by_day(self) -> Iterator[Table | Chart]:
        """Day by day, with a picture beside: what each 日报 said, 补到, what was taken back, and what that makes."""
        if not self.days:
            return
        heads = (
            Head(_("日报"), number=False), Head(_("当天定稿")), Head(_("补到")), Head(_("更正作废")), Head(_("合计")),
        )  # fmt: skip
        rows = [
            Row((daily.day_said(day.day), *_counts("day", day.frozen, day.late, day.gone, day.visits)))
            for day in self.days
        ]  # fmt: skip
        sums = [sum(column) for column in zip(*((d.frozen, d.late, d.gone, d.visits) for d in self.days), strict=True)]
        total = Row((_("合计"), *_counts("sum", *sums)), total=True)
        table = Table(_("每天的走访"), heads, (*rows, total))
        yield Chart("bars", _("每天的走访"), table, columns=(4,)) if len(self.days) > 1 else table

    def done(self) -> Iterator[Piece]:
        """Activities and postings."""
        held = sum(each.all_held.times for each in self.told)
        people = sum(each.all_held.people for each in self.told)
        pieces = sum(sum(each.pieces.values()) for each in self.told)
        href = f"/office/tasks/{self.sheet.region.code}"
        yield _("开展活动 ")
        yield Figure(f"{self.sheet.span}.activities", held, href=href)
        yield _(" 场，参加 ")
        yield Figure(f"{self.sheet.span}.activity_people", people)
        yield _(" 人次；张贴 ")
        yield Figure(f"{self.sheet.span}.postings", pieces, href=href)
        yield _(" 处。")

    def apps(self) -> Iterator[Paragraph]:
        """A village's install counts, where its campaign counts them; counts, never names."""
        if self.sheet.region.level != "village" or not self.campaign.parts.get("app"):
            return
        said: list[Piece] = []
        for key, word in APP.items():
            said += [_("%(word)s ", word=word), Figure(f"app_{key}", self.total.sums[key]), _(" 人，")]
        yield Paragraph((_("反诈 App："), *said[:-1], _(" 人。")))

    def set_up(self) -> Iterator[Piece]:
        """Who walks, where, and when."""
        campaign = self.campaign
        days = daily.window(campaign.starts, campaign.ends).replace(" 18:00", "")
        yield _("%(name)s，%(days)s。", name=campaign.name, days=days)
        yield _("参加的%(part)s ", part=PART[self.sheet.region.level])
        yield Figure("villages", len(self.sheet.lines))
        yield _(" 个，用手机记录的 ")
        yield Figure("phones", len(self.total.fresh.phones))
        yield _(" 部，应访 ")
        yield self.sheet.standing("d", self.total)
        yield _(" 户。")

    def short(self) -> Iterator[Piece]:
        """What is still open, and that nobody is behind whose day was planned so."""
        yield _("还有 ")
        yield self.sheet.standing("left", self.total)
        yield _(" 户待访，其中没去过的 ")
        yield self.sheet.standing("untried", self.total)
        yield _(" 户，去过没见到人或约了改天的 ")
        yield Figure("tried", self.total.left - self._untried())
        yield _(" 户。")
        yield from daily.missing(self.sheet)

    def next(self) -> Iterator[Piece]:
        """What is to be done, as far as figures know it."""
        aims = [aim for aim in phases.targets(self.campaign) if aim.by > self.sheet.asked.last]
        if aims:
            yield _(
                "到%(day)s，办结率的目标是 %(percent)s%%。", day=daily.day_said(aims[0].by), percent=aims[0].percent
            )
        yield _("待访的 ")
        yield self.sheet.standing("left", self.total)
        yield _(" 户换时间再去；不在家的留话，约好时间。")

    def notes(self) -> Iterator[str]:
        """What the paper rests on."""
        yield _("每天的日报定稿后不改；后来传到的算补到，更正和作废的减去，加起来就是合计。")
        if self.total.left and not self.sheet.any_known:
            yield _("这些天没有收到走访记录。")

    def more(self) -> Iterator[Figure]:
        """Figures that are printed nowhere, for templates."""
        yield from daily.more(self.sheet)

    def _cells(self, line: Line) -> list[Figure]:
        known = bool(line.visits) or self.sheet.known(line)
        counts = [self.sheet.outcome(key, line, known=known) for key in ("visits", *COLUMNS, "other")]
        return [*counts, self.sheet.standing("closed_rate", line), self.sheet.standing("left", line)]

    def _untried(self) -> int:
        return self.total.sums["d"] - self.total.sums["attempted"]


def _counts(prefix: str, *counts: int) -> list[Figure]:
    names = ("frozen", "late", "gone", "visits")
    return [Figure(f"{prefix}.{name}", count) for name, count in zip(names, counts, strict=True)]
