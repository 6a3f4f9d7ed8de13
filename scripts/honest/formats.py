"""The streams that measure_honest.py makes: one encode each, by the encoders that this machine has."""

import functools
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

BOTH = (44_100, 48_000)
FFMPEG = ("-nostdin", "-v", "error", "-y")

# Name, extension, settings, sample rates, channels, command. `{}` is the setting, IN a WAV of 16 bits, OUT the file,
# ENC the program that --enc names; what starts with `ffmpeg` goes on with the encoder and its options. SBC, aptX and
# ADX are not here: the program does not know their bare files, and no container that ffmpeg writes takes them.
ROWS = [
    ("mp1_{}", "mp1", "256 384", BOTH, 2, "ffmpeg mp1 -b:a {}k"),
    ("mp2_{}", "mp2", "128 192 320 384", BOTH, 2, "ffmpeg mp2 -b:a {}k"),
    ("mp2_mono_{}", "mp2", "96", BOTH, 1, "ffmpeg mp2 -b:a {}k"),
    ("mp2_twolame_{}", "mp2", "160 224 256", BOTH, 2, "twolame --quiet -b {} IN OUT"),
    ("mp2_twolame_{}", "mp2", "96", (22_050, 24_000), 2, "twolame --quiet -b {} IN OUT"),
    ("mp3_lame_{}", "mp3", "b128 b192 b256 b320 V0 V2 V5", BOTH, 2, "lame --quiet -{} IN OUT"),
    ("mp3_lame_mono_{}", "mp3", "b96 V2", BOTH, 1, "lame --quiet -{} IN OUT"),
    ("mp3_lame_{}", "mp3", "b64 b128", (22_050, 24_000), 2, "lame --quiet -{} IN OUT"),
    ("mp3_shine_{}", "mp3", "128 320", BOTH, 2, "shineenc -q -b {} IN OUT"),
    ("musepack_q{}", "mpc", "4 7", BOTH, 2, "mpcenc --silent --quality {} IN OUT"),
    ("ac3_{}", "ac3", "192 384 448", BOTH, 2, "ffmpeg ac3 -b:a {}k"),
    ("eac3_{}", "eac3", "128 256", BOTH, 2, "ffmpeg eac3 -b:a {}k"),
    ("dts_{}", "dts", "768 1411", BOTH, 2, "ffmpeg dca -strict -2 -b:a {}k"),
    ("wmav1_{}", "wma", "64 128", BOTH, 2, "ffmpeg wmav1 -b:a {}k"),
    ("wmav2_{}", "wma", "96 192", BOTH, 2, "ffmpeg wmav2 -b:a {}k"),
    ("aac_ffmpeg_{}", "m4a", "96 160 256", BOTH, 2, "ffmpeg aac -b:a {}k"),
    ("aac_ffmpeg_mono_{}", "m4a", "96", BOTH, 1, "ffmpeg aac -b:a {}k"),
    ("aac_fdk_{}", "aac", "lc:96 lc:128 lc:160 lc:192 lc:256 lc:vbr4 lc:vbr5", BOTH, 2, "ENC fdk:{} IN OUT"),
    ("aac_fdk_{}", "aac", "he:48 he:64 hev2:24 hev2:32", BOTH, 2, "ENC fdk:{} IN OUT"),
    ("vorbis_q{}", "ogg", "1 4 8", BOTH, 2, "oggenc -Q -q {} -o OUT IN"),
    ("vorbis_mono_q{}", "ogg", "4", BOTH, 1, "oggenc -Q -q {} -o OUT IN"),
    ("vorbis_ffmpeg_q{}", "ogg", "3 7", BOTH, 2, "ffmpeg vorbis -strict -2 -q:a {}"),
    ("opus_{}", "opus", "64 96 160 256", BOTH, 2, "opusenc --quiet --bitrate {} IN OUT"),
    ("opus_mono_{}", "opus", "48", BOTH, 1, "opusenc --quiet --bitrate {} IN OUT"),
    ("opus_ffmpeg_{}", "opus", "128", BOTH, 2, "ffmpeg opus -strict -2 -b:a {}k"),
    ("speex_q{}", "spx", "4 8", (16_000,), 1, "speexenc --quiet -w --quality {} IN OUT"),
    ("speex_q{}", "spx", "4 8", (32_000,), 1, "speexenc --quiet -u --quality {} IN OUT"),
    ("adpcm_{}", "wav", "ima_wav ms yamaha", BOTH, 2, "ffmpeg adpcm_{}"),
    ("{}", "wav", "alaw mulaw", (8_000,), 1, "ffmpeg pcm_{}"),
    ("{}", "wav", "alaw mulaw", BOTH, 2, "ffmpeg pcm_{}"),
    ("{}", "wav", "g722", (16_000,), 1, "ffmpeg {}"),
    ("g726_{}", "wav", "16 32", (8_000,), 1, "ffmpeg g726 -b:a {}k"),
    ("gsm_{}", "wav", "ms", (8_000,), 1, "ffmpeg libgsm_{}"),
    ("wavpack_b{}", "wv", "256 384", BOTH, 2, "wavpack -q -y -b{} IN -o OUT"),
    ("{}", "flv", "nellymoser", (22_050, 44_100), 1, "ffmpeg {}"),
    ("{}", "mka", "real_144", (8_000,), 1, "ffmpeg {}"),
]

