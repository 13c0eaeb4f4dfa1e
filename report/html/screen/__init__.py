"""Linked chapters → one page for screens, with notes beside the text."""

from report.html.screen.page import Page, page

__all__ = ["Page", "page"]
