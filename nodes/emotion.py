"""A recording -> a manner of speaking; and two manners mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..mistakes import Place
from .host import contents, folders
from .host.api import CATEGORY, io
from .values import EMOTION
from .voice import judged, library_voice

if TYPE_CHECKING:
    from ..glmtts_runtime.engine import Emotion


class EmotionReference(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_EmotionReference",
            display_name="Emotion Reference",
            category=CATEGORY,
            description="Borrow the manner of a recording - its mood, pace and melody - for "
            "another voice.",
            search_aliases=["emotion", "style", "prosody", "mood", "tone"],
            inputs=_emotion_reference_inputs(),
            outputs=[
                EMOTION.Output("emotion", display_name="emotion", tooltip="How it is spoken.")
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, source: dict[str, Any], **_: Any) -> str:
        if source["source"] != "library":
            return ""
        return contents.library(folders.library(), source["reference"])

    @classmethod
    def execute(cls, source: dict[str, Any], strength: float) -> io.NodeOutput:
        from ..glmtts_runtime.engine import Emotion

        if source["source"] == "library":
            reference = folders.library().get(source["reference"], place=Place("reference"))
        else:
            reference, _ = judged(source.get("audio"), source["transcript"], "emotion")
        return io.NodeOutput(Emotion(parts=((reference, 1.0),), strength=strength))


class MixEmotions(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_MixEmotions",
            display_name="Mix Emotions",
            category=CATEGORY,
            description="Two manners of speaking at once. Mix the mix for more than two.",
            search_aliases=["blend emotion", "interpolate emotion", "emotion vector"],
            inputs=[
                EMOTION.Input("first", tooltip="One manner."),
                EMOTION.Input("second", tooltip="The other manner."),
                io.Float.Input(
                    "balance",
                    default=0.5,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    tooltip="0 is the first alone, 1 the second alone.",
                ),
            ],
            outputs=[EMOTION.Output("emotion", display_name="emotion", tooltip="Both at once.")],
        )

    @classmethod
    def execute(cls, first: Emotion, second: Emotion, balance: float) -> io.NodeOutput:
        from ..glmtts_runtime.engine import Emotion

        return io.NodeOutput(Emotion.mixed((first, 1.0 - balance), (second, balance)))


def _emotion_reference_inputs() -> list[io.Input]:
    return [
        io.DynamicCombo.Input(
            "source",
            options=[
                io.DynamicCombo.Option(
                    "library",
                    [library_voice("reference", "The recording to speak like.")],
                ),
                io.DynamicCombo.Option(
                    "audio",
                    [
                        io.Audio.Input("audio", tooltip="3 to 10 seconds spoken in that manner."),
                        io.String.Input(
                            "transcript",
                            multiline=True,
                            default="",
                            dynamic_prompts=False,
                            tooltip="The words of the recording, exactly.",
                        ),
                    ],
                ),
            ],
            tooltip="Where the recording is: in the voice library, or connected here.",
        ),
        io.Float.Input(
            "strength",
            default=1.0,
            min=0.0,
            max=1.0,
            step=0.05,
            tooltip="0 keeps the voice's own manner, 1 borrows the recording's wholly.",
        ),
    ]
