"""`python -m report`: the same as the command `report`."""

from __future__ import annotations

from typing import NoReturn


def main() -> NoReturn:
    """Run the command; worker processes import this module too, and need nothing of it."""
    from report.cli import main as run

    run()


if __name__ == "__main__":
    main()
