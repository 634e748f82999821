"""Packages that are missing -> the line that installs them into the Python that runs this."""

from __future__ import annotations

import sys

KOKORO = ("onnxruntime",)
"""Of Kokoro's packages the one that is in no requirement of the pack: a host may have
onnxruntime-gpu, whose files it would overwrite."""
PREVIEW = ("espeakng-loader",)


def pip(*packages: str) -> str:
    """The line. It names the interpreter, since a host's is seldom the one called `python`."""
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    return f"{python} -m pip install {' '.join(packages)}"
