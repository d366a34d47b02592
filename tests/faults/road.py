"""A bad road between a phone and the server: a proxy that hands on one exchange a connection, and may spoil it."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

PATIENCE = 20.0
CLOSING = b"Connection: close\r\n"


@dataclass(frozen=True)
class Spoil:
    """What happens to the bytes of an exchange; ``answer`` comes instead of the server's, which then hears nothing."""

    request: Callable[[bytes], bytes] = bytes
    response: Callable[[bytes], bytes] = bytes
    answer: bytes | None = None


class Road:
    """Listens on a loopback port until its context ends. Set ``spoil`` before a request; None hands on as it is."""

    def __init__(self, port: int) -> None:
        self.spoil: Spoil | None = None
        self.lengths: list[tuple[int, int]] = []
        """Bytes of each exchange, both ways, before it was spoilt."""
        self.heard: list[bytes] = []
        """Every request as the phone sent it."""
        road = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    road.carry(self.request, port)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Road:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def carry(self, phone: socket.socket, port: int) -> None:
        """One exchange; the connection is closed after it."""
        phone.settimeout(PATIENCE)
        spoil, request = self.spoil, _request(phone)
        if not request:
            return
        self.heard.append(request)
        if spoil is not None and spoil.answer is not None:
            phone.sendall(spoil.answer)
            return
        spoil = spoil or Spoil()
        response = _ask(port, spoil.request(request))
        self.lengths.append((len(request), len(response)))
        phone.sendall(spoil.response(response))


def _request(phone: socket.socket) -> bytes:
    """A whole request, which asks the server to close after the answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = phone.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        piece = phone.recv(65536)
        if not piece:
            return b""
        body += piece
    return b"\r\n".join(lines) + b"\r\n" + CLOSING + b"\r\n" + body


def _ask(port: int, request: bytes) -> bytes:
    """Everything that the server answers until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as server:
        server.sendall(request)
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)
        found = b""
        with suppress(ConnectionError):  # refused before all was read
            while piece := server.recv(65536):
                found += piece
        return found
