"""What the program said of honest files: tables by format, by kind, and of the strongest traces."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path

# The two-sided 95 % quantile of the normal distribution.
QUANTILE = 1.96
RESULTS = ("original", "inconclusive", "accused", "error")


def wilson_upper(hits: int, asked: int) -> float:
    """The upper end of Wilson's 95 % interval of a share; 1 of nothing asked."""
    if not asked:
        return 1.0
    share, squared = hits / asked, QUANTILE**2
    middle = share + squared / (2 * asked)
    swing = QUANTILE * sqrt(share * (1 - share) / asked + squared / (4 * asked**2))
    return (middle + swing) / (1 + squared / asked)


def result_of(answer: dict | None) -> str:
    """One of RESULTS; no answer is an error, too."""
    if answer is None or answer["status"] != "ok":
        return "error"
    return "accused" if answer["verdict"] == "transcode" else answer["verdict"]


def proof_of(answer: dict) -> str:
    """The evidence that the first reason names in brackets."""
    reason = (answer.get("reasons") or ["no reason"])[0]
    named = re.search(r"\(([a-z0-9]+(?:_[a-z0-9]+)+)\)", reason)
    return named[1] if named else reason[:40]


def strengths_of(answer: dict) -> dict[str, float]:
    """All that says how strong a trace is, and the share of granules that show an older lattice."""
    values = {each["name"]: each["value"] for each in answer.get("evidence") or []}
    found = {name: value for name, value in values.items() if name.endswith("_strength") and value is not None}
    if values.get("mp3_aligned_asked"):
        found["mp3_aligned_share"] = values.get("mp3_aligned_showing", 0.0) / values["mp3_aligned_asked"]
    return found


@dataclass
class Group:
    """The files of one format, or of one kind."""

    recordings: set[str] = field(default_factory=set)
    results: Counter[str] = field(default_factory=Counter)
    accused: set[str] = field(default_factory=set)
    proofs: Counter[str] = field(default_factory=Counter)
    strongest: dict[str, float] = field(default_factory=dict)

    def add(self, line: dict) -> None:
        answer, recording = line["answer"], line["recording"]
        result = result_of(answer)
        self.recordings.add(recording)
        self.results[result] += 1
        if result == "accused":
            self.accused.add(recording)
            self.proofs[proof_of(answer)] += 1
        for name, value in strengths_of(answer or {}).items():
            self.strongest[name] = max(value, self.strongest.get(name, value))

    def cells(self) -> list[str]:
        upper = wilson_upper(len(self.accused), len(self.recordings))
        counts = [sum(self.results.values()), len(self.recordings), *(self.results[result] for result in RESULTS)]
        proofs = ", ".join(f"{name} {count}" for name, count in self.proofs.most_common())
        return [*map(str, counts), f"{100 * upper:.1f} %", proofs]


def grouped(lines: Iterable[dict], by: str) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for line in lines:
        groups.setdefault(line[by], Group()).add(line)
    return dict(sorted(groups.items()))


def say(*columns: object) -> None:
    print("| " + " | ".join(map(str, columns)) + " |")


def table(title: str, groups: dict[str, Group]) -> None:
    say(title, "files", "recordings", *RESULTS, "accused at most", "proofs")
    say(*["---"] * 9)
    for name, group in groups.items():
        say(name, *group.cells())
    print()


def strongest(groups: dict[str, Group]) -> None:
    """The largest value of each strength; of a stream, its own grid may be among them."""
    names = sorted({name for group in groups.values() for name in group.strongest})
    say("largest", *(name.removesuffix("_strength") for name in names))
    say(*["---"] * (len(names) + 1))
    for name, group in groups.items():
        say(name, *(f"{group.strongest[each]:.3g}" if each in group.strongest else "" for each in names))
    print()


def report(path: Path, half: str | None, only: re.Pattern[str]) -> None:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines = [line for line in lines if half in (None, line["half"]) and only.search(line["format"])]
    if not lines:
        raise SystemExit(f"measure_honest: {path} has no answers of that half and those formats")
    formats = grouped(lines, "format")
    table("format", formats)
    strongest(formats)
    table("kind", grouped(lines, "kind"))
    print("A recording is accused if any of its files is. At most: the upper end of Wilson's 95 % interval.")
    for line in lines:
        if result_of(line["answer"]) == "accused":
            print(f"accused: {line['path']}: {line['answer']['reasons'][0]}")
