"""Many machines: a real Dask scheduler with two worker processes, here on one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import bitrater
import pytest
import workers
from bitrater.parallel import DIED, run

pytest.importorskip("distributed")


@dataclass
class Cluster:
    """A scheduler and its workers, each a process."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def cluster(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """Two workers of one thread each, alone or, with the mark `nannies`, each with a nanny that replaces it."""
    nannies = request.node.get_closest_marker("nannies") is not None
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parent),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    }
    processes: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
        with (tmp_path / f"{len(processes)}.log").open("wb") as log:
            processes.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True))
        return processes[-1]

    about = tmp_path / "scheduler.json"
    start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(about))
    try:
        while (address := address_in(about)) is None:
            assert processes[0].poll() is None, (tmp_path / "0.log").read_text()
            time.sleep(0.05)
        options = ["--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", "--local-directory", str(tmp_path)]
        found = [start("dask_worker", address, "--nanny" if nannies else "--no-nanny", *options) for _ in range(2)]
        wait_for_workers(address, 2)
        yield Cluster(address, processes[0], found)
    finally:
        for process in reversed(processes):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def address_in(about: Path) -> str | None:
    """The address in a scheduler's file, which it writes bit by bit; None while that is not done."""
    try:
        return str(json.loads(about.read_text())["address"])
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def wait_for_workers(address: str, number: int) -> None:
    import distributed

    with distributed.Client(address, set_as_default=False, timeout=120) as client:
        client.wait_for_workers(number, timeout=240)


def wait_until_workers_are(address: str, number: int) -> None:
    """Waits until the scheduler has noticed that the others are gone."""
    import distributed

    with distributed.Client(address, set_as_default=False, timeout=120) as client:
        while len(client.ncores()) != number:
            time.sleep(0.05)


def test_results_are_those_of_this_machine(cluster: Cluster, clips: Callable[[int], list[Path]], tmp_path: Path) -> None:
    paths = [*clips(3), tmp_path / "none.flac"]
    steps: list[int] = []
    found = bitrater.analyze_many(
        paths, backend="dask", scheduler=cluster.address, progress=lambda done, _: steps.append(done)
    )
    assert found == [*map(bitrater.analyze, paths[:3]), None]
    assert steps == [1, 2, 3, 4]


def test_a_lost_worker_loses_nothing(cluster: Cluster) -> None:
    paths = [f"file{number}" for number in range(100)]
    found: dict[int, tuple[str, int]] = {}
    for number, result in run(workers.slow, paths, backend="dask", scheduler=cluster.address):
        assert isinstance(result, tuple)
        found[number] = result
        if len(found) == 30:
            cluster.workers[0].kill()
    assert [found[number][0] for number in range(100)] == paths
    assert {process for _, process in found.values()} == {worker.pid for worker in cluster.workers}


def test_a_single_worker_does_the_work(cluster: Cluster) -> None:
    lost, left = cluster.workers
    lost.kill()
    lost.wait()
    wait_until_workers_are(cluster.address, 1)
    found = dict(run(workers.slow, ["a", "b", "c"], backend="dask", scheduler=cluster.address))
    assert found == {0: ("a", left.pid), 1: ("b", left.pid), 2: ("c", left.pid)}


@pytest.mark.nannies
def test_a_file_that_kills_every_worker_costs_itself(cluster: Cluster, tmp_path: Path) -> None:
    paths = [str(tmp_path / f"file{number}") for number in range(12)]
    paths[4] = str(tmp_path / "killer")
    found = dict(run(workers.die, paths, backend="dask", scheduler=cluster.address))
    assert found == {number: DIED if number == 4 else path for number, path in enumerate(paths)}


def test_a_bug_ends_the_run(cluster: Cluster) -> None:
    with pytest.raises(ZeroDivisionError):
        list(run(workers.bug, ["a", "b"], backend="dask", scheduler=cluster.address))


def test_a_client_that_is_open_is_used(cluster: Cluster, clip: Path) -> None:
    import distributed

    with distributed.Client(cluster.address, timeout=120):
        assert bitrater.analyze_many([clip], backend="dask") == [bitrater.analyze(clip)]


def test_no_scheduler(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(bitrater.BitraterError, match="needs the address of a scheduler"):
        bitrater.analyze_many([clip], backend="dask")
    monkeypatch.setattr("bitrater.dask_backend.SECONDS_TO_CONNECT", 1)
    with pytest.raises(bitrater.BitraterError, match="no Dask scheduler answers at tcp://127.0.0.1:1;"):
        bitrater.analyze_many([clip], backend="dask", scheduler="tcp://127.0.0.1:1")


def test_no_workers(clip: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bitrater.dask_backend.SECONDS_FOR_WORKERS", 1)
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    with pytest.raises(bitrater.BitraterError, match="has had no worker"):
        bitrater.analyze_many([clip], backend="dask", scheduler=cluster.address)


def test_all_workers_are_lost_on_the_way(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bitrater.dask_backend.SECONDS_FOR_WORKERS", 1)
    results = run(workers.slow, [f"file{number}" for number in range(100)], backend="dask", scheduler=cluster.address)
    next(results)
    for worker in cluster.workers:
        worker.kill()
    with pytest.raises(bitrater.BitraterError, match="has had no worker"):
        list(results)


def test_the_scheduler_is_lost_on_the_way(cluster: Cluster) -> None:
    results = run(workers.slow, [f"file{number}" for number in range(100)], backend="dask", scheduler=cluster.address)
    next(results)
    cluster.scheduler.kill()
    with pytest.raises(bitrater.BitraterError, match="scheduler was lost"):
        list(results)


def test_ray_says_what_it_needs(clip: Path) -> None:
    pytest.importorskip("joblib")
    try:
        import ray  # noqa: F401
    except ImportError:
        with pytest.raises(bitrater.BitraterError, match=r"bitrater\[ray\]"):
            bitrater.analyze_many([clip], backend="ray")
    else:
        assert bitrater.analyze_many([clip, clip], threads=2, backend="ray") == [bitrater.analyze(clip)] * 2
