"""The item fields: what is stored of a result, and whether what is stored still holds."""

from __future__ import annotations

import datetime
import os
from typing import TYPE_CHECKING, Any

from beets.dbcore import types

import bitrater

if TYPE_CHECKING:
    from beets.library import Item

    from beetsplug.bitrater.settings import Settings

TYPES: dict[str, types.Type[Any, Any]] = {
    "original_bitrate": types.INTEGER,
    "original_format": types.STRING,
    "bitrate_confidence": types.Float(3),
    "is_transcoded": types.BOOLEAN,
    "transcoded_from": types.STRING,
    "bitrater_verdict": types.STRING,
    "detected_cutoff": types.INTEGER,
    "analysis_version": types.STRING,
    "analysis_date": types.STRING,
    "analysis_audio": types.STRING,
    "format_warnings": types.STRING,
}


def version(settings: Settings) -> str:
    """What answers now: the engine, the evidence, the model, and the bar for a transcode."""
    now = bitrater.versions(settings.model_path)
    return f"{now.engine}/{now.evidence}/{now.model}/{settings.min_confidence:g}"


def now() -> str:
    """This moment as it is stored."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="microseconds")


def assign(item: Item, result: bitrater.AnalysisResult, version: str) -> None:
    """Sets the fields of an item. A number that is not known leaves its field unset, so that no range finds it."""
    values: dict[str, object] = {
        "original_bitrate": result.original_bitrate,
        "original_format": result.original_format,
        "bitrate_confidence": result.confidence,
        "is_transcoded": result.is_transcode,
        "transcoded_from": result.transcoded_from or "",
        "bitrater_verdict": result.verdict,
        "detected_cutoff": result.detected_cutoff,
        "analysis_version": version,
        "analysis_date": now(),
        "analysis_audio": _audio(item),
        "format_warnings": "; ".join(result.warnings),
    }
    for name, value in values.items():
        if value is not None:
            item[name] = value
        elif name in item:
            del item[name]


def holds(item: Item, path: str, version: str) -> bool:
    """Whether what is stored for an item is what an analysis of its file would say again.

    It is if the same versions answered and the audio is the same: the file was not written since, or only by beets,
    which writes tags (then its time is the one that beets noted), and length and format are as they were.
    """
    if item.get("analysis_version") != version or item.get("analysis_audio") != _audio(item):
        return False
    try:
        analysed = datetime.datetime.fromisoformat(item.get("analysis_date") or "").timestamp()
        written = os.stat(path).st_mtime
    except (OSError, ValueError):
        return False
    return written <= analysed or int(written) == int(item.mtime)


def _audio(item: Item) -> str:
    """What the library knows of the audio in an item's file and tags do not change."""
    return f"{item.format} {item.samplerate} {item.bitdepth} {item.channels} {item.length:.2f}"
