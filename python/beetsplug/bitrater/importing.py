"""What happens during an import: files are analysed before anything is in the library, and transcodes are kept,
asked about, left out or put aside.

Only the transcodes of an album are left out; the rest of it is imported. In an album that is tagged the user is asked before
the candidates are shown, for a singleton after that (beets has no earlier event for it), and with `import -A`
when the files are found.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from beets import importer, ui
from beets.util import displayable_path
from beetsplug.bitrater import fields, messages, quarantine

import bitrater
from bitrater.analysis import outcomes
from bitrater.parallel import Failed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beets.importer import ImportSession, ImportTask
    from beets.library import Item
    from beets.logging import BeetsLogger

    from beetsplug.bitrater.settings import Settings


class Import:
    """One import: the results so far, and what has been decided on."""

    def __init__(self, log: BeetsLogger, settings: Settings) -> None:
        self._log = log
        self._settings = settings
        self._version = fields.version(settings)
        # By path: a task that is split or regrouped has the same files.
        self._results: dict[bytes, bitrater.AnalysisResult | None] = {}
        self._answered: set[bytes] = set()
        self._stored: set[int | None] = set()
        self._working = threading.Lock()

    def look_at(self, session: ImportSession, task: ImportTask, *, ask: bool) -> None:
        """Analyses the files of a task and does what is configured; asks only if it may."""
        if task.skip:
            return
        self._analyse(task.items)
        action = self._settings.on_transcode
        if action in ("skip", "quarantine"):
            self._leave_out(session, task, self._transcodes(task), put_aside=action == "quarantine")
        elif action == "ask" and ask:
            self._ask(session, task)

    def before_choice(self, session: ImportSession, task: ImportTask) -> importer.Action | None:
        """Asks about an album before its candidates are shown; those are looked up again when files were left out."""
        before = len(task.items)
        if self._settings.on_transcode == "ask":
            self._ask(session, task)
        if task.skip:
            return importer.Action.SKIP
        if len(task.items) < before:
            vars(task).pop("source", None)  # what beets 2.14 remembers of the files
            task.lookup_candidates(session.config["search_ids"].as_str_seq())
        return None

    def after_choice(self, session: ImportSession, task: ImportTask) -> None:
        """Asks about a singleton, unless the user leaves it out anyway."""
        if not task.is_album and not task.skip and self._settings.on_transcode == "ask":
            self._ask(session, task)

    def store(self, task: ImportTask) -> None:
        """Stores the results with the items, which are in the library by now."""
        items = task.imported_items()
        # Those that an album was merged with.
        self._analyse(items)
        for item in items:
            result = self._results.pop(item.path, None)
            if result is not None:
                fields.assign(item, result, self._version)
                item.store()
                self._stored.add(item.id)

    def arrived(self, items: Iterable[Item]) -> None:
        """Notes that the files of items are in their place: what beets did to them since the analysis is no change."""
        for item in items:
            if item.id in self._stored:
                self._stored.remove(item.id)
                item["analysis_date"] = fields.now()
                item.store()

    def _analyse(self, items: list[Item]) -> None:
        """Analyses the files that have not been, and warns of transcodes."""
        # The stages of an import run in threads; the budget is for all of them.
        with self._working:
            self._analyse_new(items)

    def _analyse_new(self, items: list[Item]) -> None:
        new = [item for item in items if item.path not in self._results]
        # In this thread: beets keeps the library's folder in a context variable.
        paths = [str(item.filepath) for item in new]
        settings = self._settings
        found = outcomes(
            paths,
            threads=settings.threads,
            backend=settings.backend,
            scheduler=settings.scheduler,
            model=settings.model_path,
            min_confidence=settings.min_confidence,
        )
        for number, outcome in found:
            item = new[number]
            if isinstance(outcome, Failed):
                self._results[item.path] = None
                self._log.warning("not analysed: {}: {}", displayable_path(item.path), outcome.message)
                continue
            self._results[item.path] = outcome
            if outcome.is_transcode and settings.warn_transcodes:
                self._log.warning("transcode: {} {}", displayable_path(item.path), messages.claim(outcome))

    def _transcodes(self, task: ImportTask) -> list[Item]:
        results = ((item, self._results.get(item.path)) for item in task.items)
        return [item for item, result in results if result is not None and result.is_transcode]

    def _ask(self, session: ImportSession, task: ImportTask) -> None:
        """Asks once what to do with the transcodes of a task; a quiet import keeps them."""
        transcodes = [item for item in self._transcodes(task) if item.path not in self._answered]
        if not transcodes or session.config["quiet"]:
            return
        self._answered.update(item.path for item in transcodes)
        ui.print_(f"{len(transcodes)} of {len(task.items)} files claim more than they hold:")
        for item in transcodes:
            result = self._results[item.path]
            if result is not None:
                ui.print_(f"  {displayable_path(item.path)} {messages.claim(result)}")
        options = ["Keep", "Skip them"]
        if len(task.items) > len(transcodes):
            options.append("skip the aLbum")
        if self._settings.quarantine_dir:
            options.append("Quarantine them")
        options.append("aBort")
        answer = ui.input_options(options)
        if answer == "b":
            raise importer.ImportAbortError
        if answer == "l":
            task.set_choice(importer.Action.SKIP)
        elif answer in ("s", "q"):
            self._leave_out(session, task, transcodes, put_aside=answer == "q")

    def _leave_out(self, session: ImportSession, task: ImportTask, items: list[Item], *, put_aside: bool) -> None:
        """Takes items out of a task, and the files to the quarantine if they are to be put aside."""
        for item in items:
            if put_aside and self._settings.quarantine_dir:
                place = quarantine.put_aside(session.config, task, item, self._settings.quarantine_dir)
                self._log.warning("quarantined: {} is now {}", displayable_path(item.path), displayable_path(place))
            else:
                self._log.warning("left out: {}", displayable_path(item.path))
        if len(items) == len(task.items):
            if items:
                task.set_choice(importer.Action.SKIP)
            return
        left_out = {id(item) for item in items}
        task.items = [item for item in task.items if id(item) not in left_out]
