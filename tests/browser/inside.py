"""JavaScript with the phone's own functions at hand, as the open page has them in memory, network or not."""

from __future__ import annotations


def inside(names: str) -> str:
    """A line that takes these out of the page's entry: `inside("openStore, record")`."""
    return f"const {{{names}}} = await import(document.querySelector('script[type=module]').src);"
