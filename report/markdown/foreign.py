"""What other tools understand and Report does not: one diagnostic each, naming what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.diagnostics import Diagnostic, error, warning
from report.markdown.positions import Places
from report.source import Span

_TABLE = (
    (r"\[\[[^\[\]\n]+\]\]", "foreign-wikilink", "wikilinks are not supported", "write [text](#label) or @sec-label"),
    (
        r"\{\{<\s*\w.*?>\}\}",
        "foreign-shortcode",
        "this shortcode is not supported",
        "only {{< pagebreak >}} is, alone in its paragraph; for values and includes write {{ params.x }} and "
        '{% include "part.md" %}',
    ),
    (
        r"\\(?:foot|auto|paren|text)?cite[tp]?\*?(?:\[[^\]]*\])*\{[^{}]*\}",
        "foreign-tex",
        "TeX citations are not supported",
        "write [@key, p. 3]",
    ),
    (r"\\footnote\{[^{}]*\}", "foreign-tex", "TeX notes are not supported", "write ^[text]"),
    (r"\\(?:page)?ref\{[^{}]*\}", "foreign-tex", "TeX references are not supported", "write @sec-x or @fig-x [page]"),
    (
        r"\\(?:begin|end|section|chapter|emph|textbf|textit|label|newpage|clearpage|vspace|hspace)\b\*?(?:\{[^{}]*\})?",
        "foreign-tex",
        "raw TeX is not supported",
        "write it in Markdown: `*italic*`, `**bold**`, `# heading`, `::: {.pagebreak}`",
    ),
    (
        r"\{(?:ref|doc|cite|numref|term|footcite)\}$",
        "foreign-role",
        "roles are not supported",
        "write @sec-x for a reference, [@key] for a citation",
    ),
    (r"^:(?:ref|doc|cite|term):$", "foreign-role", "roles are not supported", "write @sec-x or [@key]"),
)

_PATTERNS = tuple((re.compile(pattern), code, message, hint) for pattern, code, message, hint in _TABLE)


_BRACES = re.compile(r"(?:(?<=\])|^)\{[#.]?[A-Za-z][^{}\n]*\}")


def broken_attributes(span: Span) -> Diagnostic:
    """Braces where attributes may stand, with something else in them."""
    message = "this is no class, id or key=value, and is printed as it stands"
    return warning("attributes-broken", message, span, "write {.class}, {#id} or {key=value}")


def foreign_text(text: str, at: int, places: Places) -> Iterator[Diagnostic]:
    """Diagnostics for a run of text that begins at `at` in the inline content."""
    if not any(char in text for char in "[{\\:"):
        return
    for found in _BRACES.finditer(text):
        yield broken_attributes(places.span(at + found.start(), at + found.end()))
    for pattern, code, message, hint in _PATTERNS:
        for found in pattern.finditer(text):
            yield error(code, message, places.span(at + found.start(), at + found.end()), hint)


_HTML_HINTS = {
    "b": "**bold**",
    "strong": "**bold**",
    "i": "*italic*",
    "em": "*italic*",
    "sup": "x^2^",
    "sub": "H~2~O",
    "br": "a backslash at the end of the line",
    "span": "[text]{.class}",
    "div": "::: {.class}",
    "img": "![Caption](file.svg)",
    "a": "[text](address)",
    "table": "a pipe table",
    "center": "::: {.class} and a stylesheet",
    "details": "::: {.callout-note}",
    "aside": "::: {.callout-note}",
}


def raw_html(text: str, places: Places, start: int, end: int) -> Diagnostic:
    """The diagnostic for a piece of HTML."""
    name = re.match(r"</?([A-Za-z][\w-]*)", text)
    tag = name[1].lower() if name else ""
    hint = f"write {_HTML_HINTS[tag]}" if tag in _HTML_HINTS else "write it in Markdown, or put it in backticks"
    return warning("foreign-html", "HTML is printed as it stands", places.span(start, end), hint)
