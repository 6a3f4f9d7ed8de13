"""`AudioQualityAnalyzer`: analysis, training and validation in one object."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from typing import Any

from bitrater import _core, models
from bitrater.analysis import reason
from bitrater.parallel import Failed, Progress, collect, run
from bitrater.paths import PathLike, printable, text
from bitrater.results import AnalysisResult

logger = logging.getLogger("bitrater")


class AudioQualityAnalyzer:
    """Says what files have been through; learns from a folder of files of known history to say it better.

    The rules prove what they can; a model has its say after them. It comes with the build, from a file, or from
    `train_from_directory`.
    """

    def __init__(self, model_path: PathLike | None = None) -> None:
        """An analyzer with the model in a file, or with what comes with this build.

        Raises:
            FileNotFoundError: there is no such file.
            ModelError: it is no model that can be used here.
        """
        self._model: _core.Model
        # What can be saved and sent to another process: the bytes of a model that is not the build's own.
        self._bytes: bytes | None
        if model_path is None:
            self._model, self._bytes = models.load(None), None
        else:
            self.load_model(model_path)

    def __reduce__(self) -> tuple[Callable[[bytes | None], AudioQualityAnalyzer], tuple[bytes | None]]:
        return _restored, (self._bytes,)

    @property
    def is_trained(self) -> bool:
        """Whether a model has a say; without one the rules decide alone."""
        return self._model.name is not None

    def analyze_file(self, path: PathLike) -> AnalysisResult | None:
        """What a file has been through, or None, with the reason logged, if it cannot be analysed.

        Raises:
            FileNotFoundError: there is no such file.
        """
        name = text(path)
        try:
            return AnalysisResult.from_json(name, _core.analyze(name, model=self._model))
        except FileNotFoundError:
            raise
        except (_core.BitraterError, OSError) as error:
            logger.warning("cannot analyse %s: %s", printable(name), reason(error))
            return None

    def train_from_directory(
        self,
        directory: PathLike,
        *,
        threads: int | None = None,
        backend: str = "loky",
        scheduler: str | None = None,
        seed: int = 1,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Fits a model to a labelled folder (see docs/training.md) and goes on with it.

        The files are measured through joblib, as by `analyze_many`; the same files and the same seed give the same model, to the byte.

        Returns:
            `total_files`, `successful` and `failed` (numbers of files), and `model` (its name).

        Raises:
            ModelError: the folder has too few files of too few recordings to learn from.
            BitraterError: it is no labelled folder, or the backend cannot be reached.
        """
        dataset = _core.Dataset(text(directory))
        answers = _judge(dataset, threads, backend, scheduler, progress)
        self._bytes = dataset.fit(answers, seed, threads or _core.cpus())
        self._model = models.of(self._bytes)
        failed = answers.count(None)
        return {
            "total_files": len(answers),
            "successful": len(answers) - failed,
            "failed": failed,
            "model": self._model.name,
        }

    def validate_from_directory(
        self,
        directory: PathLike,
        *,
        folds: int | None = None,
        test_size: float | None = None,
        threads: int | None = None,
        backend: str = "loky",
        scheduler: str | None = None,
        seed: int = 1,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """How right the answers for a labelled folder are.

        Measured is this analyzer's own model; with `folds` or `test_size` (a share of the recordings, 0.05 to 0.95), models that are
        trained on the other recordings of the folder.

        Returns:
            The figures of `bitrater validate --format json`, with `accuracy` (share of right verdicts, 0 to 1), `total_files`,
            and `text`, the same as tables.

        Raises:
            ModelError: there are too few files to learn from.
            BitraterError: it is no labelled folder, or the backend cannot be reached.
            ValueError: both `folds` and `test_size`, or one out of its range.
        """
        dataset = _core.Dataset(text(directory))
        answers = _judge(dataset, threads, backend, scheduler, progress)
        if folds is None and test_size is None:
            document, tables = dataset.evaluate(answers, self._model)
        else:
            document, tables = dataset.cross_validate(answers, folds, test_size, seed, threads or _core.cpus())
        figures: dict[str, Any] = json.loads(document)
        return {**figures, "accuracy": figures["right"]["share"], "total_files": len(answers), "text": tables}

    def save_model(self, path: PathLike) -> None:
        """Writes the model to a file; it appears when it is complete.

        Raises:
            ModelError: no model was trained or loaded.
            OSError: it cannot be written.
        """
        if self._bytes is None:
            raise _core.ModelError("there is no model to save: train one, or load one")
        name = text(path)
        beside = f"{name}.{os.getpid()}.part"
        try:
            with open(beside, "wb") as file:
                file.write(self._bytes)
            os.replace(beside, name)
        except OSError:
            if os.path.exists(beside):
                os.unlink(beside)
            raise

    def load_model(self, path: PathLike) -> None:
        """Goes on with the model in a file.

        Raises:
            FileNotFoundError: there is no such file.
            ModelError: it is no model that can be used here.
        """
        self._model = models.load(path)
        with open(text(path), "rb") as file:
            self._bytes = file.read()


def _judge(
    dataset: _core.Dataset, threads: int | None, backend: str, scheduler: str | None, progress: Progress | None
) -> list[bytes | None]:
    """What the rules say of each file of a labelled folder, as the engine writes it."""
    paths = [os.path.abspath(path) for path in dataset.paths()]
    return collect(run(_measure, paths, threads=threads, backend=backend, scheduler=scheduler), paths, "left out:", progress)


def _measure(path: str, threads: int) -> bytes | Failed:
    """What a worker does with a labelled file."""
    try:
        return _core.analyze(path, model=_core.Model.rules(), threads=threads)
    except (_core.BitraterError, OSError) as error:
        return Failed(reason(error))


def _restored(content: bytes | None) -> AudioQualityAnalyzer:
    """The analyzer of a pickle."""
    analyzer = AudioQualityAnalyzer()
    if content is not None:
        analyzer._model, analyzer._bytes = models.of(content), content
    return analyzer
