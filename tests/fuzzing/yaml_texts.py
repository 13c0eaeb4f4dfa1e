"""`report.yml`: every key that there is, with values of its kind and of others."""

from __future__ import annotations

from dataclasses import fields

from draw import Draw
from msgspec import Struct

from report.metadata import Metadata
from report.metadata.decode import key_of

KEYS = tuple(key_of(one.name) for one in fields(Metadata))
BROUGHT = ("csl", "chapters", "appendices", "bibliography", "css", "template", "profiles")
"""Keys that decide what is read at all: rarely given, or nothing else would be tried."""

SCALARS = (
    "true", "no", "NO", "null", "~", "", "12:30", "1e3", "0x1F", "0o17", "-1", "9" * 60, ".inf", "2026-11-20",
    "2026-13",
    "today", "[]", "{}", "*alias", "&anchor x", "!!python/object:os.system x", "!tag x", "'", '"', "'a''b'",
    '"\\u0041\\x00"',
    '"\\q"', "|", ">", "a: b", "a: b: c", "- a", "# c", "a #c", "@a", "`a`", "%a", "[a, b", "{a: b", "a, b", "<<",
    "? a",
    "\ta", "a\tb", "\u00a0", "\u2028", "\ufeff", "é", "日本", "<script>", "{{ params.x }}", "../../etc/passwd",
    "/etc/passwd",
    "a4", "letter", "en-GB", "de", "ar", "xx", "dark", "page", "20mm", "1.5in", "99", "7", "-99", "a-3a",
    "[a-4, ua-2]", "x-4",
    "apa", "ieee", "nostyle", "chapters/a.md", "none.md", "refs.bib", "TLP:RED",
)  # fmt: skip


class Settings(Struct):
    """Writes one mapping, nested as far as it goes."""

    draw: Draw

    def text(self) -> str:
        lines = [self.entry(0, self.key()) for _ in range(self.draw.number(1, 8))]
        if self.draw.chance(90):
            lines = ["csl: small.csl", *(line for line in lines if not line.startswith("csl:"))]
        if self.draw.chance(10):
            lines.insert(0, self.draw.one(("---", "%YAML 1.1\n---", "# " + self.draw.hidden(), "\ufeff", "--- !x")))
        if self.draw.chance(5):
            lines.append(self.draw.one(("...", "---\na: 1", "]", "  x: 1", "- a", "\t")))
        return "\n".join(lines) + self.draw.one(("\n", ""))

    def key(self) -> str:
        draw = self.draw
        name = draw.one(KEYS)
        if name in BROUGHT and not draw.chance(15):
            name = "params"
        return draw.call(
            (
                (30, lambda: name),
                (1, lambda: f'"{name}"'),
                (1, lambda: name[:-1]),
                (1, draw.word),
                (1, lambda: draw.one(("? a", "[a]", "{a: b}", "*a", "1", "null", "<<", "''", "a b", "-", "é"))),
            )
        )

    def entry(self, depth: int, key: str) -> str:
        value = self.value(depth)
        return f"{'  ' * depth}{key}:{value if value.startswith(chr(10)) else ' ' + value}"

    def value(self, depth: int) -> str:
        draw, deep = self.draw, 1 if depth < 4 else 0
        return draw.call(
            (
                (8, draw.word),
                (4, lambda: f"{draw.word()} {draw.word()}"),
                (2, lambda: f'"{draw.word()}: {draw.word()}"'),
                (2, lambda: f"'{draw.word()} # {draw.word()}'"),
                (6, lambda: draw.one(SCALARS)),
                (2, lambda: f"[{draw.several(draw.word, 0, 3, ', ')}]"),
                (1, lambda: f"{{{draw.word()}: {draw.word()}, name: {draw.word()}}}"),
                (1, lambda: f"{draw.word()} # {draw.hidden()}"),
                (2, lambda: self.block_scalar(depth)),
                (2 * deep, lambda: "\n" + draw.several(lambda: f"{'  ' * (depth + 1)}- {draw.word()}", 1, 3, "\n")),
                (1 * deep, lambda: "\n" + draw.several(lambda: self.item(depth + 1), 1, 3, "\n")),
                (2 * deep, lambda: "\n" + draw.several(lambda: self.entry(depth + 1, self.inner()), 1, 3, "\n")),
                (1, lambda: "[" * draw.one((3, 40, 3000)) + draw.one(("", "]]]"))),
            )
        )

    def inner(self) -> str:
        names = (
            "name",
            "email",
            "orcid",
            "top",
            "left",
            "text",
            "mono",
            "bleed",
            "marks",
            "image-dpi",
            "x",
            "glyph-missing",
        )
        return self.draw.one(names) if self.draw.chance(85) else self.draw.word()

    def item(self, depth: int) -> str:
        return f"{'  ' * depth}- {self.inner()}: {self.draw.word()}\n{'  ' * depth}  {self.inner()}: {self.draw.word()}"

    def block_scalar(self, depth: int) -> str:
        mark = self.draw.one(("|", ">", "|-", ">+", "|2"))
        return f"{mark}\n{'  ' * (depth + 1)}{self.draw.word()}\n{'  ' * (depth + 1)}{self.draw.word()}"


def settings(draw: Draw) -> str:
    return Settings(draw).text()
