"""What all nodes have: a place in the source, attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from report.packing import Packed
from report.source import Span


@dataclass(frozen=True, slots=True)
class Attributes(Packed):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(Packed):
    """Anything in the tree."""

    counter: ClassVar[str] = ""
    """The counter that numbers nodes of this kind: `figure`, `table`; empty where none does."""

    span: Span
    attributes: Attributes = NO_ATTRIBUTES


Inlines: TypeAlias = tuple[Node, ...]
Blocks: TypeAlias = tuple[Node, ...]
