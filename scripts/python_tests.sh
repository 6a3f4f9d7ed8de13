#!/usr/bin/env bash
# Builds the Python package, installs it into a virtual environment under target/, and runs its tests there.
#
# The Rust half is built with the development profile, which the Rust tests have built already. BITRATER_PROFILE=release
# takes the one that users get.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=target/python
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
fi
pip() { "$venv/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }
pip install --requirement python/tests/requirements.txt
MATURIN_PEP517_ARGS="--profile ${BITRATER_PROFILE:-dev}" pip install --force-reinstall --no-deps .

# The checks look at what was installed, not at the sources beside them.
"$venv/bin/python" -m mypy
"$venv/bin/python" -m mypy.stubtest bitrater._core
# Two at a time: most tests wait for one file at a time.
"$venv/bin/python" -m pytest -n 2 --dist loadfile "$@"

# The oldest beets that is supported, in place of the one in the environment.
old=target/beets-2.9
if [ ! -d "$old" ]; then
    pip install --no-deps --target "$old" 'beets==2.9.*'
fi
PYTHONPATH="$PWD/$old" "$venv/bin/python" -m pytest -n 2 "$@" python/tests/test_beets.py
