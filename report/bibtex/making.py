"""An entry on its way to an item: its fields, read as text, as titles, as lists or as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct, field

from report.bibtex import languages, names
from report.bibtex.casing import sentence_case
from report.bibtex.latex import decode
from report.bibtex.model import Entry, Field
from report.bibtex.richtext import Rich, Run, joined, plain, without_case
from report.diagnostics import Diagnostic, warning

_ESCAPE = re.compile(r"\\([%#&_~$])")


class Making(Struct):
    """An entry with what it inherits, and what is found wrong while its fields are read."""

    entry: Entry
    fields: Mapping[str, Field]
    type: str
    lang: str
    """Of the report."""
    recase: bool
    link: str
    """The field that only holds the address of the work, or nothing."""
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def raw(self, name: str) -> str:
        """A field as it is written; nothing where there is none."""
        return self.fields[name].value.strip() if name in self.fields else ""

    def rich(self, name: str) -> Rich:
        """The text of a field, with what its braces protect."""
        if not (text := self.raw(name)):
            return ()
        decoded = decode(text)
        for command in decoded.unknown:
            message = f"unknown command `\\{command}` in `{name}` of `{self.entry.key}`; it is left out"
            self.diagnostics.append(warning("bib-latex", message, self.fields[name].part(f"\\{command}")))
        return decoded.runs

    def text(self, name: str) -> Rich:
        """The text of a field that is no title."""
        return without_case(self.rich(name))

    def keyed(self, name: str) -> Rich:
        """What a key field prints: the words of its key, or the text it has instead."""
        word = languages.word(self.raw(name), self.lang)
        return (Run(word),) if word != self.raw(name) else self.text(name)

    def title(self, name: str) -> Rich:
        """A title, in sentence case where the entry's titles are."""
        return sentence_case(self.rich(name)) if self.recase else self.rich(name)

    def verbatim(self, name: str) -> str:
        """A field that is no LaTeX; but a backslash before `%` or `_` is nobody's address."""
        return unescaped("".join(self.raw(name).split()))

    def list(self, name: str) -> Rich:
        """The parts of a literal list, as `publisher` is one."""
        words = (languages.word(part, self.lang) for part in names.split(self.raw(name)))
        parts = [without_case(decode(part).runs) for part in words]
        return joined(((Run("et al."),) if plain(part) == "others" else part for part in parts), "; ")


def unescaped(address: str) -> str:
    """An address without the backslashes that LaTeX would want."""
    return _ESCAPE.sub(r"\1", address)
