"""Tells what an audio file has been through: the codec and bitrate of the weakest encode in its past.

>>> import bitrater
>>> result = bitrater.analyze("song.flac")                      # doctest: +SKIP
>>> result.verdict, result.original.codec, result.original_bitrate   # doctest: +SKIP
('transcode', 'mp3', 128)

`analyze` looks at one file, `analyze_many` at a library, on all processors and, if asked, on many machines. Both give
the answer of the program `bitrater`, which comes with the package.
"""

from bitrater._core import BitraterError, DecodeError, ModelError, UnsupportedFormat
from bitrater.analysis import analyze, analyze_many
from bitrater.features import SpectralFeatures, SpectrumAnalyzer, extract_features_worker
from bitrater.metadata import FileAnalyzer, FileMetadata
from bitrater.quality import AudioQualityAnalyzer
from bitrater.results import AnalysisResult, Evidence, Generation, Original, Resolution, Stated, Versions
from bitrater.versions import __version__, versions

__all__ = [
    "AnalysisResult",
    "AudioQualityAnalyzer",
    "BitraterError",
    "DecodeError",
    "Evidence",
    "FileAnalyzer",
    "FileMetadata",
    "Generation",
    "ModelError",
    "Original",
    "Resolution",
    "SpectralFeatures",
    "SpectrumAnalyzer",
    "Stated",
    "UnsupportedFormat",
    "Versions",
    "__version__",
    "analyze",
    "analyze_many",
    "extract_features_worker",
    "versions",
]
