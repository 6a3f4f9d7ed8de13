#!/usr/bin/env python3
"""Counts how many honest files the program accuses: all that are made here claim just what they are.

make    fills a folder with files of four kinds
        stream    clips of genuine recordings, each encoded once: all encoders at hand, several settings and rates
        genuine   the clips themselves, as FLAC
        tone      sines, chords, modulated tones, whines above music, as FLAC; a part of them encoded once
        loop      trains of clicks, loops of noise and of a bar that repeat to the sample, likewise
        and writes manifest.jsonl: of which recording each file is, and in which half. What is there already stays.
run     lets the program answer for each file, writes truth and answers as JSON lines, and reports
report  prints, of such answers: results, proofs and the strongest traces by format, and the totals by kind

One clip of each recording is used; recordings are split into the halves A and B by their name, so that what is set on
one half can be checked on the other. Needs ffmpeg and whatever other encoders are wanted (lame, twolame, shineenc,
mpcenc, oggenc, opusenc, speexenc, wavpack); a missing one is named and left out. Tones and loops need numpy, which a
virtual environment may bring: python3 -m venv V && V/bin/pip install numpy, then run it with V/bin/python.

Usage: measure_honest.py make SRC OUT [--manifest JSON] [--most-recordings N] [--half A|B] [--kind K]... [--only REGEX]
                              [--jobs N] [--enc PROGRAM]
       measure_honest.py run BITRATER OUT RESULT.jsonl [--half A|B] [--only REGEX]
       measure_honest.py report RESULT.jsonl [--half A|B] [--only REGEX]
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from honest.clips import chosen, clips_of
from honest.make import KINDS, Folder, entries_of, fill
from honest.report import report

# All verdicts given; some are transcodes; some files could not be analysed.
FINE = (0, 1, 2)


def make(args: argparse.Namespace) -> None:
    clips = chosen(clips_of(args.src, args.manifest), args.most_recordings, args.half)
    folder = Folder(args.out, args.enc, args.only)
    folder.open()
    try:
        fill(folder, clips, set(args.kind or KINDS), args.half, args.jobs)
    finally:
        folder.close()
    for name in sorted(folder.made.keys() | folder.failed.keys()):
        failed = f", {folder.failed[name]} failed, such as {folder.problems[name]}" if folder.failed[name] else ""
        print(f"{name}: {folder.made[name]} files{failed}")
    print(f"{sum(folder.made.values())} files of {len(clips)} clips, {sum(folder.failed.values())} failed")


def run(args: argparse.Namespace) -> None:
    """The list goes in by standard input, so that no file is passed over for its name."""
    asked = [each for each in entries_of(args.out) if args.half in (None, each["half"])]
    truths = {str(args.out / each["path"]): each for each in asked if args.only.search(each["format"])}
    command = [args.bitrater, "analyze", "--no-cache", "--quiet", "--format", "jsonl", "-"]
    with tempfile.TemporaryFile() as names, args.result.open("w") as result:
        names.write("\n".join(truths).encode())
        names.seek(0)
        with subprocess.Popen(command, stdin=names, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                answer = json.loads(line)
                result.write(json.dumps(truths.pop(answer["path"]) | {"answer": answer}) + "\n")
        for truth in truths.values():
            result.write(json.dumps(truth | {"answer": None}) + "\n")
    if process.returncode not in FINE:
        raise SystemExit(f"measure_honest: {args.bitrater} ended with {process.returncode}; see its messages above")
    report(args.result, args.half, args.only)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--half", choices=["A", "B"], help="only recordings of this half")
    common.add_argument("--only", type=re.compile, default=re.compile(""), help="only formats with such a name")
    filling = commands.add_parser("make", parents=[common], help="make honest files")
    filling.add_argument("src", type=Path, help="folder of genuine lossless files")
    filling.add_argument("out", type=Path)
    filling.add_argument("--manifest", type=Path, help="JSON list of file and recording [default: SRC/manifest.json]")
    filling.add_argument("--most-recordings", type=int, help="at most so many clips, as many of each half")
    filling.add_argument("--kind", action="append", choices=KINDS, help="only such files; may be given many times")
    filling.add_argument("--jobs", type=int, default=1, help="clips or signals at the same time")
    filling.add_argument("--enc", type=Path, help="a program for FDK AAC: PROGRAM fdk:lc:256 IN.wav OUT.aac")
    running = commands.add_parser("run", parents=[common], help="analyse them and report")
    running.add_argument("bitrater", type=Path)
    running.add_argument("out", type=Path)
    running.add_argument("result", type=Path)
    again = commands.add_parser("report", parents=[common], help="report what was said of them")
    again.add_argument("result", type=Path)
    return parser.parse_args()


def main() -> int:
    args = arguments()
    if args.command == "make":
        make(args)
    elif args.command == "run":
        run(args)
    else:
        report(args.result, args.half, args.only)
    return 0


if __name__ == "__main__":
    sys.exit(main())
