"""Learning from a labelled folder: the same from Python, from the program and from beets."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import bitrater
import pytest
from bitrater import _core, quality
from conftest import write_noise
from test_beets import Beets, beets  # noqa: F401

RECORDINGS = 12


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recordings of noise, each as it is and after an MP3 of 128 kbps, with a manifest; and one file that is none."""
    folder = tmp_path_factory.mktemp("corpus")
    rows = []
    for seed in range(RECORDINGS):
        genuine, fake = folder / f"genuine{seed}.wav", folder / f"fake{seed}.wav"
        write_noise(genuine, seed)
        mp3 = folder / "between.mp3"
        subprocess.run(["lame", "--quiet", "-b", "128", genuine, mp3], check=True)
        subprocess.run(["lame", "--quiet", "--decode", mp3, fake], check=True)
        recording = f"noise{seed}"
        lossless = {"codec": "lossless", "class": "LOSSLESS", "bitrate": None, "chain": "original", "fake": False}
        lossy = {"codec": "mp3", "class": "128", "bitrate": 128, "chain": "mp3:128/decoded", "fake": True}
        rows += [{"path": genuine.name, "recording": recording, **lossless}, {"path": fake.name, "recording": recording, **lossy}]
    rows.append({"path": "missing.wav", "recording": "missing", **lossless})
    (folder / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


@pytest.fixture(scope="module")
def trained(corpus: Path) -> tuple[bitrater.AudioQualityAnalyzer, dict[str, object], list[tuple[int, int]]]:
    steps: list[tuple[int, int]] = []
    analyzer = bitrater.AudioQualityAnalyzer()
    stats = analyzer.train_from_directory(corpus, threads=2, progress=lambda done, files: steps.append((done, files)))
    return analyzer, stats, steps


def test_training_and_saving(trained, corpus: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    analyzer, stats, steps = trained
    files = 2 * RECORDINGS + 1
    assert (stats["total_files"], stats["successful"], stats["failed"]) == (files, files - 1, 1)
    assert steps == [(done, files) for done in range(1, files + 1)]
    assert analyzer.is_trained and str(stats["model"]).startswith("trees-")

    path = tmp_path / "noise.model"
    analyzer.save_model(path)
    loaded = bitrater.AudioQualityAnalyzer(path)
    assert loaded.is_trained
    sample = corpus / "fake3.wav"
    result = loaded.analyze_file(sample)
    assert result is not None and result == analyzer.analyze_file(sample)
    assert result == bitrater.analyze(sample, model=path)
    assert bitrater.analyze_many([sample], model=path, threads=2) == [result]
    assert stats["model"] in result.versions.model and result.versions == bitrater.versions(path)
    assert pickle.loads(pickle.dumps(loaded)).analyze_file(sample) == result

    # The program reads the same file, and says the same.
    program = [sys.executable, "-m", "bitrater", "analyze", "--no-cache", "--format", "jsonl", "--model", path, sample]
    line = subprocess.run(program, stdout=subprocess.PIPE).stdout
    assert json.loads(line) == result.as_dict()


def test_the_program_fits_the_same_model(trained, corpus: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    analyzer, _, _ = trained
    analyzer.save_model(tmp_path / "python.model")
    command = ["train", "--source-dir", corpus, "--save-model", tmp_path / "program.model", "--no-cache", "--quiet"]
    subprocess.run([sys.executable, "-m", "bitrater", *command], check=True, stderr=subprocess.DEVNULL)
    assert (tmp_path / "python.model").read_bytes() == (tmp_path / "program.model").read_bytes()


@pytest.fixture(scope="module")
def answers(corpus: Path) -> dict[str, bytes | None]:
    """What the rules say of each file, by name."""
    dataset = _core.Dataset(corpus)
    return dict(zip((Path(path).name for path in dataset.paths()), quality._judge(dataset, 2, "loky", None, None), strict=True))


def test_validation(trained, corpus: Path, answers, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    analyzer, stats, _ = trained
    monkeypatch.setattr(quality, "_judge", lambda *_: list(answers.values()))
    figures = analyzer.validate_from_directory(corpus)
    assert (figures["files"], figures["failed"], figures["total_files"]) == (2 * RECORDINGS, 1, 2 * RECORDINGS + 1)
    assert figures["protocol"] == stats["model"]
    assert figures["accuracy"] == figures["right"]["share"] and 0 <= figures["accuracy"] <= 1
    assert isinstance(figures["text"], str) and "128" in figures["text"]


def test_validation_on_what_was_held_out(corpus: Path, answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """Every file twice, as if it were of another recording: enough to learn from a part."""
    rows = [json.loads(line) for line in (corpus / "manifest.jsonl").read_text().splitlines()]
    rows += [{**row, "recording": row["recording"] + " again"} for row in rows]
    (tmp_path / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    given = [answers[Path(path).name] for path in _core.Dataset(tmp_path).paths()]
    monkeypatch.setattr(quality, "_judge", lambda *_: given)

    analyzer = bitrater.AudioQualityAnalyzer()
    held_out = analyzer.validate_from_directory(tmp_path, test_size=0.2)
    assert 0 < held_out["files"] < 2 * RECORDINGS and held_out["protocol"] == "20 % of the recordings held out"
    crossed = analyzer.validate_from_directory(tmp_path, folds=3)
    assert crossed["files"] == 4 * RECORDINGS and crossed["protocol"] == "3 folds by recording"
    for options in ({"folds": 3, "test_size": 0.5}, {"folds": 1}, {"test_size": 0.99}):
        with pytest.raises(ValueError, match="folds"):
            analyzer.validate_from_directory(tmp_path, **options)
    assert analyzer.is_trained == bitrater.AudioQualityAnalyzer().is_trained

    dataset = _core.Dataset(corpus)
    with pytest.raises(ValueError, match="25 answers are needed"):
        dataset.fit(given[:3], 1, 1)
    with pytest.raises(bitrater.ModelError, match="too few"):
        dataset.fit([None] * 25, 1, 1)


def test_models_that_cannot_be_used(tmp_path: Path, clip: Path) -> None:
    text = tmp_path / "text.model"
    text.write_text("no model")
    for call in (
        lambda path: bitrater.AudioQualityAnalyzer(path),
        lambda path: bitrater.analyze(clip, model=path),
        lambda path: bitrater.analyze_many([clip], model=path),
    ):
        with pytest.raises(bitrater.ModelError, match="no model of bitrater"):
            call(text)
        with pytest.raises(FileNotFoundError):
            call(tmp_path / "none.model")
    with pytest.raises(bitrater.ModelError, match="no model to save"):
        bitrater.AudioQualityAnalyzer().save_model(tmp_path / "m")
    with pytest.raises(bitrater.BitraterError, match="holds no labelled files"):
        bitrater.AudioQualityAnalyzer().train_from_directory(tmp_path)


def test_analyzer_without_a_model(tmp_path: Path, clip: Path, caplog: pytest.LogCaptureFixture) -> None:
    analyzer = bitrater.AudioQualityAnalyzer()
    assert analyzer.analyze_file(clip) == bitrater.analyze(clip)
    assert pickle.loads(pickle.dumps(analyzer)).analyze_file(clip) == bitrater.analyze(clip)
    (tmp_path / "a.mp3").write_text("no music")
    assert analyzer.analyze_file(tmp_path / "a.mp3") is None
    assert str(tmp_path / "a.mp3") in caplog.text
    with pytest.raises(FileNotFoundError):
        analyzer.analyze_file(tmp_path / "none.mp3")


def test_beets_trains(beets: Beets, corpus: Path, tmp_path: Path) -> None:  # noqa: F811
    model = tmp_path / "beets.model"
    printed, said = beets("bitrater", "--train", "--training-dir", corpus, "--save-model", model)
    assert f"learned from {2 * RECORDINGS} of {2 * RECORDINGS + 1} files" in printed and f"saved to {model}" in printed
    assert "missing.wav" in said
    beets.configure(model_path=str(model))
    beets("import", "-A", "-s", corpus / "fake1.wav")
    assert beets("bitrater")[0].startswith("1 file: ")
    assert "trees-" in beets("ls", "-f", "$analysis_version")[0]
    assert "1 unchanged" in beets("bitrater")[0]

    assert "--training-dir" in beets("bitrater", "-t", status=1)[1]
    assert "--train" in beets("bitrater", "--validate", "--training-dir", corpus, "--save-model", model, status=1)[1]
    beets.configure(training_dir=str(tmp_path / "nowhere"))
    assert "nowhere" in beets("bitrater", "--validate", status=1)[1]
