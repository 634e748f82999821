"""glmtts doctor: what is installed, which engines work, and what to do about the rest."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import typer

from ...glmtts_runtime.installing import KOKORO, PREVIEW, pip
from ...machine import cache_folder
from ...messages import Message
from ...mistakes import InputError
from ...progress import unwatched
from ..language import spoken
from ..options import AsJson, CacheFolder, VoiceFolders, open_library

_PACKAGES = ("av", "numpy", "pillow", "pypinyin", "soundfile", "espeakng-loader", "torch")
_KERNELS = {
    "bfloat16": Message("bfloat16, weights laid out for this CPU"),
    "int8": Message("int8: this CPU does not multiply bfloat16 itself"),
    "float32": Message("float32: fewer bits are not faster on this CPU"),
}
_ROOM = 2 << 30  # bytes free below which a long render may not fit


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    state: Literal["ok", "missing", "broken"]
    detail: str
    remedy: str = ""


def doctor(voices: VoiceFolders, cache: CacheFolder = None, as_json: AsJson = False) -> None:
    """Look at this installation: packages, engines, voices, folders. Exit code 1 if none speaks."""
    checks: list[Callable[[], Finding]] = [
        _python,
        *(_package(name) for name in _PACKAGES),
        _preview,
        _kokoro,
        _ears,
        _glm,
        _auto,
        _processor,
        lambda: _voices(voices),
        lambda: _cache(cache or cache_folder()),
    ]
    findings = [check() for check in checks]
    speaks = any(found.what.endswith("engine") and found.state == "ok" for found in findings)
    if as_json:
        listed = [asdict(finding) for finding in findings]
        print(json.dumps({"ok": speaks, "findings": listed}, ensure_ascii=False))
    else:
        _show(findings)
    if not speaks:
        raise typer.Exit(1)


def _python() -> Finding:
    return Finding("Python", "ok", f"{platform.python_version()}, {platform.platform()}")


def _package(name: str) -> Callable[[], Finding]:
    def check() -> Finding:
        from importlib import metadata

        try:
            return Finding(name, "ok", metadata.version(name))
        except metadata.PackageNotFoundError:
            remedy = _INSTALL.get(name, pip("--force-reinstall", name))
            return Finding(name, "missing", "not installed", remedy)

    return check


_INSTALL = {
    "espeakng-loader": Message(
        "For the preview engine, and for rare words of kokoro: {}", pip(*PREVIEW)
    ),
    "torch": "Only the GLM-TTS engine needs it; the others do not.",
}


def _preview() -> Finding:
    """Speak a word for real."""
    from ...glmtts_runtime.engine import SpeechError, SpeechRequest
    from ...glmtts_runtime.preview.engine import PreviewEngine
    from ...glmtts_runtime.voices.library import VoiceLibrary
    from ...pronunciation.reader import Reader

    library = VoiceLibrary([])
    request = SpeechRequest(spoken=Reader().read("你好"), voice=library.default())
    try:
        engine = PreviewEngine()
    except InputError as error:
        return Finding(
            "preview engine", "missing", error.mistakes[0].what, error.mistakes[0].remedy
        )
    try:
        outcomes = list(engine.synthesize([request], progress=unwatched, cancel=unwatched))
    finally:
        engine.close()
    result = outcomes[0].result
    if isinstance(result, SpeechError):
        remedy = (
            "Reinstall espeakng-loader, and say what `glmtts doctor --json` prints in an issue."
        )
        return Finding("preview engine", "broken", str(result), remedy)
    return Finding("preview engine", "ok", Message("spoke {:.1f} s", result.seconds))


def _kokoro() -> Finding:
    """Look for what it needs; the weights are checked, not loaded."""
    if find_spec("onnxruntime") is None:
        what = "onnxruntime is not installed"
        return Finding("kokoro engine", "missing", what, pip(*KOKORO))
    from ...glmtts_runtime.kokoro.weights import find

    try:
        weights = find()
    except InputError as error:
        mistake = error.mistakes[0]
        return Finding("kokoro engine", "missing", mistake.what, mistake.remedy)
    return Finding("kokoro engine", "ok", str(weights.file))


def _ears() -> Finding:
    """Look for what listening needs; the model is checked, not loaded."""
    from ...listening.model import find, missing

    try:
        if find_spec("faster_whisper") is None:
            raise missing()
        found = find()
    except InputError as error:
        mistake = error.mistakes[0]
        return Finding("ears", "missing", mistake.what, mistake.remedy)
    return Finding("ears", "ok", str(found.folder))


def _auto() -> Finding:
    """What speaks where nobody asked for an engine."""
    from ...glmtts_runtime.engines import choose
    from ...glmtts_runtime.options import EngineOptions

    choice = choose(EngineOptions())
    detail: str = Message("{}.", choice.options.engine)
    for reason in choice.reasons:
        detail = Message("{} {}", detail, reason)
    return Finding("auto means", "ok", detail)


def _glm() -> Finding:
    """Look for what it needs, without loading the weights."""
    from ...glmtts_runtime.engines import need_glm_tts

    try:
        need_glm_tts()
        from ...glmtts_runtime.glm_tts.checkpoint.layout import find
        from ...glmtts_runtime.glm_tts.device import available

        folder = find().folder
    except InputError as error:
        mistake = error.mistakes[0]
        return Finding("glm-tts engine", "missing", mistake.what, mistake.remedy)
    return Finding(
        "glm-tts engine",
        "ok",
        Message("{} on {}; glmtts checkpoint verify", folder, available()[0]),
    )


def _processor() -> Finding:
    """What the GLM-TTS engine computes with where there is no GPU."""
    what = Message("CPU kernel")
    if find_spec("torch") is None:
        return Finding(what, "missing", "only the GLM-TTS engine needs one", _INSTALL["torch"])
    import torch

    from ...glmtts_runtime.glm_tts.device import MEASURED, precision

    chosen = precision(torch.device("cpu"), remembered=cache_folder() / MEASURED)
    return Finding(what, "ok", _KERNELS[str(chosen).removeprefix("torch.")])


def _voices(folders: list[Path]) -> Finding:
    names = open_library(folders).names()
    return Finding("voices", "ok", ", ".join(names))


def _cache(folder: Path) -> Finding:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    detail = Message("{} ({:.1f} GiB free)", folder, free / (1 << 30))
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        remedy = "Give a folder that can be written to with --cache."
        return Finding("cache", "broken", detail, remedy)
    if free < _ROOM:
        return Finding("cache", "broken", detail, "Free some space, or use --cache another folder.")
    return Finding("cache", "ok", detail)


def _show(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    colours = {"ok": "green", "missing": "yellow", "broken": "red"}
    for finding in findings:
        state = f"[{colours[finding.state]}]{spoken()(finding.state)}[/]"
        what, detail, remedy = map(spoken(), (finding.what, finding.detail, finding.remedy))
        told = escape(detail.rstrip(".。")) + (f". [dim]{escape(remedy)}[/]" if remedy else "")
        table.add_row(state, what, told)
    Console(file=sys.stdout).print(table)
