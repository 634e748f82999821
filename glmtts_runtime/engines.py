"""Options -> the engine they ask for: the preview engine, or one that the runtime holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..mistakes import InputError, Place
from .options import EngineOptions, check

if TYPE_CHECKING:
    from .engine import Engine

_GLM_TTS_NEEDS = (
    "torch", "torchaudio", "safetensors", "onnxruntime", "tiktoken", "huggingface_hub",
)  # fmt: skip


def open_engine(options: EngineOptions, place: Callable[[str], Place]) -> Engine:
    """The engine, to be closed at the end.

    place: of a field, in the words of the shell that asks. Raises InputError for what may not be
    asked for, for what is not installed and for weights that are not there.
    """
    check(options, place)
    if options.engine == "glm-tts":
        need_glm_tts()
        from .glm_tts.checkpoint.layout import find
        from .runtime import shared

        return shared().engine(
            replace(options, checkpoint=find(options.checkpoint).folder), bulk=True
        )
    from .preview.engine import PreviewEngine

    return PreviewEngine()


def need_glm_tts() -> None:
    """Raises InputError where the model's libraries are not installed."""
    missing = [name for name in _GLM_TTS_NEEDS if find_spec(name) is None]
    if missing:
        what = f"needs what is not installed: {', '.join(missing)}."
        remedy = 'Install it: pip install "comfyui-glmtts[glm]"'
        raise InputError.at(Place("glm-tts"), what, remedy)
