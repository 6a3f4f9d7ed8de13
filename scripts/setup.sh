#!/usr/bin/env bash
# Installs the programs that the tests make their fixtures with, where they are missing (Debian and its relatives).
set -euo pipefail

# program:package
needed=(ffmpeg:ffmpeg lame:lame mpg123:mpg123 sox:sox flac:flac oggenc:vorbis-tools opusenc:opus-tools)

missing=()
for pair in "${needed[@]}"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
# Debian's Python comes without what virtual environments need.
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

if ! command -v apt-get >/dev/null; then
    echo "setup: the tests need these programs, and there is no apt-get to install them with: ${missing[*]}." >&2
    echo "setup: install them with this system's package manager, then run the tests again." >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "setup: run this as root, or install these packages yourself: ${missing[*]}." >&2
        exit 1
    fi
    as_root=(sudo)
fi

echo "setup: installing ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
