"""What all nodes have: a place in the source, attributes."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from msgspec import Struct
from msgspec.structs import astuple

from report.source import Span


class Attributes(Struct, frozen=True):
    """What stands in `{#id .class key=value}`."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The value of a key, the last where it is given twice."""
        return dict(self.pairs).get(name, default)

    def has(self, name: str) -> bool:
        """Whether a key is given, be it empty."""
        return any(key == name for key, _ in self.pairs)


NO_ATTRIBUTES = Attributes()


class Node(Struct, frozen=True, kw_only=True):
    """Anything in the tree."""

    counter: ClassVar[str] = ""
    """The counter that numbers nodes of this kind: `figure`, `table`; empty where none does."""

    span: Span
    attributes: Attributes = NO_ATTRIBUTES

    def __reduce__(self) -> tuple[object, ...]:
        *own, span, attributes = astuple(self)
        return _made, (type(self), span, attributes, *own)


def _made(kind: type[Node], span: Span, attributes: Attributes, *own: object) -> Node:
    """A node out of a pickle, which by itself would name every field of every node."""
    return kind(*own, span=span, attributes=attributes)


Inlines: TypeAlias = tuple[Node, ...]
Blocks: TypeAlias = tuple[Node, ...]
