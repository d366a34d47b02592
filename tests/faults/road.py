"""A bad road between a phone and the server: a proxy that hands on one exchange a connection, and may spoil it."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
        """Bytes of each exchange that was spoilt, both ways, before it was."""
        self.heard: list[bytes] = []
        """Every request as the phone sent it."""
        self.told = b""
        """The last answer that was spoilt, or whose request was, as it reached the phone."""
        self.spoilt = 0
        """Exchanges of which at least one byte did not arrive as it was sent."""
        self._calm, self._under_way = threading.Condition(), 0
        road = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    self.request.settimeout(PATIENCE)
                    if request := _request(self.request):
                        with road.taken():
                            road.carry(request, self.request, port)

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

    def quiet(self) -> None:
        """Waits for the exchanges that are under way, also those that the phone has given up."""
        with self._calm:
            self._calm.wait_for(lambda: not self._under_way, PATIENCE)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """While this lasts an exchange is under way."""
        with self._calm:
            self._under_way += 1
        try:
            yield
        finally:
            with self._calm:
                self._under_way -= 1
                self._calm.notify_all()

    def carry(self, request: bytes, phone: socket.socket, port: int) -> None:
        """One exchange; the connection is closed after it."""
        spoil = self.spoil
        self.heard.append(request)
        if spoil is not None and spoil.answer is not None:
            self.spoilt += 1
            phone.sendall(spoil.answer)
            return
        spoil = spoil or Spoil()
        arrived = spoil.request(request)
        response = _ask(port, arrived)
        told = spoil.response(response)
        if (arrived, told) != (request, response):
            self.spoilt += 1
            self.lengths.append((len(request), len(response)))
            self.told = told
        phone.sendall(told)


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
