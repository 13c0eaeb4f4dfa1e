"""`python -m report`: the same as the command `report`."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command; worker processes import this module too, and need nothing of it."""
    if not sys.flags.safe_path and sys.path[0] == os.getcwd():
        del sys.path[0]  # a project's folder must not be taken for one of modules
    from report.cli import main as run

    run()


if __name__ == "__main__":
    main()
