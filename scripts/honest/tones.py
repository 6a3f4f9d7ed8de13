"""Signals that no recording has, but files do: tones, chords, clicks, loops exact to the sample, whines above music.

What repeats with a codec's frames, or stands on one of its lines, looks like a codec's work to a careless search. Each
is drawn anew from the seed that its name is. Needs numpy.
"""

import hashlib
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

RATES = (44_100, 48_000)
SECONDS = 7
# Frame and block periods of MP3 and Layer II, AAC, Vorbis, Opus, AC-3, SBC, in samples.
PERIODS = (128, 256, 384, 576, 960, 1024, 1152, 2048)
# Line frequency, its harmonics, and the line and pilot tones of television and FM radio.
WHINES = (50, 100, 150, 15_625, 15_650, 15_734, 16_000, 16_550, 17_500, 19_000)
# Of each family, one in so many is encoded, too.
ENCODED = 5
# What the clips have above them once they are low-passed.
ABOVE = (16_000, 17_000, 19_050)


@dataclass(frozen=True)
class Signal:
    """A signal that is drawn when it is needed."""

    kind: str
    family: str
    name: str
    rate: int
    draw: Callable[[np.random.Generator], np.ndarray]
    dithered: bool = False

    def recording(self) -> str:
        """The same at both rates."""
        return f"{self.family}-{self.name}"

    def seed(self, salt: str = "") -> np.random.Generator:
        return np.random.default_rng(list(hashlib.sha256((self.recording() + salt).encode()).digest()))

    def style(self) -> int:
        """0 mono, 1 both channels alike, 2 unlike; loops and mixtures are drawn with their channels unlike."""
        return hashlib.sha256(self.recording().encode()).digest()[1] % 3

    def write(self, path: Path) -> None:
        samples = self.draw(self.seed())
        if samples.ndim == 1:
            samples = np.outer(samples, ([1.0], [1.0, 1.0], [1.0, 0.63])[self.style()])
        elif self.style() == 0:
            samples = samples.mean(axis=1, keepdims=True)
        write(path, samples, self.rate, self.seed("dither") if self.dithered else None)


def write(path: Path, samples: np.ndarray, rate: int, dither: np.random.Generator | None = None) -> None:
    """A WAV of 16 bits, rounded or with triangular dither."""
    steps = samples * 32_768
    if dither:
        steps = steps + dither.random(steps.shape) - dither.random(steps.shape)
    integers = np.clip(np.round(steps), -32_768, 32_767).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(samples.shape[1])
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(integers.tobytes())


def read(path: Path) -> tuple[np.ndarray, int]:
    """Samples by channels, and the rate, of a WAV of 16 bits."""
    with wave.open(str(path), "rb") as wav:
        integers = np.frombuffer(wav.readframes(wav.getnframes()), "<i2")
        return integers.reshape(-1, wav.getnchannels()) / 32_768, wav.getframerate()


def gain(decibels: float) -> float:
    return 10 ** (decibels / 20)


def times(rate: int) -> np.ndarray:
    return np.arange(SECONDS * rate) / rate


def sine(rate: int, hertz: float, decibels: float = -6, count: int | None = None) -> np.ndarray:
    number = np.arange(SECONDS * rate if count is None else count)
    return gain(decibels) * np.sin(2 * np.pi * ((number * hertz / rate) % 1.0))


def below(samples: np.ndarray, rate: int, edge: float) -> np.ndarray:
    """Nothing left above the edge; half a kilohertz below it the slope begins."""
    spectrum = np.fft.rfft(samples, axis=0)
    hertz = np.fft.rfftfreq(len(samples), 1 / rate)
    slope = 0.5 + 0.5 * np.cos(np.pi * np.clip((hertz - edge + 500) / 500, 0, 1))
    return np.fft.irfft(spectrum * slope[:, None], len(samples), axis=0)


