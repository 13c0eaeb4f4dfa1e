"""The protocol: what an editor says and asks, and what it is told."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from report import __version__
from report.diagnostics import Diagnostic, Severity
from report.files import Files
from report.lsp import completion, definition, renaming
from report.lsp.analysis import Analysis, place
from report.lsp.desk import Desk
from report.lsp.hover import hover
from report.lsp.outline import outline
from report.lsp.places import Counting, Places, path_of, within
from report.project import FILE
from report.source import Source

SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


REFUSED = -32803
"""The code for a request that was understood and cannot be done (LSP 3.17, `RequestFailed`)."""


WATCHED = "**/*.{md,bib,yml,csl,css,csv,svg,png,jpg,jpeg,gif,webp}"
"""The files that a report is made of."""

TURN_SECONDS = 0.0005
"""How long an analysis keeps an answer waiting each time that one thread hands a message to another."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A place that an editor asks about, and what is known there."""

    path: str
    offset: int
    analysis: Analysis
    places: Places


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
        sys.setswitchinterval(TURN_SECONDS)
        self.protocol.start_io()
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
        feature(types.TEXT_DOCUMENT_HOVER)(partial(self.hover))
        feature(types.TEXT_DOCUMENT_DEFINITION)(partial(self.definition))
        feature(types.TEXT_DOCUMENT_REFERENCES)(partial(self.references))
        feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(partial(self.prepare_rename))
        feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))(partial(self.rename))
        feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)(partial(self.outline))
        kinds = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
        feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)(partial(self.actions))

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

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """What stands at a place, in words."""
        if (asked := await self._asked(params)) is None:
            return None
        found = await asyncio.to_thread(hover, asked.path, asked.offset, asked.analysis)
        if found is None:
            return None
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, found[1]), asked.places.range(found[0]))

    async def definition(self, params: types.DefinitionParams) -> list[types.Location]:
        """Where a name is defined."""
        if (asked := await self._asked(params)) is None:
            return []
        return [
            asked.places.location(span) for span in definition.definitions(asked.path, asked.offset, asked.analysis)
        ]

    async def references(self, params: types.ReferenceParams) -> list[types.Location]:
        """Where a name is used."""
        asked = await self._asked(params)
        name = asked.analysis.at(asked.path, asked.offset) if asked else None
        if asked is None or name is None:
            return []
        wanted = params.context.include_declaration
        found = definition.same(name, asked.analysis)
        return [asked.places.location(other.span) for other in found if wanted or not other.defines]

    async def prepare_rename(self, params: types.PrepareRenameParams) -> types.Range | None:
        """The name at a place that can have another."""
        asked = await self._asked(params)
        name = renaming.renamable(asked.path, asked.offset, asked.analysis) if asked else None
        return asked.places.range(name.span) if asked and name else None

    async def rename(self, params: types.RenameParams) -> types.WorkspaceEdit:
        """All changes that give a name another form."""
        asked = await self._asked(params)
        name = renaming.renamable(asked.path, asked.offset, asked.analysis) if asked else None
        if asked is None or name is None:
            raise JsonRpcException("there is no name that can have another", REFUSED)
        try:
            found = renaming.renamed(name, params.new_name, asked.analysis)
        except ValueError as fault:
            raise JsonRpcException(str(fault), REFUSED) from fault
        edits = ((span.path, types.TextEdit(asked.places.range(span), params.new_name)) for span in found)
        return types.WorkspaceEdit(changes=_by_address(edits, asked.places))

    async def outline(self, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        """Headings, figures and tables of a chapter."""
        found = self._find(params.text_document.uri)
        analysis = await found[0].settled() if found else None
        if found is None or analysis is None:
            return []
        chapters = (chapter for chapter in analysis.linked.parsed if chapter.path == found[1])
        return [symbol for chapter in chapters for symbol in outline(chapter, self._places(found[0], analysis))]

    async def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """What mends something in a part of a text."""
        found = self._find(params.text_document.uri)
        analysis = await found[0].settled() if found else None
        if found is None or analysis is None:
            return []
        places = self._places(found[0], analysis)
        return [
            _action(problem, places, analysis)
            for problem in analysis.diagnostics
            if problem.edits and place(problem, analysis).path == found[1]
            if _meet(places.range(place(problem, analysis)), params.range)
        ]

    async def _asked(self, params: Any) -> Asked | None:
        """What a question is about; None for a file of no project."""
        found = self._find(params.text_document.uri)
        analysis = await found[0].settled() if found else None
        source = analysis.texts.get(found[1]) if found and analysis else None
        if found is None or analysis is None or source is None:
            return None
        places = self._places(found[0], analysis)
        return Asked(found[1], places.counting.offset(source, params.position), analysis, places)

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


def _action(problem: Diagnostic, places: Places, analysis: Analysis) -> types.CodeAction:
    edits = ((edit.span.path, types.TextEdit(places.range(edit.span), edit.new)) for edit in problem.edits)
    return types.CodeAction(
        title=f"Mend: {problem.message}",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[_diagnostic(problem, places, analysis)],
        edit=types.WorkspaceEdit(changes=_by_address(edits, places)),
    )


def _by_address(edits: Iterable[tuple[str, types.TextEdit]], places: Places) -> dict[str, list[types.TextEdit]]:
    found: dict[str, list[types.TextEdit]] = {}
    for path, edit in edits:
        found.setdefault(places.address(path), []).append(edit)
    return found


def _meet(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end


def _root(folder: Path, path: str) -> Path | None:
    """The folder nearest to a file that is a project, within the folder that an editor has open."""
    files = Files(folder)
    parts = path.split("/")[:-1]
    ways = ("/".join(parts[:count]) for count in range(len(parts), -1, -1))
    return next((folder / way for way in ways if files.exists(f"{way}/{FILE}" if way else FILE)), None)


def plain_lines(text: str) -> str:
    """The text as files are read: with line ends that are all alike."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
