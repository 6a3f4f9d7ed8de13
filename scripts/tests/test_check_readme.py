"""Tests of scripts/check_readme.py."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from check_readme import Example, examples, matches, replaced, run  # noqa: E402

MARKDOWN = """
```sh
not looked at
```
```console
$ echo one; false
one
$ echo $?
1
```
"""


class Readme(unittest.TestCase):
    def test_blocks_and_commands_are_found(self):
        (block,) = examples(MARKDOWN)
        self.assertEqual([(e.command, e.output) for e in block], [("echo one; false", ["one"]), ("echo $?", ["1"])])

    def test_output_without_a_command_is_an_error(self):
        with self.assertRaises(ValueError):
            examples("```console\nlost\n```\n")

    def test_only_timing_may_differ(self):
        self.assertTrue(matches(["7 files in 1.2 s"], ["7 files in 34 s  "]))
        self.assertTrue(matches(['"seconds": 1.5'], ['"seconds": 0.25']))
        self.assertFalse(matches(["7 files in 1.2 s"], ["8 files in 1.2 s"]))
        self.assertFalse(matches(["16.0 kHz"], ["16.1 kHz"]))
        self.assertFalse(matches(["a"], ["a", "b"]))
        self.assertFalse(matches(["a", "b"], ["a"]))

    def test_an_ellipsis_stands_for_any_lines(self):
        self.assertTrue(matches(["a", "...", "d"], ["a", "b", "c", "d"]))
        self.assertTrue(matches(["a", "..."], ["a"]))
        self.assertFalse(matches(["...", "d"], ["a", "b"]))

    def test_commands_see_the_status_of_the_one_before(self):
        self.assertEqual(run("echo $?", 3), (["3"], 0))
        self.assertEqual(run("exit 2", 0), ([], 2))

    def test_output_can_be_replaced(self):
        new = replaced(MARKDOWN, Example("echo one; false", ["one"]), ["two", "three  "])
        self.assertEqual(new, MARKDOWN.replace("\none\n", "\ntwo\nthree\n"))


if __name__ == "__main__":
    unittest.main()
