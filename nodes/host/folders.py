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
_SWITCH = "Get it with `glmtts checkpoint download`."
_LONGEST = 200
"""Bytes of a name; most file systems take 255, with the counter and the suffix"""
_SHOWN = 3
"""Names of missing files that are told"""


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
    if not prefix.strip() or prefix.endswith(("/", "\\")):
        refuse("filename_prefix", "A file's name is missing.", "Write how it begins: audio/news")
    if max(len(part.encode()) for part in Path(prefix).parts) > _LONGEST:
        what = Message("This is longer than a file's name may be ({} bytes).", _LONGEST)
        refuse("filename_prefix", what, "Write a shorter one.")
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
    """Names of the folders with weights beside the models, whole or not."""
    return list(_checkpoints())


def whole_checkpoint() -> bool:
    """Whether a checkpoint beside the models has all its files."""
    from ...glmtts_runtime.glm_tts.checkpoint.layout import Layout

    return any(not Layout(folder).missing for folder in _checkpoints().values())


def checkpoint(name: str) -> Layout:
    """The checkpoint of that name. Raises InputError where there is none."""
    from ...glmtts_runtime.glm_tts.checkpoint.layout import Layout, find
    from ...mistakes import InputError, nearest

    known = _checkpoints()
    if name != ANY and name not in known:
        refuse("checkpoint", Message('There is no checkpoint "{}".', name), nearest(name, known))
    whole = [folder for folder in known.values() if not Layout(folder).missing]
    chosen = next(iter(whole or known.values()), None) if name == ANY else known[name]
    try:
        layout = find(chosen)  # with none here: the one the command line uses
    except InputError:
        none = Message("There are no GLM-TTS weights in {}.", downloads())
        refuse("checkpoint", none, _SWITCH)
    if layout.missing:
        torn = Message(
            "The weights in {} are not complete: {} is missing.", layout.folder, _some(layout)
        )
        refuse("checkpoint", torn, _SWITCH)
    return layout


def unfinished(name: str) -> Path | None:
    """The folder of that name with a part of a checkpoint, for "auto" the first; None for none."""
    known = _checkpoints()
    return next(iter(known.values()), None) if name == ANY else known.get(name)


def downloads() -> Path:
    """Where a downloaded checkpoint goes."""
    return comfy.model_folders()[0] / "GLM-TTS"


def _some(layout: Layout) -> str:
    return ", ".join(layout.missing[:_SHOWN]) + (", …" if len(layout.missing) > _SHOWN else "")


def _checkpoints() -> dict[str, Path]:
    """Name -> folder."""
    found: dict[str, Path] = {}
    for models in comfy.model_folders():
        if models.is_dir():
            for folder in sorted(models.iterdir()):
                for base in (folder, folder / "ckpt"):
                    if (base / "llm" / "config.json").is_file():
                        found.setdefault(folder.name, base)
    return found
