"""A checkpoint's folder, or none -> an engine that speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .host import folders
from .host.api import CATEGORY, io
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
        return io.NodeOutput(
            open_in_host(
                folders.checkpoint(asked.get("checkpoint", folders.ANY)),
                device=asked.get("device", "auto"),
                precision=asked.get("precision", "auto"),
                history=asked.get("history", True),
                flow_steps=asked.get("flow_steps", 10),
                flow_schedule=asked.get("flow_schedule", "cosine"),
            )
        )


def given(engine: Engine | None) -> Engine:
    """The engine connected, or the preview engine. Raises InputError where that is missing."""
    if engine is not None:
        return engine
    from ..glmtts_runtime.preview.engine import PreviewEngine

    return PreviewEngine()


def _checkpoint_inputs() -> list[io.Input]:
    return [
        io.Combo.Input(
            "checkpoint",
            options=[folders.ANY, *folders.checkpoints()],
            optional=True,
            default=folders.ANY,
            tooltip="The folder with the weights, in models/tts or any folder that "
            "extra_model_paths.yaml lists as tts. auto: the first there is.",
        ),
        io.Combo.Input(
            "device",
            options=["auto", "cpu"],
            default="auto",
            optional=True,
            advanced=True,
            tooltip="auto: where ComfyUI computes. cpu: leave the GPU to other models.",
        ),
        io.Combo.Input(
            "precision",
            options=["auto", "bfloat16", "float16", "float32", "int8"],
            default="auto",
            optional=True,
            advanced=True,
            tooltip="Of the language model. auto: what suits the device. int8: half the memory of "
            "bfloat16, nearly the same speech.",
        ),
        io.Boolean.Input(
            "history",
            default=True,
            optional=True,
            advanced=True,
            tooltip="Whether the later pieces of a long text hear the earlier ones.",
        ),
        io.Int.Input(
            "flow_steps",
            default=10,
            min=1,
            max=100,
            optional=True,
            advanced=True,
            tooltip="Steps from noise to sound. Fewer are faster and rougher; 10 as published.",
        ),
        io.Combo.Input(
            "flow_schedule",
            options=["cosine", "uniform"],
            default="cosine",
            optional=True,
            advanced=True,
            tooltip="How the steps are laid. cosine: slowly at first, as published.",
        ),
    ]
