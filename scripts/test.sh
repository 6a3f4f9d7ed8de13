#!/usr/bin/env bash
# Installs what the tests need, then runs them all: unit, integration and documentation tests of every crate, and
# those of the scripts.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --no-fail-fast
    cargo test --workspace --doc
else
    cargo test --workspace --no-fail-fast
fi
python3 -m unittest discover -s scripts/tests
scripts/python_tests.sh
