"""``python -m matching``: the same as the command ``nirisation``."""

from matching.cli import main

if __name__ == "__main__":
    main()
