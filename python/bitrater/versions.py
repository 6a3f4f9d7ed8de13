"""Which build this is."""

from __future__ import annotations

import json

from bitrater import models
from bitrater.paths import PathLike
from bitrater.results import Versions


def versions(model: PathLike | None = None) -> Versions:
    """Versions of the engine, the catalogue of evidence, and what decides: a model, or what comes with this build.

    Raises:
        FileNotFoundError, ModelError: the model cannot be used.
    """
    return Versions.of(json.loads(models.load(model).versions()))


__version__ = versions().engine
