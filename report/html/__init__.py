"""Linked chapters → HTML for the page layout, in the theme."""

from report.html.inventory import Inventory, inventory
from report.html.notes import note_anchors
from report.html.sourcing import Origins, marked
from report.html.theme import Theme, bind, load, zoned
from report.html.writer import write

__all__ = ["Inventory", "Origins", "Theme", "bind", "inventory", "load", "marked", "note_anchors", "write", "zoned"]
