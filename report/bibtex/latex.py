"""LaTeX in a field becomes formatted text in Unicode, with what its braces protect from changes of case.

As BibTeX and biblatex's `\\MakeSentenceCase` have it, a brace group protects what is in it, and so does an argument of
`\\emph` and the like, unless the group begins with a command (`{\\"o}`, `{\\emph{...}}`). A command nobody knows is
left out, its argument stays, and its name is reported.
"""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct, field

from report.bibtex.richtext import NOCASE, Rich, Run, plain, tidy
from report.bibtex.strings import closing_brace
from report.bibtex.symbols import (
    ACCENTS,
    DECLARATIONS,
    DROPPED,
    MATHEMATICS,
    PROTECTING,
    QUOTES,
    STYLES,
    SYMBOLS,
    TRANSPARENT,
)

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|[{}$~]|---?|``|''|,,|[!?]`|[\^_]|[`']|[^\\{}$~\-`',!?^_]+|.", re.DOTALL)
_SPACE = re.compile(r"\s*")
_LIGATURES = {
    "~": "\u00a0",
    "--": "–",
    "---": "—",
    "``": "“",
    "''": "”",
    ",,": "„",
    "!`": "¡",
    "?`": "¿",
    "`": "‘",
    "'": "’",
}
_OPTIONAL = re.compile(r"\[[^\[\]]*\]")
_MARKUP = frozenset("\\{}$~-`',!?")
_DEEPEST = 60
"""Groups inside groups are followed so far; deeper ones are read as if their braces were not there."""


class Decoded(Struct, frozen=True):
    """The text of a field."""

    runs: Rich
    unknown: tuple[str, ...] = ()
    """Commands that were left out."""


def decode(text: str) -> Decoded:
    """The formatted text that LaTeX would print."""
    if _MARKUP.isdisjoint(text):
        return Decoded(tidy((Run(text),)))
    reader = _Reader(text)
    reader.group((), protects=True)
    return Decoded(tidy(reader.runs), tuple(dict.fromkeys(reader.unknown)))


def decode_plain(text: str) -> str:
    """The characters alone."""
    return plain(decode(text).runs)


