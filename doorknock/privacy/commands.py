"""The sweep from the shell: what would leave, and letting it leave."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from doorknock import clock, web
from doorknock.privacy import sweep as sweeping
from doorknock.shell import as_json, one_transaction, say
from doorknock.words import _, lazy

privacy = AppGroup("privacy", help="个人信息的保存期限。")
WORDS = {
    "final_figure": lazy("定下最后的数"), "visit": lazy("走访"), "place": lazy("户"), "journal": lazy("记录的原文"),
    "stray": lazy("重号的记录"), "paper_draft": lazy("没录完的纸质记录"), "change": lazy("同步里的删除标记"),
    "device": lazy("过期的手机登记"), "grid_assignment": lazy("过去的网格分工"), "login_session": lazy("过期的登录"),
    "login_tries": lazy("登录失败的记录"), "enrol_code": lazy("过期的登记码"), "recovery_code": lazy("用过的备用码"),
    "export_job": lazy("过期的导出"), "read_token": lazy("过期的取数口令"),
    "audit_line": lazy("操作记录"), "erasure": lazy("删除清单里过期的编号"), "erasures.jsonl": lazy("删除清单"),
    "blobs": lazy("没有记录提到的文件"),
}  # fmt: skip


def register(app: Flask) -> None:
    """Offer the command."""
    app.cli.add_command(privacy)


@privacy.command("sweep")
@click.option("--dry-run", is_flag=True, help="Only say what would leave.")
@as_json
@one_transaction
def sweep(dry_run: bool, as_json: bool) -> None:
    """Let everything leave whose time is over; in batches, and safe to cut off and run again."""
    if dry_run:
        found = sweeping.due()
        web.rollback()
    else:
        found = sweeping.sweep(lambda said: click.echo(said, err=True))
    said = {"dry_run": dry_run, "day": clock.today().isoformat(), "leaving": found, "total": sum(found.values())}
    say(said, as_json=as_json, plain=lambda: "\n".join(_lines(found, dry_run=dry_run)))


def _lines(found: dict[str, int], *, dry_run: bool) -> list[str]:
    rows = [f"{WORDS[name]} {count}" for name, count in found.items() if count]
    if not rows:
        return [_("没有到期的。")]
    return [_("到期、还没有清理的：") if dry_run else _("清理好了："), *rows]
