"""Paths: every kind that Python has, as text that can go to the engine, to another process and back."""

from __future__ import annotations

import os
from typing import TypeAlias

PathLike: TypeAlias = "str | bytes | os.PathLike[str] | os.PathLike[bytes]"


def text(path: PathLike) -> str:
    """The path as `str`; bytes that are no text in it survive as surrogates (PEP 383)."""
    return os.fsdecode(path)


def printable(path: str) -> str:
    """The path for messages: such bytes, and what could steer a terminal, escaped."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in path)