class _Reader(Struct):
    """A place in a text that is read once from left to right."""

    text: str
    place: int = 0
    depth: int = 0
    quotes: int = 0
    mathematics: bool = False
    runs: list[Run] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def group(self, tags: tuple[str, ...], protects: bool) -> None:
        """Reads up to the brace that closes the group, or the end."""
        self.depth += 1
        while token := self._next():
            if token == "}" and self.depth > 1:
                break
            if token[0] == "\\" and token[1:] in DECLARATIONS:
                self._skip_space()
                tags = _declared(tags, DECLARATIONS[token[1:]])
            else:
                self._token(token, tags, protects)
        self.depth -= 1

    def _next(self) -> str:
        found = _TOKEN.match(self.text, self.place)
        if found is None:
            return ""
        self.place = found.end()
        return found.group()

    def _token(self, token: str, tags: tuple[str, ...], protects: bool) -> None:
        match token:
            case "{" if self.depth < _DEEPEST:
                special = self.text.startswith("\\", self.place)
                inner = _tagged(tags, NOCASE) if protects and not special else tags
                self.group(inner, protects and not special)
            case "{" | "}":
                pass
            case "$":
                self._mathematics(tags)
            case "^" | "_" if self.mathematics:
                self._argument(_tagged(tags, "sup" if token == "^" else "sub"), protects=False)
            case _ if token[0] == "\\" and len(token) > 1:
                self._command(token[1:], tags, protects)
            case _:
                self.runs.append(Run(_LIGATURES.get(token, token), tags))

    def _mathematics(self, tags: tuple[str, ...]) -> None:
        closing = self.text.find("$", self.place + 1)
        if self.mathematics or closing < 0:
            self.runs += [] if self.mathematics else [Run("$", tags)]
            self.mathematics = False
            return
        self.mathematics = True
        while self.mathematics and (token := self._next()):
            self._token(token, _tagged(tags, NOCASE), protects=False)

    def _command(self, name: str, tags: tuple[str, ...], protects: bool) -> None:
        known = name[:1] + name[1:].removesuffix("*")
        if known[0].isalpha() and not self.mathematics:
            self._skip_space()
        argument = _tagged(tags, NOCASE) if protects else tags
        if known in ACCENTS and not (self.mathematics and len(known) == 1):
            self._accent(known, tags)
        elif (text := SYMBOLS.get(known, MATHEMATICS.get(known))) is not None:
            self.runs.append(Run(text, tags))
        elif known in STYLES:
            self._argument(_tagged(argument, STYLES[known]), protects=False)
        elif known in QUOTES:
            self._quotation(argument)
        elif known in PROTECTING:
            self._protected(known, tags)
        elif known in TRANSPARENT:
            self._argument(argument, protects=False)
        else:
            self._special(known, tags)

    def _special(self, name: str, tags: tuple[str, ...]) -> None:
        match name:
            case "url" | "path" | "nolinkurl":
                self.runs.append(Run(self._verbatim(), tags))
            case "href":
                self._verbatim()
                self._argument(tags, protects=False)
            case "frac" | "tfrac" | "dfrac" | "nicefrac" | "sfrac":
                self._argument(tags, protects=False)
                self.runs.append(Run("/", tags))
                self._argument(tags, protects=False)
            case "sqrt":
                self.runs.append(Run("√", tags))
                self._argument(tags, protects=False)
            case _ if name in DROPPED:
                for _ in range(DROPPED[name]):
                    self._verbatim()
            case _:
                self.unknown.append(name)
                self._skip(_OPTIONAL)

    def _accent(self, name: str, tags: tuple[str, ...]) -> None:
        before = len(self.runs)
        self._argument(tags, protects=False)
        base = unicodedata.normalize("NFC", plain(self.runs[before:]).replace("ı", "i").replace("ȷ", "j")) or " "
        del self.runs[before:]
        self.runs.append(Run(base[0] + ACCENTS[name] + base[1:], tags))

    def _quotation(self, tags: tuple[str, ...]) -> None:
        opening, closing = ("“", "”") if self.quotes % 2 == 0 else ("‘", "’")
        self.quotes += 1
        self.runs.append(Run(opening, tags))
        self._argument(tags, protects=False)
        self.runs.append(Run(closing, tags))
        self.quotes -= 1

    def _protected(self, name: str, tags: tuple[str, ...]) -> None:
        before = len(self.runs)
        self._argument(_tagged(tags, NOCASE), protects=False)
        if name != "NoCaseChange":
            self.runs[before:] = [Run(run.text.upper(), run.tags) for run in self.runs[before:]]

    def _argument(self, tags: tuple[str, ...], protects: bool) -> None:
        """Reads a group, a command or one character."""
        self._skip_space()
        token = self._next()
        if token == "{" and self.depth < _DEEPEST:
            self.group(tags, protects)
        elif token in ("", "}", "$"):
            self.place -= len(token)
        elif token[0] == "\\" and self.depth < _DEEPEST:
            self.depth += 1
            self._token(token, tags, protects)
            self.depth -= 1
        else:
            self.place -= len(token) - 1
            self.runs.append(Run(token[0], tags))

    def _verbatim(self) -> str:
        self._skip_space()
        if not self.text.startswith("{", self.place):
            return ""
        closing = closing_brace(self.text, self.place)
        end = len(self.text) if closing is None else closing
        start, self.place = self.place + 1, min(end + 1, len(self.text))
        return re.sub(r"\\([%#&_~{}$])", r"\1", self.text[start:end])

    def _skip_space(self) -> None:
        self._skip(_SPACE)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        if found := pattern.match(self.text, self.place):
            self.place = found.end()


def _tagged(tags: tuple[str, ...], tag: str) -> tuple[str, ...]:
    return tags if tag in tags else (*tags, tag)


def _declared(tags: tuple[str, ...], tag: str) -> tuple[str, ...]:
    return _tagged(tags, tag) if tag else tuple(one for one in tags if one == NOCASE)
