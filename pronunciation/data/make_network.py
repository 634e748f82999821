"""g2pM's package -> g2p.npz beside this file.

Run once, by hand, with the package installed:
`python -m comfyui_glmtts.pronunciation.data.make_network`. It is not part of the wheel; what it
writes is. g2pM stores its weights pickled, so they are read with an unpickler that knows numpy's
arrays and nothing else.
"""

from __future__ import annotations

import importlib.util
import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np

from ..chinese.dictionary import spelled

HERE = Path(__file__).parent
_ALLOWED = {"_reconstruct", "ndarray", "dtype", "scalar", "_frombuffer"}


class _Arrays(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module.split(".", maxsplit=1)[0] == "numpy" and name in _ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no array")


def unpickled(name: str) -> Any:
    """One of g2pM's pickled tables, without importing the package."""
    spec = importlib.util.find_spec("g2pM")
    assert spec is not None
    assert spec.origin is not None
    return _Arrays(io.BytesIO((Path(spec.origin).parent / name).read_bytes())).load()


def main() -> None:
    """Write the weights with the characters, classes and candidates they are for."""
    weights = {
        name.replace(".", "_"): array.astype(np.float32)
        for name, array in unpickled("np_ckpt.pkl").items()
    }
    classes = [
        reading for reading, _ in sorted(unpickled("class2idx.pkl").items(), key=lambda i: i[1])
    ]
    chars = [char for char, _ in sorted(unpickled("char2idx.pkl").items(), key=lambda i: i[1])]
    polyphones = {
        char: [mark for mark in marks if mark in set(classes)]
        for char, marks in unpickled("digest_cedict.pkl").items()
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
