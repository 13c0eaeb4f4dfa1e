"""What a directive is given and what it gives back."""

from __future__ import annotations

from msgspec import Struct

from report.data import Records, parse_csv
from report.diagnostics import Diagnostic, error, odd_characters, unreadable
from report.document import Blocks, Division, Inlines, Paragraph
from report.files import Files, Unreadable, beside
from report.source import Source


class Setting(Struct, frozen=True):
    """What a chapter is compiled for: where its files are, its language, the output and the profiles."""

    files: Files
    language: str = "en-US"
    output: str = "pdf"
    profiles: tuple[str, ...] = ()
    html: bool = False
    """Whether elements of HTML are read."""


class Expansion(Struct, frozen=True):
    """The blocks that a division becomes."""

    blocks: Blocks
    diagnostics: tuple[Diagnostic, ...] = ()
    hidden: Blocks = ()
    """Blocks that this output or profile leaves out."""
    by_output: bool = False
    """Whether another output has other blocks."""


def captioned(division: Division) -> tuple[Inlines, Blocks]:
    """The caption of what a division stands for, its first paragraph, and the blocks beside it."""
    for place, block in enumerate(division.blocks):
        if isinstance(block, Paragraph):
            return block.children, (*division.blocks[:place], *division.blocks[place + 1 :])
    return (), division.blocks


def source_file(division: Division, setting: Setting) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The text of the file that `src` names, beside the chapter."""
    name = division.attributes.get("src")
    if not name:
        return None, (error("directive-source", "`src` is missing", division.span, "name a file: src=data.csv"),)
    found = setting.files.text(beside(division.span.path, name))
    if isinstance(found, Unreadable):
        return None, (unreadable(found, "directive-source", division.span, setting.files),)
    return found, ()


def records_of(division: Division, setting: Setting) -> tuple[Records | None, tuple[Diagnostic, ...]]:
    """The rows of the CSV file that `src` names."""
    source, problems = source_file(division, setting)
    if source is None:
        return None, problems
    records, problems = parse_csv(source)
    return records, (*problems, *odd_characters(source))
