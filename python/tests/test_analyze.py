"""One file: its result, its errors, and that Python says what the program says."""

from __future__ import annotations

import errno
import json
import os
import pickle
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import bitrater
import pytest


@pytest.fixture(scope="module")
def transcode(demo: Path) -> bitrater.AnalysisResult:
    return bitrater.analyze(demo / "02-lantern.flac")


def test_a_transcode_is_found(transcode: bitrater.AnalysisResult) -> None:
    assert transcode.verdict == "transcode" and transcode.is_transcode
    assert (transcode.original.codec, transcode.original.class_, transcode.original["class"]) == ("mp3", "128", "128")
    assert (transcode.original_format, transcode.original_bitrate, transcode.transcoded_from) == ("128", 128, "128")
    assert (transcode.stated_class, transcode.stated_bitrate, transcode.quality_gap) == ("LOSSLESS", None, 6)
    assert transcode.detected_cutoff == transcode.cutoff_hz
    assert transcode.history[0].codec == "mp3" and len(transcode.reasons) == len(transcode.reasons_data)
    assert (transcode.reasons_data[0]["kind"], transcode.reasons_data[0]["phase"]) == ("mp3_holes", transcode.history[0].phase)
    assert transcode.summarize()["original_bitrate"] == 128


def test_the_bitrate_of_a_lossless_file_is_that_of_its_samples(clip: Path) -> None:
    result = bitrater.analyze(clip)
    assert (result.original.codec, result.original.bitrate, result.original_bitrate) == ("lossless", None, 1411)
    assert not result.is_transcode and result.transcoded_from is None


def test_python_says_what_the_program_says(demo: Path) -> None:
    """Every field, in the same order: nothing that the engine says is lost here."""
    paths = [str(demo / name) for name in ("04-orchard.mp3", "07-rocket.flac")]
    program = [sys.executable, "-m", "bitrater", "analyze", "--no-cache", "--format", "jsonl", *paths]
    lines = subprocess.run(program, stdout=subprocess.PIPE, check=False).stdout.splitlines()
    for path, line in zip(paths, lines, strict=True):
        expected = json.loads(line)
        said = bitrater.analyze(path).as_dict()
        assert said == expected
        assert json.dumps(said) == json.dumps(expected)


def test_results_pickle_and_compare(transcode: bitrater.AnalysisResult) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(transcode, protocol)) == transcode
        assert hash(pickle.loads(pickle.dumps(transcode, protocol))) == hash(transcode)
    with pytest.raises(AttributeError):
        transcode.verdict = "original"  # type: ignore[misc]


def test_a_higher_bar_makes_a_verdict_inconclusive(demo: Path) -> None:
    result = bitrater.analyze(demo / "02-lantern.flac", min_confidence=1.0)
    assert result.verdict == "inconclusive" and result.original.class_ == "128"
    with pytest.raises(ValueError, match="0 to 1"):
        bitrater.analyze(demo / "02-lantern.flac", min_confidence=2.0)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        bitrater.analyze(tmp_path / "none.flac")
    assert caught.value.errno == errno.ENOENT and caught.value.filename == str(tmp_path / "none.flac")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(tmp_path: Path, clip: Path) -> None:
    closed = shutil.copy(clip, tmp_path / "closed.wav")
    closed.chmod(0)
    with pytest.raises(PermissionError) as caught:
        bitrater.analyze(closed)
    assert caught.value.filename == str(closed)


def test_each_fault_is_its_exception(tmp_path: Path, clip: Path) -> None:
    text, empty, cut = tmp_path / "text.flac", tmp_path / "empty.mp3", tmp_path / "cut.wav"
    text.write_text("no music\n" * 100)
    empty.touch()
    cut.write_bytes(clip.read_bytes()[:2000])
    for path, kind in ((text, bitrater.UnsupportedFormat), (empty, bitrater.DecodeError), (cut, bitrater.DecodeError)):
        with pytest.raises(kind) as caught:
            bitrater.analyze(path)
        assert str(caught.value) == f"{path}: {caught.value.reason}"
        copy = pickle.loads(pickle.dumps(caught.value))
        assert type(copy) is kind and copy.args == caught.value.args and copy.reason == caught.value.reason
    for kind in (bitrater.UnsupportedFormat, bitrater.DecodeError, bitrater.ModelError):
        assert issubclass(kind, bitrater.BitraterError)
    with pytest.raises(bitrater.UnsupportedFormat, match="folder"):
        bitrater.analyze(tmp_path)


def test_names_that_are_no_text(tmp_path: Path, clip: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9 \xff.wav"
    shutil.copy(clip, name)
    for kind in (name, os.fsdecode(name), Path(os.fsdecode(name))):
        result = bitrater.analyze(kind)
        assert os.fsencode(result.path) == name
    assert result.as_dict()["path"].endswith("caf\ufffd \ufffd.wav")


def test_metadata_of_each_kind_of_encoding(demo: Path, tmp_path: Path) -> None:
    analyzer = bitrater.FileAnalyzer()
    vbr, cbr, lossless = (analyzer.analyze(demo / name) for name in ("05-pebble.mp3", "03-meadow.mp3", "01-harbour.flac"))
    assert vbr and cbr and lossless
    assert (vbr.encoding_type, vbr.stated_class, vbr.bits_per_sample) == ("VBR", "V2", None)
    assert (cbr.encoding_type, cbr.bitrate, cbr.codec) == ("CBR", 320, "mp3")
    assert (lossless.encoding_type, lossless.bitrate, lossless.bits_per_sample) == ("lossless", None, 16)
    assert lossless.sample_rate == 44100 and lossless.duration > 1 and lossless.encoder
    assert pickle.loads(pickle.dumps(vbr)) == vbr


def test_metadata_of_what_is_no_audio(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a.flac").write_text("no music")
    assert bitrater.FileAnalyzer().analyze(tmp_path / "a.flac") is None
    assert str(tmp_path / "a.flac") in caplog.text
    with pytest.raises(FileNotFoundError):
        bitrater.FileAnalyzer().analyze(tmp_path / "none.flac")


def test_the_lock_of_the_interpreter_is_released(demo: Path) -> None:
    """While a file is analysed, another thread of Python goes on."""
    turns, done = 0, threading.Event()

    def work() -> None:
        bitrater.analyze(demo / "01-harbour.flac")
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not done.wait(0.001):
        turns += 1
    thread.join()
    assert turns > 10


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_works_on(clip: Path) -> None:
    """After this process has analysed, even while it does so in a thread, a child can, too."""
    bitrater.analyze(clip)
    busy = threading.Thread(target=bitrater.analyze, args=(clip,))
    busy.start()
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if bitrater.analyze(clip).verdict == "original" else 1)
        except BaseException:
            os._exit(2)
    busy.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_importing_is_cheap() -> None:
    """Neither numpy nor joblib nor anything else that is slow comes with the import."""
    code = "import sys, bitrater; print(*sorted({'numpy', 'joblib', 'multiprocessing', 'asyncio'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.split() == []


def test_the_program_comes_with_the_package(demo: Path) -> None:
    program = Path(sys.executable).with_name("bitrater")
    done = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.split() == ["bitrater", bitrater.__version__]
    assert subprocess.run([program, "analyze", "-q", "--no-cache", demo / "02-lantern.flac"], stdout=subprocess.DEVNULL).returncode == 1
    wrong = subprocess.run([program, "analyze", "--nonsense"], stderr=subprocess.PIPE, text=True)
    assert wrong.returncode == 2 and "--nonsense" in wrong.stderr
