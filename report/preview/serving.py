"""The server: a port of this machine alone, a thread for each connection, and not too many of them."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import BoundedSemaphore, Lock, Thread

from report.preview.gate import CLOSED, PROTECTION
from report.preview.http import Connection, Gone, Message, Refused, Reply

MOST_CONNECTIONS = 64

Answer = Callable[[Message, Connection], Reply | None]
"""Answers a request; None where it has answered by itself, with a stream that has ended."""


class Server:
    """Listens at a loopback address until it is closed."""

    def __init__(self, port: int, likely: int) -> None:
        """At a port; for 0 at the likely one, or else at any that is free. Raises OSError."""
        self._socket = _bound(port, likely)
        self.port: int = self._socket.getsockname()[1]
        self._room = BoundedSemaphore(MOST_CONNECTIONS)
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        self._is_closed = False

    def begin(self, answer: Answer) -> None:
        """Answer requests from now on."""
        self._socket.listen(128)
        Thread(target=self._accept, args=(answer,), daemon=True).start()

    def close(self) -> None:
        """End all connections, and give the port back."""
        with self._lock:
            self._is_closed = True
            channels = list(self._open)
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for channel in channels:
            with suppress(OSError):
                channel.shutdown(socket.SHUT_RDWR)

    def _accept(self, answer: Answer) -> None:
        while not self._is_closed:
            try:
                channel, _ = self._socket.accept()
            except OSError:
                if self._is_closed or self._socket.fileno() < 0:
                    return
                continue
            if self._room.acquire(blocking=False):
                Thread(target=self._attend, args=(channel, answer), daemon=True).start()
            else:
                with suppress(Gone):
                    Connection(channel).send(Reply(503, fields=_CLOSED), closes=True)
                channel.close()

    def _attend(self, channel: socket.socket, answer: Answer) -> None:
        with self._lock:
            self._open.add(channel)
        try:
            channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with suppress(Gone, OSError):
                _converse(Connection(channel), answer)
        finally:
            with self._lock:
                self._open.discard(channel)
            channel.close()
            self._room.release()


_CLOSED = {**PROTECTION, "Content-Security-Policy": CLOSED}


def _converse(connection: Connection, answer: Answer) -> None:
    while True:
        message = None
        try:
            message = connection.receive()
            reply = answer(message, connection)
        except Refused as refusal:
            reply = Reply(refusal.status, f"{refusal}\n".encode())
        if reply is None:
            return
        fields = {**_CLOSED, **reply.fields}
        has_body = message is None or message.method != "HEAD"
        closes = message is None or reply.status >= 400 or message.only("connection") == "close"
        connection.send(Reply(reply.status, reply.content, reply.kind, fields), has_body=has_body, closes=closes)
        if closes:
            return


def likely_port(name: str) -> int:
    """The port at which the preview of a folder is looked for first, so that an open page finds it again."""
    return 49152 + int.from_bytes(hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=4).digest()) % 16000


def _bound(port: int, likely: int) -> socket.socket:
    *tried, last = (port,) if port else (likely, 0)
    for number in tried:
        with suppress(OSError):
            return _at(number)
    return _at(last)


def _at(port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(("127.0.0.1", port))
    except OSError:
        found.close()
        raise
    return found
