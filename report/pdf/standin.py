"""Something of ours in the place of something of WeasyPrint's, for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import weasyprint

KNOWN = weasyprint.__version__ == "70.0"
"""Whether this is the version whose inside is known here; in the place of any other's, nothing is put."""


@contextmanager
def in_place(owner: Any, name: str, stand_in: Any) -> Iterator[None]:
    """Put it into a module or a class, and what was there back at the end."""
    real = getattr(owner, name)
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        setattr(owner, name, real)
