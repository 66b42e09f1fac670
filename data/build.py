"""Rebuild the packaged tables from their sources, or check that the shipped ones are what the sources give.

::

    python data/build.py                    rebuild every table
    python data/build.py communes           rebuild some
    python data/build.py --check            compare without writing; 1 when they differ, 3 when a source is out of reach
"""

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # so that ``data`` is a package when run as a script

from data.provenance import Built, difference, write
from data.sources import Unreachable

SCRIPTS = [
    "build_born_abroad",
    "build_communes",
    "build_countries",
    "build_foreign",
    "build_names",
    "build_towns",
    "build_variants",
]


def tables() -> dict[str, Callable[[], Built]]:
    """Every table's name → the function that rebuilds it."""
    found: dict[str, Callable[[], Built]] = {}
    for script in SCRIPTS:
        found |= import_module(f"data.{script}").TABLES
    return found


def main() -> int:
    """Rebuild or check; 1 when a shipped table differs from its sources."""
    known = tables()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="*", help=f"among {', '.join(sorted(known))}; all by default")
    parser.add_argument("--check", action="store_true", help="compare with the shipped tables, write nothing")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.table) - set(known))
    if unknown:
        parser.error(f"no such table: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    different = 0
    for name in arguments.table or sorted(known):
        built = known[name]()
        if not arguments.check:
            write(name, built)
            print(f"{name}: {built.frame.height} rows written")
        elif reason := difference(name, built):
            different += 1
            print(reason, file=sys.stderr)
        else:
            print(f"{name}: as shipped, {built.frame.height} rows")
    return 1 if different else 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except Unreachable as error:
        print(error, file=sys.stderr)
        raise SystemExit(3) from None