# What tones and loops are encoded to, at their own rate.
TONE_ROWS = [
    ("mp3_lame_{}", "mp3", "b256 b320", "lame --quiet -{} IN OUT"),
    ("mp2_{}", "mp2", "192", "ffmpeg mp2 -b:a {}k"),
    ("aac_ffmpeg_{}", "m4a", "256", "ffmpeg aac -b:a {}k"),
    ("vorbis_q{}", "ogg", "6", "oggenc -Q -q {} -o OUT IN"),
    ("opus_{}", "opus", "160", "opusenc --quiet --bitrate {} IN OUT"),
    ("ac3_{}", "ac3", "192", "ffmpeg ac3 -b:a {}k"),
]


@dataclass(frozen=True)
class Format:
    """One way to encode a WAV."""

    name: str
    extension: str
    rate: int
    channels: int
    command: tuple[str, ...]

    def encoder(self) -> str:
        """What the command needs: an encoder of ffmpeg, or a program."""
        return f"ffmpeg -c:a {self.command[1]}" if self.command[0] == "ffmpeg" else self.command[0]

    def arguments(self, wav: Path, out: Path, enc: Path | None) -> list[str]:
        command = list(self.command)
        if command[0] == "ffmpeg":
            command = ["ffmpeg", *FFMPEG, "-i", "IN", "-c:a", *command[1:], "OUT"]
        places = {"IN": str(wav), "OUT": str(out), "ENC": str(enc)}
        return [places.get(part, part) for part in command]


def flac(name: str, *options: str, rate: int = 0) -> Format:
    """A FLAC, without the tags of what it is made of."""
    return Format(name, "flac", rate, 2, ("ffmpeg", "flac", "-vn", "-map_metadata", "-1", *options))


def expand(
    name: str, extension: str, settings: str, rates: tuple[int, ...], channels: int, command: str
) -> list[Format]:
    """The formats of one row."""
    return [
        Format(
            f"{name.format(setting.replace(':', '_'))}_{rate // 1000}k",
            extension,
            rate,
            channels,
            tuple(shlex.split(command.format(setting))),
        )
        for setting in settings.split()
        for rate in rates
    ]


def stream_formats() -> list[Format]:
    return [made for row in ROWS for made in expand(*row)]


def tone_formats(kind: str, rate: int) -> list[Format]:
    """Their channels are those of the WAV, whichever these are."""
    rows = [(f"{kind}_{name}", end, settings, (rate,), 2, command) for name, end, settings, command in TONE_ROWS]
    return [made for row in rows for made in expand(*row)]


@functools.cache
def ffmpeg_encoders() -> set[str]:
    if not shutil.which("ffmpeg"):
        return set()
    listed = subprocess.run(["ffmpeg", "-v", "error", "-encoders"], capture_output=True, text=True, check=True).stdout
    return {f"ffmpeg -c:a {line.split()[1]}" for line in listed.splitlines() if line.startswith(" A")}


def missing(formats: list[Format], enc: Path | None) -> dict[str, list[str]]:
    """The encoders that this machine has not, with the formats that need them."""
    there = ffmpeg_encoders() | ({"ENC"} if enc else set())
    lost: dict[str, list[str]] = {}
    for each in formats:
        if each.encoder() not in there and not shutil.which(each.encoder()):
            lost.setdefault(each.encoder(), []).append(each.name)
    return lost
