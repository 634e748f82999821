"""A checkpoint's folder, or none -> an engine that speaks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..glmtts_runtime.options import EngineOptions, options_of
from .host import folders
from .host.api import CATEGORY, io
from .inputs import option_input
from .values import ENGINE

if TYPE_CHECKING:
    from ..glmtts_runtime.engine import Engine


class LoadEngine(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_LoadEngine",
            display_name="Load Speech Engine",
            category=CATEGORY,
            description="What speaks: the preview engine for drafts, which needs no weights and "
            "no GPU, or GLM-TTS from a checkpoint in models/tts.",
            search_aliases=["glm-tts", "tts model", "load tts", "checkpoint", "espeak"],
            inputs=[
                io.DynamicCombo.Input(
                    "engine",
                    options=[
                        io.DynamicCombo.Option("preview", []),
                        io.DynamicCombo.Option("GLM-TTS", _checkpoint_inputs()),
                    ],
                    tooltip="preview: a draft by espeak-ng, at once and anywhere. "
                    "GLM-TTS: the model, from the weights you downloaded.",
                )
            ],
            outputs=[
                ENGINE.Output(
                    "engine", display_name="engine", tooltip="For every node that speaks."
                )
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, engine: dict[str, Any], **_: Any) -> str:
        if engine["engine"] == "preview":
            return "preview"
        from ..glmtts_runtime.glm_tts.checkpoint.fingerprint import fingerprint

        return fingerprint(folders.checkpoint(engine.get("checkpoint") or folders.ANY).every)

    @classmethod
    def execute(cls, engine: dict[str, Any]) -> io.NodeOutput:
        if engine["engine"] == "preview":
            return io.NodeOutput(given(None))
        from .host.weight_placement import open_in_host

        # What a workflow leaves out is there, and None.
        asked = {name: value for name, value in engine.items() if value is not None}
        layout = folders.checkpoint(asked.pop("checkpoint", folders.ANY))
        asked["engine"] = "glm-tts"
        return io.NodeOutput(open_in_host(layout, EngineOptions(**asked)))


def given(engine: Engine | None) -> Engine:
    """The engine connected, or the preview engine. Raises InputError where that is missing."""
    if engine is not None:
        return engine
    from ..glmtts_runtime.preview.engine import PreviewEngine

    return PreviewEngine()


def _checkpoint_inputs() -> list[io.Input]:
    """A field of `EngineOptions` each; where weights and devices are the host's, in its words."""
    table = options_of(EngineOptions)
    checkpoint = io.Combo.Input(
        "checkpoint",
        options=[folders.ANY, *folders.checkpoints()],
        optional=True,
        default=folders.ANY,
        tooltip="The folder with the weights, in models/tts or any folder that "
        "extra_model_paths.yaml lists as tts. auto: the first there is.",
    )
    device = replace(
        table["device"],
        choices=("auto", "cpu"),
        help="auto: where ComfyUI computes. cpu: leave the GPU to other models.",
    )
    here = {**table, "device": device}
    rest = [name for name in here if name not in ("engine", "checkpoint")]
    return [checkpoint, *(option_input(name, here[name], EngineOptions()) for name in rest)]
