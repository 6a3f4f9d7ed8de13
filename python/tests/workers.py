"""Functions that workers run in the tests of what happens when one dies. Importable, so that they travel by name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def die(path: str, threads: int) -> str:
    """Kills its own process over a file called `killer…`; over `once…` only the first time. Others give their path."""
    name = Path(path)
    if name.name.startswith("killer"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.name.startswith("once"):
        try:
            name.touch(exist_ok=False)
        except FileExistsError:
            return path
        os.kill(os.getpid(), signal.SIGKILL)
    return path


def budget(path: str, threads: int) -> tuple[int, int]:
    """Who works, and with how many threads it may."""
    time.sleep(0.02)
    return os.getpid(), threads


def slow(path: str, threads: int) -> tuple[str, int]:
    """Long enough for a worker to be killed while others work on."""
    time.sleep(0.05)
    return path, os.getpid()


def bug(path: str, threads: int) -> str:
    """A mistake in the program."""
    raise ZeroDivisionError(path)
