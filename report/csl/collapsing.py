"""Cites grouped by their names, and numbers, years and year suffixes collapsed.

CSL 1.0.2, sections "Cite Grouping" and "Cite Collapsing".
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from report.csl.item import Name
from report.csl.model import Cite
from report.csl.program import Area
from report.csl.richtext import Box, Node, find, parse_affix, plain, walk, without
from report.csl.tree import Text


class Piece(Struct, frozen=True):
    """A rendered cite before its own prefix and suffix are put round it."""

    cite: Cite
    node: Node
    number: int
    """Its citation number."""
    year_suffix: str
    people: tuple[Name, ...]
    """The persons shown first: two of one name are not one group."""
    linked: bool

    @property
    def affixed(self) -> Node:
        """The cite with its prefix and suffix, marked as leading to its entry."""
        cite = self.cite
        node = Box((self.node,), tag="cite", key=cite.id) if self.linked else self.node
        if not (cite.prefix or cite.suffix):
            return node
        return Box((Box(parse_affix(cite.prefix), tag="affix"), node, Box(parse_affix(cite.suffix), tag="affix")))


class _Joint(Struct, frozen=True):
    """A node of the citation and the delimiter before it."""

    node: Node
    delimiter: str


def collapse(pieces: Sequence[Piece], area: Area) -> Node:
    """The cites of one citation with the delimiters between them."""
    options, delimiter = area.options, area.look.delimiter
    mode = options.get("collapse", "")
    pieces = [piece for piece in pieces if plain(piece.affixed)]
    if mode == "citation-number":
        joints = _numbers(pieces, area)
    elif mode or "cite-group-delimiter" in options:
        joints = _groups(pieces, area, mode)
    else:
        joints = [_Joint(piece.affixed, delimiter) for piece in pieces]
    return _join(joints)


def _join(joints: Sequence[_Joint]) -> Node:
    children: list[Node] = []
    for joint in joints:
        if children and (delimiter := _between(children[-1], joint.delimiter, joint.node)):
            children.append(Text(delimiter))
        children.append(joint.node)
    return Box(tuple(children))


def _between(left: Node, delimiter: str, right: Node) -> str:
    """The delimiter, but for cites whose own prefix or suffix brings punctuation."""
    if plain(right)[:1] in (",", ";", ":", "."):
        return ""
    return " " if plain(left).endswith((",", ";", ":")) else delimiter


def _numbers(pieces: Sequence[Piece], area: Area) -> list[_Joint]:
    """Ranges of three and more numbers; only numbers that stand alone take part."""
    delimiter = area.look.delimiter
    after = area.options.get("after-collapse-delimiter", delimiter)
    joints: list[_Joint] = []
    start, collapsed = 0, False
    while start < len(pieces):
        end = start + 1
        while end < len(pieces) and _follows(pieces[end - 1], pieces[end]):
            end += 1
        between = after if collapsed else delimiter
        run = pieces[start:end]
        collapsed = len(run) > 2
        if collapsed:
            joints += [_Joint(run[0].affixed, between), _Joint(run[-1].affixed, "–")]
        else:
            joints += [_Joint(piece.affixed, between if index == 0 else delimiter) for index, piece in enumerate(run)]
        start = end
    return joints


def _follows(left: Piece, right: Piece) -> bool:
    return right.number == left.number + 1 and _is_number(left, False) and _is_number(right, True)


def _is_number(piece: Piece, after: bool) -> bool:
    cite = piece.cite
    if cite.locator or (cite.prefix if after else cite.suffix):
        return False
    number = find(piece.node, "citation-number")
    return number is not None and not any(
        isinstance(node, Text) and node.value.strip() for node in walk(without(piece.node, number) or Text(""))
    )


def _groups(pieces: Sequence[Piece], area: Area, mode: str) -> list[_Joint]:
    options, delimiter = area.options, area.look.delimiter
    # Section "Cite Grouping" sets ", " as default. Names that stand in the layout itself keep the layout's delimiter
    # inside a group and after a group of one: so the reference implementation has it, and styles count on it.
    within = options.get("cite-group-delimiter", delimiter if area.bare_names else ", ")
    after = options.get("after-collapse-delimiter", delimiter)
    joints: list[_Joint] = []
    before = delimiter
    for group in _grouped(pieces) if area.keys else _adjacent(pieces):
        nodes = _group(group, area, mode, within)
        joints.append(_Joint(nodes[0].node, before))
        joints += nodes[1:]
        before = after if mode and (len(group) > 1 or not area.bare_names) else delimiter
    return joints


def _grouped(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Cites with the same names brought together at the place of the first."""
    groups: dict[object, list[Piece]] = {}
    for piece in pieces:
        groups.setdefault(_group_key(piece), []).append(piece)
    return list(groups.values())


