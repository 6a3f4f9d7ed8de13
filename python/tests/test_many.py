"""Many files: order, failures, progress, budgets, and workers that die."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import bitrater
import pytest
import workers
from bitrater import _core
from bitrater.parallel import DIED, Failed, _survive, run
from bitrater.pools import Pool, Task, WorkerLost

Clips = Callable[[int], list[Path]]
T = TypeVar("T")
HERE = ["loky", "threading"]


@pytest.mark.parametrize("backend", HERE)
def test_order_failures_and_progress(backend: str, clips: Clips, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    paths = clips(3)
    missing, text = tmp_path / "none.flac", tmp_path / "te\x1bxt.mp3"
    text.write_text("no music")
    paths[1:1] = [missing, text]
    steps: list[tuple[int, int, int]] = []
    results = bitrater.analyze_many(
        paths, threads=2, backend=backend, progress=lambda *step: steps.append((*step, threading.get_ident()))
    )
    assert [result and result.path for result in results] == [str(paths[0]), None, None, *map(str, paths[3:])]
    assert results[0] == bitrater.analyze(paths[0])
    assert steps == [(done, 5, threading.get_ident()) for done in range(1, 6)]
    logged = [record.getMessage() for record in caplog.records if record.name == "bitrater"]
    assert len(logged) == 2
    assert any(str(missing) in line and "no such file" in line for line in logged)
    assert any("te\\x1bxt.mp3" in line and "no audio format" in line for line in logged)


def test_all_backends_and_numbers_of_threads_agree(clips: Clips) -> None:
    paths = clips(2)
    first, *others = [
        bitrater.analyze_many(paths, threads=threads, backend=backend)
        for backend, threads in (("loky", 1), ("loky", 2), ("threading", 2))
    ]
    assert None not in first and all(other == first for other in others)


def test_relative_paths_after_a_change_of_folder(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that are kept for the next call stay in the folder in which they were started."""
    list(run(workers.budget, ["a", "b"], threads=2))
    monkeypatch.chdir(clip.parent)
    [result] = bitrater.analyze_many([clip.name], threads=2)
    assert result == bitrater.analyze(clip.name)


def test_nothing_to_do() -> None:
    assert bitrater.analyze_many([]) == []


def test_arguments_that_make_no_sense(clip: Path) -> None:
    with pytest.raises(ValueError, match="loky, threading, dask, ray"):
        bitrater.analyze_many([clip], backend="fibres")
    with pytest.raises(ValueError, match="1 or more"):
        bitrater.analyze_many([clip], threads=0)
    with pytest.raises(ValueError, match="scheduler"):
        bitrater.analyze_many([clip], scheduler="tcp://127.0.0.1:1")


@pytest.mark.parametrize("backend", HERE)
def test_a_bug_is_no_failed_file(backend: str) -> None:
    with pytest.raises(ZeroDivisionError):
        list(run(workers.bug, ["a", "b", "c"], threads=2, backend=backend))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_each_worker_is_told_its_budget(threads: int) -> None:
    told = [found for _, found in run(workers.budget, [str(number) for number in range(12)], threads=threads)]
    assert len(told) == 12
    processes = set()
    for found in told:
        assert not isinstance(found, Failed)
        process, inner = found
        processes.add(process)
        assert inner == max(1, _core.cpus() // threads)
    assert os.getpid() not in processes and len(processes) <= max(2, threads)


def names(folder: Path, *odd: tuple[int, str], count: int = 30) -> list[str]:
    found = [f"file{number}" for number in range(count)]
    for place, name in odd:
        found[place] = name
    return [str(folder / name) for name in found]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_worker_that_is_killed_costs_nothing(threads: int, tmp_path: Path) -> None:
    paths = names(tmp_path, (7, "once"))
    assert sorted(run(workers.die, paths, threads=threads)) == list(enumerate(paths))


def test_a_worker_that_something_else_kills(tmp_path: Path) -> None:
    """As the system does it for want of memory: after 30 of 100 files."""
    paths = names(tmp_path, count=100)
    order: list[int] = []
    for number, result in run(workers.slow, paths, threads=2):
        assert isinstance(result, tuple) and result[0] == paths[number]
        order.append(number)
        if len(order) == 30:
            os.kill(result[1], signal.SIGKILL)
    assert sorted(order) == list(range(100))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_file_that_kills_costs_itself(threads: int, tmp_path: Path) -> None:
    paths = names(tmp_path, (0, "killer"), (12, "killer2"), (29, "killer3"))
    found = dict(run(workers.die, paths, threads=threads))
    assert sorted(found) == list(range(len(paths)))
    for number, path in enumerate(paths):
        assert found[number] == (DIED if "killer" in path else path)


def test_a_single_death_alone_is_no_proof(tmp_path: Path) -> None:
    """Twice among others and once alone: as when the system is short of memory for a while."""
    paths = names(tmp_path, (7, "thrice"))
    assert sorted(run(workers.die, paths, threads=2)) == list(enumerate(paths))


class Suspicious(Pool):
    """Gives up the files 4 and 5 when others are in work, and 4 also alone."""

    def run(self, function: Callable[[str], T], tasks: Iterable[Task]) -> Iterator[tuple[int, T]]:
        paths = dict(tasks)
        lost = [number for number in (4, 5) if number in paths and (number == 4 or len(paths) > 1)]
        yield from ((number, function(path)) for number, path in paths.items() if number not in lost)
        if lost:
            raise WorkerLost(lost)


def test_a_suspect_is_asked_alone() -> None:
    found = dict(_survive(Suspicious(), str.upper, dict(enumerate("abcdefgh"))))
    assert found == {**dict(enumerate("ABCDEFGH")), 4: DIED}


def test_nothing_but_files_that_kill(tmp_path: Path) -> None:
    paths = names(tmp_path, *((number, f"killer{number}") for number in range(3)), count=3)
    assert dict(run(workers.die, paths, threads=2)) == dict.fromkeys(range(3), DIED)


def test_leaving_early_stops_the_run(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    results = run(workers.budget, names(tmp_path, count=200), threads=2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert [warning for warning in recwarn if "joblib" in str(warning.filename)] == []
    assert len(list(run(workers.budget, names(tmp_path, count=3), threads=2))) == 3


def test_a_whole_run_from_a_thread(clips: Clips) -> None:
    """As a plugin does it during an import."""
    found: list[list[bitrater.AnalysisResult | None]] = []
    thread = threading.Thread(target=lambda: found.append(bitrater.analyze_many(clips(2), threads=2)))
    thread.start()
    thread.join()
    assert None not in found[0]
