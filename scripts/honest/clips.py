"""The genuine recordings that honest files are made of: which clip stands for which, and in which half it is."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

LOSSLESS = {".flac", ".wav", ".aif", ".aiff"}


def half_of(recording: str) -> str:
    """A or B; all that comes of one recording is in one half."""
    return "AB"[hashlib.sha256(recording.encode()).digest()[0] & 1]


@dataclass(frozen=True)
class Clip:
    """A genuine lossless file."""

    path: Path
    name: str
    recording: str

    def collection(self) -> str:
        """Where it comes from: its name without the number at the end."""
        return re.sub(r"[_-]?\d+$", "", self.name)


def clips_of(folder: Path, manifest: Path | None) -> list[Clip]:
    """One clip a recording, the first by name."""
    if not folder.is_dir():
        raise SystemExit(f"measure_honest: {folder} is no folder; SRC is the folder of genuine files")
    manifest = manifest or folder / "manifest.json"
    recordings = {}
    if manifest.exists():
        listed = json.loads(manifest.read_text())
        recordings = {(manifest.parent / entry["file"]).resolve(): entry["recording"] for entry in listed}
    found: dict[str, Clip] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in LOSSLESS:
            name = "_".join(path.relative_to(folder).with_suffix("").parts)
            clip = Clip(path, name, recordings.get(path.resolve(), name))
            found.setdefault(clip.recording, clip)
    return list(found.values())


def spread(clips: list[Clip], most: int) -> list[Clip]:
    """At most that many, by turns from all collections."""
    collections: dict[str, list[Clip]] = {}
    for clip in clips:
        collections.setdefault(clip.collection(), []).append(clip)
    turns = [(turn, name, clip) for name, group in collections.items() for turn, clip in enumerate(group)]
    return [clip for _, _, clip in sorted(turns, key=lambda each: each[:2])[:most]]


def chosen(clips: list[Clip], most: int | None, half: str | None) -> list[Clip]:
    """Of the half that is asked for, or as many of one half as of the other."""
    halves = half or "AB"
    each = len(clips) if most is None else most // len(halves)
    return [clip for side in halves for clip in spread([c for c in clips if half_of(c.recording) == side], each)]
