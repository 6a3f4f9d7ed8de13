#!/usr/bin/env python3
"""Measures what the engine promises, on a library that it makes: answers under fire, threads, memory, rescans, overhead.

1. An undisturbed run, and one in which a random worker is killed every half second: the answers have to be the same, but for
   files whose workers were killed twice.
2. The highest number of threads of all processes of a run, sampled from /proc.
3. The largest resident sets of the run and of its workers, for ten files, for all, and for one of ten hours.
4. A rescan: how long it takes, and which files of the library it opens (with strace, where that is installed).
5. CPU and wall time of worker processes over that of threads.

Linux only; needs lame. Usage: measure_engine.py BITRATER [--files N] [--seconds S] [--threads N] [--hours H]
"""

import argparse
import array
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import wave
from dataclasses import dataclass, field
from pathlib import Path

SAMPLE = 0.01
KILL_EVERY = 0.5


def noise(path: Path, seconds: float, seed: int) -> None:
    """A stereo WAV of seeded noise under a slow swell, so that no two files are alike."""
    generator = random.Random(seed)
    samples = array.array("h", generator.randbytes(int(44_100 * seconds) * 4))
    swell = [generator.uniform(0.05, 0.5) for _ in range(16)]
    step = len(samples) // len(swell) + 1
    for i, sample in enumerate(samples):
        samples[i] = int(sample * swell[i // step])
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(44_100)
        out.writeframes(samples.tobytes())


def lame(*args: object) -> None:
    subprocess.run(["lame", "--quiet", *map(str, args)], check=True)


def make_library(folder: Path, files: int, seconds: float) -> None:
    """Of every ten: one WAV as it is, one MP3, eight WAVs that were an MP3; one of a hundred is no audio at all."""
    folder.mkdir()
    for number in range(files):
        path = folder / f"{number // 25:03}" / f"{number:05}.wav"
        path.parent.mkdir(exist_ok=True)
        if number % 100 == 99:
            path.write_bytes(b"nothing of the kind")
            continue
        noise(path, seconds, number)
        if number % 10 == 0:
            continue
        mp3 = path.with_suffix(".mp3")
        lame("-b", random.Random(number).choice([128, 192, 320]), path, mp3)
        path.unlink()
        if number % 10 > 1:
            lame("--decode", mp3, path)
            mp3.unlink()


def make_long(path: Path, hours: float, folder: Path) -> None:
    """An MP3 of that length: a minute of noise, encoded without a header that states its length, over and over."""
    minute = folder / "minute.wav"
    noise(minute, 60, 1)
    lame("-b", "128", "-t", minute, path)
    data = path.read_bytes()
    with path.open("wb") as out:
        for _ in range(round(hours * 60)):
            out.write(data)
    minute.unlink()


@dataclass
class Run:
    """What was seen of one run."""

    status: int = 0
    output: str = ""
    errors: str = ""
    wall: float = 0
    cpu: float = 0
    threads: int = 0
    beyond: int = 0
    processes: int = 0
    run_memory: int = 0
    worker_memory: int = 0
    kills: int = 0
    lines: dict[str, str] = field(default_factory=dict)


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def status_of(pid: int) -> tuple[int, int]:
    """Threads and largest resident set in KiB; zeros for what is gone."""
    try:
        pairs = (line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
        values = dict(pairs)
        return int(values["Threads"]), int(values["VmHWM"].split()[0])
    except (OSError, KeyError):
        return 0, 0


def watch(run: Run, pid: int, over: threading.Event) -> None:
    while not over.wait(SAMPLE):
        seen = [(pid, *status_of(pid)), *((child, *status_of(child)) for child in children(pid))]
        alive = [(who, threads, memory) for who, threads, memory in seen if threads]
        threads = sum(threads for _, threads, _ in alive)
        run.processes = max(run.processes, len(alive))
        run.threads = max(run.threads, threads)
        # Each process may have one thread that only waits.
        run.beyond = max(run.beyond, threads - len(alive))
        for who, _, memory in alive:
            if who == pid:
                run.run_memory = max(run.run_memory, memory)
            else:
                run.worker_memory = max(run.worker_memory, memory)


def kill(run: Run, pid: int, over: threading.Event) -> None:
    generator = random.Random(7)
    while not over.wait(KILL_EVERY):
        workers = children(pid)
        if workers:
            try:
                os.kill(generator.choice(workers), signal.SIGKILL)
                run.kills += 1
            except ProcessLookupError:
                pass


def analyze(program: Path, *args: object, disturbed: bool = False, prefix: tuple[str, ...] = ()) -> Run:
    run, over, start = Run(), threading.Event(), time.monotonic()
    command = [*prefix, program, "analyze", "-f", "jsonl", *args]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=err)
        watchers = [threading.Thread(target=watch, args=(run, process.pid, over))]
        if disturbed:
            watchers.append(threading.Thread(target=kill, args=(run, process.pid, over)))
        for watcher in watchers:
            watcher.start()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = run.status = os.waitstatus_to_exitcode(status)
        run.wall, run.cpu = time.monotonic() - start, used.ru_utime + used.ru_stime
        over.set()
        for watcher in watchers:
            watcher.join()
        out.seek(0)
        err.seek(0)
        run.output, run.errors = out.read().decode(), err.read().decode()
    run.lines = {json.loads(line)["path"]: line for line in run.output.splitlines()}
    return run


def say(*columns: object) -> None:
    print("| " + " | ".join(str(column) for column in columns) + " |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--hours", type=float, default=10.0, help="length of the long file; 0 leaves it out")
    args = parser.parse_args()
    program, cpus = args.program.resolve(), len(os.sched_getaffinity(0))
    failed = False

    def check(what: str, fine: bool) -> None:
        nonlocal failed
        failed |= not fine
        print(f"{'as promised' if fine else 'NOT AS PROMISED'}: {what}", flush=True)

    with tempfile.TemporaryDirectory(prefix="measure_engine-") as name:
        folder = Path(name)
        library = folder / "library"
        make_library(library, args.files, args.seconds)
        print(f"{args.files} files of {args.seconds} s, {cpus} CPUs, load {os.getloadavg()[0]:.1f}\n")
        say("run", "wall s", "CPU s", "most threads", "beyond one a process", "run KiB", "worker KiB")
        say(*["---"] * 7)

        def row(name: str, run: Run, threads: int) -> Run:
            say(name, f"{run.wall:.1f}", f"{run.cpu:.1f}", run.threads, run.beyond, run.run_memory, run.worker_memory)
            budget = max(cpus, threads)
            if run.beyond > budget:
                check(f"{run.beyond} threads beyond one a process, with a budget of {budget}", False)
            return run

        fresh, few, store = ("--no-cache", "-t"), library / "000", folder / "store"
        # Each with an empty store of its own, so that they do the same work.
        stored = (library, "-t", args.threads, "--cache")
        calm = row("processes", analyze(program, *stored, store), args.threads)
        in_threads = row("threads", analyze(program, *stored, folder / "2", "--isolation", "thread"), args.threads)
        fire = row("workers killed", analyze(program, library, "-v", *fresh, args.threads, disturbed=True), args.threads)
        again = row("rescan", analyze(program, *stored, store), args.threads)
        for threads in (1, 2):
            row(f"25 files, {threads} workers", analyze(program, few, *fresh, threads), threads)
        ten = sorted(path for path in few.iterdir())[:10]
        row("10 files, 1 worker", analyze(program, *ten, *fresh, 1), 1)
        if args.hours:
            long = folder / "long.mp3"
            make_long(long, args.hours, folder)
            row(f"one file of {args.hours:g} h", analyze(program, long, *fresh, 1), 1)
            long.unlink()
        print()

        check("threads and processes say the same", in_threads.output == calm.output)
        check(f"{args.files} answers under fire", len(fire.lines) == args.files)
        other = {path for path, line in fire.lines.items() if line != calm.lines[path]}
        crashed = {path for path in other if '"kind":"crash"' in fire.lines[path]}
        tried = fire.errors.count("trying once more")
        print(f"{fire.kills} workers killed, {tried} files tried again, {len(crashed)} of them reported as crashed")
        check("all other answers are those of the undisturbed run", other == crashed)
        check("a rescan says the same", again.output == calm.output)
        print(f"rescan: {again.wall:.3f} s, {again.wall / calm.wall:.4f} of the first run")
        print(f"processes over threads: CPU {calm.cpu / in_threads.cpu:.3f}, wall {calm.wall / in_threads.wall:.3f}")
        if shutil.which("strace"):
            trace = folder / "trace"
            prefix = ("strace", "-f", "-qq", "-o", str(trace), "-e", "trace=open,openat,openat2")
            analyze(program, library, "--cache", store, prefix=prefix)
            opened = [line for line in trace.read_text(errors="replace").splitlines() if str(library) in line]
            files = [line for line in opened if "O_DIRECTORY" not in line]
            print(f"strace: {len(opened) - len(files)} folders and {len(files)} files of the library opened by a rescan")
            check("a rescan opens no file", not files)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
