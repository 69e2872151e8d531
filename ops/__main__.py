"""The entry of the command line: `python -m ops`, which the launcher becomes."""

from ops.cli import main

main()
