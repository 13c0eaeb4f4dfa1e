"""`glossary.yml`: how names are spelled in a report, and the spellings that are not wanted."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from report.data import Mapping, Scalar, Sequence, Value, parse_yaml
from report.diagnostics import Diagnostic, Hint, error, unreadable
from report.files import Files, Unreadable
from report.source import Span

FILE = "glossary.yml"


class Glossary(Struct, frozen=True):
    """Preferred spellings, each with its variants."""

    names: tuple[tuple[str, tuple[str, ...]], ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


NO_GLOSSARY = Glossary()


def read(files: Files) -> Glossary:
    """The glossary of a project; an empty one where there is none."""
    if not files.exists(FILE):
        return NO_GLOSSARY
    source = files.text(FILE)
    if isinstance(source, Unreadable):
        return Glossary((), (unreadable(source, "file-missing", Span(FILE), files),))
    value, problems = parse_yaml(source)
    reader = _Reader(list(problems))
    return Glossary(tuple(reader.names(value)), tuple(reader.diagnostics))


class _Reader:
    """Collects what is wrong with a glossary on the way through; one use."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics
        self.seen: dict[str, Span] = {}

    def names(self, value: Value | None) -> Iterator[tuple[str, tuple[str, ...]]]:
        match value:
            case None | Scalar(value=None):
                return
            case Mapping(entries=entries):
                for key, given in entries:
                    yield key.text, tuple(self._variants(key.text, given))
            case _:
                self._refuse("a glossary is made of names, each with its variants", value.span)

    def _variants(self, name: str, value: Value) -> Iterator[str]:
        if isinstance(value, Scalar) and value.value is None:
            return
        for item in value.items if isinstance(value, Sequence) else (value,):
            if not isinstance(item, Scalar) or not item.text.strip():
                self._refuse(f"the variants of `{name}` must be texts", item.span)
            elif item.text == name:
                self._refuse(f"`{name}` is a variant of itself", item.span)
            elif item.text in self.seen:
                hint = Hint("keep one; the first is here", self.seen[item.text])
                self.diagnostics.append(
                    error("glossary-entry", f"`{item.text}` is a variant of two names", item.span, hint)
                )
            else:
                self.seen[item.text] = item.span
                yield item.text

    def _refuse(self, message: str, span: Span) -> None:
        hint = "write `Saydnaya: [Sednaya, Saidnaya]`"
        self.diagnostics.append(error("glossary-entry", message, span, hint))
