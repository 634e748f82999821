"""A programme -> its subtitles as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .host.api import CATEGORY, io
from .values import PROGRAMME

if TYPE_CHECKING:
    from ..production.delivery.programme import Programme

FORMATS = ["srt", "vtt", "json"]


class Subtitles(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_Subtitles",
            display_name="Subtitles",
            category=CATEGORY,
            description="What is said when, as subtitles or as a podcast transcript.",
            search_aliases=["srt", "vtt", "captions", "transcript"],
            inputs=[
                PROGRAMME.Input("programme", tooltip="From Script."),
                io.Combo.Input(
                    "format",
                    options=FORMATS,
                    default="srt",
                    tooltip="SubRip, WebVTT with speakers, or the Podcasting 2.0 transcript.",
                ),
            ],
            outputs=[
                io.String.Output("subtitles", display_name="subtitles", tooltip="The subtitles.")
            ],
        )

    @classmethod
    def execute(cls, programme: Programme, format: str) -> io.NodeOutput:
        return io.NodeOutput(text(programme, format))


def text(programme: Programme, format: str) -> str:
    """The subtitles of a programme in one of FORMATS."""
    from ..production.text_tracks.captions import captions

    words = captions(programme.timeline)
    return {"srt": words.srt, "vtt": words.vtt, "json": words.transcript}[format]
