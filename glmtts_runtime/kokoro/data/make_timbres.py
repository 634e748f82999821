"""What the speakers sound like -> timbres.tsv beside this file.

Run once, by hand, with the extra `kokoro` installed:
`python -m comfyui_glmtts.glmtts_runtime.kokoro.data.make_timbres`. It is not part of the wheel;
what it writes is.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ....audio.wave import Wave
from ....machine import cores
from ....pronunciation.reader import Reader
from ...voices.prosody import prosody
from ...voices.voice import Voice
from ..kernels import kernel
from ..lines import passes
from ..network import RATE, Network
from ..prepared import prepared
from ..spaces import spaces
from ..speakers import SPEAKERS, style
from ..symbols import numbers
from ..timbre import timbre
from ..weights import find, home

HERE = Path(__file__).parent
TEXTS = {
    "zh": "今天的天气非常好，我们一起到公园里走一走。那座老桥旁边，有几个孩子正在放风筝。",
    "en": "The weather is lovely today, so let us take a walk in the park. Near the old bridge, "
    "a few children are flying their kites.",
}


def main() -> None:
    """Write the file."""
    network = Network(prepared(find(), kernel(home()), home()), threads=cores())
    lines = []
    for name, speaker in SPEAKERS.items():
        text = TEXTS[speaker.language]
        waves = []
        for said in passes(Reader().read(text), spaces, lambda _: "")[1]:
            symbols = numbers(said.symbols)
            waves.append(network(symbols, style(((name, 1.0),), len(symbols)), 1.0).samples)
        wave = Wave(np.concatenate(waves), RATE)
        hertz = prosody(Voice.of(name, wave, text)).hertz
        found = timbre(wave, hertz)
        bands = "\t".join(f"{band:.1f}" for band in found.bands)
        lines.append(f"{name}\t{found.hertz:.1f}\t{bands}\n")
    (HERE / "timbres.tsv").write_text("".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
