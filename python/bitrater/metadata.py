"""What a file states of itself, without any verdict."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass

from bitrater import _core
from bitrater.analysis import reason
from bitrater.paths import PathLike, printable, text

logger = logging.getLogger("bitrater")

_ENCODING = {"cbr": "CBR", "vbr": "VBR", "abr": "ABR", "lossless": "lossless"}


@dataclass(frozen=True, slots=True)
class FileMetadata:
    """What container and bitstream of a file say.

    `format` is the container, `codec` the codec in it; `sample_rate` is in Hz, `duration` in seconds; `encoding_type` is `CBR`, `VBR`,
    `ABR` or `lossless`, or an empty string where nothing tells; `encoder` is an empty string where the file names none;
    `bitrate` is in kbps and None for lossless files; `bits_per_sample` is None for lossy ones; `stated_class` is the class that the file claims.
    """

    format: str
    codec: str
    sample_rate: int
    channels: int
    duration: float
    encoding_type: str
    encoder: str
    bitrate: int | None
    bits_per_sample: int | None
    stated_class: str
    warnings: tuple[str, ...]


class FileAnalyzer:
    """Reads what files state of themselves."""

    def analyze(self, path: PathLike) -> FileMetadata | None:
        """The metadata of a file, or None, with the reason logged, if it cannot be read as audio.

        The file is decoded to its end, since only then the duration and the bitrates really used are known.

        Raises:
            FileNotFoundError: there is no such file.
        """
        name = text(path)
        try:
            facts = json.loads(_core.probe(name))
        except FileNotFoundError:
            raise
        except (_core.BitraterError, OSError) as error:
            logger.warning("cannot read %s: %s", printable(name), reason(error))
            return None
        stated = facts["stated"]
        return FileMetadata(
            format=facts["container"],
            codec=facts["codec"],
            sample_rate=facts["sample_rate"],
            channels=facts["channels"],
            duration=facts["duration"],
            encoding_type=_ENCODING.get(stated["mode"], ""),
            encoder=stated["encoder"] or "",
            bitrate=stated["bitrate"],
            bits_per_sample=facts["bit_depth"],
            stated_class=stated["class"],
            warnings=tuple(facts["warnings"]),
        )
