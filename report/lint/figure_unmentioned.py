"""A figure or table that the text never refers to.

What a reader is to see in a figure, the text has to say, and where it says so it names the figure: `@fig-map`. A
figure without caption and label is decoration, and nothing is said of it.

Fires:

    The road follows the coast.

    | Place | Loads |
    |-------|------:|
    | North | 12    |

    : Loads by harbour {#tbl-loads}

Does not:

    The northern harbour had most of them (@tbl-loads).

    | Place | Loads |
    |-------|------:|
    | North | 12    |

    : Loads by harbour {#tbl-loads}
"""

from __future__ import annotations

from collections.abc import Iterator

from report.document import Figure, Table
from report.lint.manuscript import Finding, Manuscript

CODE = "figure-unmentioned"
SEVERITY = "info"


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """Every figure and table with a label or caption to which nothing refers."""
    mentioned = {use.name for chapter in manuscript.chapters for use in chapter.symbols.references}
    for node in manuscript.nodes():
        if isinstance(node, Figure | Table) and node.attributes.id not in mentioned:
            label, kind = node.attributes.id, node.counter
            if label:
                yield Finding(f"the text never refers to `{label}`", node.span, (f"say where to look: @{label}",))
            elif node.caption:
                prefix = "fig" if kind == "figure" else "tbl"
                hint = f"give it a label, {{#{prefix}-…}}, and say where to look: @{prefix}-…"
                yield Finding(f"the text never refers to this {kind}", node.span, (hint,))
