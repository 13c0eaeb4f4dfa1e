"""What a name stands for, in Markdown in which nothing of the author's is markup."""

from __future__ import annotations

import re

from report.bibtex.latex import decode_plain
from report.document import Note, note_label, plain_text
from report.front import shown
from report.lsp import settings
from report.lsp.analysis import Analysis
from report.lsp.names import Name
from report.source import Span


def hover(path: str, offset: int, analysis: Analysis) -> tuple[Span, str] | None:
    """The words that are shown at a place, and what they are about; None where there is nothing to say."""
    name = analysis.at(path, offset)
    if name is not None:
        return (name.span, said) if (said := _of_name(name, analysis)) else None
    return _setting(path, offset, analysis.texts[path].text) if path in analysis.project.configuration else None


_WORD = re.compile(r"(?<![\w-])[\w-]*:?")


def _setting(path: str, offset: int, text: str) -> tuple[Span, str] | None:
    """The meaning of the key at a place, or of the one whose value is there."""
    start = text.rfind("\n", 0, offset) + 1
    word = next((found for found in _WORD.finditer(text, start) if found.end() >= offset), None)
    if word is None:
        return None
    keys, is_value = settings.place(text[: word.end()])
    meaning = str(settings.within(settings.REPORT, keys).get("description", "")) if is_value else ""
    return (Span(path, word.start(), word.end()), escaped(meaning)) if meaning else None


def _of_name(name: Name, analysis: Analysis) -> str:
    match name.kind:
        case "key":
            return _entry(name.name, analysis)
        case "label":
            return _label(name.name, analysis)
        case "note":
            return _note(name, analysis)


def _entry(key: str, analysis: Analysis) -> str:
    """The note in the project's style, and the abstract."""
    library = analysis.linked.library
    entry, works = library.get(key), library.keys()
    if entry is None or entry.key not in works:
        return ""
    found = shown(analysis.project, library, entry)
    abstract = decode_plain(entry.value("abstract"))
    return "\n\n".join(filter(None, (escaped(found.citation or found.bibliography), escaped(abstract))))


def _label(name: str, analysis: Analysis) -> str:
    target = analysis.linked.table.targets.get(name)
    if target is None:
        return ""
    return escaped(" ".join(filter(None, (target.kind, target.number, plain_text(target.title)))))


def _note(name: Name, analysis: Analysis) -> str:
    """The text of the note as it is written; of two chapters' notes of one name, that of the same chapter."""
    notes = [
        node
        for chapter in analysis.linked.parsed
        for node in chapter.nodes
        if isinstance(node, Note) and node.label and note_label(node.label) == note_label(name.name)
    ]
    notes.sort(key=lambda node: node.span.path != name.span.path)
    if not notes or not notes[0].blocks:
        return ""
    first, last = notes[0].blocks[0].span, notes[0].blocks[-1].span
    return escaped(analysis.texts[first.path].text[first.start : last.end])


_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")


def escaped(text: str) -> str:
    """Text on one line, as Markdown that prints it and nothing else."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
