"""The program `bitrater`: the command line of the Rust program, started by Python."""

from __future__ import annotations

import signal
import sys

from bitrater import _core

# Without the current folder, where something else may be called `bitrater`.
AGAIN = "import sys; del sys.path[0]; from bitrater._program import main; sys.exit(main())"


def main() -> int:
    """Runs the command line with this program's arguments and gives its exit status."""
    # Ctrl-C belongs to the command line: it keeps what was finished and ends with 130.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _core.run(["bitrater", *sys.argv[1:]], [sys.executable, "-c", AGAIN])
