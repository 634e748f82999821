"""Workflows in API format, written as Python: nodes by name, and where their inputs come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from comfyui_glmtts.audio.loudness import loudness
from comfyui_glmtts.audio.recording import Recording, decode

Node = dict[str, Any]


def glmtts(kind: str, **inputs: Any) -> Node:
    """One of this pack's nodes. An input with a dot in its name is written with two underscores."""
    return core(f"GLMTTS_{kind}", **inputs)


def core(kind: str, **inputs: Any) -> Node:
    """One of the host's own nodes."""
    dotted = {name.replace("__", "."): value for name, value in inputs.items()}
    return {"class_type": kind, "inputs": dotted}


def shown(node: str, output: int = 0) -> Node:
    """What shows a text in the history."""
    return core("PreviewAny", source=[node, output])


def played(node: str, output: int = 0) -> Node:
    """What writes an AUDIO to a file."""
    return core("PreviewAudio", audio=[node, output])


def heard(path: Path) -> Recording:
    """A sound that is neither silent nor deafening."""
    recording = decode(path)
    assert -45 < loudness(recording.samples, recording.rate) < -5
    return recording


def tone(path: Path, *, seconds: float = 2.0, channels: int = 2, rate: int = 44_100) -> None:
    """A file with a chord that swells, each channel another."""
    time = np.arange(round(seconds * rate)) / rate
    rows = [0.2 * np.sin(2 * np.pi * 220 * (2 + row) * time) for row in range(channels)]
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.stack(rows).T * (0.6 + 0.4 * np.sin(3 * time))[:, None], rate)
