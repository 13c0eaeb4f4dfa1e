"""HTTP/1.1 as far as the preview needs it (RFC 9112): what is odd, too long or too slow is refused."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Mapping

from msgspec import Struct, field

HEAD_BYTES, BODY_BYTES = 8192, 16384
"""The longest request, before and behind its empty line."""

HEAD_SECONDS = 10.0
"""How long a request may take to arrive, once it has begun."""

IDLE_SECONDS = 30.0
"""How long a connection may wait for its next request, and for the client to take what it has asked for."""


class Message(Struct, frozen=True):
    """A request."""

    method: str
    target: str
    """As it was sent: nothing in it is decoded."""
    fields: tuple[tuple[str, str], ...]
    """Header fields, their names in small letters."""
    body: bytes = b""

    def only(self, name: str) -> str | None:
        """The value of a field that is there once; None where it is missing, or given again."""
        values = [value for key, value in self.fields if key == name]
        return values[0] if len(values) == 1 else None


class Reply(Struct, frozen=True):
    """An answer."""

    status: int
    content: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    fields: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """A request that is not answered; with the status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Gone(Exception):
    """The client has left."""


REASONS = {
    200: "OK",
    204: "No Content",
    303: "See Other",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    411: "Length Required",
    413: "Content Too Large",
    421: "Misdirected Request",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class Connection:
    """One client's connection."""

    def __init__(self, channel: socket.socket) -> None:
        self._socket = channel
        self._waiting = b""
        """What has come of the next request."""

    def receive(self) -> Message:
        """The next request. Raises Refused for one that is none, and Gone."""
        deadline = time.monotonic() + IDLE_SECONDS
        while b"\r\n\r\n" not in self._waiting:
            if len(self._waiting) > HEAD_BYTES:
                raise Refused(431)
            is_new = not self._waiting
            self._waiting += self._piece(deadline)
            if is_new:
                deadline = min(deadline, time.monotonic() + HEAD_SECONDS)
        head, _, rest = self._waiting.partition(b"\r\n\r\n")
        if len(head) > HEAD_BYTES:
            raise Refused(431)
        request = _parsed(head)
        length = _length(request)
        while len(rest) < length:
            rest += self._piece(deadline)
        self._waiting = rest[length:]
        return Message(request.method, request.target, request.fields, rest[:length])

    def _piece(self, deadline: float) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Refused(408) if self._waiting else Gone
        self._socket.settimeout(left)
        try:
            piece = self._socket.recv(4096)
        except TimeoutError:
            raise (Refused(408) if self._waiting else Gone) from None
        except OSError:
            raise Gone from None
        if not piece:
            raise Gone
        return piece

    def send(self, reply: Reply, *, has_body: bool = True, closes: bool = False) -> None:
        """Answer a request. Raises Gone."""
        fields = {"Content-Type": reply.kind, "Content-Length": str(len(reply.content)), **reply.fields}
        if closes:
            fields["Connection"] = "close"
        self.write(_head(reply.status, fields) + (reply.content if has_body else b""))

    def begin(self, kind: str, fields: Mapping[str, str]) -> None:
        """Answer with a stream, which ends with the connection. Raises Gone."""
        self.write(_head(200, {"Content-Type": kind, "Connection": "close", **fields}))

    def write(self, content: bytes) -> None:
        """Send some bytes. Raises Gone where they are not taken."""
        try:
            self._socket.settimeout(IDLE_SECONDS)
            self._socket.sendall(content)
        except OSError:
            raise Gone from None


def _head(status: int, fields: Mapping[str, str]) -> bytes:
    lines = (f"HTTP/1.1 {status} {REASONS[status]}", *(f"{name}: {value}" for name, value in fields.items()))
    return "\r\n".join((*lines, "", "")).encode("latin-1")


_REQUEST_LINE = re.compile(rb"([A-Z]{1,16}) (/[!-~]*) HTTP/1\.1")
"""In origin-form (RFC 9112, 3.2.1): what is for proxies is refused."""

_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~\x80-\xff]*?)[ \t]*")


def _parsed(head: bytes) -> Message:
    first, *lines = head.split(b"\r\n")
    request = _REQUEST_LINE.fullmatch(first)
    found = [_FIELD.fullmatch(line) for line in lines]
    if not request or not all(found) or len(found) > 100:
        raise Refused(400)
    fields = ((one[1].decode().lower(), one[2].decode("latin-1")) for one in found if one)
    return Message(request[1].decode(), request[2].decode(), tuple(fields))


def _length(request: Message) -> int:
    """How long the body is."""
    named = [name for name, _ in request.fields]
    if "transfer-encoding" in named:
        raise Refused(411)
    if "content-length" not in named:
        return 0
    given = request.only("content-length")
    if given is None or not given.isascii() or not given.isdigit():
        raise Refused(400)
    if len(given) > 9 or int(given) > BODY_BYTES:
        raise Refused(413)
    return int(given)
