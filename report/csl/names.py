"""Names: lists with "and" and "et al.", labels, substitution.

CSL 1.0.2, sections "Names", "Name", "Et-al", "Substitute", "Label in cs:names".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from report.csl.context import Context, Position, Render, Scope, ShownList
from report.csl.item import Name, Reference
from report.csl.locale import Locale
from report.csl.looks import decorate, look_of, strip_periods
from report.csl.person import NameForm, render_person, sort_person
from report.csl.richtext import PLAIN, Box, Look, Node, Nodes, parse
from report.csl.style import Element, count
from report.csl.tree import Text

CompileChild: TypeAlias = Callable[[Element, Scope], Render]

INHERITABLE = (
    "and", "delimiter-precedes-et-al", "delimiter-precedes-last", "et-al-min", "et-al-use-first", "et-al-use-last",
    "et-al-subsequent-min", "et-al-subsequent-use-first", "initialize", "initialize-with", "name-as-sort-order",
    "sort-separator", "name-form", "name-delimiter", "names-delimiter",
)  # fmt: skip


class _Label(Struct, frozen=True):
    """A compiled `label` inside `names`."""

    form: str
    plural: str
    look: Look
    case: str
    strip: bool
    first: bool
    """Stands before the names."""


class _List(Struct, frozen=True):
    """How one name variable becomes a list of names."""

    form: NameForm
    count: bool
    conjunction: str
    """`text`, `symbol` or empty."""
    delimiter: str
    precedes_last: str
    precedes_et_al: str
    least: int
    use_first: int
    subsequent_least: int
    subsequent_first: int
    use_last: bool
    look: Look
    et_al: str
    et_al_look: Look


class _Names(Struct, frozen=True):
    """A compiled `names`."""

    variables: tuple[str, ...]
    list: _List
    labels: tuple[_Label, ...]
    look: Look
    merged: str
    """Term of the label if editor and translator are the same; empty if they are not to be joined."""


def compile_names(element: Element, scope: Scope, compile_child: CompileChild) -> Render:
    """What a `names` element does."""
    compiled = _compile(element, scope)
    substitute = element.child("substitute")
    alternatives = [
        compile_child(_inheriting(child, element), scope) for child in (substitute.children if substitute else ())
    ]

    def render(context: Context, out: list[Node]) -> None:
        node = _render(context, compiled)
        if node is not None:
            out.append(node)
        else:
            _substitute(context, alternatives, out)

    return render


def _inheriting(child: Element, parent: Element) -> Element:
    """A substitution whose shorthand `names`, at any depth, take what they lack from the element they stand for."""
    if child.name != "names":
        return replace(child, children=tuple(_inheriting(inner, parent) for inner in child.children))
    if child.children:
        return child
    own = {key: parent.attributes[key] for key in parent.attributes if key != "variable"}
    inherited = tuple(part for part in parent.children if part.name != "substitute")
    return replace(child, attributes={**own, **child.attributes}, children=inherited)


def _substitute(context: Context, alternatives: Sequence[Render], out: list[Node]) -> None:
    """The first alternative that gives something; what it used is hidden in the rest of the cite."""
    before = len(out)
    for alternative in alternatives:
        rendered, context.rendered = context.rendered, []
        outside, context.substituting = context.substituting, True
        found: list[Node] = []
        alternative(context, found)
        used, context.rendered = context.rendered, rendered
        context.substituting = outside
        if found:
            context.hidden.update(used)
            context.rendered.extend(used)
            if any(isinstance(node, Box) and node.tag == "names" for node in found):
                out.extend(found)
            else:
                out.append(Box(tuple(found), PLAIN, "names", "substitute"))
            break
    if len(out) > before:
        context.filled += 1


def _compile(element: Element, scope: Scope) -> _Names:
    variables = tuple(element.get("variable").split())
    name = element.child("name")
    options = {**scope.names, **{key: element.attributes[key] for key in INHERITABLE if key in element.attributes}}
    if "delimiter" in element.attributes:
        options["names-delimiter"] = element.get("delimiter")
    look = replace(look_of(element), delimiter=options.get("names-delimiter", ""))
    return _Names(
        variables=variables,
        list=_compile_list(name, element.child("et-al"), options, scope),
        labels=_labels(element),
        look=look,
        merged="editortranslator" if sorted(variables) == ["editor", "translator"] else "",
    )


def _labels(element: Element) -> tuple[_Label, ...]:
    order = [child.name for child in element.children]
    return tuple(
        _Label(
            form=child.get("form", "long"),
            plural=child.get("plural", "contextual"),
            look=look_of(child),
            case=child.get("text-case"),
            strip=child.get("strip-periods") == "true",
            first="name" in order[index:],
        )
        for index, child in enumerate(element.children)
        if child.name == "label"
    )


def _compile_list(name: Element | None, et_al: Element | None, options: dict[str, str], scope: Scope) -> _List:
    if name is not None:
        options.update({key: name.attributes[key] for key in INHERITABLE if key in name.attributes})
        for key in ("form", "delimiter"):
            if key in name.attributes:
                options[f"name-{key}"] = name.get(key)
    form = options.get("name-form", "long")
    least, first = _number(options.get("et-al-min")), _number(options.get("et-al-use-first"), _ALL)
    return _List(
        form=NameForm.of(name, form, options, scope.style.root),
        count=form == "count",
        conjunction=options.get("and", ""),
        delimiter=options.get("name-delimiter", ", "),
        precedes_last=options.get("delimiter-precedes-last", "contextual"),
        precedes_et_al=options.get("delimiter-precedes-et-al", "contextual"),
        least=least,
        use_first=first,
        subsequent_least=_number(options.get("et-al-subsequent-min"), least),
        subsequent_first=_number(options.get("et-al-subsequent-use-first"), first),
        use_last=options.get("et-al-use-last") == "true",
        look=replace(look_of(name), delimiter="") if name is not None else PLAIN,
        et_al=et_al.get("term", "et-al") if et_al is not None else "et-al",
        et_al_look=look_of(et_al) if et_al is not None else PLAIN,
    )


_ALL = 1_000_000
"""Without `et-al-use-first` no name is left out."""


def _number(text: str | None, default: int = 0) -> int:
    found = count(text)
    return default if found is None else found


def _render(context: Context, names: _Names) -> Node | None:
    context.called += 1
    lists = [(v, found) for v in names.variables if v not in context.hidden and (found := context.reference.names(v))]
    if not lists:
        return None
    for variable, _ in lists:
        context.use(variable)
    term = _merged_term(context, names, lists)
    if term:
        lists = [(lists[0][0], lists[0][1])]
    if names.list.count:
        total = sum(_window(context, names.list, variable, found).shown for variable, found in lists)
        return Box((Text(f"{total:03d}" if context.sorting else str(total)),), names.look, "names")
    children = tuple(_list_node(context, names, variable, found, term or variable) for variable, found in lists)
    kept = tuple(child for child in children if child.children)
    return Box(kept, names.look, "names", names.variables[0]) if kept else None


def _merged_term(context: Context, names: _Names, lists: list[tuple[str, tuple[Name, ...]]]) -> str:
    if not names.merged or len(lists) != 2 or lists[0][1] != lists[1][1]:
        return ""
    form = names.labels[0].form if names.labels else "long"
    return names.merged if context.scope.locale.term(names.merged, form) else ""


class _Window(Struct, frozen=True):
    """How many names of a list are shown."""

    shown: int
    cut: bool
    last: bool
    """The last name follows an ellipsis."""


_OTHERS = Name(literal="others")
"""How BibTeX's "and others" arrives: more names than the item lists."""


