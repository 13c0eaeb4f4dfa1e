"""A small report that makes a page hard: notes close together and long ones, wide tables, other scripts, odd labels."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

SETTINGS = """title: Harbours & “Straits”
subtitle: A report that makes it hard
author: [{name: Amal Haddad, affiliation: Institute}]
date: 2026-11-20
lang: en-GB
abstract: Notes close together, long notes, wide tables.
keywords: [harbours]
handling: "TLP:AMBER"
draft: true
lof: true
lot: true
css: styles/own.css
note-numbering: report
"""

STYLE = """:root { --brick: #7a1f6b }
p { color: lime }
@media screen { .own { letter-spacing: 3px } }
@media print { .own { letter-spacing: 9px } }
"""

BIB = (
    "@book{haddad, author={Haddad, Amal}, title={Harbours of the Levant}, publisher={Press}, year={2019}}\n"
    "@article{orton, author={Orton, Kyle}, title={Straits}, journal={Journal of Straits}, year={2020}, pages={1--9}}\n"
)

LONG = " ".join(f"Sentence {number} of a long note says a little more about the harbour." for number in range(1, 60))

DENSE = "# Close together {#sec-dense}\n\n" + " ".join(
    f"Claim {number}.^[Note for claim {number}: {'why it may be so, ' * (number % 5)}and who says it.]"
    for number in range(1, 25)
)

LONG_NOTES = f"""# Long notes {{#sec-long}}

Short text.[^long] More.[^long2] And the first again.[^long]

[^long]: {LONG}

    A second paragraph [@haddad, p. 3].

    - a list
    - in a note

[^long2]: {LONG}
"""

PARTS = """# Parts^[A note in a title.] and their notes {#sec-parts}

## A section^[A note in a heading.] {#sec-inner}

Text [@haddad, p. 2] and [a term]{.index}, @tbl-wide [page], @fig-bars, @sec-dense [page] and @note-one.

| A | B | C | D | E | F | G |
|---|---|---|---|---|---|--:|
| one[^one] | two^[In a cell.] | three | four words in a cell | five | six | 7 |
| one[@orton, p. 2] | two | three | four | five | six words in this one | 8^[At the edge.] |

: A wide table^[In a caption.] {#tbl-wide source="Own count"}

[^one]: The first, with *italics*, **bold** and `code`.

::: {.chart src=data.csv type=bar x=place y=people #fig-bars source="Own count"}
People by place.^[Counted twice.]
:::

![A picture^[Taken by hand.]](dot.png){#fig-dot alt="A blue dot" width=120px}

::: {.callout-warning title="Beware"}
A box with a note.^[In a box.]
:::

> A quotation.^[In a quotation.]

1. An item.^[In a list.]

    - deeper^[Deeper in a list.]

::: {.timeline}
2003
: It begins.[@orton, p. 3]

2004
: It ends.^[In a timeline.]
:::

[النصّ العربي]{lang=ar} stands in the line, and [own]{.own}.

    a line of code that is far too long for any telephone, and goes on and on and on and on and on and on and on

See <https://example.org/a/very/long/address/that/has/no/place/to/break/and/goes/on/and/on/and/on/and/on.html>.

::: {.content-visible when-format="html"}
Only on screens.^[A note on screens.]
:::

::: {.content-visible when-format="pdf"}
Only on paper.^[A note on paper.]
:::
"""

LAST = """# Few notes {#sec-last}

Text.^[A last note.] [a term]{.index} [another]{.index see="a term"}

::: {.panel}
## Panel
Words.
:::
"""


def write_stress(root: Path) -> None:
    """Put the report into a folder."""
    for folder in ("chapters", "styles"):
        (root / folder).mkdir(parents=True)
    (root / "report.yml").write_text(SETTINGS, "utf-8")
    (root / "refs.bib").write_text(BIB, "utf-8")
    (root / "styles" / "own.css").write_text(STYLE, "utf-8")
    for number, text in enumerate((DENSE, LONG_NOTES, PARTS, LAST), 1):
        (root / "chapters" / f"{number}.md").write_text(text, "utf-8")
    (root / "chapters" / "data.csv").write_text("place,people\nTyre,12\nSidon,30\nA place of a long name,7\n", "utf-8")
    (root / "chapters" / "dot.png").write_bytes(_png())


def _png() -> bytes:
    """A picture of 4 by 4 blue points."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = b"".join(b"\0" + b"\x14\x30\x4a" * 4 for _ in range(4))
    header = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
