"""A mapping that forgets what was not asked for in a long time."""

from __future__ import annotations

from typing import Any


class Generations:
    """Entries that were put or asked for lately, and those of the generation before."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        """Entries of one generation."""
        self._young: dict[Any, Any] = {}
        self._old: dict[Any, Any] = {}

    def get(self, key: Any) -> Any:
        """What was put there; None where nothing was, or it is forgotten."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: Any, value: Any) -> None:
        """Keep a value."""
        if len(self._young) >= self.limit:
            self._old, self._young = self._young, {}
        self._young[key] = value
