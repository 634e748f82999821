"""Kokoro's published voices -> voices/NAME.npy beside this file, as float16.

Run once, by hand, with the folder `voices` of the npm package kokoro-js 1.2.1:
`python -m comfyui_glmtts.glmtts_runtime.kokoro.data.make_styles FOLDER`. It is not part of the
wheel; what it writes is. Half precision moves a style by 2**-11 of itself at most, which is not
heard.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from ..speakers import ROWS, SPEAKERS, WIDTH

HERE = Path(__file__).parent


def main(source: Path) -> None:
    """Write the tables of all speakers that come along. source: holds `zf_xiaoxiao.bin` …"""
    target = HERE / "voices"
    target.mkdir(exist_ok=True)
    for name in SPEAKERS:
        table = np.fromfile(source / f"{name}.bin", "<f4").reshape(ROWS, WIDTH)
        np.save(target / f"{name}.npy", table.astype("<f2"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
