"""Laid-out pages: fragments and what they are linked to; WeasyPrint itself is in `layout`, for worker processes."""
