#!/usr/bin/env python3
"""Fails when a crate in the build has a licence that deny.toml does not allow.

Reads `cargo metadata` with all features (what `cargo deny check licenses` would look at) and the allow list of
deny.toml, and evaluates each crate's SPDX expression. Needs nothing but Python 3.11 and cargo.

Usage: check_licences.py [FOLDER-OF-THE-WORKSPACE]
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

TOKEN = re.compile(r"\s*([()/]|[A-Za-z0-9.+:-]+)")


class ExpressionError(ValueError):
    """A licence expression that is no SPDX."""


def allows(expression: str, allowed: set[str]) -> bool:
    """Whether one may comply with `expression` using only `allowed` licences.

    SPDX 2.3, annex D: WITH binds tighter than AND, AND tighter than OR. Cargo's old `A/B` means `A OR B`.
    """
    tokens = list(_tokens(expression))
    result, rest = _alternatives(tokens, allowed)
    if rest:
        raise ExpressionError(f"unexpected `{rest[0]}` in `{expression}`")
    return result


def _tokens(expression: str) -> Iterator[str]:
    position = 0
    text = expression.strip()
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match:
            raise ExpressionError(f"cannot read `{text[position:]}` in `{expression}`")
        yield match[1]
        position = match.end()


def _alternatives(tokens: list[str], allowed: set[str]) -> tuple[bool, list[str]]:
    result, tokens = _conjunction(tokens, allowed)
    while tokens and tokens[0] in ("OR", "/"):
        term, tokens = _conjunction(tokens[1:], allowed)
        result = result or term
    return result, tokens


def _conjunction(tokens: list[str], allowed: set[str]) -> tuple[bool, list[str]]:
    result, tokens = _licence(tokens, allowed)
    while tokens and tokens[0] == "AND":
        term, tokens = _licence(tokens[1:], allowed)
        result = result and term
    return result, tokens


def _licence(tokens: list[str], allowed: set[str]) -> tuple[bool, list[str]]:
    if not tokens:
        raise ExpressionError("an expression ends where a licence should stand")
    name, rest = tokens[0], tokens[1:]
    if name == "(":
        result, rest = _alternatives(rest, allowed)
        if not rest or rest[0] != ")":
            raise ExpressionError("a parenthesis is not closed")
        return result, rest[1:]
    if name in (")", "/", "AND", "OR", "WITH"):
        raise ExpressionError(f"`{name}` stands where a licence should")
    if rest and rest[0] == "WITH":
        if len(rest) < 2:
            raise ExpressionError("WITH needs an exception")
        return f"{name} WITH {rest[1]}" in allowed, rest[2:]  # as cargo-deny: with its exception, or not at all
    return name in allowed, rest


def offenders(metadata: dict, allowed: set[str], clarified: dict[str, str]) -> list[str]:
    """One line for each package whose licence is missing, unreadable or not allowed."""
    lines = []
    for package in metadata["packages"]:
        label = f"{package['name']} {package['version']}"
        expression = clarified.get(package["name"]) or package.get("license")
        if not expression:
            lines.append(f"{label}: states no licence; read its licence file, then add a [[licenses.clarify]] entry")
            continue
        try:
            fine = allows(expression, allowed)
        except ExpressionError as error:
            lines.append(f"{label}: {error}")
            continue
        if not fine:
            lines.append(f"{label}: `{expression}` is not allowed")
    return lines


def main(arguments: list[str]) -> int:
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    policy = tomllib.loads((root / "deny.toml").read_text(encoding="utf-8"))["licenses"]
    clarified = {entry["name"]: entry["expression"] for entry in policy.get("clarify", [])}
    command = ["cargo", "metadata", "--format-version=1", "--all-features", "--locked"]
    metadata = json.loads(subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE).stdout)
    bad = offenders(metadata, set(policy["allow"]), clarified)
    for line in bad:
        print(line, file=sys.stderr)
    print(f"licences: {len(metadata['packages'])} packages, {len(bad)} not allowed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
