"""An uploaded script or list of tasks -> the prompt with which our nodes in a ComfyUI make it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ...glmtts_runtime.options import EngineOptions, options_of
from ...workflows.prompt import Node, Prompt

EXPORTED = ("mp3", "m4a", "opus", "wav", "flac")
"""Formats the nodes write."""
NODE_OPTIONS = [name for name in options_of(EngineOptions) if name not in ("engine", "checkpoint")]
"""What Load Speech Engine is told; which weights there are is the server's to say."""


@dataclass(frozen=True, slots=True)
class SentVoice:
    """A voice the server does not know by name."""

    speaker: str
    audio: str
    """Its recording, below the job's folder there"""
    transcript: str


@dataclass(frozen=True, slots=True)
class SentLexicon:
    """A dictionary: a bundled one's name, or a file below the job's folder there."""

    name: str
    bundled: bool


def script_prompt(
    file: str,
    *,
    where: str,
    engine: EngineOptions,
    lexicons: Iterable[SentLexicon],
    voices: Sequence[SentVoice],
    formats: Iterable[str],
    disclosure: str = "",
) -> Prompt:
    """Load engine -> Script -> one Export for each format.

    Titles of nodes are the phases that progress is told in; `where` is the job's folder in the
    server's input folder, with `file` in it, and in its output folder.
    """
    nodes = [_engine(engine), *_lexicons(lexicons, where)]
    inputs: dict[str, Any] = {"script": "", "file": f"{where}/{file}", "engine": ["engine", 0]}
    if len(nodes) > 1:
        inputs["dictionary"] = [nodes[-1].id, 0]
    for number, voice in enumerate(voices, 1):
        audio, made = f"audio-{number}", f"voice-{number}"
        given = {"audio": [audio, 0], "transcript": voice.transcript, "name": voice.speaker}
        nodes.append(Node(audio, "LoadAudio", audio, {"audio": f"{where}/{voice.audio}"}))
        nodes.append(Node(made, "GLMTTS_Voice", made, given))
        inputs[f"voices.voice_{number}"] = [made, 0]
    if voices:
        inputs["speakers"] = ", ".join(voice.speaker for voice in voices)
    nodes.append(Node("script", "GLMTTS_Script", "speak", inputs))
    for number, format in enumerate(formats):
        subtitles = "none" if number else "srt + vtt"
        wanted = {"format": format, "filename_prefix": f"{where}/made", "subtitles": subtitles}
        if disclosure:
            wanted["disclosure"] = disclosure
        nodes.append(Node(format, "GLMTTS_Export", format, {"programme": ["script", 1], **wanted}))
    return Prompt({node.id: node for node in nodes})


def tasks_prompt(file: str, *, where: str, engine: EngineOptions, format: str) -> Prompt:
    """Load engine -> Batch; `where` as for a script."""
    inputs = {"tasks": "", "file": f"{where}/{file}", "folder": where, "format": format}
    batch = Node("batch", "GLMTTS_Batch", "speak", {**inputs, "engine": ["engine", 0]})
    return Prompt({node.id: node for node in (_engine(engine), batch)})


def _engine(options: EngineOptions) -> Node:
    """The server's own checkpoint, and its own device unless that is to be the CPU."""
    inputs: dict[str, Any] = {"engine": options.engine}
    if options.engine == "glm-tts":
        asked = {f"engine.{name}": getattr(options, name) for name in NODE_OPTIONS}
        inputs = {"engine": "GLM-TTS", **asked}
        inputs["engine.device"] = "cpu" if options.device == "cpu" else "auto"
    return Node("engine", "GLMTTS_LoadEngine", "engine", inputs)


def _lexicons(lexicons: Iterable[SentLexicon], where: str) -> Iterable[Node]:
    """A chain; the last of it holds all."""
    before: dict[str, Any] = {}
    for number, lexicon in enumerate(lexicons, 1):
        source = {"source": "file", "source.file": f"{where}/{lexicon.name}"}
        if lexicon.bundled:
            source = {"source": "bundled", "source.name": lexicon.name}
        id = f"dictionary-{number}"
        yield Node(id, "GLMTTS_Dictionary", id, {**source, **before})
        before = {"dictionary": [id, 0]}
