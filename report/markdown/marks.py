"""Characters that stand for others while Markdown is parsed; no source may hold them."""

CAPTION_MARK = "\x07"
"""The `:` of a table's caption, so that it opens no definition."""
