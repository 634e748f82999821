"""A person's consent -> weights beside the host's models, with progress, Cancel and resuming."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .host import comfy, folders
from .host.words import megabytes

KOKORO_SOURCES = ("github", "huggingface")
CHECKPOINT_SOURCES = ("huggingface", "modelscope")


def get_kokoro(source: str) -> None:
    """Have Kokoro's weights in models/tts/kokoro unless they are somewhere. Raises InputError."""
    from ..glmtts_runtime.kokoro.download import FILE, download
    from ..glmtts_runtime.kokoro.weights import find
    from ..mistakes import InputError

    try:
        find(folders=comfy.model_folders())
    except InputError:
        here = comfy.model_folders()[0] / "kokoro"
        progress = _progress(FILE)
        download(here, source=source, progress=progress, cancel=comfy.cancel)  # type: ignore[arg-type]


def get_checkpoint(name: str, source: str) -> None:
    """Have all files of a checkpoint, those of the one named or of a new one. Raises InputError."""
    from ..glmtts_runtime.glm_tts.checkpoint.download import download
    from ..mistakes import InputError

    try:
        folders.checkpoint(name)
    except InputError:
        report: dict[str, Any] = {}

        def told(file: str, done: int, total: int) -> None:
            if file not in report:
                report[file] = _progress(file)
            report[file](done, total)

        download(
            folders.unfinished(name) or folders.downloads(),
            source=source,  # type: ignore[arg-type]
            report=told,
            cancel=comfy.cancel,
        )


def _progress(file: str) -> Callable[[int, int], None]:
    return comfy.counted(lambda done, total, language: megabytes(file, done, total, language))
