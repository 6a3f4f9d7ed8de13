"""What users read: one line for a transcode, the details of a result, and the summary of a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bitrater import AnalysisResult


def claim(result: AnalysisResult) -> str:
    """What a transcode claims, what it holds, and how sure that is."""
    return f"claims {result.stated_class}, holds {result.transcoded_from} ({result.confidence:.1%} sure)"


def details(path: str, result: AnalysisResult) -> Iterator[str]:
    """The lines of a result in full; the path first."""
    yield path
    yield f"  {result.verdict}, {result.confidence:.1%} sure"
    yield f"  claims {result.stated_class} ({_codec(result.stated.codec, result.stated_bitrate)})"
    yield f"  holds {result.original_format} ({_codec(result.original.codec, result.original_bitrate)})"
    if result.detected_cutoff is not None:
        yield f"  cutoff {result.detected_cutoff} Hz"
    for reason in result.reasons:
        yield f"  because: {reason}"
    for warning in result.warnings:
        yield f"  note: {warning}"


def _codec(codec: str, bitrate: int | None) -> str:
    return codec if bitrate is None else f"{codec}, {bitrate} kbps"


def summary(counts: Counter[str]) -> str:
    """How many files there were, and what they are; what there is none of is left out, apart from transcodes."""
    files = counts.total()
    parts = [_number(counts["transcode"], "transcode")]
    for name in ("inconclusive", "original"):
        if counts[name]:
            parts.append(f"{counts[name]} {name}")
    if counts["error"]:
        parts.append(_number(counts["error"], "error"))
    if counts["unchanged"]:
        parts.append(f"{counts['unchanged']} unchanged since the last time (--force analyses them again)")
    return f"{_number(files, 'file')}: {', '.join(parts)}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
