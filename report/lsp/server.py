"""The protocol: what an editor says and asks, and what it is told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from report import __version__
from report.diagnostics import Diagnostic, Severity
from report.files import Files
from report.lsp import completion
from report.lsp.analysis import Analysis, place
from report.lsp.desk import Desk
from report.lsp.places import Counting, Places, path_of, within
from report.project import FILE
from report.source import Source

SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


class Server:
    """Answers one editor; a project has its desk from when a file of it is opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.desks: dict[Path, Desk] = {}
        self.is_shut_down = False
        self.protocol = LanguageServer("report", __version__, types.TextDocumentSyncKind.Full)
        self._listen()

    def run(self) -> int:
        """Answer until the editor leaves; 0 where it took leave as the protocol asks."""
        logging.getLogger("pygls").addHandler(logging.NullHandler())
        logging.getLogger("pygls").propagate = False
        self.protocol.start_io()
        return 0 if self.is_shut_down else 1

    def _listen(self) -> None:
        feature = self.protocol.feature
        feature(types.SHUTDOWN)(self.shut_down)
        feature(types.INITIALIZED)(self.initialized)
        feature(types.TEXT_DOCUMENT_DID_OPEN)(self.opened)
        feature(types.TEXT_DOCUMENT_DID_CHANGE)(self.changed)
        feature(types.TEXT_DOCUMENT_DID_SAVE)(self.saved)
        feature(types.TEXT_DOCUMENT_DID_CLOSE)(self.closed)
        feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(self.touched)
        signs = types.CompletionOptions(trigger_characters=["@", "^", "#", ".", "-"])
        feature(types.TEXT_DOCUMENT_COMPLETION, signs)(self.completion)

    def shut_down(self, params: None) -> None:
        """The editor is about to leave."""
        self.is_shut_down = True

    def initialized(self, params: types.InitializedParams) -> None:
        """Begin with the projects that the editor's folders are, before a file of them is opened."""
        for folder in self._folders():
            if Files(folder).exists(FILE):
                self._desk(folder).refresh()

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
        analysis = desk.analysis or await desk.settled()
        text = desk.unsaved.get(path)
        if analysis is None or text is None:
            return None
        source = Source(path, plain_lines(text))
        counting = self._counting()
        offset = counting.offset(source, params.position)
        word, answer = completion.complete(source, offset, analysis)
        start = counting.position(source, offset - len(word))
        for item in answer.items:
            item.text_edit = types.TextEdit(types.Range(start, params.position), item.insert_text or item.label)
        return answer

    def _refresh(self) -> None:
        for desk in self.desks.values():
            desk.refresh()

    def _find(self, address: str) -> tuple[Desk, str] | None:
        """The desk of a file's project and the path in it; None for a file of none."""
        path = path_of(address)
        for folder in self._folders() if path else ():
            inner = within(folder, path) if path else None
            if inner and (root := _root(folder, inner)):
                return self._desk(root), within(root, folder / inner) or inner
        return None

    def _desk(self, root: Path) -> Desk:
        if root not in self.desks:
            self.desks[root] = Desk(root, self._tell, self._failed)
        return self.desks[root]

    def _folders(self) -> Sequence[Path]:
        """The folders that the editor has open; where it names none, the one that the server was started for."""
        workspace = self.protocol.workspace
        addresses = [*(folder.uri for folder in workspace.folders.values()), workspace.root_uri or ""]
        return list(filter(None, map(path_of, addresses))) or [self.folder]

    def _counting(self) -> Counting:
        encoding = self.protocol.workspace.position_encoding or "utf-16"
        return Counting(str(getattr(encoding, "value", encoding)))

    def _places(self, desk: Desk, analysis: Analysis) -> Places:
        return Places(desk.root, analysis.texts, self._counting(), desk.addresses)

    def _tell(self, desk: Desk) -> None:
        """Send what is wrong in every file, and take back what is not any more."""
        analysis = desk.analysis
        found: dict[str, list[types.Diagnostic]] = {}
        if analysis:
            places = self._places(desk, analysis)
            for problem in analysis.diagnostics:
                span = place(problem, analysis)
                found.setdefault(places.address(span.path), []).append(_diagnostic(problem, places, analysis))
        for address in sorted(desk.shown | found.keys()):
            self.protocol.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(address, found.get(address, []))
            )
        desk.shown = {*found}

    def _failed(self, fault: Exception) -> None:
        message = f"a fault of Report itself, not of your text: {type(fault).__name__}; `report check` says more"
        self.protocol.window_log_message(types.LogMessageParams(types.MessageType.Error, message))


def _diagnostic(problem: Diagnostic, places: Places, analysis: Analysis) -> types.Diagnostic:
    hints = [hint for hint in problem.hints if isinstance(hint, str)]
    related = [
        types.DiagnosticRelatedInformation(places.location(hint.span), hint.text)
        for hint in problem.hints
        if not isinstance(hint, str)
    ]
    return types.Diagnostic(
        range=places.range(place(problem, analysis)),
        message="\n".join((problem.message, *(f"help: {hint}" for hint in hints))),
        severity=SEVERITIES[problem.severity],
        code=problem.code,
        source="report",
        related_information=related or None,
    )


def _root(folder: Path, path: str) -> Path | None:
    """The folder nearest to a file that is a project, within the folder that an editor has open."""
    files = Files(folder)
    parts = path.split("/")[:-1]
    ways = ("/".join(parts[:count]) for count in range(len(parts), -1, -1))
    return next((folder / way for way in ways if files.exists(f"{way}/{FILE}" if way else FILE)), None)


def plain_lines(text: str) -> str:
    """The text as files are read: with line ends that are all alike."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
