"""A guard against the one way in which WeasyPrint 70.0 loses notes; with any other version it does nothing.

Where a line does not fit, and orphans and widows forbid a break before it, `_linebox_layout` sends earlier notes of the
page to the next one and keeps the line, but forgets the notes that are called in it. The guard sends them after the
others. What it misses is found by the audit, and brought back by another layout.
"""

from __future__ import annotations

from typing import Any

import weasyprint
from weasyprint.layout import block

_linebox_layout = block._linebox_layout


def install() -> None:
    """Put the guard in place."""
    if weasyprint.__version__ == "70.0":
        block._linebox_layout = _guarded


def _guarded(context: Any, box: Any, index: int, child: Any, new_children: list[Any], *rest: Any, **named: Any) -> Any:
    result = _linebox_layout(context, box, index, child, new_children, *rest, **named)
    _, stopped, *_ = result
    if stopped and new_children and context.footnotes:
        for below in new_children[-1].descendants():
            note = below.footnote
            if note is not None and note in context.footnotes:
                context.layout_footnote(note)
                context.report_footnote(note)
    return result
