"""How commands speak: one transaction each, plain words or ``--json``, exit 0, 1 (refused, with reasons), 2 (usage)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import click
from sqlalchemy.exc import OperationalError

from doorknock import web
from doorknock.errors import Problem, Refused
from doorknock.words import _

P = ParamSpec("P")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine.")


def one_transaction(work: Callable[P, None]) -> Callable[P, None]:
    """The command commits when it ends well; a refusal undoes everything, says why, and exits 1."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            work(*args, **kwargs)
            web.commit()
        except Refused as refused:
            _stop(refused.reasons)
        except Problem as problem:
            _stop([problem.detail or problem.title])
        except OperationalError as error:
            _stop([_("数据库没有响应，什么都没有改：%(why)s", why=error.orig)])

    return run


def _stop(reasons: list[str]) -> None:
    web.rollback()
    for reason in reasons:
        click.echo(reason, err=True)
    raise SystemExit(1)


def say(answer: Any, *, as_json: bool, plain: Callable[[], str]) -> None:
    """Print an answer as one JSON text, or in plain words."""
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else plain())
