"""A plugin for beets: finds transcodes in a library, or while music is imported.

Settings and fields are described in docs/beets.md. Nothing here looks at audio: that is done by the package `bitrater`.
"""

from beetsplug.bitrater.plugin import BitraterPlugin

__all__ = ["BitraterPlugin"]
