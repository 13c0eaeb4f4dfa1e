"""Layout that begins at a changed page, and ends where the pages are again what they were.

WeasyPrint 70.0 makes a page from the boxes of the document and from where the page before it ended. Where words of a
chapter have changed, and nothing else of it, its elements and their styles are those of the layout before; and a page
that begins as it did, and looked at no element whose words have changed, is the page that it was.
"""

from __future__ import annotations

import copy
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree

from msgspec import Struct, field
from weasyprint import document as weasyprint_document
from weasyprint import layout
from weasyprint.css.counters import CounterStyle
from weasyprint.formatting_structure import boxes
from weasyprint.layout import block, page

from report.pdf.guard import begin
from report.pdf.measuring import measured
from report.pdf.standin import in_place

_get_all_computed_styles = weasyprint_document.get_all_computed_styles
_make_margin_boxes = layout.make_margin_boxes
_layout_backgrounds = layout.layout_backgrounds
_block_level_layout = block.block_level_layout

_CHANGED_BY_LAYOUT = ("anchor", "display", "overflow", "position", "white_space")
"""What WeasyPrint changes in styles while it builds boxes; computed again, it is what it was."""

_ELSEWHERE = re.compile(r"target-|running\(", re.I)
"""What prints words of one place in another."""

FAILURES = (AssertionError, AttributeError, IndexError)
"""What WeasyPrint raises where it finds no way to go on."""


class Chapters:
    """The layouts of chapters, by their names, that may be gone on with."""

    def __init__(self, pages: int, css: str) -> None:
        self.pages = 0 if _ELSEWHERE.search(css) else pages
        """How many pages are kept of all chapters together."""
        self._kept: OrderedDict[str, _Chapter] = OrderedDict()

    def render(self, name: str, source: Any, **given: Any) -> tuple[Any, Any]:
        """WeasyPrint's document of a source, and its root element; from what is known of the chapter, where it can be.

        An element of the source is then the one that had its place before.
        """
        if not self.pages or any(_ELSEWHERE.search(style.text or "") for style in source.etree_element.iter("style")):
            with measured():
                return source.render(**given), source.etree_element
        known = self._kept.pop(name, None)
        if known is not None and known.takes_over(source.etree_element):
            try:
                return self._rendered(name, known, given)
            except (*FAILURES, LookupError, TypeError, ValueError):
                pass  # it will be laid out as if nothing were known
        return self._rendered(name, _Chapter(source), given)

    def _rendered(self, name: str, chapter: _Chapter, given: Mapping[str, Any]) -> tuple[Any, Any]:
        with chapter.in_work(), measured():
            document = chapter.source.render(counter_style=chapter.counter_style, **given)
        if chapter.can_be_resumed and len(chapter.pages) <= self.pages:
            self._kept[name] = chapter
            while sum(len(one.pages) for one in self._kept.values()) > self.pages:
                self._kept.popitem(last=False)
        return document, chapter.source.etree_element

    def forget(self, name: str) -> bool:
        """Have a chapter laid out as if nothing were known the next time; whether the last time it was not."""
        known = self._kept.pop(name, None)
        return known is not None and known.is_resumed


class _Page(Struct):
    """A page as it was made."""

    box: Any
    children: list[Any]
    """Its root, note area and margin note area, before what stands in its margins is added."""
    end: tuple[Any, ...]
    """Where the next one begins: at which box, on which side, with which counters."""
    anchors: list[str]
    looked_at: set[Any]
    """The elements that were laid out, or tried."""
    notes: list[int]
    """The places, among all notes, of those that are called on it."""
    left_over: tuple[float, bool]
    """What the layout of margins still finds of it: the lower edge of its text block, and whether it began anew."""
    is_apart: bool
    """Whether nothing of it is left for the next page but what follows."""
    margins: list[Any] = field(default_factory=list)
    """What stands in its margins."""


