"""`python -m report`: the same as the command `report`."""

from report.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
