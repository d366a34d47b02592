"""Who asks, as far as the network tells: the address that counts, and whether it is this very machine."""

from __future__ import annotations

import ipaddress

from flask import current_app, request


def address() -> str:
    """Where a request came from, to be counted by: behind our own proxy what that says last, of IPv6 the network.

    What stands earlier in X-Forwarded-For anybody can write; and a peer that is no proxy of ours says nothing at all.
    """
    peer, said = request.remote_addr or "", request.environ.get("HTTP_X_FORWARDED_FOR", "")
    trusted = not peer or peer in current_app.config["PROXIES"]  # no peer: a socket file, which only a proxy opens
    found = _ip(said.rpartition(",")[2].strip()) if trusted and said else None
    found = found or _ip(peer)
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found or "")


def is_local() -> bool:
    """Whether somebody on this very machine asks directly, and no proxy on behalf of somebody else."""
    peer = _ip(request.remote_addr or "")
    through = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via")
    return peer is not None and peer.is_loopback and not any(name in request.headers for name in through)


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
