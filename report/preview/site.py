"""What the server answers: a table of things that are at hand, none of which is looked for on the disk."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import unquote_to_bytes

from report.preview.gate import EDITION, PROTECTION, Gate, page_policy
from report.preview.http import Connection, Message, Refused, Reply
from report.preview.pages import Pages
from report.preview.shown import Shown

HEART_SECONDS = 15.0
"""How often a stream of news says that it is alive."""

Edition = Callable[[], bytes]
"""The report's page for screens as it is now; empty where it is not to be had."""

Open = Callable[[object], Mapping[str, object] | None]
"""Open the editor at a place that a page names: where it is, and what came of it; None where it is none."""


class Site:
    """Answers requests that have passed the gate."""

    def __init__(self, gate: Gate, shown: Shown, pages: Pages, edition: Edition, opens: Open) -> None:
        self.gate = gate
        self.shown = shown
        self.pages = pages
        self.edition = edition
        self.opens = opens

    def answer(self, message: Message, connection: Connection) -> Reply | None:
        """The answer to a request. Raises Refused."""
        self.gate.check(message)
        if self.gate.is_entrance(message):
            return Reply(303, fields={"Location": "/", "Set-Cookie": self.gate.grant})
        self.gate.admit(message)
        if message.method == "POST":
            return self._posted(message)
        if message.target == "/events" and message.method == "GET":
            self._stream(connection)
            return None
        return self._got(message.target)

    def _got(self, target: str) -> Reply:
        if target == "/":
            return _page()
        if target in _PARTS:
            return Reply(200, _part(target[1:]), _PARTS[target])
        if target.partition("?")[0] == "/edition":
            html = self.edition()
            fields = {"Content-Security-Policy": EDITION}
            return Reply(200, html, "text/html; charset=utf-8", fields) if html else Reply(404)
        if drawn := _PICTURE.fullmatch(target):
            picture = self.pages.picture(drawn[1], int(drawn[2]))
            return Reply(200, picture, "image/png") if picture else Reply(404)
        if words := _SEARCH.fullmatch(target):
            text = unquote_to_bytes(words[1]).decode("utf-8", "replace")
            return Reply(200, self.pages.find(text.replace("\0", " ")), "application/json")
        return Reply(404)

    def _posted(self, message: Message) -> Reply:
        if message.target != "/open" or message.only("content-type") != "application/json":
            raise Refused(404)
        try:
            place = json.loads(message.body)
        except (ValueError, RecursionError):
            raise Refused(400) from None
        found = self.opens(place)
        return Reply(404) if found is None else Reply(200, json.dumps(found).encode(), "application/json")

    def _stream(self, connection: Connection) -> None:
        """Tell a page of every change, until it goes away or the server ends (server-sent events, HTML 9.2)."""
        connection.begin("text/event-stream", {**PROTECTION, "Content-Security-Policy": "default-src 'none'"})
        number = 0
        while True:
            number, state = self.shown.after(number, HEART_SECONDS)
            if number < 0:
                return
            connection.write(f"data: {state}\n\n".encode() if state else b":\n\n")


_PICTURE = re.compile(r"/page/([0-9a-f]{40})/([1-9]\d{1,3})")

_SEARCH = re.compile(r"/search\?q=([!-~]{1,1000})")

_PARTS = {"/preview.css": "text/css; charset=utf-8", "/preview.js": "text/javascript; charset=utf-8"}
"""The parts of the page."""


def _page() -> Reply:
    nonce = secrets.token_urlsafe(16)
    html = _part("preview.html").replace(b"NONCE", nonce.encode())
    return Reply(200, html, "text/html; charset=utf-8", {"Content-Security-Policy": page_policy(nonce)})


@cache
def _part(name: str) -> bytes:
    return (files("report.preview") / name).read_bytes()
