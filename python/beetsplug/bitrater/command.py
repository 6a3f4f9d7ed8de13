"""`beet bitrater`: analyses what a query finds and stores each result when it comes."""

from __future__ import annotations

import optparse
from collections import Counter
from typing import TYPE_CHECKING

from beets import ui
from beets.util import displayable_path
from beetsplug.bitrater import fields, messages
from beetsplug.bitrater.settings import UserError
from beetsplug.bitrater.training import train_or_validate

import bitrater
from bitrater.analysis import outcomes
from bitrater.parallel import Failed
from bitrater.pools import BACKENDS

if TYPE_CHECKING:
    from beets.library import Item, Library

    from beetsplug.bitrater.plugin import BitraterPlugin
    from beetsplug.bitrater.settings import Settings


def subcommand(plugin: BitraterPlugin) -> ui.Subcommand:
    """The command with its options."""
    command = ui.Subcommand("bitrater", help="find out what audio files have been through")
    option = command.parser.add_option
    option("-v", "--verbose", action="store_true", help="show every result with its reasons")
    option("--threads", type="int", metavar="N", help="files in work at the same time (all processors)")
    option("-f", "--force", action="store_true", help="analyse items again that have not changed")
    option("-t", "--train", action="store_true", help="learn from a labelled folder")
    option("--validate", action="store_true", help="measure the answers on a labelled folder")
    option("--training-dir", metavar="DIR", help="the labelled folder")
    option("--save-model", metavar="FILE", help="where the trained model goes")
    option("--backend", choices=BACKENDS, help=f"where the work is done: {', '.join(BACKENDS)}")
    option("--scheduler", metavar="URL", help="address of a Dask scheduler or a Ray cluster")

    def run(lib: Library, options: optparse.Values, arguments: list[str]) -> None:
        if options.train or options.validate:
            train_or_validate(plugin, options)
        else:
            analyse(plugin, lib, options, arguments)

    command.func = run
    return command


def analyse(plugin: BitraterPlugin, lib: Library, options: optparse.Values, query: list[str]) -> None:
    """Analyses the items of a query."""
    settings = plugin.settings()
    version = fields.version(settings)
    # Paths are resolved here, in the main thread: beets keeps the library's folder in a context variable.
    items = [(item, str(item.filepath)) for item in lib.items(query)]
    force = options.force or settings.force
    stale = [(item, path) for item, path in items if force or not fields.holds(item, path, version)]
    counts = Counter({"unchanged": len(items) - len(stale)})
    try:
        found = outcomes(
            [path for _, path in stale],
            threads=options.threads if options.threads is not None else settings.threads,
            backend=options.backend or settings.backend,
            scheduler=options.scheduler or settings.scheduler,
            model=settings.model_path,
            min_confidence=settings.min_confidence,
        )
        for number, outcome in found:
            item = stale[number][0]
            if isinstance(outcome, Failed):
                counts["error"] += 1
                plugin._log.error("{}: {}", displayable_path(item.path), outcome.message)
            else:
                counts[outcome.verdict] += 1
                fields.assign(item, outcome, version)
                item.store()
                _tell(plugin, settings, item, outcome, verbose=options.verbose)
    except (bitrater.BitraterError, FileNotFoundError, ValueError) as error:
        raise UserError(f"bitrater: {error}") from error
    ui.print_(messages.summary(counts))


def _tell(
    plugin: BitraterPlugin, settings: Settings, item: Item, result: bitrater.AnalysisResult, *, verbose: bool
) -> None:
    """Says of an item what the user wants to know."""
    path = displayable_path(item.path)
    if result.is_transcode and settings.warn_transcodes:
        plugin._log.warning("transcode: {} {}", path, messages.claim(result))
    if verbose:
        for line in messages.details(path, result):
            ui.print_(line)
