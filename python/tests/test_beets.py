"""The plugin, as users meet it: `beet` in a process of its own, with a library in a temporary folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FIELDS = (
    "original_bitrate original_format bitrate_confidence is_transcoded transcoded_from bitrater_verdict detected_cutoff "
    "analysis_version analysis_date format_warnings"
).split()


@dataclass
class Beets:
    """A library of its own, and the program that looks after it."""

    home: Path

    @property
    def music(self) -> Path:
        return self.home / "music"

    def configure(self, imports: dict[str, Any] | None = None, **settings: Any) -> None:
        config = {
            "directory": str(self.music),
            "library": str(self.home / "library.db"),
            "plugins": ["bitrater"],
            "import": {"quiet": True, "autotag": False, **(imports or {})},
            "paths": {"default": "$artist/$title", "singleton": "$title", "comp": "$artist/$title"},
            "bitrater": {"threads": 2, **settings},
        }
        # JSON is YAML.
        (self.home / "config.yaml").write_text(json.dumps(config))

    def start(self, *arguments: str | bytes | Path, **options: Any) -> subprocess.Popen[str]:
        environment = {**os.environ, "BEETSDIR": str(self.home), "HOME": str(self.home), "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
        return subprocess.Popen(
            [sys.executable, "-m", "beets", *arguments], env=environment, text=True, errors="surrogateescape",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
        )  # fmt: skip

    def __call__(self, *arguments: str | bytes | Path, answers: str = "", status: int = 0) -> tuple[str, str]:
        """Runs `beet`; gives what it prints and what it says on standard error."""
        process = self.start(*arguments)
        printed, said = process.communicate(answers, timeout=300)
        assert process.returncode == status, said
        return printed, said

    def stored(self, *query: str) -> dict[str, dict[str, Any]]:
        """The fields of what a query finds, by title."""
        shown = "\x1f".join(f"%ifdef{{{field},${field}}}" for field in FIELDS)
        lines = self("ls", "-f", f"$title\x1f{shown}", *query)[0].splitlines()
        rows = (line.split("\x1f") for line in lines)
        return {title: dict(zip(FIELDS, values, strict=True)) for title, *values in rows}


@pytest.fixture
def beets(tmp_path: Path) -> Beets:
    beets = Beets(tmp_path / "beets")
    beets.home.mkdir()
    beets.configure()
    return beets


@pytest.fixture
def album(tmp_path: Path, demo: Path) -> Path:
    """A folder with a genuine file, and a FLAC that was an MP3 of 128 kbps."""
    folder = tmp_path / "incoming" / "Album"
    folder.mkdir(parents=True)
    for source, title in (("07-rocket.flac", "genuine"), ("02-lantern.flac", "fake")):
        command = ["ffmpeg", "-v", "error", "-i", demo / source, "-c", "copy", "-map_metadata", "-1"]
        tags = [f"{name}={value}" for name, value in (("title", title), ("artist", "Nobody"), ("album", "Demo"))]
        options = [part for tag in tags for part in ("-metadata", tag)]
        subprocess.run([*command, *options, folder / f"{title}.flac"], check=True)
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.flac")}


def in_library(beets: Beets) -> set[str]:
    return set(beets("ls", "-f", "$title")[0].split())


def test_import_command_and_queries(beets: Beets, album: Path) -> None:
    """The whole way: import with `auto`, the command, queries."""
    beets.configure(auto=True)
    before = digests(album)
    _, said = beets("import", album)
    assert "transcode" in said and "fake.flac claims LOSSLESS, holds 128" in said and "genuine" not in said

    stored = beets.stored()
    fake, genuine = stored["fake"], stored["genuine"]
    assert (fake["original_format"], fake["original_bitrate"], fake["transcoded_from"]) == ("128", "128", "128")
    assert (fake["is_transcoded"], fake["bitrater_verdict"]) == ("True", "transcode")
    assert float(fake["bitrate_confidence"]) > 0.9 and 15000 < int(fake["detected_cutoff"]) < 18000
    assert (genuine["original_format"], genuine["original_bitrate"], genuine["transcoded_from"]) == ("LOSSLESS", "1411", "")
    assert (genuine["is_transcoded"], genuine["bitrater_verdict"]) == ("False", "original")
    assert fake["analysis_version"].startswith("0.") and fake["analysis_date"].startswith("2")

    # Nothing was written to the files, and the import is no reason to look again.
    assert digests(beets.music) == before
    assert "2 unchanged" in beets("bitrater")[0]

    assert beets.stored("is_transcoded:true", "original_bitrate:..192").keys() == {"fake"}
    assert beets.stored("is_transcoded:false").keys() == {"genuine"}
    assert beets.stored("original_bitrate:200..", "bitrater_verdict:original").keys() == {"genuine"}
    assert beets.stored("detected_cutoff:..17000").keys() == {"fake"}


def test_command_force_verbose_and_summary(beets: Beets, album: Path) -> None:
    beets("import", album)
    assert beets.stored()["fake"]["is_transcoded"] == ""

    printed, said = beets("bitrater", "title:fake")
    assert printed.strip() == "1 file: 1 transcode"
    assert "holds 128" in said
    printed, said = beets("bitrater")
    assert printed.strip() == "2 files: 0 transcodes, 1 original, 1 unchanged since the last time (--force analyses them again)"
    assert said == ""
    date = beets.stored("title:fake")["fake"]["analysis_date"]

    # Tags that beets writes are no change; audio that something else writes is.
    beets("modify", "-y", "title:genuine", "comments=heard")
    assert "2 unchanged" in beets("bitrater")[0]
    fake = next(beets.music.rglob("fake.flac"))
    os.utime(fake, (time.time() + 10, time.time() + 10))
    assert beets("bitrater")[0].startswith("2 files: 1 transcode, 1 unchanged")
    assert beets.stored("title:fake")["fake"]["analysis_date"] > date

    printed, _ = beets("bitrater", "-v", "--force", "--threads", "1", "title:fake")
    for part in ("fake.flac\n", "transcode, ", "claims LOSSLESS (flac)", "holds 128 (mp3, 128 kbps)", "because: ", "1 file: "):
        assert part in printed
    # Another bar is another answer.
    beets.configure(min_confidence=1.0)
    printed, said = beets("bitrater", "title:fake")
    assert printed.strip() == "1 file: 0 transcodes, 1 inconclusive" and said == ""
    assert beets.stored("title:fake")["fake"]["is_transcoded"] == "False"


def test_a_bad_file_costs_one_line(beets: Beets, album: Path) -> None:
    beets("import", album)
    next(beets.music.rglob("fake.flac")).write_bytes(b"no music")
    printed, said = beets("bitrater")
    assert printed.strip() == "2 files: 0 transcodes, 1 original, 1 error"
    assert "fake.flac" in said and "no audio format" in said


def test_names_that_are_no_text(beets: Beets, album: Path) -> None:
    """Paths of beets are bytes, in the database and on the disk."""
    odd = os.fsencode(album.parent) + b"/caf\xe9"
    os.rename(album, odd)
    beets.configure({"copy": False}, auto=True)
    _, said = beets("import", odd)
    assert "claims LOSSLESS" in said
    assert beets.stored("is_transcoded:true").keys() == {"fake"}
    assert "2 unchanged" in beets("bitrater")[0]
    assert beets("bitrater", "--force")[0].strip() == "2 files: 1 transcode, 1 original"


def test_warnings_can_be_turned_off(beets: Beets, album: Path) -> None:
    beets.configure(auto=True, warn_transcodes=False)
    assert "LOSSLESS" not in beets("import", album)[1]
    assert beets.stored("is_transcoded:true").keys() == {"fake"}


@pytest.mark.parametrize("autotag", [False, True])
def test_transcodes_are_skipped(beets: Beets, album: Path, autotag: bool) -> None:
    beets.configure({"autotag": autotag, "quiet_fallback": "asis"}, auto=True, on_transcode="skip")
    beets("import", album)
    assert beets.stored().keys() == {"genuine"}
    assert (album / "fake.flac").exists()


def test_an_album_of_transcodes_is_skipped_whole(beets: Beets, album: Path) -> None:
    (album / "genuine.flac").unlink()
    beets.configure({"autotag": True, "quiet_fallback": "asis"}, auto=True, on_transcode="skip")
    beets("import", album)
    assert in_library(beets) == set()


@pytest.mark.parametrize("move", [False, True])
def test_transcodes_are_quarantined(beets: Beets, album: Path, move: bool, tmp_path: Path) -> None:
    beets.configure({"move": move, "copy": not move}, auto=True, on_transcode="quarantine", quarantine_dir=str(tmp_path / "q"))
    before = digests(album)
    _, said = beets("import", album.parent)
    assert "quarantined" in said
    assert digests(tmp_path / "q") == {"fake.flac": before["fake.flac"]}
    assert (tmp_path / "q" / "Album" / "fake.flac").exists()
    assert (album / "fake.flac").exists() != move
    assert in_library(beets) == {"genuine"}


def test_quarantine_needs_a_folder(beets: Beets, album: Path) -> None:
    beets.configure(auto=True, on_transcode="quarantine")
    assert "quarantine_dir" in beets("import", album, status=1)[1]
    beets.configure(threads="many")
    assert "threads" in beets("bitrater", status=1)[1]


@pytest.mark.parametrize(
    ("answer", "expected"), [("k", {"genuine", "fake"}), ("s", {"genuine"}), ("l", set()), ("q", {"genuine"}), ("b", set())]
)
def test_asking(beets: Beets, album: Path, tmp_path: Path, answer: str, expected: set[str]) -> None:
    beets.configure({"quiet": False}, auto=True, on_transcode="ask", quarantine_dir=str(tmp_path / "q"))
    printed, _ = beets("import", album, answers=f"{answer}\n")
    assert "1 of 2 files claim more than they hold" in printed and "holds 128" in printed
    assert in_library(beets) == expected
    assert (tmp_path / "q" / "fake.flac").exists() == (answer == "q")


def test_asking_before_an_album_is_tagged(beets: Beets, album: Path) -> None:
    """There is no source of candidates here: after our question beets asks what to do without any."""
    beets.configure({"quiet": False, "autotag": True}, auto=True, on_transcode="ask")
    printed, _ = beets("import", album, answers="s\nu\n")
    assert printed.index("claim more than they hold") < printed.index("No matching release found")
    assert in_library(beets) == {"genuine"}


def test_asking_about_singletons(beets: Beets, album: Path) -> None:
    beets.configure({"quiet": False, "autotag": True}, auto=True, on_transcode="ask")
    printed, _ = beets("import", "-s", album / "fake.flac", answers="u\ns\n")
    assert "1 of 1 files claim more than they hold" in printed
    assert in_library(beets) == set()


def test_quiet_imports_never_ask(beets: Beets, album: Path) -> None:
    beets.configure({"autotag": True, "quiet_fallback": "asis"}, auto=True, on_transcode="ask")
    printed, _ = beets("import", album)
    assert "claim more" not in printed
    assert beets.stored().keys() == {"genuine", "fake"}


def test_an_interrupted_run_keeps_what_it_has(beets: Beets, album: Path, tmp_path: Path) -> None:
    """Results are stored when they come: after the first one, Ctrl-C."""
    for number in range(1, 6):
        shutil.copytree(album, album.parent / f"Copy {number}")
    beets("import", album.parent)
    process = beets.start("bitrater", "-v", "--threads", "1", start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=120)
    done = len(beets("ls", "bitrater_verdict::.+")[0].splitlines())
    assert 1 <= done < 12
