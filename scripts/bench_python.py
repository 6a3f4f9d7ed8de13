#!/usr/bin/env python3
"""Measures the Python package: import time, threads of the workers, deaths of workers, and what joblib costs.

Run it with the Python in which the package is installed. The last figures are ratios in one run, in turns, so that a busy machine
is busy for all; the program is run without its store, in the same wheel.

Usage: bench_python.py [--files N] [--rounds N] [imports|threads|deaths|cost]...
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import wave
from pathlib import Path

import bitrater
from bitrater.parallel import run


def clips(folder: Path, number: int, seconds: float = 0.6) -> list[str]:
    """Noise from seeds."""
    paths = []
    for seed in range(number):
        source = random.Random(seed)
        samples = [int(source.gauss(0, 3000)) for _ in range(int(44100 * seconds))]
        path = folder / f"{seed:04}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(44100)
            file.writeframes(b"".join(struct.pack("<hh", sample, sample) for sample in samples))
        paths.append(str(path))
    return paths


def imports() -> None:
    """The time of `import bitrater` in a new process, and of an import that does nothing beside it."""
    code = "import time; start = time.perf_counter(); import {}; print((time.perf_counter() - start) * 1000)"
    for name in ("bitrater", "numpy", "joblib"):
        times = [float(subprocess.check_output([sys.executable, "-c", code.format(name)])) for _ in range(15)]
        print(f"import {name}: median {statistics.median(times):.1f} ms, fastest {min(times):.1f} ms")


def children() -> list[int]:
    """Worker processes of loky, by their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes()
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            if parent == os.getpid() and b"popen_loky" in line:
                found.append(int(entry.name))
    return found


def threads(paths: list[str], jobs: int = 8) -> None:
    """Threads of the workers of `jobs` jobs, sampled from /proc: how many there are, and how many compute."""
    most: collections.Counter[int] = collections.Counter()
    running: collections.Counter[int] = collections.Counter()
    at_once, all_at_once, samples, over = 0, 0, 0, threading.Event()

    def sample() -> None:
        nonlocal at_once, all_at_once, samples
        while not over.wait(0.005):
            compute = everything = 0
            for process in children():
                states = []
                for task in Path(f"/proc/{process}/task").glob("*/stat"):
                    try:
                        states.append(task.read_text().rsplit(")", 1)[1].split()[0])
                    except OSError:
                        continue
                most[process] = max(most[process], len(states))
                running[process] = max(running[process], states.count("R"))
                compute += states.count("R")
                everything += len(states)
            at_once, all_at_once, samples = max(at_once, compute), max(all_at_once, everything), samples + 1

    watcher = threading.Thread(target=sample)
    watcher.start()
    results = bitrater.analyze_many(paths, threads=jobs)
    over.set()
    watcher.join()
    cpus = bitrater._core.cpus()
    print(f"{jobs} jobs on {cpus} CPUs, {len(paths)} files, {samples} samples; {sum(map(bool, results))} results")
    print(f"  compute threads allowed: {max(1, cpus // jobs)} a worker, {max(cpus, jobs)} in all")
    print(f"  workers: {len(most)}; threads a worker, at most: {max(most.values())}; of them running at once: {max(running.values())}")
    print(f"  in all workers at once, at most: {all_at_once} threads, {at_once} running")


def deaths(paths: list[str]) -> None:
    """A worker killed after 30 of 100 files."""
    killed, order = 0, []
    for number, result in run(analyse, paths[:100], threads=2):
        order.append((number, result))
        if len(order) == 30:
            killed = children()[0]
            os.kill(killed, signal.SIGKILL)
    found = dict(order)
    right = [found.get(number) for number in range(100)] == paths[:100]
    print(f"worker {killed} killed after 30 of 100 files: {len(found)} results, each once and its own: {right and len(order) == 100}")


def analyse(path: str, inner: int) -> str:
    """The path of the result, as a worker gives it."""
    return bitrater.analyze(path).path


def cost(paths: list[str], rounds: int) -> None:
    """Wall time and CPU time of the same files by the program, by loky and by threads, in turns."""
    cpus = bitrater._core.cpus()
    program = [sys.executable, "-m", "bitrater", "analyze", "-q", "--no-cache", "-f", "jsonl", "-t", str(cpus), *paths]

    def by_program() -> None:
        subprocess.run(program, stdout=subprocess.DEVNULL, check=True)

    def by(backend: str) -> None:
        # In a process of its own, so that starting and ending the workers is part of the price.
        code = "import sys, bitrater; assert all(bitrater.analyze_many(sys.argv[3:], backend=sys.argv[1], threads=int(sys.argv[2])))"
        subprocess.run([sys.executable, "-c", code, backend, str(cpus), *paths], check=True)

    ways = {"program": by_program, "loky": lambda: by("loky"), "threading": lambda: by("threading")}
    walls: dict[str, list[float]] = {name: [] for name in ways}
    work: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            before, start = os.times(), time.perf_counter()
            way()
            after = os.times()
            walls[name].append(time.perf_counter() - start)
            work[name].append(sum(after[2:4]) - sum(before[2:4]))
    base = statistics.median(walls["program"]), statistics.median(work["program"])
    print(f"{len(paths)} files, {cpus} at a time, median of {rounds}; ratios are to the program")
    for name in ways:
        wall, cpu = statistics.median(walls[name]), statistics.median(work[name])
        print(f"  {name:9} wall {wall:7.2f} s ({wall / base[0]:.2f})   CPU {cpu:7.2f} s ({cpu / base[1]:.2f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("what", nargs="*", default=["imports", "threads", "deaths", "cost"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = clips(Path(folder), arguments.files)
        if "imports" in arguments.what:
            imports()
        if "threads" in arguments.what:
            threads(paths)
        if "deaths" in arguments.what:
            deaths(paths)
        if "cost" in arguments.what:
            cost(paths, arguments.rounds)


if __name__ == "__main__":
    main()
