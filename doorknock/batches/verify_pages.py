"""/verify: what a printed code stands for, in plain words. An unknown code and a malformed one are answered alike."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, request

from doorknock import clock
from doorknock.access import open_to
from doorknock.batches import giving, page
from doorknock.batches.limit import Limit
from doorknock.batches.models import FORMS, Batch
from doorknock.materials import inforce
from doorknock.regions.models import region
from doorknock.words import _

MOST = 60
"""Questions of one address in a minute."""


@dataclass(frozen=True)
class Found:
    """What there is to say of a code."""

    said: str
    do: str
    facts: tuple[tuple[str, str], ...] = ()


def open_verify(door: Blueprint) -> None:
    """Hang it into the public door."""
    door.get("/verify")(verify_page)


@open_to("anyone who checks a printed code")
def verify_page() -> Response:
    """The box, and what was found of the code in the address."""
    typed = request.args.get("code", "")[:60]
    found = None
    if typed:
        _limit().pass_one()
        found = of_code(typed)
    html = render_template(
        "public/verify.html", style=page.style(), page=page.issued(checking=True), found=found, typed=typed
    )
    return Response(html, headers={"Content-Security-Policy": page.policy()})


def of_code(typed: str) -> Found:
    """What a code stands for."""
    batch = giving.batch_of(typed)
    if batch is None:
        return Found(
            _("没有这个码。"), _("先照着印的再核对一遍。还是没有，就别照它说的做，去村委会问。")
        )
    return _of_batch(batch)


def _of_batch(batch: Batch) -> Found:
    home = region(batch.region_code)
    it = inforce.in_force(home, clock.today()).get(batch.key)
    facts = (
        (_("是什么"), f"{it.material.name if it else ''}·{FORMS[batch.form]}"),
        (_("谁发的"), batch.issuer),
        (_("发给哪里"), home.name),
        (_("哪天印的"), clock.said_day(clock.day_of(batch.made_at))),
        (_("用到哪天"), clock.said_day(batch.expires)),
    )
    if batch.revoked_at is not None:
        return Found(_("这一批已经撤回。"), batch.reason or "", facts)
    if it is None or it.revoked is not None:
        return Found(_("这份资料已经撤回。"), (it.revoked or "") if it else "", facts)
    if batch.expires < clock.today():
        return Found(_("是我们发的，过了有效期。"), _("内容可能旧了，请向村里换新的。"), facts)
    return Found(_("是我们发的，现在有效。"), _("也看一看网址：和印的一样，才是真的。"), facts)


def _limit() -> Limit:
    found: Limit = current_app.extensions.setdefault("verify_limit", Limit(MOST))
    return found
