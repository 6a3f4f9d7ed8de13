#!/usr/bin/env bash
# Makes a corpus and a model from a folder of lossless files, in one go. Run it again after an interruption: it goes on where
# it stopped.
#
# usage: scripts/train_model.sh LOSSLESS-FOLDER CORPUS-FOLDER NAME [LABELLED-FOLDER ...]
#
# The corpus goes to CORPUS-FOLDER (about 3 MB a minute and history). The model goes to models/NAME/model, and what
# cross-validation says of it beside it, as figures.txt and figures.json. It learns from further labelled folders, too.
# Environment: SECONDS_EACH (default 11, taken from the middle of every file), CHAINS (default below), AUGMENT (default 1) random
# variations of each, PER_SOURCE (default 16) files drawn for every source, THREADS (default: all), SEED (default 1), FOLDS
# (default 5).
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
lossless=$(realpath "$1") corpus=$(realpath -m "$2") name=$3
labelled=(--source-dir "$corpus")
for more in "${@:4}"; do labelled+=(--source-dir "$(realpath "$more")"); done
cd "$(dirname "$0")/.."
model=models/$name
threads=(${THREADS:+--threads "$THREADS"})

# Genuine files of all kinds and honest MP3s; MP3 in lossless files, with other rates and another encoder; MP3 in MP3 on the
# same frame grid and on another; other codecs at the rates that people use. Each once as the encoder has it by default and once
# with a random variation; of all these files a number is drawn for every source.
default=standard,mp3:128,mp3:V2,mp3:192,mp3:V0,mp3:256,mp3:320,mp3:320/mp3:320,mp3:320/mp3:320@shifted
default+=,aac:96/lossless,vorbis:q2/lossless,vorbis:q8/lossless,opus:64/lossless,opus:160/lossless

cargo build --release -p bitrater
bitrater=${CARGO_TARGET_DIR:-target}/release/bitrater
"$bitrater" transcode --source-dir "$lossless" --output-dir "$corpus" --chains "${CHAINS:-$default}" \
    --augment "${AUGMENT:-1}" --per-source "${PER_SOURCE:-16}" --seconds "${SECONDS_EACH:-11}" --seed "${SEED:-1}" "${threads[@]}"
mkdir -p "$model"
# Each file is measured once; the later commands find the results in the store.
"$bitrater" train "${labelled[@]}" --save-model "$model/model" --name "$name" --seed "${SEED:-1}" "${threads[@]}"
for format in text json; do
    suffix=$([ $format = text ] && echo txt || echo json)
    "$bitrater" validate "${labelled[@]}" --folds "${FOLDS:-5}" --seed "${SEED:-1}" --format $format "${threads[@]}" \
        >"$model/figures.$suffix"
done
echo "$model/model is there; to bundle it, name it in BUNDLED in crates/verdict/src/model/mod.rs" >&2
