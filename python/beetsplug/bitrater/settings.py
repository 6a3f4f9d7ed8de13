"""The settings of the plugin, checked once and read as plain values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import confuse
from beets.ui import UserError as UserError  # type: ignore[attr-defined]

from bitrater.pools import BACKENDS

DEFAULTS: dict[str, Any] = {
    "auto": False,
    "min_confidence": 0.8,
    "warn_transcodes": True,
    "threads": None,
    "model_path": None,
    "training_dir": None,
    "on_transcode": "keep",
    "quarantine_dir": None,
    "backend": "loky",
    "scheduler": None,
    "force": False,
}

ON_TRANSCODE = ("keep", "ask", "skip", "quarantine")


@dataclass(frozen=True)
class Settings:
    """What is configured: see docs/beets.md."""

    min_confidence: float
    warn_transcodes: bool
    threads: int | None
    model_path: str | None
    training_dir: str | None
    on_transcode: str
    quarantine_dir: str | None
    backend: str
    scheduler: str | None
    force: bool


def read(config: confuse.ConfigView) -> Settings:
    """The settings, with `UserError` where one has no meaning."""
    try:
        settings = Settings(
            min_confidence=config["min_confidence"].get(confuse.Number()),
            warn_transcodes=config["warn_transcodes"].get(bool),
            threads=config["threads"].get(confuse.Optional(confuse.Integer())),
            model_path=_path(config["model_path"]),
            training_dir=_path(config["training_dir"]),
            on_transcode=config["on_transcode"].get(confuse.Choice(ON_TRANSCODE)),
            quarantine_dir=_path(config["quarantine_dir"]),
            backend=config["backend"].get(confuse.Choice(BACKENDS)),
            scheduler=config["scheduler"].get(confuse.Optional(confuse.String())),
            force=config["force"].get(bool),
        )
    except confuse.ConfigError as error:
        raise UserError(f"bitrater: {error}") from error
    if not 0 <= settings.min_confidence <= 1:
        raise UserError("bitrater: min_confidence is a probability from 0 to 1")
    if settings.threads is not None and settings.threads < 1:
        raise UserError("bitrater: threads must be 1 or more; leave it empty to use every processor")
    if settings.on_transcode == "quarantine" and settings.quarantine_dir is None:
        raise UserError("bitrater: on_transcode is quarantine, so quarantine_dir has to name a folder")
    return settings


def _path(view: confuse.ConfigView) -> str | None:
    """A path, or None; relative ones are below the folder of the configuration, as everywhere in beets."""
    if view.get() in (None, ""):
        return None
    return os.path.expanduser(view.as_filename())
