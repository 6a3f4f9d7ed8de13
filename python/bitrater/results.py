"""The answer for one file: what a result of the program's JSON says, as Python objects.

All of them are immutable, compare by value and pickle. The records inside a result can be read as attributes
(`result.original.codec`) or by key as in the JSON (`result.original["codec"]`); what is called `class` there is the
attribute `class_` here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

R = TypeVar("R", bound="Record")


def _attribute(key: str) -> str:
    """The attribute for a key of the JSON: `class` is a word of Python."""
    return "class_" if key == "class" else key


class Record:
    """A JSON object with known fields."""

    __slots__ = ()

    @classmethod
    def of(cls: type[R], values: Mapping[str, Any]) -> R:
        """The record of a JSON object. Fields that a newer engine adds are left out."""
        return cls(**{name: values[name.rstrip("_")] for name in cls.names()})

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The attributes, in the order of the JSON."""
        return tuple(entry.name for entry in fields(cls))  # type: ignore[arg-type]

    def keys(self) -> tuple[str, ...]:
        """The keys of the JSON object."""
        return tuple(name.rstrip("_") for name in self.names())

    def __getitem__(self, key: str) -> Any:
        if key not in self.keys():
            raise KeyError(key)
        return getattr(self, _attribute(key))

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        return {key: self[key] for key in self.keys()}


@dataclass(frozen=True, slots=True)
class Stated(Record):
    """What a file claims.

    `codec` is that of the stream; `class_` the class it claims (`128`, `V2`, `LOSSLESS`, `aac256`, …); `bitrate` is in kbps, nominal
    for CBR, average otherwise, None for lossless streams; `mode` is `cbr`, `vbr`, `abr`, `lossless` or None; `encoder` is the
    name and version that the file gives.
    """

    codec: str
    class_: str
    bitrate: int | None
    mode: str | None
    encoder: str | None


@dataclass(frozen=True, slots=True)
class Original(Record):
    """The weakest generation found: the best estimate, also when the verdict is `inconclusive`.

    `codec` is `lossless` when no lossy generation was found and `unknown` when one was found but not named. `bitrate` is
    None, and `class_` the codec alone, where the rate could not be read.
    """

    codec: str
    class_: str
    bitrate: int | None
    mode: str | None


@dataclass(frozen=True, slots=True)
class Generation(Record):
    """One lossy encode in a file's past; `phase` is where its frames start, in samples modulo the frame's length."""

    codec: str
    class_: str
    bitrate: int | None
    mode: str | None
    phase: int | None


@dataclass(frozen=True, slots=True)
class Resolution(Record):
    """Bits a sample that are really used, and the rate in Hz from which the audio was brought up; None: unknown or not."""

    effective_bits: int | None
    upsampled_from: int | None


@dataclass(frozen=True, slots=True)
class Evidence(Record):
    """One measured fact: a name of the catalogue, the value and its unit."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Versions(Record):
    """What a result depends on: the engine, the catalogue of evidence, and the model or rules that decided."""

    engine: str
    evidence: int
    model: str


@dataclass(frozen=True, slots=True)
class AnalysisResult(Record):
    """What one file has been through.

    The fields are those of the program's JSON. `verdict` is `original` (holds what it claims), `transcode` (claims more
    than it holds) or `inconclusive`; `confidence` the probability, 0 to 1, that the verdict is right; `quality_gap` how many rungs
    of the ladder 128 V2 192 V0 256 320 LOSSLESS lie between claim and content. `duration` is in seconds, `sample_rate` and
    `cutoff_hz` in Hz; `history` has the lossy generations, oldest first; `reasons_data` is `reasons` as data, each with its `kind`.
    """

    path: str
    container: str
    codec: str
    sample_rate: int
    channels: int
    bit_depth: int | None
    duration: float
    stated: Stated
    original: Original
    verdict: str
    confidence: float
    transcoded_from: str | None
    quality_gap: int
    history: tuple[Generation, ...]
    cutoff_hz: int | None
    resolution: Resolution
    reasons: tuple[str, ...]
    reasons_data: tuple[dict[str, Any], ...] = field(hash=False)
    evidence: tuple[Evidence, ...]
    warnings: tuple[str, ...]
    versions: Versions

    @classmethod
    def from_json(cls, path: str, text: bytes) -> AnalysisResult:
        """The result for `path` from the JSON of an assessment."""
        values = {"path": path, **json.loads(text)}
        for key, record in _SINGLE.items():
            values[key] = record.of(values[key])
        for key, record in _SEVERAL.items():
            values[key] = tuple(map(record.of, values[key]))
        values["reasons"] = tuple(values["reasons"])
        values["reasons_data"] = tuple(values["reasons_data"])
        values["warnings"] = tuple(values["warnings"])
        return cls.of(values)

    @property
    def status(self) -> str:
        """Always `ok`: a file that failed has no result."""
        return "ok"

    @property
    def error(self) -> None:
        """Always None: a file that failed has no result."""
        return None

    @property
    def filename(self) -> str:
        """The path."""
        return self.path

    @property
    def file_format(self) -> str:
        """The container."""
        return self.container

    @property
    def original_format(self) -> str:
        """Class of the weakest generation found: `128`, `V2`, …, `LOSSLESS`, `aac128`, …"""
        return self.original.class_

    @property
    def original_bitrate(self) -> int | None:
        """Its bitrate in kbps; of a lossless file that of its samples (1411 for a CD); None where it is not known."""
        if self.original.bitrate is None and self.original.codec == "lossless" and self.bit_depth:
            return self.sample_rate * self.channels * self.bit_depth // 1000
        return self.original.bitrate

    @property
    def is_transcode(self) -> bool:
        """Whether the file claims more than it holds."""
        return self.verdict == "transcode"

    @property
    def stated_class(self) -> str:
        """The class that the file claims."""
        return self.stated.class_

    @property
    def stated_bitrate(self) -> int | None:
        """The bitrate that the file claims, in kbps; None for lossless files."""
        return self.stated.bitrate

    @property
    def detected_cutoff(self) -> int | None:
        """Cutoff in Hz; None where the spectrum reaches the top."""
        return self.cutoff_hz

    @property
    def analysis_version(self) -> str:
        """All that the answer depends on, in one word: two results with the same one can be compared."""
        return f"{self.versions.engine}/{self.versions.evidence}/{self.versions.model}"

    def as_dict(self) -> dict[str, Any]:
        """The result as the program's JSON has it; bytes of the path that are no text become U+FFFD, as there."""
        values: dict[str, Any] = {
            "path": self.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
            "status": self.status,
            "error": self.error,
        }
        for key in self.keys()[1:]:
            value = self[key]
            if isinstance(value, Record):
                value = value.as_dict()
            elif isinstance(value, tuple):
                value = [entry.as_dict() if isinstance(entry, Record) else entry for entry in value]
            values[key] = value
        return values

    def summarize(self) -> dict[str, Any]:
        """The findings in one flat dictionary."""
        names = (
            "filename",
            "file_format",
            "verdict",
            "original_format",
            "original_bitrate",
            "confidence",
            "is_transcode",
            "stated_class",
            "stated_bitrate",
            "detected_cutoff",
            "quality_gap",
            "transcoded_from",
            "analysis_version",
        )
        summary = {name: getattr(self, name) for name in names}
        return {**summary, "reasons": list(self.reasons), "warnings": list(self.warnings)}


_SINGLE: dict[str, type[Record]] = {
    "stated": Stated,
    "original": Original,
    "resolution": Resolution,
    "versions": Versions,
}
_SEVERAL: dict[str, type[Record]] = {"history": Generation, "evidence": Evidence}
