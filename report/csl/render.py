"""Rendering elements compiled to closures that append nodes to a list; macros are compiled once and shared.

CSL 1.0.2, section "Rendering Elements".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from report.csl.conditions import Test, compile_test
from report.csl.context import Context, Render, Scope
from report.csl.dates import compile_date, take_suffix
from report.csl.item import DATE_VARIABLES, NAME_VARIABLES
from report.csl.looks import decorate, look_of, strip_periods
from report.csl.names import compile_names
from report.csl.numbers import format_number, format_ranges, is_numeric, is_plural
from report.csl.richtext import PLAIN, Box, Look, Node, Nodes, parse, unescaped
from report.csl.style import Element
from report.csl.tree import Text

_RANGED = """
    chapter-number collection-number issue locator number-of-pages number-of-volumes page part-number
    supplement-number volume
"""
RANGED = frozenset(_RANGED.split())
"""Variables in which a hyphen between numbers means a range."""

_ADDRESSES = {
    "URL": "",
    "DOI": "https://doi.org/",
    "PMID": "https://www.ncbi.nlm.nih.gov/pubmed/",
    "PMCID": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
}
"""What stands before an identifier in a link: Appendix VI, "Links"."""


def compile_element(element: Element, scope: Scope) -> Render:
    """What any rendering element does; unknown ones do nothing."""
    maker = _MAKERS.get(element.name)
    return maker(element, scope) if maker else _nothing


def compile_children(elements: Iterable[Element], scope: Scope) -> tuple[Render, ...]:
    """The children of an element in order."""
    return tuple(compile_element(element, scope) for element in elements)


def _nothing(context: Context, out: list[Node]) -> None:
    """An element that is no rendering element."""


def _group(element: Element, scope: Scope) -> Render:
    renders, look = compile_children(element.children, scope), look_of(element)

    def render(context: Context, out: list[Node]) -> None:
        called, filled = context.called, context.filled
        children: list[Node] = []
        for child in renders:
            child(context, children)
        if not children or (context.called != called and context.filled == filled):
            return
        # A group that shows something counts as a filled variable for the groups around it.
        context.called += 1
        context.filled += 1
        out.append(Box(tuple(children), look))

    return render


def _macro(element: Element, scope: Scope) -> Render:
    name, look, case = element.get("macro"), look_of(element), element.get("text-case")
    strip = element.get("strip-periods") == "true"

    def render(context: Context, out: list[Node]) -> None:
        called, filled = context.called, context.filled
        children: list[Node] = []
        macro(scope, name)(context, children)
        if not children or (context.called != called and context.filled == filled):
            return
        # A macro acts on the groups around it as a group does: section "Group".
        context.called += 1
        context.filled += 1
        nodes = strip_periods(tuple(children)) if strip else tuple(children)
        out.append(decorate(context, nodes, look, case) if case or look is not PLAIN else Box(nodes))

    return render


def macro(scope: Scope, name: str) -> Render:
    """The compiled macro of that name, shared by everything that calls it in this area."""
    compiled = scope.macros.get(name)
    if compiled is None:
        renders = compile_children(scope.style.macros[name].children, scope)
        compiled = scope.macros[name] = renders[0] if len(renders) == 1 else _sequence(renders)
    return compiled


def _sequence(renders: tuple[Render, ...]) -> Render:
    def render(context: Context, out: list[Node]) -> None:
        for child in renders:
            child(context, out)

    return render


def _choose(element: Element, scope: Scope) -> Render:
    branches: list[tuple[Test, tuple[Render, ...]]] = []
    otherwise: tuple[Render, ...] = ()
    for child in element.children:
        if child.name in ("if", "else-if"):
            branches.append((compile_test(child), compile_children(child.children, scope)))
        elif child.name == "else":
            otherwise = compile_children(child.children, scope)

    def render(context: Context, out: list[Node]) -> None:
        chosen = next((renders for test, renders in branches if test(context)), otherwise)
        for child in chosen:
            child(context, out)

    return render


def _text(element: Element, scope: Scope) -> Render:
    if "macro" in element.attributes:
        return _macro(element, scope)
    if "variable" in element.attributes:
        return _variable(element, scope)
    if "term" in element.attributes:
        return _term(element, scope)
    return _constant(element, element.get("value"), "value")


def _term(element: Element, scope: Scope) -> Render:
    term = scope.locale.find(element.get("term"), element.get("form", "long"))
    if term is None:
        return _nothing
    text = term.multiple if element.get("plural") == "true" else term.single
    return _constant(element, text, "term") if text else _empty_term


def _empty_term(context: Context, out: list[Node]) -> None:
    """A term that a locale defines as nothing: prints nothing, yet ends the search of a `substitute`."""
    if context.substituting:
        out.append(Box((Text(""),), PLAIN, "term"))


def _constant(element: Element, text: str, tag: str) -> Render:
    """A term or a value, the same for every item but for its text case."""
    if not text:
        return _nothing
    look, case = look_of(element), element.get("text-case")
    children: Nodes = parse(text) if tag == "value" else (Text(text),)
    if element.get("strip-periods") == "true":
        children = strip_periods(children)
    node = Box(children, look, tag)

    def render(context: Context, out: list[Node]) -> None:
        out.append(decorate(context, children, look, case, tag) if case else node)

    return render


def _variable(element: Element, scope: Scope) -> Render:
    """A standard variable; CSL 1.0.2, section "Text"."""
    name, look, case = element.get("variable"), look_of(element), element.get("text-case")
    strip, short = element.get("strip-periods") == "true", element.get("form") == "short"
    if name == "year-suffix":
        return _year_suffix(look)
    if name in NAME_VARIABLES or name in DATE_VARIABLES:
        return _nothing
    value = _value_of(name, short, scope)
    inside, look = _linked_prefix(look) if name in _ADDRESSES else ((), look)
    tag = name if name in ("citation-number", "locator", "title", "citation-label") else "variable"

    def render(context: Context, out: list[Node]) -> None:
        context.called += 1
        if name in context.hidden:
            return
        text = value(context)
        if not text:
            return
        context.use(name)
        nodes = parse(text)
        if name == "citation-label" and context.suffix_pending:
            nodes = (*nodes, take_suffix(context))
        if strip:
            nodes = strip_periods(nodes)
        if name in _ADDRESSES and not context.sorting:
            nodes = (_link((*inside, *nodes), name, text),)
        out.append(decorate(context, nodes, look, case, tag, name))

    return render


def _value_of(name: str, short: bool, scope: Scope) -> Callable[[Context], str]:
    if short:
        return lambda context: context.reference.short(name) or context.text(name)
    if name not in RANGED:
        return lambda context: context.text(name)
    locale, page_format = scope.locale, scope.style.root.get("page-range-format")
    range_format = page_format if name in ("page", "locator") else ""

    def value(context: Context) -> str:
        text = context.text(name)
        if context.sorting or not text:
            return text
        paged = range_format if name == "page" or context.state.label == "page" else ""
        return format_ranges(text.strip(), locale, paged)

    return value


_ADDRESS = re.compile(r"https?://\S*\Z")


def _linked_prefix(look: Look) -> tuple[Nodes, Look]:
    """The start of an address that a style writes as prefix, as part of the link: Appendix VI, "Links"."""
    address = _ADDRESS.search(look.prefix)
    if address is None:
        return (), look
    return (Text(address[0]),), replace(look, prefix=look.prefix[: address.start()])


_LINKED = re.compile(r"https?://[^\s/]")


def _link(nodes: Nodes, name: str, text: str) -> Node:
    """The nodes as a link; no link if the address is none that a reader should follow."""
    text = unescaped(text)
    address = text if text.startswith(("http://", "https://")) or name == "URL" else _ADDRESSES[name] + text
    return Box(nodes, PLAIN, "link", address) if _LINKED.match(address) else Box(nodes)


def _year_suffix(look: Look) -> Render:
    def render(context: Context, out: list[Node]) -> None:
        # Not called when there is none: "n.d." in a group with an empty suffix stays.
        if context.state.year_suffix:
            context.called += 1
            context.filled += 1
            out.append(Box((take_suffix(context),), look, "year-suffix-part"))

    return render


def _number(element: Element, scope: Scope) -> Render:
    name, look, case = element.get("variable"), look_of(element), element.get("text-case")
    form, locale = element.get("form", "numeric"), scope.locale
    gender = locale.gender(name)
    strip = element.get("strip-periods") == "true"

    def render(context: Context, out: list[Node]) -> None:
        context.called += 1
        text = context.text(name)
        if not text or name in context.hidden:
            return
        context.use(name)
        if context.sorting:
            out.append(Text(text.strip().zfill(8) if text.strip().isdecimal() else text))
            return
        nodes: Nodes = (Text(unescaped(_numbered(context, name, text.strip(), form, gender))),)
        out.append(decorate(context, strip_periods(nodes) if strip else nodes, look, case, _number_tag(name), name))

    return render


def _number_tag(name: str) -> str:
    return name if name in ("citation-number", "locator") else "number"


def _numbered(context: Context, name: str, text: str, form: str, gender: str) -> str:
    scope = context.scope
    if name == "page" or name == "locator":
        return format_ranges(text, scope.locale, scope.style.root.get("page-range-format"))
    if not text[:1].isdecimal() and not is_numeric(text):
        return text
    if name == "locator":
        gender = scope.locale.gender(context.state.label)
    return format_number(text, form, scope.locale, gender)


def _label(element: Element, scope: Scope) -> Render:
    name, look, case = element.get("variable"), look_of(element), element.get("text-case")
    form, plural = element.get("form", "long"), element.get("plural", "contextual")
    strip, locale = element.get("strip-periods") == "true", scope.locale
    conjunction = locale.term("and")

    def render(context: Context, out: list[Node]) -> None:
        value = context.text(name)
        if not value or context.sorting:
            return
        term = context.state.label if name == "locator" else name
        many = _is_many(name, value, conjunction) if plural == "contextual" else plural == "always"
        text = locale.term(term, form, many)
        if not text:
            return
        nodes: Nodes = (Text(text),)
        out.append(decorate(context, strip_periods(nodes) if strip else nodes, look, case, "label"))

    return render


def _is_many(name: str, value: str, conjunction: str) -> bool:
    if name in ("number-of-pages", "number-of-volumes") and value.strip().isdecimal():
        return value.strip().lstrip("0") not in ("", "1")
    return is_plural(value.strip(), conjunction)


def _names(element: Element, scope: Scope) -> Render:
    return compile_names(element, scope, compile_element)


_MAKERS: dict[str, Callable[[Element, Scope], Render]] = {
    "text": _text,
    "number": _number,
    "label": _label,
    "date": compile_date,
    "names": _names,
    "group": _group,
    "choose": _choose,
}


def compile_layout(scope: Scope) -> Callable[[Context], Node]:
    """The `layout` of an area without its affixes and delimiter, which belong to the whole citation."""
    layout = scope.area.child("layout")
    renders = compile_children(layout.children if layout else (), scope)

    def render(context: Context) -> Node:
        out: list[Node] = []
        for child in renders:
            child(context, out)
        return Box(tuple(out))

    return render
