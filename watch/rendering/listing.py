"""Files of a folder -> its manifest, where what made them writes none that others could read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ...atomic import write_text
from ...glmtts_runtime.engine import Engine
from ...production.publish import MANIFEST
from ...production.store import file_digest
from ...version import __version__


def write_list(folder: Path, names: Iterable[str], engine: Engine) -> None:
    """List files in the manifest; like every manifest it holds nothing of the run."""
    manifest = {
        "version": 1,
        "generator": f"comfyui-glmtts {__version__}",
        "engine": {"name": engine.name, "fingerprint": engine.fingerprint},
        "files": [
            {
                "name": name,
                "sha256": file_digest(folder / name),
                "bytes": (folder / name).stat().st_size,
            }
            for name in names
        ],
    }
    write_text(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
