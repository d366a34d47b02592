"""Addresses and templates: what each of a thousand applications in one process would work out with the same result.

Together a third of the time of a test that opens a page; the results themselves are the real ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache
from werkzeug.routing import Rule

if TYPE_CHECKING:
    from flask import Flask
    from jinja2.bccache import Bucket

Builder = Callable[..., tuple[str, str]]


class Compiled(BytecodeCache):
    """Templates as they were compiled the first time; the key holds the hash of a template's text."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()


def templates(app: Flask) -> None:
    """Let this application take over what others have compiled."""
    app.jinja_env.bytecode_cache = COMPILED


def addresses() -> None:
    """Let rules of the same address share the function that writes it: it is given the rule when it is called."""
    compiled: dict[tuple[object, ...], Builder] = {}
    compile_builder = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Builder:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (*rule._trace, append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = once  # type: ignore[assignment, method-assign]  # with a name for self
