"""Report compiles Markdown chapters, BibTeX citations and YAML metadata into a footnoted PDF.

A project is read; every chapter is compiled to a tree with the names it defines and uses; the chapters are linked:
numbered, cross-referenced, cited; each linked chapter is written as HTML; the HTML is laid out as pages; the pages are
assembled into one PDF.
"""

import sys

__version__ = "0.1.0"

if "typing_extensions" not in sys.modules:
    # msgspec asks it for what Python itself has had since 3.11, and it takes 60 ms to load.
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    import msgspec

    del msgspec, sys.modules["typing_extensions"]
