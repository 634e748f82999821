"""g2pM's and pypinyin's packages -> g2p.npz, readings.txt and phrases.txt beside this file.

Run once, by hand, with both packages installed: `python -m comfyui_glmtts.pronunciation.data.make`.
It is not part of the wheel; what it writes is. g2pM stores its weights pickled, so they are read
with an unpickler that knows numpy's arrays and nothing else.
"""

from __future__ import annotations

import importlib.util
import io
import json
import pickle
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from ..chinese.pinyin import parse

HERE = Path(__file__).parent
_ALLOWED = {"_reconstruct", "ndarray", "dtype", "scalar", "_frombuffer"}


class _Arrays(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module.split(".", maxsplit=1)[0] == "numpy" and name in _ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no array")


def package(name: str) -> Path:
    """The folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def unpickled(name: str) -> Any:
    """One of g2pM's pickled tables."""
    return _Arrays(io.BytesIO((package("g2pM") / name).read_bytes())).load()


def spelled(reading: str) -> str | None:
    """A reading of either package as numbered pinyin; None for what is no Mandarin syllable."""
    try:
        found = parse(reading.replace("r5", "er5") if reading == "r5" else reading)
    except ValueError:
        return None
    return found[0] if len(found) == 1 else None


def readings() -> dict[str, list[str]]:
    """Readings of each character, the usual one first, g2pM's candidates included."""
    table: dict[str, list[str]] = {}
    for code, marks in json.loads((package("pypinyin") / "pinyin_dict.json").read_text()).items():
        found = [spelled(mark) for mark in marks.split(",")]
        table[chr(int(code))] = list(dict.fromkeys(reading for reading in found if reading))
    for char, marks in unpickled("digest_cedict.pkl").items():
        if char in table:
            known = [reading for mark in marks if (reading := spelled(mark))]
            table[char] = list(dict.fromkeys(table[char] + known))
    return {char: found for char, found in table.items() if found}


def phrases(table: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """pypinyin's phrases that tell something the characters alone do not; 一 and 不 unchanged.

    Readings that a phrase alone knows (the neutral tone of 东西) join the characters' own.
    """
    found = {}
    written = json.loads((package("pypinyin") / "phrases_dict.json").read_text())
    for phrase, marks in written.items():
        said = [spelled(mark[0]) for mark in marks]
        if len(said) != len(phrase) or not all(said) or not all(c in table for c in phrase):
            continue
        plain = tuple(
            {"一": "yi1", "不": "bu4"}.get(char, reading or "")
            for char, reading in zip(phrase, said, strict=True)
        )
        if all(len(table[char]) == 1 for char in phrase) and all(
            table[char][0] == reading for char, reading in zip(phrase, plain, strict=True)
        ):
            continue
        found[phrase] = plain
    for phrase, said_plain in found.items():
        for char, reading in zip(phrase, said_plain, strict=True):
            if reading not in table[char]:
                table[char].append(reading)
    return found


def write(table: dict[str, list[str]], known: dict[str, tuple[str, ...]]) -> None:
    """readings.txt: `readings TAB characters`; phrases.txt: `phrase TAB index of each reading`."""
    groups: dict[str, str] = defaultdict(str)
    for char, found in sorted(table.items()):
        groups[" ".join(found)] += char
    lines = [f"{found}\t{chars}" for found, chars in sorted(groups.items())]
    (HERE / "readings.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    lines = [
        phrase
        + "\t"
        + "".join(digits[table[c].index(r)] for c, r in zip(phrase, said, strict=True))
        for phrase, said in sorted(known.items())
    ]
    (HERE / "phrases.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Write the three files."""
    table = readings()
    known = phrases(table)
    write(table, known)
    weights = {
        name.replace(".", "_"): array.astype(np.float32)
        for name, array in unpickled("np_ckpt.pkl").items()
    }
    classes = [
        reading for reading, _ in sorted(unpickled("class2idx.pkl").items(), key=lambda i: i[1])
    ]
    chars = [char for char, _ in sorted(unpickled("char2idx.pkl").items(), key=lambda i: i[1])]
    cedict = unpickled("digest_cedict.pkl")
    polyphones = {
        char: [mark for mark in marks if mark in set(classes)]
        for char, marks in cedict.items()
        if len(marks) > 1
    }
    np.savez_compressed(
        HERE / "g2p.npz",
        characters=np.array(chars),
        classes=np.array([spelled(mark) or "" for mark in classes]),
        polyphones=np.array(
            [
                f"{char} {' '.join(str(classes.index(mark)) for mark in marks)}"
                for char, marks in polyphones.items()
                if marks
            ]
        ),
        **weights,
    )


if __name__ == "__main__":
    main()
