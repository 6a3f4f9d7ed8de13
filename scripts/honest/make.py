"""Makes honest files: each is encoded at most once, and states just that. A manifest beside them says what they are."""

import json
import re
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from honest.clips import Clip, half_of
from honest.formats import FFMPEG, Format, flac, missing, stream_formats, tone_formats

try:
    from honest import tones
except ImportError:
    tones = None

SECONDS = 8
MANIFEST = "manifest.jsonl"
KINDS = ("stream", "genuine", "tone", "loop")


class Failed(Exception):
    """A command failed; the last thing that it said."""


def run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)
    if done.returncode:
        said = done.stderr.strip().splitlines() or done.stdout.strip().splitlines() or ["no message"]
        raise Failed(f"exit status {done.returncode}: {said[-1]}")


@dataclass(frozen=True)
class Source:
    """What is encoded: how a WAV of it comes about, and the folder for what is needed on the way."""

    name: str
    recording: str
    kind: str
    room: Path
    wav: Callable[[Format], Path]


@dataclass
class Folder:
    """The folder that is filled, and what stands in it."""

    out: Path
    enc: Path | None = None
    only: re.Pattern[str] = re.compile("")
    entries: dict[str, dict[str, str]] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    problems: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> None:
        """Takes over what earlier runs made and is still there."""
        self.out.mkdir(parents=True, exist_ok=True)
        if (self.out / MANIFEST).exists():
            entries = [entry for entry in entries_of(self.out) if (self.out / entry["path"]).exists()]
            self.entries = {entry["path"]: entry for entry in entries}

    def close(self) -> None:
        lines = [json.dumps(self.entries[path]) + "\n" for path in sorted(self.entries)]
        (self.out / MANIFEST).write_text("".join(lines))

    def wanted(self, formats: list[Format]) -> list[Format]:
        """Those that are asked for and can be made; says once which cannot."""
        asked = [made for made in formats if self.only.search(made.name)]
        lost = missing(asked, self.enc)
        with self.lock:
            for encoder in lost.keys() - self.missing:
                print(f"left out for want of {encoder}: {', '.join(lost[encoder])}", file=sys.stderr)
            self.missing |= lost.keys()
        names = {name for names in lost.values() for name in names}
        return [made for made in asked if made.name not in names]

    def add(self, source: Source, formats: list[Format]) -> None:
        for made in self.wanted(formats):
            try:
                path = self.file(source, made)
            except Failed as problem:
                with self.lock:
                    self.failed[made.name] += 1
                    self.problems.setdefault(made.name, f"{source.name}: {problem}")
                continue
            truth = {"path": path.name, "recording": source.recording, "format": made.name, "kind": source.kind}
            with self.lock:
                self.entries[path.name] = truth | {"half": half_of(source.recording)}
                self.made[made.name] += 1

    def file(self, source: Source, made: Format) -> Path:
        """Makes one file; what an earlier run made stays as it is."""
        target = self.out / f"{source.name}@{made.name}.{made.extension}"
        if not target.exists():
            # Made elsewhere and moved, so that no run leaves half a file.
            fresh = source.room / f"fresh-{made.name}.{made.extension}"
            run(made.arguments(source.wav(made), fresh, self.enc))
            if not fresh.exists() or not fresh.stat().st_size:
                raise Failed("nothing was written")
            fresh.rename(target)
        return target


def entries_of(folder: Path) -> list[dict[str, str]]:
    try:
        return [json.loads(line) for line in (folder / MANIFEST).read_text().splitlines()]
    except FileNotFoundError:
        raise SystemExit(f"measure_honest: {folder} has no {MANIFEST}; `measure_honest.py make` writes it") from None


def wav_of(clip: Clip, rate: int, channels: int, room: Path) -> Path:
    """The first seconds of a clip at that rate, 16 bits."""
    wav = room / f"{rate}-{channels}.wav"
    if not wav.exists():
        start = ["ffmpeg", *FFMPEG, "-i", str(clip.path), "-map", "0:a:0", "-t", str(SECONDS), "-map_metadata", "-1"]
        resample = f"aresample={rate}:resampler=soxr"
        run([*start, "-af", resample, "-ac", str(channels), "-c:a", "pcm_s16le", str(wav)])
    return wav


def whined(clip: Clip, hertz: int, room: Path) -> Callable[[Format], Path]:
    def wav(made: Format) -> Path:
        out = room / "whined.wav"
        tones.write_below_tone(wav_of(clip, made.rate, made.channels, room), hertz, out)
        return out

    return wav


def of_clip(folder: Folder, clip: Clip, kinds: set[str], room: Path) -> None:
    """What is made of one clip: itself, its streams, and itself with a whine above it."""

    def source(kind: str, wav: Callable[[Format], Path]) -> Source:
        return Source(clip.name, clip.recording, kind, room, wav)

    if "genuine" in kinds:
        # As it is: its own rate, channels and bits.
        folder.add(source("genuine", lambda _: clip.path), [flac("genuine", "-map", "0:a:0", "-t", str(SECONDS))])
    if "stream" in kinds:
        folder.add(source("stream", lambda made: wav_of(clip, made.rate, made.channels, room)), stream_formats())
    if "tone" in kinds:
        for hertz in tones.ABOVE:
            formats = [flac(f"lowpass_tone_{hertz}_{rate // 1000}k", rate=rate) for rate in tones.RATES]
            folder.add(source("tone", whined(clip, hertz, room)), formats)


def of_signal(folder: Folder, signal: "tones.Signal", encoded: bool, room: Path) -> None:
    """A FLAC of a synthetic signal, and a stream of each codec where it is encoded."""

    def wav(_: Format) -> Path:
        out = room / "signal.wav"
        if not out.exists():
            signal.write(out)
        return out

    formats = [flac(f"{signal.family}_{signal.rate // 1000}k", rate=signal.rate)]
    if encoded:
        formats += tone_formats(signal.kind, signal.rate)
    folder.add(Source(signal.recording(), signal.recording(), signal.kind, room, wav), formats)


def fill(folder: Folder, clips: list[Clip], kinds: set[str], half: str | None, jobs: int) -> None:
    """Makes all the files of these kinds, some clips or signals at a time."""
    if kinds & {"tone", "loop"} and tones is None:
        raise SystemExit("measure_honest: tones and loops need numpy; install it, or ask for other kinds with --kind")
    work = [(clip.name, partial(of_clip, folder, clip, kinds)) for clip in clips]
    for signal, encoded in tones.signals() if tones else ():
        if signal.kind in kinds and half in (None, half_of(signal.recording())):
            work.append((signal.recording(), partial(of_signal, folder, signal, encoded)))

    def one(named: tuple[str, Callable[[Path], None]]) -> None:
        name, job = named
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.out) as room:
            job(Path(room))
        print(f"{sum(folder.made.values())} files, {name} done", file=sys.stderr, flush=True)

    pool = ThreadPoolExecutor(jobs)
    try:
        for _ in pool.map(one, work):
            pass
    finally:
        pool.shutdown(cancel_futures=True)
