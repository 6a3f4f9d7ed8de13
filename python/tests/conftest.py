"""What the tests share: short clips from seeds, and the demo files, whose history is known."""

from __future__ import annotations

import random
import struct
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RATE = 44100


def write_noise(path: Path, seed: int, seconds: float = 0.6) -> Path:
    """White noise in 16 bits and two channels: the quickest file to analyse, and nothing but itself."""
    source = random.Random(seed)
    frames = [int(source.gauss(0, 3000)) for _ in range(int(RATE * seconds))]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<hh", frame, frame) for frame in frames))
    return path


@pytest.fixture(scope="session")
def demo() -> Path:
    """The demo files: genuine ones, transcodes, MP3, FLAC and M4A."""
    return ROOT / "demo"


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One short clip."""
    return write_noise(tmp_path_factory.mktemp("clip") / "clip.wav", seed=1)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], list[Path]]:
    """Any number of short clips."""
    folder = tmp_path_factory.mktemp("clips")

    def make(number: int) -> list[Path]:
        paths = [folder / f"{seed:03}.wav" for seed in range(number)]
        return [path if path.exists() else write_noise(path, seed) for seed, path in enumerate(paths)]

    return make
