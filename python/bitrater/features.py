"""What was measured of a file, as numbers for a model."""

from __future__ import annotations

import functools
import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bitrater import _core
from bitrater.analysis import analyze, reason
from bitrater.paths import PathLike, printable, text
from bitrater.results import AnalysisResult

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

logger = logging.getLogger("bitrater")


@functools.cache
def names() -> tuple[str, ...]:
    """The names of all features, in the order of every vector: `is_vbr`, and then the whole catalogue of evidence."""
    return ("is_vbr", *_core.catalogue())


@dataclass(frozen=True, slots=True)
class SpectralFeatures:
    """The evidence of one file, each piece at its fixed place; NaN where the file has none.

    `names` and `values` have the same length, for every file; units are those of the evidence (`AnalysisResult.evidence`).
    `is_vbr` is 1 for a file that states a variable bitrate, and 0 otherwise.
    """

    names: tuple[str, ...]
    values: tuple[float, ...]

    @classmethod
    def of(cls, result: AnalysisResult, is_vbr: float) -> SpectralFeatures:
        """The features of a result."""
        measured = {evidence.name: evidence.value for evidence in result.evidence}
        measured["is_vbr"] = is_vbr
        return cls(names(), tuple(_number(measured.get(name)) for name in names()))

    def __getitem__(self, name: str) -> float:
        try:
            return self.values[self.names.index(name)]
        except ValueError:
            raise KeyError(name) from None

    def as_vector(self) -> NDArray[numpy.float32]:
        """The values as a vector of `float32`, of shape `(len(names),)`."""
        import numpy

        return numpy.array(self.values, dtype=numpy.float32)


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


class SpectrumAnalyzer:
    """Measures files, and says nothing about them."""

    def analyze_file(self, path: PathLike, is_vbr: float = 0.0) -> SpectralFeatures | None:
        """The features of a file, or None, with the reason logged, if it cannot be analysed.

        Args:
            path: The file.
            is_vbr: 1 if its bitrate is known to vary (`FileAnalyzer` tells).

        Raises:
            FileNotFoundError: there is no such file.
        """
        try:
            return SpectralFeatures.of(analyze(path), is_vbr)
        except FileNotFoundError:
            raise
        except (_core.BitraterError, OSError) as error:
            logger.warning("cannot measure %s: %s", printable(text(path)), reason(error))
            return None


def extract_features_worker(path: PathLike) -> tuple[str, SpectralFeatures | None]:
    """The path and its features, or None, with the reason logged, if the file cannot be analysed or is not there.

    It can be run by any backend of joblib: `Parallel(n_jobs=8)(delayed(extract_features_worker)(path) for path in paths)`.
    """
    name = text(path)
    try:
        result = analyze(name)
    except (_core.BitraterError, OSError) as error:
        logger.warning("cannot measure %s: %s", printable(name), reason(error))
        return name, None
    return name, SpectralFeatures.of(result, 1.0 if result.stated.mode == "vbr" else 0.0)
