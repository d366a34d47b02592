"""The page behind a code, as one HTML text: everything that it needs is in it."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app, render_template
from markupsafe import Markup

from doorknock import clock
from doorknock.assets import STATIC
from doorknock.batches.codes import grouped
from doorknock.batches.models import Batch
from doorknock.materials import inforce
from doorknock.materials.catalogue import FIRST_AID
from doorknock.materials.inforce import InForce
from doorknock.regions.models import Region, region
from doorknock.words import _


@dataclass(frozen=True)
class Trouble:
    """Why a page is not in force, and what its reader does now."""

    what: str
    do: str


@dataclass(frozen=True)
class Issued:
    """What stands round every public page: who issued it, and how to reach and check them."""

    issuer: str
    domain: str
    phone: str = ""
    hours: str = ""
    code: str = ""
    printed: str = ""
    given: str = ""
    trouble: Trouble | None = None
    checking: bool = False


def issued(top: Region | None = None, *, checking: bool = False) -> Issued:
    """The frame of a page that belongs to no batch."""
    office = inforce.office_of(top) if top else None
    return Issued(
        office.issuer if office else _("敲门行动"), domain(), office.phone if office else "",
        office.hours if office else "", checking=checking,
    )  # fmt: skip


def domain() -> str:
    """As it stands on top of a browser and beside every printed code."""
    return urlsplit(str(current_app.config["PUBLIC_URL"])).netloc


def link(kind: str, code: str) -> str:
    """What a QR code says: short enough for a symbol of 37 modules at level Q."""
    return f"{current_app.config['PUBLIC_URL']}/{kind}/{code}"


def of_batch(batch: Batch, stale: str = "") -> str:
    """The page of a printed run."""
    home = region(batch.region_code)
    today = clock.today()
    every = inforce.in_force(home, today)
    it = every.get(batch.key)
    trouble = _trouble(batch, it, today)
    shown = it if it is not None and it.revoked is None else every[FIRST_AID]
    office = inforce.office_of(home)
    page = Issued(
        batch.issuer, domain(), office.phone if office else "", office.hours if office else "", batch.code,
        grouped(batch.code), _given(batch, home), trouble,
    )  # fmt: skip
    return render_template(
        "public/material.html", style=style(), page=page, it=shown.material, html=Markup(shown.html),  # noqa: S704  # made harmless when it was written
        picture=picture(shown), stale=stale, clips=(), opened=True,
        notices=[_notice(row) for row in inforce.notices(home, today)],
        hot=[every[key].material for key in inforce.hot(home, today) if key in every],
    )  # fmt: skip


def _trouble(batch: Batch, it: InForce | None, today: date) -> Trouble | None:
    if batch.revoked_at is not None:
        return Trouble(_("这一批已经撤回，别再看印的内容。"), batch.reason or "")
    if it is None or it.revoked is not None:
        return Trouble(_("这份资料已经撤回，别再看印的内容。"), (it.revoked or "") if it else "")
    if batch.expires < today:
        return Trouble(_("这一批过了有效期。"), _("下面是现在的内容。纸上印的，请向村里换新的。"))
    return None


def _given(batch: Batch, home: Region) -> str:
    when = _("{year}年{month}月印").format(year=batch.made_at.year, month=batch.made_at.month)
    return _("{issuer}发给{place}的。第 {version} 版，{when}。").format(
        issuer=batch.issuer, place=home.name, version=batch.version, when=when
    )


def _notice(row: inforce.MaterialVersion) -> dict[str, str]:
    return {"text": row.said["text"], "issuer": row.said["issuer"], "day": clock.said_day(row.starts)}


def picture(shown: InForce) -> Markup:
    """Its drawing, inline; an office's own picture by its address."""
    if shown.picture:
        return Markup('<img class="picture" src="/m/picture/{}" alt="">').format(shown.picture)
    drawing = drawings().get(shown.material.key) or drawings()["slogan"]
    return Markup(drawing.replace("<svg ", '<svg class="picture" aria-hidden="true" ', 1))  # noqa: S704  # ours


@cache
def drawings() -> dict[str, str]:
    """Every drawing by its key."""
    return {path.stem: path.read_text(encoding="utf-8") for path in (STATIC / "drawings").glob("*.svg")}


@cache
def style() -> Markup:
    """The one style of the public pages, without what only its reader needs."""
    text = (Path(STATIC) / "style" / "public.css").read_text(encoding="utf-8")
    short = " ".join(text.split("*/", 1)[1].split())
    for spaced, tight in (("{ ", "{"), (" }", "}"), ("; ", ";"), (": ", ":"), (", ", ","), (" {", "{"), (";}", "}")):
        short = short.replace(spaced, tight)
    return Markup(short)  # noqa: S704  # ours


@cache
def policy() -> str:
    """What a public page may load: its own style, pictures and sounds of this host, and nothing that runs."""
    digest = b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; media-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