def music(rate: int, generator: np.random.Generator) -> np.ndarray:
    """Two channels of noise that falls and swells as music does, up to 15 kHz."""
    count = SECONDS * rate
    swell = np.interp(times(rate), np.arange(SECONDS * 4) / 4, generator.uniform(0.05, 1, SECONDS * 4))
    hertz = np.maximum(np.fft.rfftfreq(count, 1 / rate), 30)
    both = np.fft.rfft(generator.standard_normal((count, 2)) @ [[1, 0.4], [0.4, 1]], axis=0)
    noise = np.fft.irfft(both / hertz[:, None] ** 0.7, count, axis=0) * swell[:, None]
    return below(0.5 * noise / np.abs(noise).max(), rate, 15_000)


def tiled(loop: np.ndarray, rate: int) -> np.ndarray:
    whole = -(-SECONDS * rate // len(loop))
    return np.tile(loop, (whole, 1))[: SECONDS * rate]


def noise_loop(length: int, generator: np.random.Generator) -> np.ndarray:
    return 0.15 * generator.standard_normal((length, 2))


def bar_loop(length: int, rate: int, generator: np.random.Generator) -> np.ndarray:
    """A bar of drums and bass: four beats, or one where it is too short for them."""
    seconds = np.arange(length) / rate
    beats = 4 if length > rate // 2 else 1
    beat = (seconds * rate) % (length / beats) / rate
    half = (seconds * rate) % (length / beats / 2) / rate
    drum = np.sin(2 * np.pi * (50 * beat - 4 * np.exp(-30 * beat))) * np.exp(-8 * beat)
    hat = generator.standard_normal((length, 2)) * np.exp(-60 * half)[:, None]
    root = 55 * 2 ** (generator.integers(12) / 12)
    bass = sum(np.sin(2 * np.pi * order * root * seconds) / order for order in range(1, 12))
    mixed = 0.5 * drum[:, None] + 0.12 * hat + 0.12 * bass[:, None]
    return 0.7 * mixed / np.abs(mixed).max()


def impulses(period: int, rate: int, decibels: float = -2) -> np.ndarray:
    train = np.zeros(SECONDS * rate)
    train[::period] = gain(decibels)
    return train


def loop_lengths(rate: int) -> list[int]:
    """Whole frames, one sample more or less, and lengths of no codec."""
    whole = [periods * frame for frame in PERIODS for periods in (1, 2, 3, 8, 40)]
    off = [periods * frame + by for frame in PERIODS for periods in (1, 8) for by in (-1, 1)]
    free = [997, 5_000, rate // 8, rate // 4, rate // 2, rate * 60 // 174, rate, rate * 3 // 2]
    return list(dict.fromkeys(whole + off + free))


def sines(rate: int) -> Iterator[Signal]:
    def tone(family: str, name: str, hertz: float, decibels: float = -6, dithered: bool = False) -> Signal:
        return Signal("tone", family, name, rate, lambda _: sine(rate, hertz, decibels), dithered)

    for number, hertz in enumerate(np.geomspace(20, 20_000, 60).round(2)):
        dithered = bool(number % 2)
        yield tone("sine_dithered" if dithered else "sine", f"{hertz:g}", hertz, dithered=dithered)
    for base in (25, 50, 75, 100):
        for order in (3, 13, 41, 133):
            yield tone("sine_round", f"{base}x{order}", base * order)
    lines = {Fraction(order, frame): None for frame in PERIODS for order in (1, 2, 10, frame // 5, frame // 3)}
    for line in lines:
        yield tone("sine_frame", f"{line.numerator}-of-{line.denominator}", float(line * rate))
    for decibels in (-40, -60, -80):
        for hertz in (100, 440, 1_000, 4_000, 15_000):
            yield tone("sine_quiet", f"{hertz}{decibels}dB", hertz, decibels)


def chords(rate: int) -> Iterator[Signal]:
    def chord(generator: np.random.Generator) -> np.ndarray:
        root = 55 * 2 ** generator.uniform(0, 6)
        ratios = [(1, 1.25, 1.5), (1, 2 ** (3 / 12), 2 ** (7 / 12)), generator.uniform(1, 3, 3)][generator.integers(3)]
        return sum(np.outer(sine(rate, root * ratio, -12), generator.uniform(0.3, 1, 2)) for ratio in ratios)

    for number in range(12):
        yield Signal("tone", "chord", str(number), rate, chord)


def modulated(rate: int) -> Iterator[Signal]:
    def am(carrier: float, hertz: float) -> Callable[[np.random.Generator], np.ndarray]:
        return lambda _: sine(rate, carrier) * (0.5 + 0.5 * np.cos(2 * np.pi * hertz * times(rate)))

    def fm(carrier: float, hertz: float) -> Callable[[np.random.Generator], np.ndarray]:
        swing = 0.05 * carrier / hertz * np.sin(2 * np.pi * hertz * times(rate))
        return lambda _: 0.5 * np.sin(2 * np.pi * carrier * times(rate) + swing)

    for family, shape in (("am", am), ("fm", fm)):
        for carrier in (440, 3_000, 9_000):
            for name, hertz in (("2", 2), ("50", 50), ("frame-576", rate / 576), ("frame-1024", rate / 1024)):
                yield Signal("tone", family, f"{carrier}by{name}", rate, shape(carrier, hertz))


def trains(rate: int) -> Iterator[Signal]:
    free = (100, 441, 1_000, 4_410, rate // 2)
    for period in (*(frame + by for frame in PERIODS for by in (0, -1, 1)), *free):
        yield Signal("loop", "impulses", str(period), rate, lambda _, period=period: impulses(period, rate))


def loops(rate: int) -> Iterator[Signal]:
    def noise(length: int) -> Callable[[np.random.Generator], np.ndarray]:
        return lambda generator: tiled(noise_loop(length, generator), rate)

    def bar(length: int) -> Callable[[np.random.Generator], np.ndarray]:
        return lambda generator: tiled(bar_loop(length, rate, generator), rate)

    for length in loop_lengths(rate):
        yield Signal("loop", "noise_loop", str(length), rate, noise(length))
        yield Signal("loop", "bar_loop", str(length), rate, bar(length))


def under_music(rate: int) -> Iterator[Signal]:
    """Whines and loops at a low level in noise that ends at 15 kHz."""

    def whine(hertz: float, decibels: float) -> Callable[[np.random.Generator], np.ndarray]:
        return lambda generator: music(rate, generator) + sine(rate, hertz, decibels)[:, None]

    def looped(length: int, decibels: float) -> Callable[[np.random.Generator], np.ndarray]:
        return lambda generator: music(rate, generator) + gain(decibels) * tiled(noise_loop(length, generator), rate)

    def clicks(period: int, decibels: float) -> Callable[[np.random.Generator], np.ndarray]:
        return lambda generator: music(rate, generator) + impulses(period, rate, decibels)[:, None]

    for decibels in (-20, -50, -70):
        for hertz in WHINES:
            yield Signal("tone", "whine", f"{hertz}{decibels}dB", rate, whine(hertz, decibels))
        for length in (576, 960, 1_024, 1_152, 2_048, 5_000):
            yield Signal("loop", "loop_under", f"{length}{decibels}dB", rate, looped(length, decibels))
            yield Signal("loop", "clicks_under", f"{length}{decibels}dB", rate, clicks(length, decibels))


def signals() -> Iterator[tuple[Signal, bool]]:
    """All of them, and which are encoded, too."""
    for rate in RATES:
        seen: dict[str, int] = {}
        for family in (sines, chords, modulated, trains, loops, under_music):
            for signal in family(rate):
                number = seen.get(signal.family, 0)
                seen[signal.family] = number + 1
                yield signal, number % ENCODED == 0


def write_below_tone(clip: Path, hertz: float, path: Path) -> None:
    """A clip with nothing above 15 kHz but a tone at −50 dB."""
    samples, rate = read(clip)
    write(path, below(samples, rate, 15_000) + sine(rate, hertz, -50, len(samples))[:, None], rate)
