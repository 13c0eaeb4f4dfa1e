"""One name: the order of its parts, initials, particles, and its sort key.

CSL 1.0.2, sections "Name-part Order", "Name-part Formatting", "Name Particles".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from report.csl.item import Name
from report.csl.richtext import PLAIN, Box, Look, Node, Nodes, parse
from report.csl.style import Element
from report.csl.textcase import apply_case
from report.csl.tree import Text

_ASIAN = r"[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
"""Compiled where a name needs it: it takes 3 ms."""
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u052f]")
_FACE_ONLY = ("font-style", "font-variant", "font-weight", "text-decoration", "vertical-align")


class PartLook(Struct, frozen=True):
    """A `name-part`: affixes, formatting of the part, text case."""

    prefix: str = ""
    suffix: str = ""
    look: Look = PLAIN
    case: str = ""


class NameForm(Struct, frozen=True):
    """How a `name` element shows one person; hashable, so that every person is rendered once per form."""

    short: bool
    initialize_with: str | None
    initialize: bool
    hyphen: bool
    sort_order: str
    """`first`, `all` or empty."""
    separator: str
    demote: str
    """`never`, `sort-only` or `display-and-sort`."""
    family: PartLook
    given: PartLook

    @staticmethod
    def of(name: Element | None, form: str, options: Mapping[str, str], style: Element) -> NameForm:
        """From the inherited options, the `name-part` elements and the style's global options."""
        parts = {child.get("name"): child for child in name.children} if name is not None else {}
        return NameForm(
            short=form == "short",
            initialize_with=options.get("initialize-with"),
            initialize=options.get("initialize") != "false",
            hyphen=style.get("initialize-with-hyphen") != "false",
            sort_order=options.get("name-as-sort-order", ""),
            separator=options.get("sort-separator", ", "),
            demote=style.get("demote-non-dropping-particle") or "display-and-sort",
            family=_part_look(parts.get("family")),
            given=_part_look(parts.get("given")),
        )

    def inverts(self, index: int, name: Name) -> bool:
        """Whether the name at that place starts with the family."""
        return (self.sort_order == "all" or (self.sort_order == "first" and index == 0)) and bool(name.family)


def _part_look(part: Element | None) -> PartLook:
    if part is None:
        return PartLook()
    face = tuple((key, part.attributes[key]) for key in _FACE_ONLY if key in part.attributes)
    return PartLook(part.get("prefix"), part.get("suffix"), Look(face=face) if face else PLAIN, part.get("text-case"))


@lru_cache(maxsize=8192)
def render_person(name: Name, form: NameForm, level: int, inverted: bool) -> Nodes:
    """The nodes of a name; `level` 1 adds initials to a short form, 2 shows the given names."""
    if name.literal:
        return _styled(form.family, name.literal)
    if form.short and level == 0:
        return _short(name, form)
    given = shown_given(name, form, level)
    if _is_asian(name):
        return _asian(name, form)
    if name.static:
        return (
            (*_styled(form.family, _family(name)), Text(" "), *_styled(form.given, given))
            if given
            else _styled(form.family, _family(name))
        )
    return _inverted(name, form, given) if inverted else _straight(name, form, given)


def shown_given(name: Name, form: NameForm, level: int) -> str:
    """The given names as the form and the level of disambiguation show them."""
    if form.initialize_with is None or not name.family:
        return name.given
    if form.initialize and level < 2:
        return initials(name.given, form.initialize_with, form.hyphen)
    return complete_initials(name.given, form.initialize_with)


def _family(name: Name) -> str:
    return _with_particle(name.non_dropping, name.family)


def _with_particle(particle: str, name: str) -> str:
    if not particle:
        return name
    joined = particle.endswith(("'", "’", "-", "\u2011"))
    return f"{particle}{name}" if joined else f"{particle} {name}" if name else particle


def _short(name: Name, form: NameForm) -> Nodes:
    if not name.family:
        return _styled(form.given, name.given)
    return _around(form.family, _family_nodes(name, form))


def _family_nodes(name: Name, form: NameForm) -> Nodes:
    """The family after its particle, each formatted by itself."""
    family = _styled_bare(form.family, name.family)
    if not name.non_dropping:
        return family
    gap = (Text(" "),) if _gap(name.non_dropping) else ()
    return (*_styled_bare(form.family, name.non_dropping), *gap, *family)


def _is_asian(name: Name) -> bool:
    text = name.family + name.given
    return _LATIN.search(text) is None and re.search(_ASIAN, text) is not None


def _asian(name: Name, form: NameForm) -> Nodes:
    return (*_styled(form.family, name.family), *(_styled(form.given, name.given) if name.given else ()))


def _straight(name: Name, form: NameForm, given: str) -> Nodes:
    if not name.family:
        return _with_suffix(_styled(form.given, given), name)
    inner: list[Node] = []
    if name.dropping:
        inner += [*_styled_bare(form.given, name.dropping), Text(_gap(name.dropping))]
    inner += _family_nodes(name, form)
    family = _around(form.family, _with_suffix(tuple(inner), name))
    return (*_styled(form.given, given), Text(" "), *family) if given else family


