#!/usr/bin/env bash
# Makes the demo files anew: music synthesised by the test kit, encoded by real encoders (Debian 12: LAME 3.100,
# FFmpeg 5.1, libFLAC 1.4). demo/README.md tells what each file is.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo run -q -p bitrater-testkit --example make_demo "$work"

decode() { ffmpeg -v error -y -i "$1" -map_metadata -1 -fflags +bitexact -c:a pcm_s16le "$2"; }
pack() { flac --silent --force -8 --no-padding -o "$2" "$1"; }
mp3() { lame --quiet "${@:3}" "$1" "$2"; }

pack "$work/music1.wav" demo/01-harbour.flac

mp3 "$work/music2.wav" "$work/128.mp3" -b 128
decode "$work/128.mp3" "$work/128.wav"
pack "$work/128.wav" demo/02-lantern.flac

mp3 "$work/music3.wav" demo/03-meadow.mp3 -b 320

mp3 "$work/music1.wav" "$work/first.mp3" -b 128
mpg123 -q --no-gapless -w "$work/first.wav" "$work/first.mp3"
mp3 "$work/first.wav" demo/04-orchard.mp3 -b 320

mp3 "$work/music2.wav" demo/05-pebble.mp3 -V 2

ffmpeg -v error -y -i "$work/music3.wav" -map_metadata -1 -fflags +bitexact -flags:a +bitexact -c:a aac -b:a 128k demo/06-quarry.m4a

pack "$work/chip.wav" demo/07-rocket.flac

ls -l demo
