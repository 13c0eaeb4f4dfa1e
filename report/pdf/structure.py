"""The structure tree: what each piece of the pages is, in the order in which it is read (ISO 32000-1, 14.7 and 14.8).

It follows the elements of the HTML, not the boxes: a paragraph that is broken over pages is one, a note stands behind
its call, and the head of a table that is repeated on the next page is an artifact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pydyf
from msgspec import Struct, field
from weasyprint.formatting_structure import boxes

from report.pdf.objects import Reference, Target, number_of
from report.pdf.values import identifier
from report.words import words

NOTE, DESCRIPTION = -3, -4
"""Numbers for what the linker names: the structure type of notes and the numbering of description lists are other ones
in PDF 2.0.
"""

_SVG = "{http://www.w3.org/2000/svg}"

_TAGS = {
    "section": "Sect", "nav": "Sect", "aside": "Sect", "figure": "Div",
    "h1": "H1", "h2": "H2", "h3": "H3", "h4": "H4", "h5": "H5", "h6": "H6",
    "p": "P", "pre": "P", "blockquote": "BlockQuote", "code": "Code", "q": "Quote",
    "ul": "L", "ol": "L", "dl": "L", "li": "LI", "dt": "Lbl", "dd": "LBody",
    "table": "Table", "caption": "Caption", "figcaption": "Caption", "thead": "THead", "tbody": "TBody", "tr": "TR",
    "th": "TH", "td": "TD", "img": "Figure", f"{_SVG}svg": "Figure",
}  # fmt: skip
"""The structure type of elements; others give what is in them to the one that they are in."""

_CLASSES = {
    "fn": "Note", "call": "Reference", "note-number": "Lbl", "section-number": "Lbl", "contents-number": "Lbl",
    "csl-left-margin": "Lbl", "contents": "TOC",
}  # fmt: skip
"""The structure type by class, which comes first."""

_GROUPING = {"Part", "Sect", "Div", "BlockQuote", "L", "Table", "THead", "TBody", "TR", "TOC"}
"""Types that hold no text themselves."""

_INNER = {"LI": ("LBody", ("Lbl", "LBody")), "TOCI": ("Reference", ("Lbl", "TOC"))}
"""In which type those hold what is in them, and what they may hold without."""

_NUMBERINGS = {"a": "/LowerAlpha", "A": "/UpperAlpha", "i": "/LowerRoman", "I": "/UpperRoman"}
"""Of an ordered list, by its type."""

_HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")

_INLINE = {"span", "em", "strong", "bdi", "sub", "sup", "abbr", "del", "i", "b", "small", "a"}


class _Node(Struct, eq=False):
    """A structure element."""

    kind: str
    element: Any
    parent: _Node | None
    entry: Any
    kids: list[Any] = field(default_factory=list)
    """Nodes, and (page, what stands for a piece of it)."""
    inner: dict[str, _Node] = field(default_factory=dict)


class Structure(Struct, frozen=True):
    """The tree of some pages."""

    part: int
    """The object that is its root."""
    parents: int
    """Its leaf of the parent tree."""
    elements: Mapping[str, int]
    """The objects of the elements that have an anchor."""
    notes: Mapping[str, int]
    """The objects of notes, by their identifiers."""


class Tagger:
    """Tags pages as `weasyprint.pdf.add_tags` does; one use."""

    def __init__(self, count: int) -> None:
        self.count = count
        """The pages that have a structure, of those that are drawn."""
        self.structure = Structure(0, 0, {}, {})

    def add_tags(self, pdf: Any, document: Any, _: object, streams: Sequence[Any]) -> None:
        """Build the tree of what was drawn."""
        pages = document.pages[: self.count]
        tree = _Tree(pdf, pages[0]._page_box.children[0].element)
        keys: list[Any] = []
        for index, (page, stream) in enumerate(zip(pages, streams, strict=False)):
            owners = tree.read(index, page._page_box, stream)
            keys += [index, pydyf.Array([owner.entry.reference if owner else "null" for owner in owners])]
        tree.finish()
        for key, (node, annotation) in enumerate(tree.links, len(document.pages)):
            annotation["StructParent"] = key
            keys += [key, node.entry.reference]
        parents = pydyf.Dictionary({"Nums": pydyf.Array(keys)})
        pdf.add_object(parents)
        anchors = {name for page in pages for name in page.anchors}
        self.structure = Structure(
            tree.part.entry.number, parents.number, dict(tree.anchored(anchors)), dict(tree.identified())
        )


class _Tree:
    """A structure tree while it grows."""

    def __init__(self, pdf: Any, root: Any) -> None:
        self.pdf = pdf
        self.pages = pdf.page_references  # pydyf makes them anew each time
        self.root = root
        self.above = {child: parent for parent in root.iter() for child in parent}
        self.word = words(root.get("lang") or "").note.replace("{}", "").strip()
        self.links: list[tuple[_Node, Any]] = []
        self._nodes: dict[Any, _Node] = {}
        self._heads: dict[Any, int] = {}
        self._notes: list[_Node] = []
        self._level = 0
        """Of the heading before: the next is at most one deeper, whatever the author wrote."""
        self.part = self._new("Part", root, None)
        self._nodes[root] = self.part

    def read(self, page: int, page_box: Any, stream: Any) -> list[_Node | None]:
        """Take in what was drawn on a page; for each piece in the order of drawing, the node that has it."""
        drawn = dict(stream._tags)
        owners: list[_Node | None] = [None] * len(drawn)
        for box, is_repeated in self._boxes(page, page_box):
            if box.link_annotation and not is_repeated:
                self._link(page, box)
            elif box.link_annotation:
                _drop(self.pdf, page, box.link_annotation)
            if isinstance(box, boxes.TableCellBox) and not is_repeated:
                self._cell(box)
            mark = drawn.pop(box, None)
            if mark is None:
                continue
            if is_repeated or _is_decoration(box):
                _make_artifact(stream, mark["mcid"], "Pagination" if is_repeated else "Layout")
            else:
                owners[mark["mcid"]] = self._take(page, box, mark["mcid"])
        for mark in drawn.values():
            owners[mark["mcid"]] = self._paragraph(self.root)
            self._paragraph(self.root).kids.append((page, mark["mcid"]))
        return owners

    def _boxes(self, page: int, page_box: Any) -> Iterator[tuple[Any, bool]]:
        """All boxes of a page in their order, and whether they are in a head that stood on a page before."""
        waiting = [(page_box, False)]
        while waiting:
            box, is_repeated = waiting.pop()
            box = getattr(box, "_box", box)
            if box.element_tag == "thead":
                is_repeated = self._heads.setdefault(box.element, page) != page
            yield box, is_repeated
            waiting += [(child, is_repeated) for child in reversed(box.children)]

    def _take(self, page: int, box: Any, mark: int) -> _Node:
        """Put a piece of content into its node."""
        element, tag = box.element, box.element_tag or ""
        if tag in ("li::marker", "li::before"):
            node = self._inner(self._node(element), "Lbl")
        else:
            node = self._node(element)
            if node.kind in _GROUPING:
                node = self._paragraph(element)
            elif node.kind in _INNER:
                node = self._inner(node, _INNER[node.kind][0])
        node.kids.append((page, mark))
        if node.kind in ("Figure", "Formula"):
            node.entry["A"] = _layout(self.pdf, page, box)
        return node

    def _link(self, page: int, box: Any) -> None:
        annotation, element = box.link_annotation, box.element
        while element.tag != "a" and element in self.above:
            element = self.above[element]
        node = self._node(element)
        annotation["F"] = 4
        annotation["Contents"] = pydyf.String(self._said(element) or annotation["Contents"].string)
        node.kids.append((page, annotation))
        self.links.append((node, annotation))

    def _said(self, element: Any) -> str:
        """The words of a link; without numbers, which are known only later."""
        text = " ".join(_words(element).split()).strip(" .,")
        is_of_note = (element.get("data-number") or "").startswith("note:")
        return text or (self.word if is_of_note else "")

    def _cell(self, box: Any) -> None:
        node = self._node(box.element)
        attributes = {"O": "/Table", "ColSpan": box.colspan, "RowSpan": box.rowspan}
        if node.kind == "TH":
            attributes["Scope"] = "/Row" if box.element.get("scope") == "row" else "/Column"
        kept = {name: value for name, value in attributes.items() if value != 1}
        if len(kept) > 1:
            node.entry["A"] = pydyf.Dictionary(kept)

    def _node(self, element: Any) -> _Node:
        """The node of an element, or of the one that it is in."""
        known = self._nodes.get(element)
        if known is None:
            above = self.above.get(element, self.root)
            kind = self._kind(element, above)
            first = self._first_part(element, above) if kind == "Note" else element
            if first is not element:
                known = self._node(first)
            else:
                known = self._made(kind, element, self._node(above)) if kind else self._node(above)
            self._nodes[element] = known
        return known

    def _kind(self, element: Any, above: Any) -> str:
        """The structure type of an element; empty where it has none."""
        tag = element.tag
        for name in (element.get("class") or "").split():
            if name in _CLASSES:
                return _CLASSES[name]
        if element.get("role") == "math":
            return "Formula"
        if tag == "a":
            return "Link" if element.get("href") else ""
        if tag == "li" and self._node(above).kind == "TOC":
            return "TOCI"
        if tag == "div" and above.tag == "dl":
            return "LI"
        if tag in _TAGS:
            return _TAGS[tag]
        if element.get("lang") or tag == "abbr":
            return "Span" if tag in _INLINE else "Div"
        return ""

    def _made(self, kind: str, element: Any, parent: _Node) -> _Node:
        if parent.kind in _INNER and kind not in _INNER[parent.kind][1]:
            parent = self._inner(parent, _INNER[parent.kind][0])
        if kind in ("Lbl", "LBody") and parent.kind == "LI":
            return self._inner(parent, kind)
        if kind == "Caption" and element.tag == "figcaption":
            picture = next((one for one in self.above[element].iter() if _alternative(one)), None)
            kind, parent = ("P", parent) if picture is None else (kind, self._node(picture))
        if kind in _HEADINGS:
            self._level = min(int(kind[1]), self._level + 1)
            kind = f"H{self._level}"
        node = self._new(kind, element, parent)
        self._describe(node)
        if kind == "Note":
            self._notes.append(node)
        else:
            parent.kids.append(node)
        return node

    def _describe(self, node: _Node) -> None:
        element, entry = node.element, node.entry
        if element.get("lang"):
            entry["Lang"] = pydyf.String(element.get("lang"))
        if element.get("dir") == "rtl" and len(element) == 0:
            entry["ActualText"] = pydyf.String(element.text or "")  # its glyphs stand from left to right
        if node.kind == "Span" and element.get("title"):
            entry["E"] = pydyf.String(element.get("title"))
        elif node.kind == "L":
            kinds = {"ol": _NUMBERINGS.get(element.get("type"), "/Decimal"), "ul": "/Disc"}
            numbering = kinds.get(element.tag, Reference(DESCRIPTION))
            entry["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": numbering})
        elif node.kind in ("Figure", "Formula"):
            entry["Alt"] = pydyf.String(_alternative(element))
        elif node.kind == "TOCI":
            entry["Ref"] = pydyf.Array([Target(link.get("href")[1:]) for link in element.iter("a") if link.get("href")])
        elif node.kind == "Note":
            entry["S"] = Reference(NOTE)
            entry["ID"] = pydyf.String(identifier(element.get("id") or ""))

    def _first_part(self, element: Any, above: Any) -> Any:
        """The note that an element is a further part of, or the element."""
        before = list(above)
        place = before.index(element)
        while place and not _has(element, "note-number") and "fn" in (before[place - 1].get("class") or "").split():
            place -= 1
            element = before[place]
        return element

    def _inner(self, node: _Node, kind: str) -> _Node:
        """The label or the body of a list item, which has one of each."""
        if kind not in node.inner:
            node.inner[kind] = self._new(kind, node.element, node)
            node.kids.append(node.inner[kind])
        return node.inner[kind]

    def _paragraph(self, element: Any) -> _Node:
        """A paragraph for text that stands in no element for text."""
        while element.tag in _INLINE and element in self.above:
            element = self.above[element]
        parent = self._node(element)
        last = parent.kids[-1] if parent.kids else None
        if isinstance(last, _Node) and last.kind == "P" and last.element is element:
            return last
        node = self._new("P", element, parent)
        parent.kids.append(node)
        return node

    def _new(self, kind: str, element: Any, parent: _Node | None) -> _Node:
        entry = pydyf.Dictionary({"S": f"/{kind}"})
        self.pdf.add_object(entry)
        return _Node(kind, element, parent, entry)

    def finish(self) -> None:
        """Put notes behind their calls, and write down what every node has."""
        calls: dict[str, _Node] = {}
        for element, node in self._nodes.items():
            if node.kind == "Link" and node.element is element and node.parent and node.parent.kind == "Reference":
                calls.setdefault(element.get("href").removeprefix("#"), node.parent)
        for note in self._notes:
            self._place(note, calls)
        waiting = [self.part]
        while waiting:
            node = waiting.pop()
            below = [kid for kid in node.kids if isinstance(kid, _Node)]
            for kid in below:
                kid.entry["P"] = node.entry.reference
            pages = [kid[0] for kid in node.kids if not isinstance(kid, _Node)]
            if pages:
                node.entry["Pg"] = self.pages[pages[0]]
            node.entry["K"] = pydyf.Array([self._kid(kid, pages[0] if pages else -1) for kid in node.kids])
            waiting += below

    def _place(self, note: _Node, calls: Mapping[str, _Node]) -> None:
        call = calls.get(note.element.get("id") or "")
        if call is None or call.parent is None:
            parent = self._node(self.above[note.element])
            parent.kids.append(note)
            return
        call.parent.kids.insert(call.parent.kids.index(call) + 1, note)
        call.entry["Ref"] = pydyf.Array([note.entry.reference])
        note.entry["Ref"] = pydyf.Array([call.entry.reference])

    def _kid(self, kid: Any, page: int) -> Any:
        """What stands for a kid of a node whose content begins on a page."""
        if isinstance(kid, _Node):
            return kid.entry.reference
        there, content = kid
        reference = self.pages[there]
        if not isinstance(content, int):
            return pydyf.Dictionary({"Type": "/OBJR", "Obj": content.reference, "Pg": reference})
        if there == page:
            return content
        return pydyf.Dictionary({"Type": "/MCR", "Pg": reference, "MCID": content})

    def anchored(self, anchors: set[str]) -> Iterator[tuple[str, int]]:
        """The objects of elements with these anchors, or of those that they are in."""
        for element in self.root.iter():
            name = element.get("id")
            if name in anchors:
                yield name, self._known(element).entry.number

    def identified(self) -> Iterator[tuple[str, int]]:
        """The objects of notes, by their identifiers."""
        return ((note.element.get("id") or "", note.entry.number) for note in self._notes)

    def _known(self, element: Any) -> _Node:
        while element not in self._nodes:
            element = self.above[element]
        return self._nodes[element]


def _has(element: Any, name: str) -> bool:
    """Whether an element begins with one of that class."""
    return len(element) > 0 and name in (element[0].get("class") or "").split()


def _words(element: Any) -> str:
    """The text of an element without numbers."""
    if element.get("data-number"):
        return ""
    return (element.text or "") + "".join(_words(child) + " " + (child.tail or "") for child in element)


def _is_decoration(box: Any) -> bool:
    """Whether it is a picture that says nothing."""
    return isinstance(box, boxes.ReplacedBox) and not _alternative(box.element)


def _alternative(element: Any) -> str:
    title = element.find(f"{_SVG}title")
    return ((element.get("alt") or "") if title is None else (title.text or "")).strip()


def _layout(pdf: Any, page: int, box: Any) -> Any:
    """Where a picture is on its page, in points from its left bottom corner."""
    left, _, _, top = _page(pdf, page)["TrimBox"]
    x, y = left + box.content_box_x() * 0.75, top - box.content_box_y() * 0.75
    rectangle = (x, y - box.height * 0.75, x + box.width * 0.75, y)
    return pydyf.Dictionary({"O": "/Layout", "BBox": pydyf.Array(rectangle)})


def _make_artifact(stream: Any, mark: int, kind: str) -> None:
    """Take a piece of content out of the structure."""
    items = stream.stream
    place = next(
        index for index, item in enumerate(items) if isinstance(item, pydyf.Dictionary) and item.get("MCID") == mark
    )
    items[place - 1 : place + 1] = ["/Artifact", pydyf.Dictionary({"Type": f"/{kind}"})]


def _drop(pdf: Any, page: int, annotation: Any) -> None:
    _page(pdf, page)["Annots"].remove(annotation.reference)


def _page(pdf: Any, page: int) -> Any:
    """The object of a page."""
    return pdf.objects[number_of(pdf.page_references[page])]
