"""Options that several commands share, and what they open."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from ..mistakes import InputError, Place, nearest

if TYPE_CHECKING:
    from ..glmtts_runtime.engine import Engine
    from ..glmtts_runtime.library import VoiceLibrary
    from ..production.store import Store
    from ..templates.script import Format

ENGINES = ("preview", "glm-tts")

EngineName = Annotated[
    str,
    typer.Option("--engine", envvar="GLMTTS_ENGINE", help=f"What speaks: {', '.join(ENGINES)}."),
]
VoiceFolders = Annotated[
    list[Path],
    typer.Option(
        "--voices",
        metavar="DIR",
        default_factory=list,
        help="A folder of voices, searched before your own library. Repeatable.",
    ),
]
CacheFolder = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", envvar="GLMTTS_CACHE", help="Where takes are kept."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]


def open_engine(name: str) -> Engine:
    """The engine of that name; raises `InputError` for one that is unknown or not installed."""
    if name not in ENGINES:
        place = Place("--engine")
        raise InputError.at(place, f'There is no engine "{name}".', nearest(name, ENGINES))
    if name == "glm-tts":
        return _open_glm()
    from ..glmtts_runtime.preview import PreviewEngine

    return PreviewEngine()


def need_glm() -> None:
    """Raises `InputError` where the model's libraries are not installed."""
    from importlib.util import find_spec

    needed = ("torch", "torchaudio", "safetensors", "onnxruntime", "tiktoken", "huggingface_hub")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        what = f"needs what is not installed: {', '.join(missing)}."
        remedy = 'Install it: pip install "comfyui-glmtts[glm]"'
        raise InputError.at(Place("glm-tts"), what, remedy)


def _open_glm() -> Engine:
    """The checkpoint $GLMTTS_CHECKPOINT names, or the downloaded one, on $GLMTTS_DEVICE."""
    need_glm()
    from ..glmtts_runtime.checkpoint.layout import find
    from ..glmtts_runtime.runtime import Key, shared

    key = Key(str(find().folder), device=os.environ.get("GLMTTS_DEVICE", "auto"))
    return shared().engine(key, bulk=True)


def audio_format(name: str, option: str) -> Format:
    """The audio format of that name or suffix; raises `InputError` for an unknown one."""
    from ..templates.script import Format

    formats = get_args(Format)
    if name.lower() not in formats:
        what = f'No audio format "{name}".' if name else "The file name has no suffix."
        raise InputError.at(Place(option), what, nearest(name.lower(), formats))
    return cast("Format", name.lower())


def open_library(folders: list[Path], *more: Path) -> VoiceLibrary:
    """The given folders, then `more` where they exist, then the user's library and the bundled."""
    from ..glmtts_runtime.library import VoiceLibrary

    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        raise InputError.at(Place("--voices"), f"{missing[0]} is not a folder.", "Check the path.")
    return VoiceLibrary([*folders, *(folder for folder in more if folder.is_dir())])


def open_store(folder: Path | None) -> Store:
    """The store of takes, in the user's cache folder unless another is given."""
    from ..production.store import Store

    return Store(folder or cache_folder())


def cache_folder() -> Path:
    """Where takes are kept by default."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("glmtts", appauthor=False))
