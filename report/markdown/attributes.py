"""Attributes in pandoc's form: `{#id .class key=value key="value"}`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.diagnostics import Diagnostic, did_you_mean, warning
from report.document import NO_ATTRIBUTES, Attributes, normal
from report.source import Span

_PART = re.compile(
    r"""\s+|(?P<minus>-)(?=\s|$)|\#(?P<id>[^\s{}#.=]+(?:\.[^\s{}#.=]+)*)|\.(?P<class>[^\s{}#.=]+)
    |(?P<key>[A-Za-z_][\w:.-]*)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s{}"']+))""",
    re.VERBOSE,
)

BRACED = re.compile(r"""\{(?:[^{}"']|"[^"\n]*"|'[^'\n]*')*\}""")
"""Where attributes may stand: braces that close, quoted values may hold braces."""


def parse_attributes(text: str) -> Attributes | None:
    """The attributes in `{…}` including the braces; None where the text is something else."""
    if not text.startswith("{") or not text.endswith("}"):
        return None
    inside = text[1:-1].strip()
    identity = ""
    classes: list[str] = []
    pairs: list[tuple[str, str]] = []
    position = 0
    while position < len(inside):
        part = _PART.match(inside, position)
        if part is None:
            return None
        position = part.end()
        if part["minus"]:
            classes.append("unnumbered")
        elif part["id"]:
            identity = normal(part["id"])
        elif part["class"]:
            classes.append(part["class"])
        elif part["key"]:
            value = part["double"] or part["single"] or part["bare"] or ""
            pairs.append((part["key"], value))
    if not (identity or classes or pairs):
        return None
    return Attributes(identity, tuple(classes), tuple(pairs))


KEYS = {
    "division": (),
    "heading": (),
    "table": ("source",),
    "image": ("alt", "height", "source", "title", "width"),
    "styled": ("see", "term"),
    "link": ("title",),
    "code_inline": (),
    "element": ("dir",),
    "formula": (),
}
"""The keys that mean something besides `lang`, by what the attributes belong to; directives look at their own."""

_OWN_CLASSES = re.compile(
    r"(?:call|caption-label|chapter|chapter-number|cite|equation|equation-number|fn|front|marks|math|opening|page-link"
    r"|section-number|sidebar|skip|tbl)|(?:contents|cover|csl|note|opening|title)-.*"
)
"""Classes by which the theme knows what is not the author's: an author's text is not dressed up as that."""

_OWN_IDS = re.compile(r"(?:fn|ref|bib)-.*|.*/.*")
"""Anchors that are made by the program."""


def allowed(attributes: Attributes | None, of: str, span: Span) -> tuple[Attributes, tuple[Diagnostic, ...]]:
    """The attributes without those that the author cannot set, and a warning for each of these."""
    if not attributes:
        return NO_ATTRIBUTES, ()
    classes = tuple(name for name in attributes.classes if not _OWN_CLASSES.fullmatch(name))
    keys = ("lang", *KEYS.get(of, (key for key, _ in attributes.pairs)))
    pairs = tuple(pair for pair in attributes.pairs if pair[0] in keys or pair[0].startswith("data-"))
    identity = "" if _OWN_IDS.fullmatch(attributes.id) else attributes.id
    kept = Attributes(identity, classes, pairs)
    return kept, () if kept == attributes else tuple(_refused(attributes, kept, of, span))


def _refused(given: Attributes, kept: Attributes, of: str, span: Span) -> Iterator[Diagnostic]:
    for name in dict.fromkeys((*given.classes, *((given.id,) if given.id != kept.id else ()))):
        if name not in kept.classes:
            message = f"`{name}` is a name of the program's own, and is left out"
            yield warning("attributes-own", message, span, "choose another")
    for key in dict.fromkeys(key for key, _ in given.pairs if not kept.has(key)):
        known = (*KEYS[of], "lang")
        looks = key == "style" or key.startswith("on")
        hint = ("give it a class, and say in a stylesheet how that looks",) if looks else did_you_mean(key, known)
        message = f"`{key}` means nothing here, and is left out"
        yield warning("attributes-unknown", message, span, *(hint or (f"known here: {', '.join(known)}",)))


def division_attributes(text: str) -> Attributes | None:
    """The attributes after `:::`: in braces, or one bare class name."""
    text = text.strip().rstrip(":").strip()
    if re.fullmatch(r"[A-Za-z][\w-]*", text):
        return Attributes(classes=(text,))
    return parse_attributes(text)


def trailing_attributes(text: str) -> tuple[str, Attributes] | None:
    """A line that ends in attributes, parted from them."""
    found = re.search(rf"(?:^|(?<=\s))({BRACED.pattern})\s*$", text)
    attributes = parse_attributes(found[1]) if found else None
    return (text[: found.start()].rstrip(), attributes) if found and attributes else None
