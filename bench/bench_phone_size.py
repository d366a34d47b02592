"""What the phone downloads before it can work without signal: every script and style that its worker keeps.

Lazy parts are what neither a page nor the worker imports at its start: they are kept all the same, and counted beside.
"""

from __future__ import annotations

import gzip
import re

from bench.harness import publish
from doorknock import assets

KB = 1_000
STARTED = ("start.js", "worker.js")
_IMPORTED = re.compile(r"""(?:\bfrom|\bimport)"\./([\w.-]+)\"""")


def packed(name: str) -> int:
    """Bytes of a file of static/, gzip -9."""
    return len(gzip.compress((assets.STATIC / name).read_bytes(), 9))


def begun() -> set[str]:
    """The built scripts that pages and worker import before they can answer, those entries included."""
    found = set(STARTED)
    todo = list(found)
    while todo:
        text = (assets.BUILT / todo.pop()).read_text(encoding="utf-8")
        new = set(_IMPORTED.findall(text)) - found
        found |= new
        todo += new
    return found


def code() -> tuple[int, int]:
    """Bytes of scripts and styles: what everything starts with, and the lazy parts."""
    kept = [address.split("/", 3)[3] for address in assets.precache("x")]
    scripts = {name for name in kept if name.endswith((".js", ".css"))} | {"built/worker.js"}
    first = {f"built/{name}" for name in begun()} | {assets.HTMX, "built/phone.css"}
    if not first <= scripts:
        raise RuntimeError(f"needed and not kept: {first - scripts}")
    return sum(map(packed, first)), sum(map(packed, scripts - first))


def main() -> None:
    """Say the figure."""
    first, lazy = code()
    publish(
        "phone code for full offline work, gzip, lazy parts aside", must="≤ 90 KB", aim="≤ 60 KB",
        measured=f"{first / KB:.1f} KB (and {lazy / KB:.1f} KB in lazy parts)", ok=first <= 90 * KB,
    )  # fmt: skip


if __name__ == "__main__":
    main()
