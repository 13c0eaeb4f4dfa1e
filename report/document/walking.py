"""Walking and rewriting trees, whatever nodes they have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from operator import is_
from typing import Any, TypeAlias, get_args, get_origin, get_type_hints

from msgspec.structs import replace

from report.document.inlines import (
    Abbreviation,
    Citation,
    Code,
    LineBreak,
    Math,
    Note,
    NoteCall,
    NoteReference,
    Number,
    SoftBreak,
    Text,
)
from report.document.nodes import Node


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every node, parents before their children, in reading order."""
    for node in nodes:
        yield node
        for name in _rows(type(node)):
            if below := getattr(node, name):
                yield from walk(below)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below, in reading order."""
    for name in _rows(type(node)):
        yield from getattr(node, name)


Change: TypeAlias = Callable[[Node], Node | tuple[Node, ...]]


def rewrite(nodes: tuple[Node, ...], change: Change) -> tuple[Node, ...]:
    """The tree with every node replaced by what `change` makes of it, children first."""
    result: list[Node] = []
    below = partial(rewrite, change=change)
    for node in nodes:
        changed = change(with_children(node, below))
        if isinstance(changed, tuple):
            result += changed
        else:
            result.append(changed)
    return tuple(result)


def with_children(node: Node, change: Callable[[tuple[Node, ...]], tuple[Node, ...]]) -> Node:
    """The node with `change` applied to each of its rows of children; itself where nothing changed."""
    rows = _rows(type(node))
    if not rows:
        return node
    changes: dict[str, Any] = {}
    for name in rows:
        before = getattr(node, name)
        after = change(before) if before else before
        if len(after) != len(before) or not all(map(is_, after, before)):
            changes[name] = after
    return replace(node, **changes) if changes else node


@cache
def _rows(kind: type[Node]) -> tuple[str, ...]:
    """The fields that hold nodes, in the order of reading: captions and titles stand above what they name."""
    types = get_type_hints(kind)
    names = [name for name in kind.__struct_fields__ if _has_nodes(types[name])]
    odd = [name for name in names if not _is_row(types[name])]
    if odd:
        raise TypeError(f"{kind.__name__}.{odd[0]}: nodes below a node stand in a tuple[Node, ...]")
    return tuple(sorted(names, key=lambda name: name not in ("caption", "title")))


def _has_nodes(hint: object) -> bool:
    return _is_node(hint) or any(_has_nodes(part) for part in get_args(hint))


def _is_row(hint: object) -> bool:
    kind, *rest = get_args(hint) or (None,)
    return get_origin(hint) is tuple and _is_node(kind) and rest == [...]


def _is_node(hint: object) -> bool:
    return isinstance(hint, type) and get_origin(hint) is None and issubclass(hint, Node)


def plain_text(nodes: Iterable[Node]) -> str:
    """The words of inlines without notes: for bookmarks, running heads, alternatives."""
    return "".join(_plain(node) for node in nodes)


def _plain(node: Node) -> str:
    match node:
        case Text(text=text) | Code(text=text) | Abbreviation(text=text) | Number(text=text):
            return text
        case SoftBreak() | LineBreak():
            return " "
        case Math(words=words, tex=tex):
            return words or tex
        case Note() | NoteCall() | NoteReference() | Citation():
            return ""
        case _:
            return plain_text(children(node))
