"""`beet bitrater --train` and `--validate`: a model from a labelled folder, and how right the answers are."""

from __future__ import annotations

import optparse
from typing import TYPE_CHECKING, Any

from beets import ui
from beetsplug.bitrater.settings import UserError

import bitrater

if TYPE_CHECKING:
    from beetsplug.bitrater.plugin import BitraterPlugin

HELD_OUT = 0.2
"""The share of the recordings that is kept from the model when training is to be validated."""


def train_or_validate(plugin: BitraterPlugin, options: optparse.Values) -> None:
    """Trains, validates, or both: then a model is measured on recordings that were kept from it."""
    settings = plugin.settings()
    folder = options.training_dir or settings.training_dir
    if not folder:
        raise UserError("bitrater: name a labelled folder with --training-dir, or with training_dir in the configuration")
    if options.save_model and not options.train:
        raise UserError("bitrater: --save-model goes with --train")
    where: dict[str, Any] = {
        "threads": options.threads if options.threads is not None else settings.threads,
        "backend": options.backend or settings.backend,
        "scheduler": options.scheduler or settings.scheduler,
    }
    try:
        analyzer = bitrater.AudioQualityAnalyzer(settings.model_path)
        if options.validate:
            share = HELD_OUT if options.train else None
            ui.print_(analyzer.validate_from_directory(folder, test_size=share, **where)["text"].rstrip("\n"))
        if options.train:
            stats = analyzer.train_from_directory(folder, **where)
            ui.print_(f"{stats['model']}: learned from {stats['successful']} of {stats['total_files']} files")
            if options.save_model:
                analyzer.save_model(options.save_model)
                ui.print_(f"saved to {options.save_model}; model_path in the configuration makes it decide")
            else:
                plugin._log.warning("the model is not kept: --save-model FILE writes it to a file")
    except (bitrater.BitraterError, OSError, ValueError) as error:
        raise UserError(f"bitrater: {error}") from error
