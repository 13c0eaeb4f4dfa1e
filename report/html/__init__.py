"""Linked chapters → HTML for the page layout, in the theme."""

from report.html.notes import note_anchors
from report.html.theme import Cover, Theme, bind, load
from report.html.writer import write

__all__ = ["Cover", "Theme", "bind", "load", "note_anchors", "write"]
