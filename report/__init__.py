"""Report compiles Markdown chapters, BibTeX citations and YAML metadata into a footnoted PDF.

A project is read; every chapter is compiled to a tree with the names it defines and uses; the chapters are linked:
numbered, cross-referenced, cited; each linked chapter is written as HTML; the HTML is laid out as pages; the pages are
assembled into one PDF.
"""

__version__ = "0.1.0"
