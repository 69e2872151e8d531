"""The entry of the command line: `python -m ops`, which the launcher becomes."""

import sys

try:
    from ops.cli import main

    main()
except KeyboardInterrupt:  # while the command was still loading, too
    sys.exit(130)
