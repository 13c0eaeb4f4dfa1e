"""Definitions of addresses, `[label]: address "title"`: those that nothing uses are named, as nothing prints them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markdown_it.tree import SyntaxTreeNode
from markdown_it.utils import EnvType

from report.diagnostics import Diagnostic, warning
from report.markdown.positions import Lines


def unused_definitions(links: Iterable[SyntaxTreeNode], env: EnvType, lines: Lines) -> Iterator[Diagnostic]:
    """What looks like a definition and may be a sentence, `[Anna]: Yes`: no link and no image is by its label.

    `[//]: # (words)`, which is a comment in many tools, is left alone.
    """
    used = {token.meta["label"] for token in links if "label" in token.meta}
    defined = env.get("references", {})
    for label, definition in defined.items():
        if label not in used and definition["href"] != "#":
            message = "this defines an address that no link uses, and is not printed"
            hint = r"use it with [text][label]; where it is a sentence, begin it with \["
            yield warning("link-unused", message, lines.span(*definition["map"]), hint)
    for definition in env.get("duplicate_refs", ()):
        message = "this address is defined before, and is not printed"
        yield warning("link-duplicate", message, lines.span(*definition["map"]), r"take it out, or begin it with \[")
