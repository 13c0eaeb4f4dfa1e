"""The bibliography: entries in order, repeated names replaced, the first field set apart.

CSL 1.0.2, sections "Bibliography-specific Options", "Reference Grouping", "Display".
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from report.csl.model import Entry
from report.csl.output import finish
from report.csl.program import Area
from report.csl.richtext import PLAIN, Box, Look, Node, find, parse, plain, rewrite, walk
from report.csl.session import Session
from report.csl.tree import Text


def render_bibliography(session: Session, ids: Sequence[str]) -> tuple[Entry, ...]:
    """The entries of these items, which stand in the order of the bibliography."""
    area = session.program.bibliography
    if area is None:
        return ()
    nodes = [session.render_entry(area, id) for id in ids]
    if "subsequent-author-substitute" in area.options:
        nodes = _substituted(nodes, area)
    align = bool(area.options.get("second-field-align"))
    entries = []
    for id, node in zip(ids, nodes, strict=True):
        if not plain(node):
            continue
        laid_out = _aligned(node, area.look) if align else _closed(node, area.look)
        entries.append(Entry(id, finish(laid_out, session.program.locale)))
    return tuple(entries)


def _aligned(node: Node, look: Look) -> Node:
    """The first field in the margin, everything else beside it: `second-field-align`."""
    children = node.children if isinstance(node, Box) else (node,)
    if len(children) < 2:
        return Box((node,), look)
    first, rest = children[0], children[1:]
    left = Box((first,), Look(display="left-margin"))
    right = Box((Box(rest, replace(look, delimiter="")),), Look(display="right-inline"))
    return Box((left, right))


def _closed(node: Node, look: Look) -> Node:
    """The entry with the affixes of the layout; its suffix belongs into the last block, if there are blocks."""
    last = node.children[-1] if isinstance(node, Box) and node.children else None
    if not isinstance(node, Box) or not isinstance(last, Box) or not last.look.display or not look.suffix:
        return Box((node,), look)
    bare = last._replace(look=replace(last.look, display=""))
    inner = Box((bare,), Look(suffix=look.suffix, outer=True, display=last.look.display))
    return Box((node._replace(children=(*node.children[:-1], inner)),), replace(look, suffix=""))


def _substituted(nodes: Sequence[Node], area: Area) -> list[Node]:
    """Names that the entry before has as well replaced by the style's mark: `subsequent-author-substitute`."""
    mark = area.options["subsequent-author-substitute"]
    rule = area.options.get("subsequent-author-substitute-rule", "complete-all")
    out: list[Node] = []
    previous: Box | None = None
    for node in nodes:
        names = find(node, "names")
        changed = None
        if names is not None and previous is not None:
            changed = _replaced(names, previous, mark, rule)
        out.append(node if changed is None else _swap(node, names, changed))
        previous = names
    return out


def _swap(node: Node, old: Box | None, new: Node) -> Node:
    return rewrite(node, lambda box: new if box is old else "") or Box(())


def _replaced(names: Box, previous: Box, mark: str, rule: str) -> Node | None:
    """The names with the mark in them; None if nothing repeats."""
    same = _core(names) == _core(previous)
    if rule == "complete-all":
        return _marked(names, mark) if same else None
    mine, theirs = _names(names), _names(previous)
    if not mine:
        return _marked(names, mark) if same else None
    matching = _matching(mine, theirs)
    if rule == "complete-each":
        count = len(mine) if same else 0
    else:
        count = min(matching, 1) if rule == "partial-first" else matching
    if not count:
        return None
    return rewrite(names, lambda box: _dash(mark) if any(box is name for name in mine[:count]) else "")


def _core(names: Box) -> str:
    """The names without labels and affixes."""
    lists = [plain(box) for box in walk(names) if isinstance(box, Box) and box.tag == "name-list"]
    return "\n".join(lists) or plain(names._replace(look=replace(names.look, prefix="", suffix="")))


def _names(names: Box) -> list[Box]:
    found: list[Box] = []

    def look(box: Box) -> str:
        if box.tag == "name":
            found.append(box)
        return ""

    rewrite(names, look)
    return found


def _matching(mine: Sequence[Box], theirs: Sequence[Box]) -> int:
    count = 0
    for left, right in zip(mine, theirs, strict=False):
        if plain(left) != plain(right):
            break
        count += 1
    return count


def _marked(names: Box, mark: str) -> Node:
    """The mark in place of the whole list of names; affixes and labels of the element stay."""
    if names.key == "substitute":
        return names._replace(children=(_dash(mark),))
    children: list[Node] = []
    for child in names.children:
        if isinstance(child, Box) and any(isinstance(c, Box) and c.tag == "name-list" for c in child.children):
            labels = [c for c in child.children if isinstance(c, Box) and c.tag == "label"]
            if not children:
                children.append(Box((_dash(mark), *labels)))
            continue
        children.append(child)
    return names._replace(children=tuple(children))


def _dash(mark: str) -> Node:
    return Box(parse(mark) or (Text(""),), PLAIN, "name")