def _window(context: Context, options: _List, variable: str, found: tuple[Name, ...]) -> _Window:
    more = len(found) > 1 and found[-1] == _OTHERS
    count = len(found) - more
    least, first, use_last = options.least, options.use_first, options.use_last
    if context.state.position >= Position.SUBSEQUENT:
        least, first = options.subsequent_least, options.subsequent_first
    if context.sorting:
        override = context.sort_names
        least = override.least if override.least is not None else least
        first = override.use_first if override.use_first is not None else first
        use_last = override.use_last if override.use_last is not None else use_last
    if not least or count < least or first >= count:
        return _Window(count, more, False)
    shown = max(first, context.state.disambiguation.least(variable))
    if shown >= count:
        return _Window(count, more, False)
    return _Window(shown, True, use_last and not more and count - shown >= 2)


def _list_node(context: Context, names: _Names, variable: str, found: tuple[Name, ...], term: str) -> Box:
    options = names.list
    window = _window(context, options, variable, found)
    if context.sorting:
        return _sort_list(context, options, found, window)
    people = found[:-1] if found[-1] == _OTHERS else found
    context.lists.append(ShownList(variable, people, window.shown, options.form))
    children = _joined(context, options, variable, found, window)
    if not children:
        return Box(())
    listed: Node = Box(tuple(children), PLAIN, "name-list", variable)
    before: list[Node] = []
    after: list[Node] = []
    for label in names.labels:
        node = _label_node(context, label, term, len(found))
        if node is not None:
            (before if label.first else after).append(node)
    return Box((*before, listed, *after))


