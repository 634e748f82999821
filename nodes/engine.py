"""A checkpoint's folder, or none -> an engine that speaks."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from ..glmtts_runtime.engines import embedded, open_engine
from ..glmtts_runtime.options import EngineOptions, options_of
from ..mistakes import Place
from .host import comfy, folders
from .host.api import CATEGORY, io, ui
from .inputs import option_input
from .values import ENGINE
from .weights import CHECKPOINT_SOURCES, KOKORO_SOURCES, get_checkpoint, get_kokoro

if TYPE_CHECKING:
    from ..glmtts_runtime.engine import Engine


class LoadEngine(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_LoadEngine",
            display_name="Load Speech Engine",
            category=CATEGORY,
            description="What speaks: GLM-TTS from a checkpoint in models/tts, Kokoro without any "
            "GPU, or the preview engine for drafts.",
            search_aliases=["glm-tts", "kokoro", "tts model", "load tts", "checkpoint", "espeak"],
            inputs=[
                io.DynamicCombo.Input(
                    "engine",
                    options=[
                        io.DynamicCombo.Option("auto", []),
                        io.DynamicCombo.Option("GLM-TTS", _checkpoint_inputs()),
                        io.DynamicCombo.Option("kokoro", _download_inputs(KOKORO_SOURCES)),
                        io.DynamicCombo.Option("preview", []),
                    ],
                    tooltip="GLM-TTS: the model that clones, from the weights you downloaded. "
                    "kokoro: natural voices of its own, on any CPU. preview: a draft by espeak-ng. "
                    "auto: the first of them that is here.",
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
        name = _meant(engine["engine"])[0]
        if name != "GLM-TTS":
            return name
        from ..glmtts_runtime.glm_tts.checkpoint.fingerprint import fingerprint

        return fingerprint(folders.checkpoint(engine.get("checkpoint") or folders.ANY).every)

    @classmethod
    def execute(cls, engine: dict[str, Any]) -> io.NodeOutput:
        # What a workflow leaves out is there, and None.
        asked = {key: value for key, value in engine.items() if value is not None}
        name, reasons = _meant(asked.pop("engine"))
        download, source = asked.pop("download", False), asked.pop("source", None)
        told = "\n".join([name, *reasons])
        comfy.teller()(told)
        if name != "GLM-TTS":
            if download:
                get_kokoro(source or KOKORO_SOURCES[0])
            return io.NodeOutput(opened(name), ui=ui.PreviewText(told))
        checkpoint = asked.pop("checkpoint", folders.ANY)
        if download:
            get_checkpoint(checkpoint, source or CHECKPOINT_SOURCES[0])
        from .host.weight_placement import open_in_host

        layout = folders.checkpoint(checkpoint)
        engine_ = open_in_host(layout, EngineOptions(engine="glm-tts", **asked))
        return io.NodeOutput(engine_, ui=ui.PreviewText(told))


def given(engine: Engine | None) -> Engine:
    """The engine connected, or one that needs no weights of the host's. Raises InputError."""
    if engine is not None:
        return engine
    return opened(embedded(comfy.model_folders()).options.engine)


@cache
def opened(name: str) -> Engine:
    """Kokoro or the preview engine, one of each for the whole server. Raises InputError."""
    options = EngineOptions(engine=name)
    return open_engine(options, Place, models=comfy.model_folders())


def _meant(name: str) -> tuple[str, tuple[str, ...]]:
    """What `auto` stands for in this host, whose checkpoints and device decide, and why not what
    would go before it.
    """
    if name != "auto":
        return name, ()
    if folders.whole_checkpoint() and comfy.computing_device().type != "cpu":
        return "GLM-TTS", ()
    found = embedded(comfy.model_folders())
    return found.options.engine, found.reasons


def _download_inputs(sources: tuple[str, ...]) -> list[io.Input]:
    return [
        io.Boolean.Input(
            "download",
            default=False,
            optional=True,
            tooltip="Fetch the weights when they are not here (kokoro: 92 MB, GLM-TTS: about "
            "9 GB), going on where an earlier try broke off. Cancel stops it and keeps what came.",
        ),
        io.Combo.Input(
            "source",
            options=list(sources),
            default=sources[0],
            optional=True,
            advanced=True,
            tooltip="Where they are fetched from. The variable HF_ENDPOINT names a mirror of "
            "huggingface.",
        ),
    ]


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
    return [
        checkpoint,
        *(option_input(name, here[name], EngineOptions()) for name in rest),
        # After what older workflows have, whose fields are told apart by their places alone.
        *_download_inputs(CHECKPOINT_SOURCES),
    ]
