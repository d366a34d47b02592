"""Backup and restore from the shell."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import Flask

from doorknock import clock
from doorknock.backup import restoring, taking
from doorknock.backup.listing import KEEP
from doorknock.backup.restoring import Restored
from doorknock.backup.taking import Made
from doorknock.shell import as_json, one_transaction, say
from doorknock.words import _

LET_GO = timedelta(days=14)
"""When phones may let go of what a verified backup holds."""


def register(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(backup)
    app.cli.add_command(restore)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--verify", is_flag=True, help="Restore it to a scratch place and check it; only then does it count.")
@click.option("--blobs", type=click.Path(path_type=Path, file_okay=False), help="Keep photos there, for all backups.")
@click.option("--keep-days", type=click.IntRange(1), default=KEEP.days, show_default=True, help="Then it is removed.")
@as_json
@one_transaction
def backup(file: Path, verify: bool, blobs: Path | None, keep_days: int, as_json: bool) -> None:
    """Copy the running database and its photos into FILE (or a dated file in that folder)."""
    made = taking.make(file, verify=verify, shelf=blobs, keep=timedelta(days=keep_days))
    answer = {
        "file": made.file, "bytes": made.bytes, "made_at": made.manifest.made_at, "schema": made.manifest.schema,
        "events": made.manifest.counts.get("journal", 0), "blobs": len(made.manifest.blobs), "verified": made.verified,
        "covered": made.covered, "damaged_blobs": made.damaged, "removed": made.removed, "problems": made.problems,
    }  # fmt: skip
    say(answer, as_json=as_json, plain=lambda: "\n".join(_said_of_backup(made)))
    if made.problems:
        raise SystemExit(1)


def _said_of_backup(made: Made) -> list[str]:
    events, photos = made.manifest.counts.get("journal", 0), len(made.manifest.blobs)
    mb = round(made.bytes / 1e6, 1)
    lines = [
        _("备份好了：%(file)s", file=made.file),
        _("记录 %(events)s 条，照片和图画 %(photos)s 张，%(mb)s MB。", events=events, photos=photos, mb=mb),
    ]
    if made.damaged:
        lines.append(_("有 %(count)s 张照片在服务器上已经坏了，没有放进去。", count=made.damaged))
    if made.verified:
        lines.append(_("已经恢复到临时的地方验证过，都对得上。手机能放下的记录多了 %(count)s 条。", count=made.covered))
    elif made.problems:
        lines += [_("验证没有通过，这一份不算备份："), *made.problems]
    else:
        lines.append(_("没有验证过，还不算备份。加 --verify 再做一次。"))
    if made.removed:
        lines.append(_("过期的备份删了 %(count)s 份。", count=len(made.removed)))
    return lines


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--blobs", type=click.Path(path_type=Path, file_okay=False), help="Where backups keep photos.")
@click.option("--without-blobs", is_flag=True, help="Restore although photos are missing; phones are asked for them.")
@click.option("--anyway", is_flag=True, help="Restore although it does not verify, when there is nothing better.")
@as_json
@one_transaction
def restore(file: Path, blobs: Path | None, without_blobs: bool, anyway: bool, as_json: bool) -> None:
    """Put the backup FILE in the place of the running database; phones send again what it lacks."""
    done = restoring.restore(file, blob_shelf=blobs, without_blobs=without_blobs, anyway=anyway)
    answer = {
        "file": str(file), "made_at": done.manifest.made_at, "schema": done.manifest.schema, "epoch": done.epoch,
        "events": done.manifest.counts.get("journal", 0), "before": done.before, "blobs_back": done.blobs_back,
        "blobs_wanted": done.blobs_wanted, "phones_off": done.phones_off, "persons_off": done.persons_off,
        "erased": done.erased, "same_key": done.same_key,
        "problems": done.problems,
    }  # fmt: skip
    say(answer, as_json=as_json, plain=lambda: "\n".join(_said_of_restore(done)))


def _said_of_restore(done: Restored) -> list[str]:
    made = datetime.fromisoformat(done.manifest.made_at)
    lines = [_("恢复好了，是 %(at)s 的数据。那以后手机记的，手机会自己再传，不用人管。", at=clock.said(made))]
    if clock.now() - made > LET_GO:
        lines.append(_("这份备份超过 14 天了，那以后的一些记录手机可能已经放下了。有新一点的，请换新的再来一次。"))
    if done.problems:
        lines += [_("这份备份没有通过验证，照您说的恢复了："), *done.problems]
    if done.before:
        lines.append(_("原来的数据留在 %(file)s。", file=done.before))
    if done.phones_off or done.persons_off:
        off = {"phones": done.phones_off, "persons": done.persons_off}
        lines.append(_("备份以后停用的，又停用了：手机 %(phones)s 部，人员 %(persons)s 人。", **off))
    if done.erased:
        lines.append(_("备份以后抹去的，又抹去了 %(count)s 处。", count=done.erased))
    if done.blobs_wanted:
        lines.append(_("缺照片 %(count)s 张，会向手机再要。", count=done.blobs_wanted))
    if not done.same_key:
        lines.append(_("SECRET_KEY 和备份时不一样：手机都要重新登录，没传的记录不会丢。能找回原来的就换回来。"))
    return [*lines, _("办公室的人都要重新登录。备份以后在办公室做的事（审核、分网格、改密码）要再做一遍。")]
