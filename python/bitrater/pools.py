"""Where work is done: one class for each backend of joblib, which all run a function over numbered paths.

`parallel` decides what is run and what is done again; a pool only knows how to start tasks, and which exceptions
mean that a worker was lost. joblib is imported when a pool is made, not before.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from bitrater import _core

T = TypeVar("T")

Task = tuple[int, str]
"""Number and path of a file."""

BACKENDS = ("loky", "threading", "dask", "ray")


class WorkerLost(Exception):
    """A worker died. `suspects` are the numbers of the files that were with a worker each of several times that one died,
    where the backend counts that: among them are those that kill, and others that waited behind them.
    """

    def __init__(self, suspects: Sequence[int] = ()) -> None:
        super().__init__(suspects)
        self.suspects = suspects


class Suspect:
    """Stands for the result of a file that the backend gave up, because workers died that had it."""


class _Numbered(Generic[T]):
    """`function` for a numbered file: gives its number back, so that results may come in any order."""

    def __init__(self, function: Callable[[str], T]) -> None:
        self.function = function

    def __call__(self, number: int, path: str) -> tuple[int, T]:
        return number, self.function(path)


class Pool:
    """A place where functions run.

    `jobs` is how many files are in work at the same time, `inner` how many compute threads each of them may use, so that
    there are never more than `max(cpus, jobs)` in all.
    """

    jobs: int
    inner: int

    def run(self, function: Callable[[str], T], tasks: Iterable[Task]) -> Iterator[tuple[int, T]]:
        """Runs `function` for each task, gives results as they come, and takes tasks as they are started.

        Raises:
            WorkerLost: a worker died; what had finished was given before.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Gives back what the pool holds."""


class JoblibPool(Pool):
    """joblib on this machine: `loky` runs processes, which a crash cannot take down all at once, `threading` threads."""

    def __init__(self, backend: str, jobs: int) -> None:
        self.jobs = jobs
        self.inner = max(1, _core.cpus() // jobs)
        self._backend = backend

    def run(self, function: Callable[[str], T], tasks: Iterable[Task]) -> Iterator[tuple[int, T]]:
        from concurrent.futures.process import BrokenProcessPool

        # With one job joblib would run it in this very process, where a crash ends the program; so a second worker is
        # there, which idles, because the next task is sent when the one before is done.
        isolated = self._backend == "loky" and self.jobs == 1
        options = {"n_jobs": 2, "pre_dispatch": 1} if isolated else {"n_jobs": self.jobs}
        try:
            yield from _joblib(function, tasks, backend=self._backend, **options)
        except BrokenProcessPool as death:
            raise WorkerLost from death


class DaskPool(Pool):
    """A Dask cluster. Its workers run one file a thread; Dask itself does the files of a lost worker again."""

    def __init__(self, scheduler: str | None) -> None:
        from bitrater.dask_backend import connect

        self._client, self._own, self._backend = connect(scheduler)
        self.jobs = max(1, sum(self._client.ncores().values()))
        self.inner = 1

    def run(self, function: Callable[[str], T], tasks: Iterable[Task]) -> Iterator[tuple[int, T]]:
        suspects: list[int] = []
        for number, result in _joblib(function, tasks, backend=self._backend, n_jobs=-1):
            if isinstance(result, Suspect):
                suspects.append(number)
            else:
                yield number, result
        # Not before all others are done: whatever is run next has the cluster to itself.
        if suspects:
            raise WorkerLost(suspects)

    def close(self) -> None:
        if self._own:
            self._client.close()


class RayPool(Pool):
    """A Ray cluster, or this machine as one. Ray's backend gives no results before a call ends, so a call is a few files."""

    def __init__(self, scheduler: str | None, threads: int | None) -> None:
        try:
            import ray
            from ray.util.joblib import register_ray
        except ImportError as error:
            raise _core.BitraterError("the backend `ray` needs Ray: pip install 'bitrater[ray]'") from error
        if not ray.is_initialized():
            ray.init(address=scheduler, log_to_driver=False)
        register_ray()
        self._lost: type[BaseException] = ray.exceptions.RayError
        self.jobs = threads or max(1, int(ray.cluster_resources().get("CPU", 1)))
        self.inner = 1

    def run(self, function: Callable[[str], T], tasks: Iterable[Task]) -> Iterator[tuple[int, T]]:
        from joblib import Parallel, delayed

        work = delayed(_Numbered(function))
        tasks = iter(tasks)
        while few := list(itertools.islice(tasks, 4 * self.jobs)):
            try:
                # A pool of two even for one job: with one, joblib would stay in this process.
                yield from Parallel(n_jobs=max(2, self.jobs), backend="ray", batch_size=1)(work(*task) for task in few)
            except self._lost as death:
                raise WorkerLost from death


def _joblib(function: Callable[[str], T], tasks: Iterable[Task], **options: Any) -> Iterator[tuple[int, T]]:
    """Results of `joblib.Parallel` as they come."""
    from joblib import Parallel, delayed

    work = delayed(_Numbered(function))
    # One file a batch: a file costs far more than sending it, and a lost worker then costs one file.
    parallel = Parallel(batch_size=1, return_as="generator_unordered", **options)
    results = parallel(work(*task) for task in tasks)
    try:
        # Not `yield from`, which would hand an early end on to joblib before it can be met below.
        for result in results:
            yield result
    finally:
        with warnings.catch_warnings():
            # Who leaves early knows that.
            warnings.simplefilter("ignore")
            results.close()


def open_pool(backend: str, threads: int | None, files: int, scheduler: str | None) -> Pool:
    """The pool of a backend by name.

    `threads` is the number of files in work at the same time; None takes all processors. A Dask cluster has its own number.

    Raises:
        ValueError: there is no such backend, or `threads` is less than 1.
        BitraterError: the backend cannot be reached, or its package is not installed.
    """
    if threads is not None and threads < 1:
        raise ValueError(f"threads must be 1 or more, not {threads}")
    if scheduler and backend not in ("dask", "ray"):
        raise ValueError(f"a scheduler goes with the backends dask and ray, not with {backend}")
    if backend == "dask":
        return DaskPool(scheduler)
    if backend == "ray":
        return RayPool(scheduler, threads)
    if backend in ("loky", "threading"):
        return JoblibPool(backend, max(1, min(threads or _core.cpus(), files)))
    raise ValueError(f"there is no backend {backend!r}; choose one of {', '.join(BACKENDS)}")
