"""Tests of scripts/check_licences.py: `python3 -m unittest discover -s scripts/tests`."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from check_licences import ExpressionError, allows, offenders  # noqa: E402

ALLOWED = {"MIT", "Apache-2.0", "MPL-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"}


class Expressions(unittest.TestCase):
    def test_allowed(self):
        for expression in (
            "MIT",
            "MIT OR GPL-3.0-only",
            "GPL-3.0-only OR MIT",
            "MIT/Apache-2.0",
            "GPL-2.0 / MIT",
            "MIT AND Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
            "MIT OR GPL-3.0-only AND LGPL-3.0-only",
            "((MIT))",
        ):
            self.assertTrue(allows(expression, ALLOWED), expression)

    def test_not_allowed(self):
        for expression in (
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "(MIT OR Apache-2.0) AND GPL-3.0-only",
            "MIT WITH Some-exception",
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "MIT AND GPL-3.0-only OR AGPL-3.0-only",
            "mit",
        ):
            self.assertFalse(allows(expression, ALLOWED), expression)

    def test_an_exception_can_be_allowed_alone(self):
        self.assertTrue(allows("X WITH E", {"X WITH E"}))
        self.assertFalse(allows("X", {"X WITH E"}))
        self.assertFalse(allows("X WITH F", {"X WITH E"}))

    def test_nonsense(self):
        for expression in ("", "MIT OR", "OR MIT", "(MIT", "MIT)", "MIT Apache-2.0", "MIT WITH", "MIT & ISC"):
            with self.assertRaises(ExpressionError, msg=expression):
                allows(expression, ALLOWED)


class Packages(unittest.TestCase):
    @staticmethod
    def metadata(*licences):
        return {"packages": [{"name": f"p{i}", "version": "1.0.0", "license": l} for i, l in enumerate(licences)]}

    def test_each_offender_has_a_line(self):
        lines = offenders(self.metadata("MIT", "GPL-3.0-only", None, "MIT OR"), ALLOWED, {})
        self.assertEqual([line.split(":")[0] for line in lines], ["p1 1.0.0", "p2 1.0.0", "p3 1.0.0"])

    def test_a_clarified_licence_replaces_a_missing_one(self):
        self.assertEqual(offenders(self.metadata(None), ALLOWED, {"p0": "Apache-2.0"}), [])


if __name__ == "__main__":
    unittest.main()
