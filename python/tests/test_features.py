"""Evidence as vectors."""

from __future__ import annotations

import math
import pickle
from pathlib import Path

import bitrater
import numpy
import pytest
from joblib import Parallel, delayed


def test_every_file_has_the_same_names(demo: Path, clip: Path) -> None:
    analyzer = bitrater.SpectrumAnalyzer()
    found = [analyzer.analyze_file(demo / "04-orchard.mp3", is_vbr=1.0), analyzer.analyze_file(clip)]
    mp3, noise = found
    assert mp3 and noise and mp3.names == noise.names and len(set(mp3.names)) == len(mp3.names)
    assert (mp3["is_vbr"], noise["is_vbr"]) == (1.0, 0.0)
    for features in (mp3, noise):
        vector = features.as_vector()
        assert vector.dtype == numpy.float32 and vector.shape == (len(features.names),)
        assert pickle.loads(pickle.dumps(features)).names == features.names
        numpy.testing.assert_array_equal(vector, numpy.float32(features.values))
    # An MP3 stream has facts that no WAV file has.
    assert math.isnan(noise["mp3_aligned_asked"]) and not math.isnan(mp3["mp3_aligned_asked"])
    with pytest.raises(KeyError):
        mp3["nonsense"]


def test_nothing_that_was_measured_is_left_out(demo: Path) -> None:
    for name in ("02-lantern.flac", "05-pebble.mp3"):
        result = bitrater.analyze(demo / name)
        features = bitrater.SpectralFeatures.of(result, 0.0)
        for evidence in result.evidence:
            if not evidence.name.startswith("model_"):
                assert features[evidence.name] == evidence.value


def test_failures(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    text = tmp_path / "text.mp3"
    text.write_text("no music")
    assert bitrater.SpectrumAnalyzer().analyze_file(text) is None
    assert bitrater.extract_features_worker(text) == (str(text), None)
    assert bitrater.extract_features_worker(tmp_path / "none") == (str(tmp_path / "none"), None)
    assert caplog.text.count(str(tmp_path)) == 3
    with pytest.raises(FileNotFoundError):
        bitrater.SpectrumAnalyzer().analyze_file(tmp_path / "none")


def test_the_worker_of_the_seed(demo: Path) -> None:
    """It runs under joblib, and knows by itself which files have a variable bitrate."""
    paths = [str(demo / "05-pebble.mp3"), str(demo / "none.mp3")]
    found = Parallel(n_jobs=2)(delayed(bitrater.extract_features_worker)(path) for path in paths)
    assert [path for path, _ in found] == paths and found[1][1] is None
    assert found[0][1]["is_vbr"] == 1.0
