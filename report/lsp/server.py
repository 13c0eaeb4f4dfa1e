"""The protocol: what an editor says and asks, and what it is told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from msgspec.structs import replace
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from report import __version__
from report.choices import Request
from report.files import Files, with_plain_line_ends
from report.lsp import completion
from report.lsp.addresses import path_of, project_of, within
from report.lsp.desk import Desk, Refused
from report.lsp.places import Counting
from report.project import FILE
from report.source import Source

REFUSED = -32803
"""The code for a request that was understood and cannot be done (LSP 3.17, `RequestFailed`)."""


WATCHED = "**/*.{md,bib,yml,csl,css,csv,svg,png,jpg,jpeg,gif,webp}"
"""The files that a report is made of."""

ANSWERED: tuple[tuple[str, Any, Any], ...] = (
    (types.TEXT_DOCUMENT_HOVER, types.Hover, None),
    (types.TEXT_DOCUMENT_DEFINITION, list[types.Location], None),
    (types.TEXT_DOCUMENT_REFERENCES, list[types.Location], None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, types.Range, None),
    (types.TEXT_DOCUMENT_RENAME, types.WorkspaceEdit, types.RenameOptions(prepare_provider=True)),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, list[types.DocumentSymbol], None),
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        list[types.CodeAction],
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    ),
)
"""What is asked of those who know the report: request, type of the answer, and what the editor is told of it."""


class Server:
    """Answers one editor; a project has its desk from when a file of it is opened."""

    def __init__(self, request: Request) -> None:
        """The folder that is asked for is that of editors which have none open."""
        self.request = request
        self.desks: dict[Path, Desk] = {}
        self.is_shut_down = False
        self.converter = default_converter()  # type: ignore[no-untyped-call]
        self.protocol = LanguageServer(
            "report", __version__, types.TextDocumentSyncKind.Full, converter_factory=lambda: self.converter
        )
        self._listen()

    def run(self) -> int:
        """Answer until the editor leaves; 0 where it took leave as the protocol asks."""
        logging.getLogger("pygls").addHandler(logging.NullHandler())
        logging.getLogger("pygls").propagate = False
        self.protocol.start_io()
        for desk in self.desks.values():
            desk.leave()
        return 0 if self.is_shut_down else 1

    def _listen(self) -> None:
        feature = self.protocol.feature  # marks what it is given, which a method cannot bear
        feature(types.SHUTDOWN)(partial(self.shut_down))
        feature(types.INITIALIZED)(partial(self.initialized))
        feature(types.TEXT_DOCUMENT_DID_OPEN)(partial(self.opened))
        feature(types.TEXT_DOCUMENT_DID_CHANGE)(partial(self.changed))
        feature(types.TEXT_DOCUMENT_DID_SAVE)(partial(self.saved))
        feature(types.TEXT_DOCUMENT_DID_CLOSE)(partial(self.closed))
        feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(partial(self.touched))
        signs = types.CompletionOptions(trigger_characters=["@", "^", "#", ".", "-"])
        feature(types.TEXT_DOCUMENT_COMPLETION, signs)(partial(self.completion))
        for method, kind, options in ANSWERED:
            feature(method, options)(partial(self.asked, method, kind))

    def shut_down(self, params: None) -> None:
        """The editor is about to leave."""
        self.is_shut_down = True

    def initialized(self, params: types.InitializedParams) -> None:
        """Begin with the projects that the editor's folders are, before a file of them is opened."""
        self._watch()
        for folder in self._folders():
            if Files(folder).exists(FILE):
                self._desk(folder).refresh()

    def _watch(self) -> None:
        """Ask the editor to tell of files that others change, where it can."""
        workspace = self.protocol.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace else None
        if watched and watched.dynamic_registration:
            options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(WATCHED)])
            files = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            self.protocol.client_register_capability(types.RegistrationParams([files]))

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A file is open: its text counts for what is on the disk."""
        document = params.text_document
        if found := self._find(document.uri):
            desk, path = found
            desk.open(path, document.uri, document.text)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A text has changed."""
        address = params.text_document.uri
        if (found := self._find(address)) and params.content_changes:
            desk, path = found
            desk.open(path, address, params.content_changes[-1].text)

    def saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """A file was written, and others perhaps with it."""
        self._refresh()

    def touched(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Files have changed on the disk."""
        self._refresh()

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A file is not open any more."""
        if found := self._find(params.text_document.uri):
            desk, path = found
            desk.close(path)

    async def completion(self, params: types.CompletionParams) -> types.CompletionList | None:
        """What may be written at a place; the last analysis is good enough, for a word is begun and not there yet."""
        found = self._find(params.text_document.uri)
        if found is None:
            return None
        desk, path = found
        await desk.begun()
        text = desk.unsaved.get(path)
        if text is None:
            return None
        source = Source(path, with_plain_line_ends(text))
        counting = Counting(desk.encoding)
        offset = counting.offset(source, params.position.line, params.position.character)
        word, answer = completion.complete(source, offset, desk.stock)
        start = types.Position(**counting.position(source, offset - len(word)))
        for item in answer.items:
            item.text_edit = types.TextEdit(types.Range(start, params.position), item.insert_text or item.label)
        return answer

    async def asked(self, method: str, kind: Any, params: Any) -> Any:
        """The answer of those who know the report; None for a file of none."""
        found = self._find(params.text_document.uri)
        if found is None:
            return None
        desk, path = found
        try:
            answer = await desk.ask(method, path, self.converter.unstructure(params))
        except Refused as fault:
            raise JsonRpcException(str(fault), REFUSED) from fault
        return None if answer is None else self.converter.structure(answer, kind)

    def _refresh(self) -> None:
        for desk in self.desks.values():
            desk.refresh()

    def _find(self, address: str) -> tuple[Desk, str] | None:
        """The desk of a file's project and the path in it; None for a file of none."""
        path = path_of(address)
        for folder in self._folders() if path else ():
            inner = within(folder, path) if path else None
            if inner and (root := project_of(folder, inner)):
                return self._desk(root), within(root, folder / inner) or inner
        return None

    def _desk(self, root: Path) -> Desk:
        if root not in self.desks:
            request = replace(self.request, folder=root)
            self.desks[root] = Desk(request, self._encoding, self._tell, self._failed)
        return self.desks[root]

    def _folders(self) -> Sequence[Path]:
        """The folders that the editor has open; where it names none, the one that the server was started for."""
        workspace = self.protocol.workspace
        addresses = [*(folder.uri for folder in workspace.folders.values()), workspace.root_uri or ""]
        return list(filter(None, map(path_of, addresses))) or [self.request.folder.absolute()]

    @property
    def _encoding(self) -> str:
        """How the editor counts the characters of a line."""
        encoding = self.protocol.workspace.position_encoding or "utf-16"
        return str(getattr(encoding, "value", encoding))

    def _tell(self, desk: Desk) -> None:
        """Send what is wrong in every file, and take back what is not any more."""
        for address in sorted(desk.shown | desk.said.keys()):
            found = {"uri": address, "diagnostics": desk.said.get(address, [])}
            self.protocol.text_document_publish_diagnostics(
                self.converter.structure(found, types.PublishDiagnosticsParams)
            )
        desk.shown = {*desk.said}

    def _failed(self, what: str) -> None:
        message = f"a fault of Report itself, not of your text: {what}; `report check` says more"
        self.protocol.window_log_message(types.LogMessageParams(types.MessageType.Error, message))
