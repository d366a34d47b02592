"""Setting up, importing rosters and reviewing from the shell."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from doorknock.access import may
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.people.models import Person, by_username
from doorknock.places import review, roster, setup, standing, undoing
from doorknock.places.locks import lock_village
from doorknock.places.models import Place
from doorknock.regions.models import Region
from doorknock.sheets import SheetError
from doorknock.shell import as_json, one_transaction, say
from doorknock.words import _

roster_group = AppGroup("roster", help="户表。")
places_group = AppGroup("places", help="户与审核。")


def register(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(load_setup)
    app.cli.add_command(roster_group)
    app.cli.add_command(places_group)


@click.command("setup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
@one_transaction
def load_setup(file: Path, as_json: bool) -> None:
    """Load regions, grids, people and a campaign from a JSON file; may be run again."""
    done = setup.load(setup.read(file))
    words = _(
        "区划 %(regions)s 个，网格 %(grids)s 个，人员 %(people)s 位，行动 %(campaigns)s 个。",
        regions=done["regions"],
        grids=done["grids"],
        people=done["people"],
        campaigns=done["campaigns"],
    )
    say(done, as_json=as_json, plain=lambda: words)


@roster_group.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--village", required=True, help="The village's 12-digit code.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@as_json
@one_transaction
def import_roster(file: Path, village: str, dry_run: bool, as_json: bool) -> None:
    """Import a roster workbook into a village."""
    region = db.session.get(Region, village)
    if region is None or region.level != "village":
        raise Refused(_("没有编码是 %(village)s 的村。", village=village))
    if not dry_run:
        lock_village(region)
    try:
        made = roster.plan(file.read_bytes(), region)
    except OSError as error:
        raise Refused(_("%(name)s 打不开，请核对文件名。", name=file.name)) from error
    except SheetError as error:
        raise Refused(str(error)) from error
    answer = made.summary()
    if not dry_run:
        roster.carry_out(made, by=None)
    say(answer, as_json=as_json, plain=lambda: _in_words(made))


def _in_words(made: roster.Plan) -> str:
    counts = made.summary()
    first = _(
        "认出 %(places)s 户：新增 %(added)s，有变化 %(changed)s，没变 %(unchanged)s;"
        "重复行 %(repeated)s，空行 %(blank)s，没收 %(refused)s 行。",
        places=counts["places"],
        added=made.added,
        changed=made.changed,
        unchanged=counts["unchanged"],
        repeated=counts["repeated"],
        blank=counts["blank"],
        refused=len(made.refused),
    )
    refused = [
        _("%(sheet)s 第 %(row)s 行：%(reason)s", sheet=r.sheet, row=r.row, reason=r.reason) for r in made.refused
    ]
    return "\n".join([first, *made.warnings, *refused])


@places_group.command("review")
@click.option("--village", required=True, help="The village's 12-digit code.")
@as_json
@one_transaction
def list_items(village: str, as_json: bool) -> None:
    """What waits for a decision in a village."""
    region = db.session.get(Region, village)
    if region is None:
        raise Refused(_("没有编码是 %(village)s 的村。", village=village))
    items = []
    for item in standing.open_items(village):
        place = db.session.get(Place, (item.county, item.place_id))
        items.append({
            "id": item.id, "kind": item.kind, "place_id": item.place_id,
            "local_no": place.local_no if place else None, "duplicate_of": item.duplicate_of,
        })  # fmt: skip
    words = [f"{i['id']}  {standing.KINDS[str(i['kind'])]}  {i['local_no'] or ''}" for i in items]
    say({"items": items}, as_json=as_json, plain=lambda: "\n".join(words) or _("没有要审的。"))


@places_group.command("decide")
@click.argument("item")
@click.argument("verdict", type=click.Choice(review.VERDICTS))
@click.option("--into", help="With an accepted duplicate: the place that stays.")
@click.option("--by", "username", required=True, help="Who decides.")
@as_json
@one_transaction
def decide(item: str, verdict: str, into: str | None, username: str, as_json: bool) -> None:
    """Accept or reject a review item."""
    found, person = _for_review(item, username)
    changed = review.decide(found, verdict, by=person.id, into=into)
    say(
        {"id": item, "changed": changed},
        as_json=as_json,
        plain=lambda: _("定好了。") if changed else _("本来就是这样定的。"),
    )


@places_group.command("undo")
@click.argument("item")
@click.option("--by", "username", required=True, help="Who takes it back.")
@as_json
@one_transaction
def undo(item: str, username: str, as_json: bool) -> None:
    """Take the decision of a review item back."""
    found, person = _for_review(item, username)
    changed = undoing.undo(found, by=person.id)
    say(
        {"id": item, "changed": changed},
        as_json=as_json,
        plain=lambda: _("撤回了。") if changed else _("没有要撤回的。"),
    )


def _for_review(ident: str, username: str) -> tuple[standing.Item, Person]:
    person = by_username(username)
    found = standing.find_item(ident)
    if person is None:
        raise Refused(_("没有 %(username)s 这个人。", username=username))
    if found is None:
        raise Refused(_("没有编号是 %(ident)s 的待审。", ident=ident))
    region = db.session.get(Region, found.village_code)
    if region is None or not may(person, "review", region):
        raise Refused(_("%(username)s 的岗位不能审这个村。", username=username))
    return found, person
