"""Rules that bring back what the audit of laid-out pages finds lost: the stylesheet of another layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from weasyprint.formatting_structure import boxes

from report.pdf.audit import Finding
from report.pdf.hiding import HIDDEN, LIKE_GROUND
from report.pdf.standin import KNOWN


def mending(findings: Iterable[Finding], document: Any, root: Any, tried: tuple[str, ...]) -> tuple[str, ...]:
    """The rules that are to be tried next; none where nothing can be mended, or all was tried."""
    rules = (*_bringing_back(findings, root, tried), *map(_keeping, _alone(document)))
    return tuple(dict.fromkeys(rule for rule in rules if rule not in tried))


def _bringing_back(findings: Iterable[Finding], root: Any, tried: tuple[str, ...]) -> Iterator[str]:
    """Rules that bring back what is lost, or bring it into place, each found to do so; for a note one after another."""
    parents: dict[Any, Any] = {}
    for finding in findings:
        fault = finding.fault
        if fault.words in (HIDDEN, LIKE_GROUND):
            continue
        if fault.anchor:
            means = (_keeping(fault.anchor), _parting(fault.anchor), _moving(fault.anchor))
            yield from [rule for rule in means if rule not in tried][:1]
            yield _loosening(f'table:has([id="{fault.anchor}"])')
            continue
        parents = parents or {child: parent for parent in root.iter() for child in parent}
        table = _table(finding.element, parents)
        if table and fault.words == "is not printed":
            yield _loosening(table)
        elif table:
            yield f"{table} :is(td, th) {{ overflow-wrap: anywhere }}"


def _loosening(table: str) -> str:
    """The rules that let a table break anywhere: a head is not printed at all where no row fits below it."""
    free = "break-before: auto; break-inside: auto; break-after: auto"
    return f"{table} > thead {{ display: table-row-group; {free} }} {table} tr {{ {free} }}"


def _keeping(anchor: str) -> str:
    """The rule that keeps the paragraph whole that calls a note."""
    return f"{_paragraph(anchor)} {{ break-inside: avoid }}"


def _parting(anchor: str) -> str:
    """The rule that lets that paragraph break at any line, and the next too."""
    paragraph = _paragraph(anchor)
    return f"{paragraph}, {paragraph} + * {{ break-inside: auto; orphans: 1; widows: 1 }}"


def _moving(anchor: str) -> str:
    """The rule that begins a page with that paragraph."""
    return f"{_paragraph(anchor)} {{ break-before: page }}"


def _paragraph(anchor: str) -> str:
    return f':is(p, li, dd):has([id="{anchor}"])'


def _table(element: Any, parents: Mapping[Any, Any]) -> str:
    """A selector of the table around an element; empty where there is none."""
    while element is not None and element.tag != "table":
        element = parents.get(element)
    way = []
    while element is not None and element in parents:
        way.append(f"{element.tag}:nth-child({[*parents[element]].index(element) + 1})")
        element = parents[element]
    return " > ".join(reversed(way))


def _alone(document: Any) -> Iterator[str]:
    """The notes on a last page that has nothing else."""
    last = document.pages[-1]
    if len(document.pages) > 1 and not _has_text(last):
        yield from (name for name in last.anchors if name.startswith("fn-"))


def _has_text(page: Any) -> bool:
    """Whether there is text in the flow of a page, or anything where this cannot be told."""
    flow = page._page_box.children[0] if KNOWN else None
    return flow is None or any(
        isinstance(box, boxes.TextBox | boxes.ReplacedBox) for box in flow.descendants(placeholders=True)
    )