def _group_key(piece: Piece) -> tuple[str, tuple[Name, ...]]:
    names = find(piece.node, "names")
    return (plain(names) if names else "", piece.people)


def _adjacent(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Groups without moving any cite: a style that does not sort keeps the author's order."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if groups and _group_key(groups[-1][0]) == _group_key(piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _group(group: Sequence[Piece], area: Area, mode: str, within: str) -> list[_Joint]:
    if not mode:
        return [_Joint(piece.affixed, within) for piece in group]
    shown = [group[0], *(short for piece in group[1:] if (short := _nameless(piece)))]
    group = [piece for piece in group if any(piece.cite is short.cite for short in shown)]
    if mode.startswith("year-suffix") and area.options.get("disambiguate-add-year-suffix") == "true":
        return _year_suffixes(shown, group, area, mode == "year-suffix-ranged", within)
    after = area.options.get("after-collapse-delimiter", within)
    located = [False, *(bool(piece.cite.locator) for piece in shown)]
    return [_Joint(piece.affixed, after if cut else within) for piece, cut in zip(shown, located, strict=False)]


def _nameless(piece: Piece) -> Piece | None:
    """The cite without its names; None if they were all it had."""
    names = find(piece.node, "names")
    if names is None or piece.cite.prefix:
        return piece
    rest = without(piece.node, names)
    return replace(piece, node=rest) if rest is not None and plain(rest) else None


def _year_suffixes(
    shown: Sequence[Piece], group: Sequence[Piece], area: Area, ranged: bool, within: str
) -> list[_Joint]:
    """Equal years once, then their suffixes."""
    suffix_delimiter = area.options.get(
        "year-suffix-delimiter", area.options.get("cite-group-delimiter", area.look.delimiter)
    )
    joints: list[_Joint] = []
    start = 0
    while start < len(shown):
        end = start + 1
        while end < len(shown) and _same_year(group[end - 1], group[end]):
            end += 1
        joints.append(_Joint(shown[start].affixed, within))
        joints += _suffix_run(shown[start:end], suffix_delimiter, ranged)
        start = end
    return joints


def _suffix_run(run: Sequence[Piece], delimiter: str, ranged: bool) -> list[_Joint]:
    joints: list[_Joint] = []
    index = 1
    while index < len(run):
        end = index
        while ranged and end < len(run) and _next_suffix(run[end - 1].year_suffix, run[end].year_suffix):
            end += 1
        if end - index >= 2:
            joints.append(_Joint(_suffix_of(run[end - 1]), "–"))
            index = end
        else:
            joints.append(_Joint(_suffix_of(run[index]), delimiter))
            index += 1
    return joints


def _next_suffix(left: str, right: str) -> bool:
    return len(left) == len(right) == 1 and ord(right) == ord(left) + 1


def _suffix_of(piece: Piece) -> Node:
    suffix = find(piece.node, "year-suffix") or Text(piece.year_suffix)
    return replace(piece, node=suffix).affixed


def _same_year(left: Piece, right: Piece) -> bool:
    if not left.year_suffix or not right.year_suffix or left.cite.suffix or right.cite.prefix:
        return False
    return not left.cite.locator and not right.cite.locator and _undated(left) == _undated(right)


def _undated(piece: Piece) -> str:
    """The cite without its year suffix."""
    suffix = find(piece.node, "year-suffix")
    return plain((suffix and without(piece.node, suffix)) or piece.node)
