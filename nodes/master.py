"""AUDIO -> AUDIO at a loudness, below a true peak, at a rate."""

from __future__ import annotations

from typing import Any

from .host.api import CATEGORY, io
from .host.audio import audio as sound
from .host.audio import recordings

KEEP = "keep"


class Master(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_Master",
            display_name="Master Audio",
            category=CATEGORY,
            description="Bring any sound to a loudness (ITU-R BS.1770-4) without letting it "
            "clip, and to another sample rate if wanted.",
            search_aliases=["loudness", "lufs", "normalize", "limiter", "true peak", "resample"],
            inputs=_inputs(),
            outputs=[
                io.Audio.Output("audio", display_name="audio", tooltip="The sound, mastered."),
                io.String.Output(
                    "report",
                    display_name="report",
                    tooltip="Loudness and true peak, before and after.",
                ),
            ],
        )

    @classmethod
    def execute(
        cls, audio: Any, loudness: float, true_peak: float, sample_rate: str
    ) -> io.NodeOutput:
        from ..production.delivery.recordings import mastered, measured
        from ..production.mastering.finish import Target

        target = Target(loudness=loudness, true_peak=true_peak)
        finished, rows = [], []
        for recording in recordings(audio):
            rate = recording.rate if sample_rate == KEEP else int(sample_rate)
            finished.append(mastered(recording, target, rate))
            rows.append(f"{measured(recording)} -> {measured(finished[-1])}")
        return io.NodeOutput(sound(finished), "\n".join(rows))


def _inputs() -> list[io.Input]:
    return [
        io.Audio.Input("audio", tooltip="Speech, music or both."),
        io.Float.Input(
            "loudness",
            default=-16.0,
            min=-40.0,
            max=-6.0,
            step=0.5,
            tooltip="LUFS. Podcasts: -16 in stereo, -19 in mono; broadcast: -23.",
        ),
        io.Float.Input(
            "true_peak",
            default=-1.0,
            min=-12.0,
            max=0.0,
            step=0.1,
            tooltip="dBTP at most; -1 leaves room for MP3 and AAC.",
        ),
        io.Combo.Input(
            "sample_rate",
            options=[KEEP, "16000", "22050", "24000", "32000", "44100", "48000"],
            default=KEEP,
            tooltip="Hz of what comes out.",
        ),
    ]
