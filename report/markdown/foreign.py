"""What other tools understand and Report does not: one diagnostic each, naming what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.diagnostics import Diagnostic, error, warning
from report.markdown.attributes import BRACED, parse_attributes
from report.markdown.formulas import FORMULA
from report.markdown.positions import Places
from report.source import Span

_TABLE = (
    (
        "[[",
        r"(?<![\\^])\[\[(?![@\^-])[^\[\]\n]+\]\](?![({])",
        "foreign-wikilink",
        "wikilinks are not supported",
        "write [text](#label) or @sec-label",
    ),
    (
        "{{",
        r"\{\{[<%]\s*/?\s*\w.*?[>%]\}\}",
        "foreign-shortcode",
        "this shortcode is not supported",
        "only {{< pagebreak >}} is, alone in its paragraph; for values and includes write {{ params.x }} and "
        '{% include "part.md" %}',
    ),
    (
        "\\",
        r"\\(?:foot|auto|paren|text|full)?cite[tp]?\*?(?:\[[^\]]*\])*\{[^{}]*\}",
        "foreign-tex",
        "TeX citations are not supported",
        "write [@key, p. 3]",
    ),
    ("\\", r"\\footnote\{[^{}]*\}", "foreign-tex", "TeX notes are not supported", "write ^[text]"),
    (
        "\\",
        r"\\(?:page|auto|c)?ref\{[^{}]*\}",
        "foreign-tex",
        "TeX references are not supported",
        "write @fig-x or @fig-x [page]",
    ),
    (
        "\\",
        r"\\begin\{(equation|align|gather|multline|displaymath|eqnarray)\*?\}(?:(?s:.*?)\\end\{\1\*?\})?",
        "foreign-tex",
        "mathematics stands between dollars",
        "write $$ … $$ {#eq-x}; for several lines, with \\begin{aligned} … \\end{aligned} in it",
    ),
    (
        "\\",
        r"\\(?:begin|end|(?:sub)*section|chapter|emph|textbf|textit|label|newpage|clearpage|[vh]space|noindent)\b"
        r"\*?(?:\{[^{}]*\})*",
        "foreign-tex",
        "raw TeX is not supported",
        "write it in Markdown: `*italic*`, `**bold**`, `# heading`, `::: {.pagebreak}`",
    ),
    (
        "$$",
        r"(?<![\\$])\$\$(?=[^$]*\Z)",
        "math-unclosed",
        "this formula is not closed",
        r"end it with $$, without an empty line before; a literal dollar sign is `\$`",
    ),
    (
        "+",
        r"^\+[-=+]{3,}\+$(?:\n.*)*",
        "foreign-table",
        "grid tables are not supported",
        "write a pipe table, or ::: {.table src=data.csv}",
    ),
    ("!!!", r"^!!!\s+\w+", "foreign-admonition", "this admonition is not supported", "write ::: {.callout-note} … :::"),
    (
        "`",
        r"\{(?:ref|doc|cite|cite:[pt]|numref|term|footcite|eq)\}(?=`)|:(?:ref|doc|cite|term|numref):(?=`)",
        "foreign-role",
        "roles are not supported",
        "write @sec-x for a reference, [@key] for a citation",
    ),
    (
        "](",
        r"(?<!\!)\[[^\[\]\n]{0,500}\[[\^@][^\[\]\n]{0,500}\][^\[\]\n]{0,500}\]\([^()\s]*\)",
        "link-note",
        "a link cannot hold a note or a citation in brackets",
        "put it behind the link",
    ),
    (
        "[^",
        r"\[\^(?:[^\]\s]{0,200}[^\S\n][^\]\n]{0,500})?\](?!\()",
        "note-label",
        "a note's label is one word",
        "write [^label] or ^[text]",
    ),
    (
        "{",
        r"(?<=\))[ \t]+\{[#.][^{}\n]*\}[ \t]*$",
        "attributes-apart",
        "attributes stand right behind what they belong to",
        "take out the space before them",
    ),
    (
        "{=",
        r"(?<=`)\{=\w+\}",
        "foreign-raw",
        "raw text of other formats is not printed as such",
        "write it in Markdown",
    ),
)

_PATTERNS = tuple(
    (sign, re.compile(pattern, re.MULTILINE), code, message, hint) for sign, pattern, code, message, hint in _TABLE
)
"""With a sign without which no text need be searched for the pattern."""

_BRACES = re.compile(rf"(?:(?<=\])|(?<=\]\()[^()\s]*\))(?=\{{[#.]?[A-Za-z])({BRACED.pattern})")


def foreign_text(content: str, places: Places) -> Iterator[Diagnostic]:
    """Diagnostics for the inline content of a block; what stands in code is left alone."""
    if not any(char in content for char in "[{\\:$+!<`"):
        return
    text = FORMULA.sub(lambda found: " " * len(found[0]), without_code(content))
    taken: list[tuple[int, int]] = []
    for sign, pattern, code, message, hint in _PATTERNS:
        for found in pattern.finditer(text) if sign in text else ():
            if not any(start < found.end() and found.start() < end for start, end in taken):
                taken.append(found.span())
                yield error(code, message, places.span(*found.span()), hint)
    for found in _BRACES.finditer(text) if "{" in text else ():
        if parse_attributes(found[1]) is None and not any(start <= found.start(1) < end for start, end in taken):
            yield broken_attributes(places.span(*found.span(1)))
    unclosed = text.find("<!--", text.rfind("-->") + 1)
    if unclosed >= 0:
        yield error(
            "comment-unclosed", "this comment is not closed", places.span(unclosed, unclosed + 4), "end it with -->"
        )


def without_code(content: str) -> str:
    """The text with blanks for what stands in code: between two runs of as many backticks."""
    runs = [found.span() for found in re.finditer("`+", content)]
    following: dict[int, list[tuple[int, int]]] = {}
    for run in reversed(runs):
        following.setdefault(run[1] - run[0], []).append(run)
    pieces: list[str] = []
    position = 0
    for start, end in runs:
        same = following[end - start]
        same.pop()
        if start >= position and same:
            first, last = same[-1]
            pieces += [content[position:end], " " * (first - end), content[first:last]]
            position = last
    return "".join((*pieces, content[position:]))


def broken_attributes(span: Span) -> Diagnostic:
    """Braces where attributes may stand, with something else in them."""
    message = "this is no class, id or key=value, and is printed as it stands"
    return warning("attributes-broken", message, span, "write {.class}, {#id} or {key=value}")


_FENCES = {
    **dict.fromkeys(("note", "seealso", "admonition"), "::: {.callout-note} … :::"),
    **dict.fromkeys(("tip", "hint"), "::: {.callout-tip} … :::"),
    **dict.fromkeys(("warning", "attention", "danger", "error"), "::: {.callout-warning} … :::"),
    **dict.fromkeys(("important",), "::: {.callout-important} … :::"),
    **dict.fromkeys(("caution",), "::: {.callout-caution} … :::"),
    **dict.fromkeys(("figure", "image"), "![Caption](file.svg){#fig-x}"),
    **dict.fromkeys(("table", "csv-table", "list-table"), "a pipe table, or ::: {.table src=data.csv} … :::"),
    **dict.fromkeys(("toctree", "contents"), "::: {.toc}"),
    "bibliography": "::: {#refs}",
    "epigraph": "a block quotation, `> text`",
}
"""What to write for a directive in a fence, by its name."""


def foreign_fence(info: str, span: Span) -> Diagnostic | None:
    """The diagnostic for a fence that opens a directive, raw text or code to be run, or with words that are lost."""
    found = re.fullmatch(r"\{(=?)([\w:+-]*)[^{}]*\}.*", info)
    if found is None:
        return _fence_words(info, span)
    name = found[2].lower()
    if found[1]:
        return error("foreign-raw", f"raw {name} is not printed as such", span, "write it in Markdown")
    if name in _FENCES:
        return error("foreign-fence", "directives in fences are not supported", span, f"write {_FENCES[name]}")
    return error("foreign-fence", "code in braces is not run", span, f"to print it, write ```{name or 'text'}")


def _fence_words(info: str, span: Span) -> Diagnostic | None:
    """The diagnostic for words behind the language of a code block, or in its place."""
    language, _, behind = info.partition(" ")
    lost = behind.strip() if re.fullmatch(r"[\w.:+#/-]*", language) else info
    if not lost:
        return None
    hint = "code begins on the line below; struck out is ~~text~~ with two tildes"
    return warning("fence-words", f"`{lost}` behind the marks of a code block is not printed", span, hint)


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


def raw_html(text: str, span: Span) -> Diagnostic | None:
    """The diagnostic for a piece of HTML; none for a closing tag, whose opening one has had it."""
    name = re.match(r"</?([A-Za-z][\w-]*)", text)
    if text.startswith("</"):
        return None
    tag = name[1].lower() if name else ""
    hint = f"write {_HTML_HINTS[tag]}" if tag in _HTML_HINTS else "write it in Markdown, or put it in backticks"
    return warning("foreign-html", "HTML is printed as it stands", span, hint)
