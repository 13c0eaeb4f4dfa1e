"""An editor that speaks the language server protocol with `report lsp` over a pipe."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

SECONDS = 120
"""How long an answer is waited for."""


class Editor:
    """One server, and what it said."""

    def __init__(
        self,
        root: Path | None,
        cwd: Path | None = None,
        capabilities: dict[str, Any] | None = None,
        options: tuple[str, ...] = (),
    ) -> None:
        command = [sys.executable, "-P", "-m", "report", "lsp", *options]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd or root
        )
        self.received: queue.Queue[dict[str, Any]] = queue.Queue()
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.count = 0
        threading.Thread(target=self._listen, daemon=True).start()
        uri = root.as_uri() if root else None
        folders = [{"uri": uri, "name": "report"}] if uri else None
        opening = {"processId": os.getpid(), "rootUri": uri, "workspaceFolders": folders}
        self.capabilities = self.ask("initialize", {**opening, "capabilities": capabilities or {}})["capabilities"]
        self.tell("initialized", {})

    def send(self, message: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(message), message))
        self.process.stdin.flush()

    def tell(self, method: str, params: object) -> None:
        self.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode())

    def request(self, method: str, params: object) -> dict[str, Any]:
        """The whole answer, be it an error."""
        self.count += 1
        self.send(json.dumps({"jsonrpc": "2.0", "id": self.count, "method": method, "params": params}).encode())
        return self.wait(lambda message: message.get("id") == self.count and "method" not in message)

    def ask(self, method: str, params: object) -> Any:
        answer = self.request(method, params)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def wait(self, is_meant: Any) -> dict[str, Any]:
        while True:
            message = self.received.get(timeout=SECONDS)
            assert message, self.process.stderr and self.process.stderr.read().decode()
            if message.get("method") == "textDocument/publishDiagnostics":
                self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
            elif "method" in message and "id" in message:
                self.send(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": None}).encode())
            if is_meant(message):
                return message

    def said(self, path: Path, is_meant: Any) -> list[dict[str, Any]]:
        """The diagnostics of a file, as soon as they are as meant."""
        uri = path.as_uri()
        if uri not in self.diagnostics or not is_meant(self.diagnostics[uri]):
            self.wait(lambda message: uri in self.diagnostics and is_meant(self.diagnostics[uri]))
        return self.diagnostics[uri]

    def open(self, path: Path, text: str | None = None) -> None:
        text = path.read_text("utf-8") if text is None else text
        document = {"uri": path.as_uri(), "languageId": "markdown", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def close(self, path: Path) -> None:
        self.tell("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})

    def change(self, path: Path, text: str) -> None:
        document = {"uri": path.as_uri(), "version": 2}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def at(self, path: Path, line: int, character: int) -> dict[str, Any]:
        return {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": character}}

    def leave(self) -> int:
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self.process.wait(SECONDS)

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                header = stream.readline()
            self.received.put(json.loads(stream.read(length)))
        self.received.put({})
