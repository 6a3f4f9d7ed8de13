"""Functions that workers run in the tests of what happens when one dies. Importable, so that they travel by name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def die(path: str, threads: int) -> str:
    """Kills its own process over a file called `killer…`; over `once…` and `thrice…` only so many times. Others give their path."""
    name = Path(path).name
    if name.startswith("killer"):
        os.kill(os.getpid(), signal.SIGKILL)
    times = 1 if name.startswith("once") else 3 if name.startswith("thrice") else 0
    for death in range(times):
        try:
            Path(f"{path}.{death}").touch(exist_ok=False)
        except FileExistsError:
            continue
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