class _Chapter(Struct, eq=False):
    """A chapter, from one layout to the next."""

    source: Any
    """WeasyPrint's HTML."""
    counter_style: Any = field(default_factory=CounterStyle)
    style_for: Any = None
    pages: list[_Page] = field(default_factory=list)
    can_be_resumed: bool = True
    is_resumed: bool = False
    _changed: set[Any] = field(default_factory=set)
    """The elements that a page may not have looked at, if it is to stay."""
    _before: list[_Page] = field(default_factory=list)
    """The pages of the layout before."""
    _looked_at: set[Any] = field(default_factory=set)
    _stayed: dict[int, _Page] = field(default_factory=dict)
    """Pages of the layout before that are what they were, by the identities of their boxes."""
    _strings: dict[str, Any] = field(default_factory=dict)
    """The words that pages name for their margins, and how many pages there are."""
    _strings_before: dict[str, Any] = field(default_factory=dict)
    _elements: list[Any] = field(default_factory=list)
    _shapes: list[tuple[object, ...]] = field(default_factory=list)
    """Of the elements; layout changes some."""

    def __post_init__(self) -> None:
        self._elements = [*_elements(self.source.etree_element)]
        self._shapes = [*map(_shape, self._elements)]

    def takes_over(self, root: Any) -> bool:
        """Take over the words of the same elements in another tree; False where there are other elements."""
        others = [*_elements(root)]
        shapes = [*map(_shape, others)]
        if shapes != self._shapes:
            return False
        heads = {*self.source.etree_element[0].iter()}
        parents = {child: parent for parent in self._elements for child in parent}
        words: list[tuple[Any, str, str]] = []
        for element, other in zip(self._elements, others, strict=True):
            if element.tag == _SVG:
                if not _restored(element, other):
                    return False
                continue
            for place in ("text", "tail"):
                before, after = getattr(element, place), getattr(other, place)
                if before == after:
                    continue
                if element in heads or not _are_both_words(before, after):
                    return False
                words.append((element, place, after))
        owners = {element if place == "text" else parents[element] for element, place, _ in words}
        self._changed = {self._laid_out_with(owner, parents) for owner in owners}
        for element, place, text in words:
            setattr(element, place, text)
        self._before, self.pages, self.is_resumed = self.pages, [], True
        self._strings = {}
        return True

    def _laid_out_with(self, element: Any, parents: Mapping[Any, Any]) -> Any:
        """The innermost element around an element that only a layout of itself looks into."""
        way = [element]
        while way[-1] in parents:
            way.append(parents[way[-1]])
        found = way.pop()
        for one in reversed(way):
            style = self.style_for(one)
            is_block = style["display"][0] == "block" and style["float"] == "none"
            if not is_block or style["position"] not in ("static", "relative"):
                break
            found = one
            if "flow" not in style["display"] or style["column_count"] != "auto" or style["column_width"] != "auto":
                break
        return found

    @contextmanager
    def in_work(self) -> Iterator[None]:
        """Lay it out, and take note of its pages."""
        with (
            in_place(weasyprint_document, "get_all_computed_styles", self._styles),
            in_place(layout, "make_all_pages", self._making(layout.make_all_pages)),
            in_place(layout, "make_margin_boxes", self._margins),
            in_place(layout, "layout_backgrounds", self._backgrounds),
            in_place(block, "block_level_layout", self._look),
        ):
            yield
        for one in self.pages:
            one.margins = [child for child in one.box.children if isinstance(child, boxes.MarginBox)]
        self._before, self._strings_before, self._stayed = [], self._strings, {}

    def _styles(self, *given: Any) -> Any:
        if self.style_for is None:
            self.style_for = _get_all_computed_styles(*given)
            return self.style_for
        collector = given[8]
        styles = {
            id(style): style
            for (element, _), style in self.style_for.get_computed_styles().items()
            if hasattr(element, "tag")
        }
        for style in styles.values():
            renew(style)
            if style["anchor"]:
                collector.collect_anchor(style["anchor"])
        return self.style_for

    def _margins(self, context: Any, box: Any, state: Any) -> Iterator[Any]:
        """What takes the place of the function that makes the boxes in the margins of a page.

        They print numbers of pages, and words that are named anywhere in the chapter.
        """
        if not self._strings:
            self._strings = {name: copy.deepcopy(dict(pages)) for name, pages in context.string_set.items()}
            self._strings[""] = len(self.pages)
        known = self._stayed.get(id(box))
        if known is not None and self._strings == self._strings_before:
            yield from known.margins
            return
        self._stayed.pop(id(box), None)
        box.painted_margins = {}  # what is drawn of them
        yield from _make_margin_boxes(context, box, state)

    def _backgrounds(self, box: Any, *given: Any) -> None:
        if id(box) not in self._stayed:
            _layout_backgrounds(box, *given)

    def _look(self, context: Any, box: Any, *given: Any, **named: Any) -> Any:
        self._looked_at.add(box.element)
        return _block_level_layout(context, box, *given, **named)

    def _making(self, make_all_pages: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """What takes the place of the function that makes all pages."""

        def made(context: Any, root: Any, html: Any, pages: list[Any]) -> Iterator[Any]:
            if pages:  # again, for what is printed in the text depends on pages
                self.can_be_resumed = False
                yield from make_all_pages(context, root, html, pages)
                return
            notes = {id(note): place for place, note in enumerate(context.footnotes)}
            called: set[int] = set()
            making = self._made_again(context, root, html) if self._before else make_all_pages(context, root, html, [])
            for place, box in enumerate(making):
                now = set(context.notes_called)
                if place == len(self.pages):
                    self._note(
                        context, place, box, sorted(notes[identity] for identity in (now - called) & notes.keys())
                    )
                called = now
                yield box
            is_odd = any(context.running_elements.values()) or context.rendered_notes or called - notes.keys()
            self.can_be_resumed = self.can_be_resumed and not is_odd

        return made

    def _note(self, context: Any, place: int, box: Any, notes: list[int]) -> None:
        """Take note of a page that was made."""
        *_, state = context.page_maker[place]
        *end, _ = context.page_maker[place + 1]
        is_apart = not context.reported_footnotes and not context.broken_out_of_flow
        looked_at, self._looked_at = self._looked_at, set()
        left_over = context.page_bottom, context.forced_break
        known = _Page(box, [*box.children], _kept(end), [*state["anchors"]], looked_at, notes, left_over, is_apart)
        self.pages.append(known)
        box.painted = {}  # what is drawn of it
        if box.fixed_boxes:
            self.can_be_resumed = False

    def _made_again(self, context: Any, root: Any, html: Any) -> Iterator[Any]:
        """The pages, those that are known where they are what they were."""
        notes = [*context.footnotes]
        begin(context)
        context.rendered_notes = []
        stays = [*self._stays()]
        place, is_known, resume_at = 0, True, None
        while True:
            state = context.page_maker[place][-1]
            state.update(_untouched())
            if is_known and stays[place]:
                known = self._before[place]
                for one in known.notes:
                    note = notes[one]
                    context.notes_called[id(note)] = note
                    context.notes_done.add(id(note))
                    context.footnotes.remove(note)
                state["anchors"] = [*known.anchors]
                context.page_maker.append((*_kept(known.end), _untouched()))
                known.box.children = [*known.children]
                context.page_bottom, context.forced_break = known.left_over
                self.pages.append(known)
                self._stayed[id(known.box)] = known
                resume_at = known.end[0]
                yield known.box
            else:
                self._looked_at.clear()
                box, resume_at = page.remake_page(place, context, root, html)
                yield box
                is_known = self._is_known(place)
            place += 1
            if resume_at is None and not context.reported_footnotes:
                context.page_maker = context.page_maker[: place + 1]
                context.broken_out_of_flow.clear()
                return

    def _stays(self) -> Iterator[bool]:
        """Of each page that is known, whether it stays: those that share notes or floats, all or none of them."""
        together: list[_Page] = []
        for known in self._before:
            together.append(known)
            if known.is_apart:
                stays = all(self._changed.isdisjoint(one.looked_at) for one in together)
                yield from (stays for _ in together)
                together = []
        yield from (False for _ in together)

    def _is_known(self, place: int) -> bool:
        """Whether the page after the one that was made is known, and begins where it did, with nothing left over."""
        if place + 1 >= len(self._before):
            return False
        made, before = self.pages[place], self._before[place]
        return made.is_apart and before.is_apart and made.end == before.end


def renew(style: Any) -> None:
    """Have a style computed again, where a layout has changed it."""
    while style is not None:
        for name in _CHANGED_BY_LAYOUT:
            style.pop(name, None)
        style = style.__dict__.get("anonymous_style")


def _kept(state: Any) -> tuple[Any, ...]:
    """A state of pages that nobody changes."""
    return copy.deepcopy(tuple(state))


def _untouched() -> dict[str, Any]:
    """What WeasyPrint notes of a page that need not be made again."""
    return {"content_changed": False, "pages_wanted": False, "anchors": [], "content_lookups": []}


_SVG = "{http://www.w3.org/2000/svg}svg"


def _elements(root: Any) -> Iterator[Any]:
    """The elements of a tree in their order; a drawing is one."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        if element.tag != _SVG:
            waiting.extend(reversed(element))


def _shape(element: Any) -> tuple[object, ...]:
    """All of an element but its words; of a drawing, all."""
    if element.tag == _SVG:
        return (_SVG, ElementTree.tostring(element))
    return element.tag, len(element), dict(element.attrib)


def _restored(drawing: Any, other: Any) -> bool:
    """A drawing as it was before it was drawn, by another that is the same."""
    parts, others = [*drawing.iter()], [*other.iter()]
    if [part.tag for part in parts] != [part.tag for part in others]:
        return False
    for part, like in zip(parts, others, strict=True):
        part.attrib.clear()
        part.attrib.update(like.attrib)
        part.text, part.tail = like.text, like.tail
    return True


def _are_both_words(one: str | None, other: str | None) -> bool:
    """Whether there is something to print in both, with boxes of its own."""
    return bool(one and other and one.strip() and other.strip())
