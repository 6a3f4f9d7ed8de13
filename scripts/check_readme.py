#!/usr/bin/env python3
"""Runs the console examples of a Markdown file and compares what they print with what the file shows.

Every fenced block marked `console` is run from the root of the workspace: a line that starts with `$ ` is a command for
bash, the lines up to the next command are its standard output. Times and rates may differ; a line `...` stands for any
number of lines; `$?` is the exit status of the command before. Needs nothing but Python 3.11.

Usage: check_readme.py [--update] [FILE]...      (README.md if none is named)

With --update, what the file shows is replaced by what is printed, where the two differ in more than timing.
"""

import difflib
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Removed at the end.
CACHE = tempfile.TemporaryDirectory(prefix="check_readme-")
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# 1.2 s, 350 ms, 4.1 files/s, and the value of a key called seconds
TIMING = re.compile(r'\b\d+(?:\.\d+)?(?= ?(?:µs|ms|s|min|files/s|files a second)\b)|(?<="seconds":)\s*\d+(?:\.\d+)?')


@dataclass
class Example:
    """A command and the standard output that the file shows for it."""

    command: str
    output: list[str] = field(default_factory=list)


def examples(markdown: str) -> list[list[Example]]:
    """The examples of each console block."""
    blocks = []
    for block in BLOCK.findall(markdown):
        found: list[Example] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Example(line[2:]))
            elif found:
                found[-1].output.append(line)
            else:
                raise ValueError(f"a console block starts with output, not with a command: {line!r}")
        blocks.append(found)
    return blocks


def masked(line: str) -> str:
    """The line without its trailing blanks and with every duration replaced."""
    return TIMING.sub("#", line.rstrip())


def matches(shown: list[str], printed: list[str]) -> bool:
    """Whether what was printed is what is shown, apart from timing; `...` matches any number of lines."""
    if not shown:
        return not printed
    if shown[0] == "...":
        return any(matches(shown[1:], printed[skip:]) for skip in range(len(printed) + 1))
    return bool(printed) and masked(shown[0]) == masked(printed[0]) and matches(shown[1:], printed[1:])


def run(command: str, status: int) -> tuple[list[str], int]:
    """Standard output and exit status of a command that sees `status` as `$?`."""
    # Analysed anew, and away from the store of whoever runs this.
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "XDG_CACHE_HOME": CACHE.name}
    done = subprocess.run(
        ["bash", "-c", f"(exit {status}); {command}"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.splitlines(), done.returncode


def replaced(markdown: str, example: Example, printed: list[str]) -> str:
    """The Markdown with an example's output replaced."""
    head = f"$ {example.command}\n"
    old = head + "".join(f"{line}\n" for line in example.output)
    new = head + "".join(f"{line.rstrip()}\n" for line in printed)
    return markdown.replace(old, new, 1)


def main(arguments: list[str]) -> int:
    update = "--update" in arguments
    wrong = count = 0
    for name in [argument for argument in arguments if argument != "--update"] or ["README.md"]:
        markdown = (ROOT / name).read_text(encoding="utf-8")
        for block in examples(markdown):
            status = 0
            for example in block:
                count += 1
                printed, status = run(example.command, status)
                if matches(example.output, printed):
                    continue
                if update:
                    markdown = replaced(markdown, example, printed)
                    print(f"{name}: updated `{example.command}`", file=sys.stderr)
                else:
                    wrong += 1
                    print(f"{name}: `{example.command}` prints something else:", file=sys.stderr)
                    shown = [masked(line) for line in example.output]
                    got = [masked(line) for line in printed]
                    for line in difflib.unified_diff(shown, got, "shown", "printed", lineterm=""):
                        print(line, file=sys.stderr)
        if update:
            (ROOT / name).write_text(markdown, encoding="utf-8")
    print(f"examples: {count} run, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
