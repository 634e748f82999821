"""Names in a workflow -> files and folders of the host, none of them outside."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ... import machine
from ...messages import Message
from . import comfy
from .api import io, ui
from .failures import refuse

if TYPE_CHECKING:
    from ...glmtts_runtime.glm_tts.checkpoint.layout import Layout
    from ...glmtts_runtime.voices.library import VoiceLibrary
    from ...production.store import Store

ANY = "auto"
"""The first checkpoint there is."""

_CACHE = "GLMTTS_CACHE"


def input_file(name: str, input: str) -> Path:
    """A file of the input folder; raises InputError naming the node's `input`."""
    from ...documents.files import Files
    from ...documents.findings import UnfitError

    folder = comfy.input_folder().resolve()
    try:
        return Files((folder,), (folder,)).find(name.strip())
    except UnfitError as error:
        refuse(input, error.what, error.remedy)


def output_folder(name: str, input: str) -> Path:
    """A folder of the output folder; raises InputError naming the node's `input`."""
    whole = comfy.output_folder().resolve()
    folder = (whole / name).resolve()
    if not folder.is_relative_to(whole):
        refuse(
            input, Message('"{}" is outside the output folder.', name), "Give a folder inside it."
        )
    return folder


def output_file(prefix: str, suffix: str) -> Path:
    """A new file of the output folder, numbered as the host numbers its own."""
    output_folder(prefix, "filename_prefix")
    stem = comfy.save_stem(prefix)
    return stem.with_name(f"{stem.name}.{suffix}")


def shown(audio: Iterable[Path], others: Iterable[Path]) -> dict[str, list[ui.SavedResult]]:
    """What a node shows: players for the audio, and what else it wrote, for programs to fetch."""
    return {"audio": [_saved(file) for file in audio], "files": [_saved(file) for file in others]}


def _saved(file: Path) -> ui.SavedResult:
    folder = file.parent.resolve().relative_to(comfy.output_folder().resolve())
    subfolder = "" if folder == Path() else folder.as_posix()
    return ui.SavedResult(file.name, subfolder, io.FolderType.output)


def library() -> VoiceLibrary:
    """Voices beside the models, then those saved here, then the command line's, then bundled."""
    from ...glmtts_runtime.voices.library import VoiceLibrary, user_voices

    beside = [folder / "voices" for folder in comfy.model_folders()]
    return VoiceLibrary(beside, user=comfy.user_folder() / "voices", more=[user_voices()])


def store() -> Store:
    """Where takes are kept, shared with the command line."""
    from ...production.store import Store

    return Store(cache())


def cache() -> Path:
    """Where lies what can be made again."""
    named = os.environ.get(_CACHE)
    return Path(named) if named else machine.cache_folder()


def checkpoints() -> list[str]:
    """Names of the folders with weights beside the models, and of what was downloaded."""
    return list(_checkpoints())


def checkpoint(name: str) -> Layout:
    """The checkpoint of that name. Raises InputError where there is none."""
    from ...glmtts_runtime.glm_tts.checkpoint.layout import find
    from ...mistakes import InputError, nearest

    known = _checkpoints()
    if name != ANY and name not in known:
        refuse("checkpoint", Message('There is no checkpoint "{}".', name), nearest(name, known))
    chosen = next(iter(known.values()), None) if name == ANY else known[name]
    try:
        return find(chosen)  # with none here: the one the command line uses
    except InputError:
        here = comfy.model_folders()[0] / "GLM-TTS"
        remedy = Message(
            'Get them with: glmtts checkpoint download "{}" - or choose the preview engine.', here
        )
        refuse("checkpoint", "There are no GLM-TTS weights.", remedy)


def _checkpoints() -> dict[str, Path]:
    """Name -> folder."""
    found: dict[str, Path] = {}
    for models in comfy.model_folders():
        if models.is_dir():
            for folder in sorted(models.iterdir()):
                if any((folder / base / "config.json").is_file() for base in ("llm", "ckpt/llm")):
                    found.setdefault(folder.name, folder)
    return found
