"""Which build this is."""

from __future__ import annotations

import json

from bitrater import _core
from bitrater.results import Versions


def versions() -> Versions:
    """Versions of the engine, the catalogue of evidence, and the model or rules of this build."""
    return Versions.of(json.loads(_core.versions()))


__version__ = versions().engine
