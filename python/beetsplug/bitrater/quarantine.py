"""Where transcodes go that are neither wanted in the library nor lost."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from beets import util

if TYPE_CHECKING:
    import confuse
    from beets.importer import ImportTask
    from beets.library import Item


def put_aside(config: confuse.ConfigView, task: ImportTask, item: Item, folder: str) -> bytes:
    """Takes a file to the quarantine, below the folders that it has below the imported one, and gives its new path.

    It is copied if the import leaves the sources where they are (`copy`, or links), and moved if the import moves, or
    imports files in place. Nothing is overwritten.
    """
    source = item.path
    place = util.unique_path(os.path.join(util.bytestring_path(folder), _below(task.toppath, source)))
    os.makedirs(os.path.dirname(place), exist_ok=True)
    # By truth and not by `get`: the import replaces some of these views by plain values.
    leaves = any(config[way] for way in ("copy", "link", "hardlink", "reflink"))
    if leaves and not config["move"]:
        util.copy(source, place)
    else:
        util.move(source, place)
    return place


def _below(top: bytes | None, path: bytes) -> bytes:
    """The path as it is below the imported folder; its name alone if it is not there, or was named itself."""
    if top is not None and path.startswith(os.path.join(top, b"")):
        return os.path.relpath(path, top)
    return os.path.basename(path)
