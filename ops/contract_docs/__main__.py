"""Writes docs/map.md and the wire snapshots anew: `python -m ops.contract_docs`."""

import argparse
import sys
from pathlib import Path

from .bus_map import map_text
from .changes import changes_since
from .snapshots import FOLDER, read_snapshots, snapshots, write_snapshot

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Writes what may be written; prints a sentence for each change that needs a new subject and returns 1 then."""
    parser = argparse.ArgumentParser(prog="python -m ops.contract_docs", description=__doc__)
    parser.add_argument(
        "--replace",
        nargs="*",
        default=[],
        metavar="SUBJECT",
        help="write over (or remove) these snapshots although the change breaks them: nobody relies on them yet",
    )
    replaced = set(parser.parse_args().replace)
    kept, now = read_snapshots(ROOT / FOLDER), snapshots()
    broken = [
        change for name in kept if name not in replaced for change in changes_since(name, kept[name], now.get(name))
    ]
    if broken:
        sys.stderr.write("\n".join(broken) + "\n")
        return 1
    (ROOT / "docs" / "map.md").write_text(map_text())
    for name in kept.keys() | now.keys():
        write_snapshot(ROOT / FOLDER, name, now.get(name))
    return 0


sys.exit(main())
