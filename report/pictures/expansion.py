"""How much an SVG draws when all that it refers to is drawn in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from msgspec import Struct, field

from report.pictures.limits import Broken

ELEMENTS = 50_000
"""In a drawing, as it stands and as it is drawn."""

DRAWN_DEPTH = 150
"""Of elements in elements, where what is referred to stands in what refers to it."""

FINEST = 0.1
"""The least width and height of the tile of a pattern."""

PRIMITIVES = 200
"""Steps of all filters."""

_URL = re.compile(r"url\(\s*(?:[\"']\s*)?#([^\"')\s]+)", re.IGNORECASE)
_NAME = re.compile(r"([.#]?)([A-Za-z_][\w-]*)")
_MARKERS = re.compile(r"marker(?:-start|-mid|-end)?\s*:[^;}]*")
_NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+")


def refuse_growth(root: Element) -> None:
    """Raises Broken where references go round in a circle, or multiply."""
    _refuse_patterns(root)
    if sum(element.tag.startswith("fe") for element in root.iter()) > PRIMITIVES:
        raise Broken(f"has filters with more than {PRIMITIVES} steps")
    _Expansion(root).weigh(root, 0)


def _refuse_patterns(root: Element) -> None:
    for pattern in root.iter("pattern"):
        least = FINEST if pattern.get("patternUnits") == "userSpaceOnUse" else FINEST / 100
        for side in ("width", "height"):
            found = re.match(r"\s*(\d*\.?\d+(?:[eE][-+]?\d+)?)\s*(?:[a-z]*|%)\s*$", pattern.get(side, "")[:64])
            if found and 0 < float(found[1]) < least:
                raise Broken("has a pattern that is too fine")


class _Expansion(Struct):
    """Weighs elements with all that is drawn for them; one use."""

    root: Element
    named: dict[str, Element] = field(default_factory=dict)
    rules: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """What rules refer to, by each class, identifier and tag that their selectors name, and by nothing."""
    marks: int = 0
    """The weight of what may stand at every corner of a line."""
    weights: dict[Element, tuple[int, int]] = field(default_factory=dict)
    """Of the elements that are weighed, with their heights."""
    under_way: set[Element] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.named = {}
        for element in self.root.iter():
            self.named.setdefault(element.get("id", ""), element)
        styles = "".join("".join(element.itertext()) for element in self.root.iter("style"))
        styles = re.sub(r"/\*.*?\*/", " ", styles, flags=re.DOTALL)
        self.rules = _rules(styles, self.named)
        given = (element.get(name, "") for element in self.root.iter() for name in element.attrib if "marker" in name)
        inline = (element.get("style", "") for element in self.root.iter())
        used = (*given, *(found for text in (styles, *inline) for found in _MARKERS.findall(text)))
        names = {name for text in used for name in _URL.findall(text)}
        self.marks = sum(self.weigh(self.named[name], 0)[0] for name in sorted(names) if name in self.named)

    def weigh(self, element: Element, depth: int) -> tuple[int, int]:
        """How many elements are drawn for one, and how deep they are in each other."""
        if element in self.under_way:
            raise Broken("refers to itself in a circle")
        weight, height = self.weights.get(element, (0, 0))
        if depth + height > DRAWN_DEPTH:
            raise Broken(f"is drawn with elements more than {DRAWN_DEPTH} deep in each other")
        if weight:
            return weight, height
        self.under_way.add(element)
        weight, height = 1 + self._corners(element) * self.marks, 1
        for inner in (*element, *self._referred(element)):
            more, below = self.weigh(inner, depth + 1)
            weight, height = weight + more, max(height, below + 1)
            if weight > ELEMENTS:
                raise Broken(f"draws more than {ELEMENTS} elements by its references")
        self.under_way.discard(element)
        self.weights[element] = weight, height
        return weight, height

    def _corners(self, element: Element) -> int:
        if not self.marks:
            return 0
        points = element.get("d", "") or element.get("points", "")
        return len(_NUMBER.findall(points)) // 2 if points else 2 * (element.tag == "line")

    def _referred(self, element: Element) -> Iterator[Element]:
        names = [element.get("href", "").removeprefix("#")] if element.get("href", "").startswith("#") else []
        for value in element.attrib.values():
            if "url(" in value.lower():
                names += _URL.findall(value)
        if self.rules and element.tag not in ("svg", "defs", "stop", "style"):
            mine = (("", ""), ("", element.tag), ("#", element.get("id", "")))
            classes = ((".", name) for name in element.get("class", "").split())
            names += [name for one in (*mine, *classes) for name in self.rules.get(one, ())]
        for name in names:
            if name in self.named and name:
                yield self.named[name]


def _rules(styles: str, named: Mapping[str, Element]) -> dict[tuple[str, str], tuple[str, ...]]:
    """What the rules of a stylesheet refer to: more elements may be meant by a selector than match it, none fewer."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for rule in styles.split("}"):
        selector, _, declarations = rule.rpartition("{")
        names = [name for name in _URL.findall(declarations) if name in named]
        for part in {*_NAME.findall(selector)} or {("", "")}:
            if names:
                found.setdefault(part, {}).update(dict.fromkeys(names))
    return {part: tuple(names) for part, names in found.items()}