def _with_suffix(nodes: Nodes, name: Name) -> Nodes:
    if not name.suffix:
        return nodes
    return (*nodes, Text(", " if name.comma_suffix else " "), *parse(name.suffix))


def _gap(particle: str) -> str:
    return "" if particle.endswith(("'", "’", "-", "\u2011")) else " "


def _inverted(name: Name, form: NameForm, given: str) -> Nodes:
    demoted = form.demote == "display-and-sort" and name.non_dropping
    particles = _with_particle(name.dropping, name.non_dropping if demoted else "")
    family = _styled_bare(form.family, name.family) if demoted else _family_nodes(name, form)
    nodes: list[Node] = list(_around(form.family, family))
    behind: list[Node] = list(_styled_bare(form.given, given)) if given else []
    if particles:
        faces = form.given if name.dropping else form.family
        behind += [Text(" ")] if behind else []
        behind += _styled_bare(faces if not (name.dropping and demoted) else form.given, particles)
    if behind:
        nodes += [Text(form.separator), *_around(form.given, tuple(behind))]
    if name.suffix:
        nodes += [Text(form.separator), *parse(name.suffix)]
    return tuple(nodes)


def _styled(part: PartLook, text: str) -> Nodes:
    return _around(part, _styled_bare(part, text))


def _styled_bare(part: PartLook, text: str) -> Nodes:
    nodes = parse(text)
    if part.case:
        nodes = apply_case(nodes, part.case, "en")
    return (Box(nodes, part.look),) if part.look is not PLAIN else nodes


def _around(part: PartLook, nodes: Nodes) -> Nodes:
    before = (Text(part.prefix),) if part.prefix else ()
    after = (Text(part.suffix),) if part.suffix else ()
    return (*before, *nodes, *after)


_WORD = re.compile(r"[^\s\u00a0.]+\.?|\.")


@lru_cache(maxsize=4096)
def initials(given: str, mark: str, hyphen: bool) -> str:
    """Given names as initials, each followed by `mark`; abbreviations and small words stay."""
    out = ""
    for word in _WORD.findall(given):
        first = word.lstrip("'’‘`ʿʾ(\"")[:1]
        if first.isupper() or word.endswith("."):
            out += _initial_of(word, mark, hyphen)
        else:
            # Particles, and words of scripts without capitals.
            out = f"{out.rstrip()} {word} " if out else f"{word} "
    return re.sub(r"\s+", lambda match: match[0][0], out).strip()


def _initial_of(word: str, mark: str, hyphen: bool) -> str:
    parts = [part for part in re.split(r"[-‐‑–]", word) if part]
    shown: list[str] = []
    for index, part in enumerate(parts):
        if index and part[:1].islower():
            continue
        shown.append(_initial(part) + mark)
    if hyphen:
        return "-".join(part.rstrip() if index < len(shown) - 1 else part for index, part in enumerate(shown))
    return "".join(shown)


def _initial(word: str) -> str:
    """The initial of one word: "Ts" of "TSerendorjiin", "J" of "John", "Ph" of "Ph."."""
    if word.endswith("."):
        return word[:-1]
    letters = word.lstrip("'’‘`(\"")
    if not letters[:1].isupper():
        return word
    capitals = next((index for index, letter in enumerate(letters) if not letter.isupper()), len(letters))
    if 1 < capitals < len(letters) and letters[capitals].isalpha():
        return letters[0] + letters[1:capitals].lower()
    return letters[0]


def complete_initials(given: str, mark: str) -> str:
    """Given names in full, with `mark` after the initials among them: `initialize` set to "false"."""
    out = ""
    for word in _WORD.findall(given):
        if (word.endswith(".") and len(word) > 1) or (len(word) == 1 and word.isupper()):
            out += word.rstrip(".") + mark
        else:
            out = f"{out.rstrip()} {word} " if out and not out.endswith(" ") else f"{out}{word} "
    return re.sub(r"\s{2,}", " ", out).strip()


_ARTICLE = re.compile(r"(?:a|an|the)\s+", re.I)


def sort_person(name: Name, form: NameForm, language: str) -> str:
    """The sort key of a name, parts set apart by a character that sorts before a blank."""
    if name.literal:
        return _ARTICLE.sub("", name.literal, count=1) if _ARTICLE.match(name.literal) else name.literal
    if form.demote == "never":
        parts = [f"{name.non_dropping} {name.family}".strip(), name.dropping]
    else:
        parts = [name.family, f"{name.dropping} {name.non_dropping}".strip()]
    if not form.short:
        given = (
            initials(name.given, form.initialize_with, form.hyphen)
            if (form.initialize_with is not None and form.initialize)
            else name.given
        )
        parts += [given, name.suffix]
    return "\x01".join(parts).rstrip("\x01")
