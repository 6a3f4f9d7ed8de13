"""Runs a function over many files, on one machine or on many, so that one bad file costs its own result and nothing else.

joblib's loky backend notices when a worker dies and then fails the whole call. Here what had finished is kept and the rest is run
again; where that dies, too, the files that were in work are run one by one, which finds the one that kills. A file is blamed
for what happens while it is alone, and for nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bitrater.paths import printable
from bitrater.pools import Pool, Task, WorkerLost, open_pool

logger = logging.getLogger("bitrater")

T = TypeVar("T")

Progress = Callable[[int, int], object]
"""Told `(done, all)` after each file."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a file has no result, in one sentence."""

    message: str


DIED = Failed("the worker process died of this file (killed, out of memory, or a crash); look at the file by itself")


def run(
    function: Callable[[str, int], T],
    paths: Sequence[str],
    *,
    threads: int | None = None,
    backend: str = "loky",
    scheduler: str | None = None,
) -> Iterator[tuple[int, T | Failed]]:
    """Runs `function(path, inner)` for each path and gives `(number, result)` as results come, in any order.

    `inner` is how many compute threads the function may use. A file whose worker dies gives `Failed`, again and again if need
    be; exceptions of the function end the run.

    Raises:
        ValueError, BitraterError: see `open_pool`.
    """
    if not paths:
        return
    pool = open_pool(backend, threads, len(paths), scheduler)
    try:
        yield from _survive(pool, _Bounded(function, pool.inner), dict(enumerate(paths)))
    finally:
        pool.close()


def collect(
    found: Iterable[tuple[int, T | Failed]], names: Sequence[str], complaint: str, progress: Progress | None
) -> list[T | None]:
    """The results in the order of the names, None where a file failed: that is logged, after the complaint."""
    results: list[T | None] = [None] * len(names)
    for done, (number, result) in enumerate(found, 1):
        if isinstance(result, Failed):
            logger.warning("%s %s: %s", complaint, printable(names[number]), result.message)
        else:
            results[number] = result
        if progress is not None:
            progress(done, len(names))
    return results


class _Bounded(Generic[T]):
    """A function with its thread budget."""

    def __init__(self, function: Callable[[str, int], T], inner: int) -> None:
        self.function = function
        self.inner = inner

    def __call__(self, path: str) -> T:
        return self.function(path, self.inner)


def _survive(pool: Pool, function: Callable[[str], T], open_: dict[int, str]) -> Iterator[tuple[int, T | Failed]]:
    """Runs all of `open_`, whatever becomes of the workers."""
    deaths = 0
    while open_:
        started: list[Task] = []
        try:
            for number, result in pool.run(function, _noted(list(open_.items()), started)):
                del open_[number]
                yield number, result
        except WorkerLost as death:
            deaths += 1
            if death.suspects or deaths % 2 == 0:
                logger.warning("a worker process died again; the files it may have died of are run one by one")
                for number in death.suspects or [number for number, _ in started if number in open_]:
                    yield number, _alone(pool, function, (number, open_.pop(number)))
            else:
                logger.warning("a worker process died; %d files are run again or for the first time", len(open_))


def _alone(pool: Pool, function: Callable[[str], T], task: Task) -> T | Failed:
    """The result of one file while no other is in work. A worker may just then die of something else, as when the system is
    short of memory, so that a single death proves nothing either.
    """
    for _ in range(2):
        try:
            [(_, result)] = pool.run(function, [task])
            return result
        except WorkerLost as death:
            # The backend has counted more than one by itself.
            if death.suspects:
                break
    return DIED


def _noted(tasks: list[Task], started: list[Task]) -> Iterator[Task]:
    """The tasks, each noted when it is taken."""
    for task in tasks:
        started.append(task)
        yield task
