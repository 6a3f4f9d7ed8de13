"""`analyze` for one file, `analyze_many` for a library."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Iterable, Iterator

from bitrater import _core, models
from bitrater.parallel import Failed, Progress, collect, run
from bitrater.paths import PathLike, text
from bitrater.results import AnalysisResult


def analyze(path: PathLike, *, model: PathLike | None = None, min_confidence: float = 0.0) -> AnalysisResult:
    """What a file has been through.

    Args:
        path: The file, as any kind of path; bytes that are no text are kept.
        model: A model that decides instead of the built-in rules.
        min_confidence: Probability, 0 to 1, below which a transcode is called `inconclusive`.

    Raises:
        FileNotFoundError: there is no such file.
        OSError: the file cannot be read.
        UnsupportedFormat: nothing here decodes it.
        DecodeError: it is damaged or too short.
        ModelError: the model cannot be used.
        BitraterError: the base of the last three, also raised when the analysis itself fails.
    """
    name = text(path)
    return AnalysisResult.from_json(name, _core.analyze(name, min_confidence=min_confidence, model=models.load(model)))


def _analyze_or_fail(path: str, threads: int, *, min_confidence: float, model: str | None) -> AnalysisResult | Failed:
    """What a worker does with a file. Only what the file is to blame for is caught."""
    judge = models.load(model)
    try:
        json = _core.analyze(path, min_confidence=min_confidence, threads=threads, model=judge)
        return AnalysisResult.from_json(path, json)
    except (_core.BitraterError, OSError) as error:
        return Failed(reason(error))


def reason(error: _core.BitraterError | OSError) -> str:
    """What is the matter with a file, without its path."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return getattr(error, "reason", str(error))


def outcomes(
    paths: Iterable[PathLike],
    *,
    threads: int | None = None,
    backend: str = "loky",
    scheduler: str | None = None,
    model: PathLike | None = None,
    min_confidence: float = 0.0,
) -> Iterator[tuple[int, AnalysisResult | Failed]]:
    """The number of each path with its result, or with the reason why there is none, as files are finished.

    See `analyze_many` for the arguments. Leaving the iterator early stops the workers.
    """
    # Here, where it fails at once; the workers read it again.
    models.load(model)
    place = None if model is None else os.path.abspath(text(model))
    worker = functools.partial(_analyze_or_fail, min_confidence=min_confidence, model=place)
    names = [text(path) for path in paths]
    # A worker may be in another folder: on another machine, or started before this program changed its own.
    places = [os.path.abspath(name) for name in names]
    for number, outcome in run(worker, places, threads=threads, backend=backend, scheduler=scheduler):
        if isinstance(outcome, AnalysisResult):
            outcome = dataclasses.replace(outcome, path=names[number])
        yield number, outcome


def analyze_many(
    paths: Iterable[PathLike],
    *,
    threads: int | None = None,
    backend: str = "loky",
    model: PathLike | None = None,
    progress: Progress | None = None,
    scheduler: str | None = None,
    min_confidence: float = 0.0,
) -> list[AnalysisResult | None]:
    """What many files have been through: a result for each path in input order, None where a file failed.

    The reason of a failure is logged to the logger `bitrater` with the path. A worker process that dies costs at most the
    file it died of.

    Args:
        paths: The files.
        threads: Files in work at the same time (joblib's `n_jobs`); None takes every processor that this process may
            use. Each worker is given `cpus // threads` compute threads, at least one.
        backend: `loky` (processes), `threading` (no start-up cost, but a crash ends the program), `dask` or `ray`.
        model: A model that decides instead of the built-in rules.
        progress: Called as `progress(done, all)` in this thread after each file.
        scheduler: Address of a Dask scheduler or a Ray cluster; without one, the client that is open already.
        min_confidence: Probability, 0 to 1, below which a transcode is called `inconclusive`.

    Raises:
        ValueError: an argument out of its range.
        FileNotFoundError, ModelError: the model cannot be used.
        BitraterError: the backend is not installed or cannot be reached.
    """
    names = [text(path) for path in paths]
    found = outcomes(names, threads=threads, backend=backend, scheduler=scheduler, model=model, min_confidence=min_confidence)
    return collect(found, names, "cannot analyse", progress)
