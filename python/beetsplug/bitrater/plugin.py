"""The plugin itself: its settings, its command, and where it takes part in an import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beets.plugins import BeetsPlugin
from beetsplug.bitrater import command, fields, settings
from beetsplug.bitrater.importing import Import
from beetsplug.bitrater.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beets.importer import Action, ImportSession, ImportTask
    from beets.library import Album, Item, Library
    from beets.ui import Subcommand


class BitraterPlugin(BeetsPlugin):
    """Tells of each item what it has been through, and stores it in the library; audio files are never written."""

    item_types = fields.TYPES

    def __init__(self) -> None:
        super().__init__("bitrater")
        self.config.add(settings.DEFAULTS)
        self._import: Import | None = None
        if self.config["auto"].get(bool):
            self.register_listener("import_begin", self._begin)
            self.register_listener("import_task_created", self._created)
            self.register_listener("import_task_start", self._start)
            self.register_listener("import_task_before_choice", self._before_choice)
            self.register_listener("import_task_choice", self._choice)
            self.import_stages = [self._store]
            self.register_listener("album_imported", self._album)
            self.register_listener("item_imported", self._item)

    def commands(self) -> Sequence[Subcommand]:
        """The command `beet bitrater`."""
        return [command.subcommand(self)]

    def settings(self) -> Settings:
        """What is configured.

        Raises:
            beets.ui.UserError: a setting has no meaning.
        """
        return settings.read(self.config)

    def _begin(self, session: ImportSession) -> None:
        self._import = Import(self._log, self.settings())

    def _created(self, session: ImportSession, task: ImportTask) -> None:
        # With `import -A` no candidates are looked up, and the later events do not come.
        if self._import and not session.config["autotag"]:
            self._import.look_at(session, task, ask=True)

    def _start(self, session: ImportSession, task: ImportTask) -> None:
        # Candidates are looked up in a thread of their own: questions have to wait for the user's turn.
        if self._import:
            self._import.look_at(session, task, ask=False)

    def _before_choice(self, session: ImportSession, task: ImportTask) -> Action | None:
        return self._import.before_choice(session, task) if self._import else None

    def _choice(self, session: ImportSession, task: ImportTask) -> None:
        if self._import:
            self._import.after_choice(session, task)

    def _store(self, session: ImportSession, task: ImportTask) -> None:
        if self._import:
            self._import.store(task)

    def _album(self, lib: Library, album: Album) -> None:
        if self._import:
            self._import.arrived(album.items())

    def _item(self, lib: Library, item: Item) -> None:
        if self._import:
            self._import.arrived([item])