def _sort_list(context: Context, options: _List, found: tuple[Name, ...], window: _Window) -> Box:
    shown = [*found[: window.shown], *(found[-1:] if window.last else ())]
    keys = [sort_person(name, options.form, context.scope.locale.name) for name in shown]
    return Box((Text("\x02".join(keys)),))


def _label_node(context: Context, label: _Label, term: str, count: int) -> Node | None:
    plural = count > 1 if label.plural == "contextual" else label.plural == "always"
    text = context.scope.locale.term(term, label.form, plural)
    if not text:
        return None
    children: Nodes = (Text(text),)
    if label.strip:
        children = strip_periods(children)
    return decorate(context, children, label.look, label.case, tag="label")


def _joined(context: Context, options: _List, variable: str, found: tuple[Name, ...], window: _Window) -> list[Node]:
    shown = found[: window.shown]
    inverted = [options.form.inverts(index, name) for index, name in enumerate(found)]
    nodes: list[Node] = []
    for index, name in enumerate(shown):
        if index:
            last = index == len(shown) - 1 and not window.cut
            nodes.append(Text(_between(context, options, index, inverted) if last else options.delimiter))
        nodes.append(_name_node(context, options, variable, index, name))
    if not window.cut:
        return nodes
    if window.last:
        last_name = _name_node(context, options, variable, len(found) - 1, found[-1])
        return [*nodes, Text(f"{options.delimiter}… "), last_name]
    if found[-1] == _OTHERS and options.precedes_et_al == "contextual" and inverted[0]:
        # Styles foresee a list of one name and "et al." after inversion only where they cut it themselves.
        options = replace(options, precedes_et_al="always")
    return _with_et_al(context, options, nodes, len(shown), inverted)


def _name_node(context: Context, options: _List, variable: str, index: int, name: Name) -> Node:
    level = context.state.disambiguation.level(variable, index)
    person = render_person(name, options.form, level, options.form.inverts(index, name))
    return Box(person, options.look, "name")


def _between(context: Context, options: _List, count: int, inverted: list[bool]) -> str:
    """What stands between the last two names; `count` names come before."""
    if not options.conjunction:
        return options.delimiter
    word = context.scope.locale.term("and", "symbol" if options.conjunction == "symbol" else "long")
    if _precedes(options.precedes_last, count, inverted):
        space = "" if options.delimiter.endswith((" ", "\u00a0")) else " "
        return f"{options.delimiter}{space}{word} "
    return f" {word} "


def _precedes(rule: str, before: int, inverted: list[bool]) -> bool:
    match rule:
        case "always":
            return True
        case "never":
            return False
        case "after-inverted-name":
            return before > 0 and inverted[before - 1]
        case _:
            return before > 1


def _with_et_al(context: Context, options: _List, nodes: list[Node], shown: int, inverted: list[bool]) -> list[Node]:
    term = context.scope.locale.term(options.et_al)
    if not term or not nodes:
        return nodes
    between = options.delimiter if _precedes(options.precedes_et_al, shown, inverted) else _blank(term)
    return [*nodes, Text(between), Box((Text(term),), options.et_al_look, "et-al")]


def _blank(term: str) -> str:
    """A blank, but not before a term in a script that writes none."""
    return "" if "\u2e80" <= term[0] <= "\u9fff" else " "


def plain_names(reference: Reference, locale: Locale) -> Node:
    """The families of an item's authors, for styles whose cites show none."""
    found = reference.names("author") or reference.names("editor")
    families = [f"{name.non_dropping} {name.family}".strip() or name.literal or name.given for name in found]
    text = f"{families[0]} {locale.term('et-al')}" if len(families) > 2 else f" {locale.term('and')} ".join(families)
    return Box(parse(text or reference.text("title")), PLAIN, "names")
