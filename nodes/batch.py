"""A list of tasks as JSON Lines -> one audio file each."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import inputs
from .context import render_context
from .host import comfy, contents, folders
from .host.api import CATEGORY, io
from .host.audio import audio
from .host.failures import called, renamed

if TYPE_CHECKING:
    from ..glmtts_runtime.engine import Engine
    from ..production.batch import Ending
    from ..scripts.tasks import TaskList

_EXAMPLE = (
    '{"output_name": "hello", "input_text": "你好，欢迎光临。"}\n'
    '{"output_name": "goodbye", "input_text": "Goodbye, and thank you!", "voice": "leo"}'
)


class Batch(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_Batch",
            display_name="Batch",
            category=CATEGORY,
            description="Speak every task of a list into a file of its own. A task that fails "
            "stops no other.",
            search_aliases=[
                *("jsonl", "json lines", "bulk", "many files", "list", "batch tts"),
                *("批量配音", "批量"),
            ],
            is_output_node=True,
            inputs=_inputs(),
            outputs=[
                io.Audio.Output(
                    "audio",
                    display_name="audio",
                    is_output_list=True,
                    tooltip="Each finished task by itself, in order.",
                ),
                io.String.Output(
                    "summary", display_name="summary", tooltip="How each task ended, as JSON."
                ),
            ],
        )

    @classmethod
    def fingerprint_inputs(
        cls, tasks: str | None = None, file: str | None = "", **_: Any
    ) -> str | float:
        if file is None:
            return contents.unknown()
        if tasks is None and not file.strip():  # another node tells, and the host looks at that
            return contents.library(folders.library())
        return contents.tasks(read(tasks or "", file), folders.library())

    @classmethod
    def execute(
        cls,
        *,
        tasks: str,
        file: str = "",
        folder: str = "audio/batch",
        format: str = "wav",
        engine: Engine | None = None,
        seed: int = 0,
        raise_failures: bool = False,
        audioUI: None = None,  # noqa: N803 - the player's own name
        **sampling: float,
    ) -> io.NodeOutput:
        from ..audio.recording import decode
        from ..glmtts_runtime.engine import SpeechError
        from ..mistakes import InputError
        from ..production.batch import SUMMARY, TaskOutput, run_batch, summary
        from ..production.delivery.formats import rate_for

        target = folders.output_folder(folder, "folder")
        with called("tasks", inline()):
            listed = read(tasks, file)
            wanted = TaskOutput(
                format=format,  # type: ignore[arg-type]
                sample_rate=rate_for(format, 24_000),  # type: ignore[arg-type]
                seed=seed,
            )
            context = render_context(engine, sampling)
            endings = list(map(_renamed, run_batch(listed, target, wanted, context)))
            done = [target / ending.file for ending in endings if ending.is_done]
            if not done:
                raise SpeechError("\n".join(str(why) for one in endings for why in one.mistakes))
            failed = [one for one in endings if not one.is_done]
            if failed and raise_failures:
                raise InputError([why for one in failed for why in one.mistakes])
        told = [f"{len(failed)} of {len(endings)} failed"] if failed else [f"{len(done)} done"]
        told += [f"⚠ {why}" for one in failed for why in one.mistakes]
        comfy.teller()("\n".join(told))
        return io.NodeOutput(
            [audio([decode(path)]) for path in done],
            json.dumps(summary(endings), ensure_ascii=False, indent=2),
            ui={**folders.shown(done, [target / SUMMARY]), "text": told},
        )


def _renamed(ending: Ending) -> Ending:
    """The ending with the input's name in place of the path that it stands for."""
    mistakes = renamed(ending.mistakes, "tasks", str(inline()))
    return replace(ending, mistakes=tuple(mistakes))


def inline() -> Path:
    """Where a list written into the node would lie, so that it may name files beside it."""
    return comfy.input_folder() / "tasks.jsonl"


def read(tasks: str, file: str) -> TaskList:
    """The list in the file named, or else the one written. Raises InputError."""
    from ..scripts.tasks import parse_tasks, read_tasks

    roots = [comfy.input_folder()]
    if file.strip():
        return read_tasks(folders.input_file(file, "file"), roots=roots)
    return parse_tasks(inline(), tasks, roots=roots)


def _inputs() -> list[io.Input]:
    return [
        io.String.Input(
            "tasks",
            multiline=True,
            default=_EXAMPLE,
            dynamic_prompts=False,
            tooltip="One JSON object a line: input_text and output_name, and if wanted "
            "voice, or prompt_audio with prompt_text, emotion, seed, language.",
        ),
        inputs.file("file", "A list to use in place of the text."),
        inputs.folder("audio/batch"),
        io.Combo.Input(
            "format",
            options=["wav", "flac", "mp3", "m4a", "opus"],
            default="wav",
            optional=True,
            tooltip="Of the files.",
        ),
        inputs.engine(),
        inputs.seed(),
        *inputs.sampling(),
        inputs.player(),
        # After what older workflows have, whose fields are told apart by their places alone.
        io.Boolean.Input(
            "raise_failures",
            default=False,
            optional=True,
            tooltip="End in an error when a task failed, after all others were spoken. Otherwise "
            "the node shows which failed and why.",
        ),
    ]
