"""报告 in the office: the running 日报 as a draft, what is frozen, 现在就定稿, 通报 on demand, 阶段总结, 更正."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, g, render_template, request
from werkzeug import Response

from doorknock import web
from doorknock.access import needs
from doorknock.campaigns.models import Campaign
from doorknock.errors import Problem, Refused
from doorknock.papers.paper import KINDS
from doorknock.places.choosing import go
from doorknock.regions import models as regions
from doorknock.regions.models import Region
from doorknock.reports import correcting, freezing, looking, models, own_forms
from doorknock.reports.looking import Looked
from doorknock.reports.models import LEVELS, Report
from doorknock.words import _

door = Blueprint("reports", __name__, url_prefix="/office/reports")


def region_of(code: str, **_more: str) -> Region:
    """The region of the address; Problem not_found where no reports are made of such a one."""
    found = regions.region(code)
    if found.level not in LEVELS:
        raise Problem("not_found", _("报告按县、镇、村，没有再小的。"))
    return found


@door.get("")
@needs("reports")
def own() -> Response:
    """To one's own region."""
    home: Region | None = g.person.home
    if home is None:
        raise Problem("forbidden", _("这个账号没有归属的区划。"))
    return go(f"/office/reports/{home.code}")


@door.get("/<code>")
@needs("reports", region_of)
def page(code: str) -> str:
    """The draft or the last report of a kind, and those before."""
    here = region_of(code)
    campaign = looking.campaign_of(here, request.args.get("campaign"))
    return _kind(here, campaign, _asked())


@door.get("/<code>/<ident>")
@needs("reports", region_of)
def one(code: str, ident: str) -> str:
    """One report, in its last version or the one that is asked for."""
    here = region_of(code)
    return _shown(here, _frozen(here, models.report(ident, here)))


@door.post("/<code>/freeze")
@needs("reports.write", region_of)
def freeze(code: str) -> Response:
    """现在就定稿: what comes until 18:00 is 补到 then."""
    return _made(region_of(code), freezing.freeze_now)


@door.post("/<code>/bulletin")
@needs("reports.write", region_of)
def bulletin(code: str) -> Response:
    """A 通报 of the hours since 18:00."""
    return _made(region_of(code), freezing.bulletin)


@door.post("/<code>/summary")
@needs("reports.write", region_of)
def summary(code: str) -> Response:
    """A 阶段总结 up to the last 18:00, to be written on."""
    return _made(region_of(code), freezing.summary)


@door.get("/<code>/<ident>/edit")
@needs("reports.write", region_of)
def edit_form(code: str, ident: str) -> str:
    """The texts of the last version, figures as marks."""
    here = region_of(code)
    return _edit(here, models.report(ident, here))


@door.post("/<code>/<ident>/edit")
@needs("reports.write", region_of)
def edit(code: str, ident: str) -> Response | tuple[str, int]:
    """更正: a new version; what is refused comes back as it was typed."""
    here = region_of(code)
    found = models.report(ident, here)
    try:
        correcting.correct(
            found, request.form.get("version", 0, type=int), _typed(), reason=request.form.get("reason", ""),
            by=g.person.id,
        )  # fmt: skip
    except Refused as refused:
        web.rollback()
        return _edit(region_of(code), models.report(ident, here), refused), 422
    return go(f"/office/reports/{code}/{ident}")


def _asked() -> str:
    kind = request.args.get("kind", "daily")
    if kind not in KINDS:
        raise Problem("not_found")
    return kind


def _kind(here: Region, campaign: Campaign | None, kind: str) -> str:
    looked = None
    if campaign is not None:
        if kind == "daily" and ("draft" in request.args or not looking.sent_today(g.person, here, campaign)):
            looked = looking.draft(g.person, here, campaign)
        if looked is None and (known := looking.latest(g.person, here, campaign, kind)):
            looked = _frozen(here, known[0])
    return _shown(here, looked, kind, campaign)


def _frozen(here: Region, found: Report) -> Looked:
    return looking.frozen(g.person, here, found, request.args.get("version", type=int))


def _shown(here: Region, looked: Looked | None, kind: str = "", campaign: Campaign | None = None) -> str:
    kind = looked.kind if looked else kind
    campaign = looked.campaign if looked else campaign
    return web.render(
        "reports/report.html", here=here, looked=looked, kind=kind, kinds=KINDS, campaign=campaign,
        known=looking.latest(g.person, here, campaign, kind) if campaign else [],
        masked=looking.masked_for(g.person, here), own_sheet=own_forms.of(here, "xlsx"),
    )  # fmt: skip


def _made(here: Region, make: Callable[..., Report]) -> Response:
    campaign = looking.campaign_of(here, request.form.get("campaign"))
    if campaign is None:
        raise Refused(_("这里还没有行动，没有可报的。"))
    found = make(here, campaign, by=g.person.id)
    return go(f"/office/reports/{here.code}/{found.id}")


def _typed() -> list[list[str]]:
    """The texts of the form: of part 2 its paragraphs are text-2."""
    parts = request.form.get("parts", 0, type=int)
    return [request.form.getlist(f"text-{number}") for number in range(min(parts, 40))]


def _edit(here: Region, found: Report, refused: Refused | None = None) -> str:
    looked = looking.frozen(g.person, here, found)
    texts = correcting.texts(looked.paper)
    if refused:
        typed = [*_typed(), *([[]] * len(texts))]
        texts = [(heading, said) for (heading, _texts), said in zip(texts, typed, strict=False)]
    return render_template(
        "reports/edit.html", here=here, looked=looked, texts=texts, refused=refused,
        reason=request.form.get("reason", ""), longest=correcting.REASON[1],
    )  # fmt: skip
