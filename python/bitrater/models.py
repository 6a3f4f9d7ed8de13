"""Models: read once in a process and kept, since a model in memory stays there until the process ends."""

from __future__ import annotations

import functools
import os

from bitrater import _core
from bitrater.paths import PathLike, text


def load(path: PathLike | None) -> _core.Model:
    """The model in a file; without one, what comes with this build.

    Raises:
        FileNotFoundError: there is no such file.
        ModelError: it is no model that can be used here.
    """
    if path is None:
        return _bundled()
    name = os.path.abspath(text(path))
    try:
        about = os.stat(name)
    except OSError:
        # The engine says it in the words of all its errors.
        return _core.Model.load(name)
    return _load(name, about.st_size, about.st_mtime_ns)


@functools.cache
def _bundled() -> _core.Model:
    return _core.Model.bundled()


@functools.lru_cache(maxsize=None)
def _load(path: str, size: int, modified: int) -> _core.Model:
    return _core.Model.load(path)


@functools.lru_cache(maxsize=None)
def of(content: bytes) -> _core.Model:
    """The model of these bytes."""
    return _core.Model.from_bytes(content)
