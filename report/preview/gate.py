"""Who is let in: requests from this machine's browser, for this server, that know its secret."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from hmac import compare_digest

from report.preview.http import Message, Refused

PROTECTION: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Frame-Options": "SAMEORIGIN",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Fields of every reply."""

CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of replies that are no page."""

EDITION = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
"""The policy of the report's own page: it has all in itself, and runs nothing."""


def page_policy(nonce: str) -> str:
    """The policy of the preview's page: its own script and style alone."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' data:; "
        "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


class Gate:
    """Knows the secrets of one run of the server at a port."""

    def __init__(self, port: int) -> None:
        self.hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
        self.entrance = f"/?token={secrets.token_urlsafe(32)}"
        """The target of the first request."""
        self.cookie = f"report-preview-{port}"
        self._value = secrets.token_urlsafe(32)

    def check(self, message: Message) -> None:
        """Refuse what is not for this server, or not from its page."""
        host = message.only("host")
        if host not in self.hosts:
            raise Refused(421)
        if message.method not in ("GET", "HEAD", "POST"):
            raise Refused(405)
        if message.method == "POST" and message.only("origin") != f"http://{host}":
            raise Refused(403)
        origin = [value for name, value in message.fields if name == "origin"]
        if any(value != f"http://{host}" for value in origin):
            raise Refused(403)
        if message.only("sec-fetch-site") not in (None, "same-origin", "none"):
            raise Refused(403)

    def is_entrance(self, message: Message) -> bool:
        """Whether somebody comes with the token."""
        return message.method == "GET" and _same(message.target, self.entrance)

    @property
    def grant(self) -> str:
        """The cookie for whoever came with the token."""
        return f"{self.cookie}={self._value}; Path=/; HttpOnly; SameSite=Strict"

    def admit(self, message: Message) -> None:
        """Refuse whoever has not come with the token before."""
        given = [part.strip() for name, value in message.fields if name == "cookie" for part in value.split(";")]
        own = [part.partition("=")[2] for part in given if part.partition("=")[0] == self.cookie]
        if not any(_same(value, self._value) for value in own):
            raise Refused(403)


def _same(given: str, known: str) -> bool:
    return compare_digest(given.encode("latin-1", "replace"), known.encode())
