"""A programme -> a picture of it: who speaks when, music, chapters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .host import comfy
from .host.api import CATEGORY, io, ui
from .host.audio import image as image_of
from .values import PROGRAMME

if TYPE_CHECKING:
    from ..production.delivery.programme import Programme


class TimelinePicture(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_TimelinePicture",
            display_name="Timeline Picture",
            category=CATEGORY,
            description="Draw a programme: who speaks when, music, chapters.",
            search_aliases=["waveform", "timeline", "visualize audio"],
            is_output_node=True,
            inputs=[
                PROGRAMME.Input("programme", tooltip="From Script."),
                io.Int.Input(
                    "width",
                    default=1600,
                    min=400,
                    max=8192,
                    tooltip="Pixels; the picture is as high as its speakers need.",
                ),
            ],
            outputs=[
                io.Image.Output("picture", display_name="picture", tooltip="The timeline drawn.")
            ],
        )

    @classmethod
    def execute(cls, programme: Programme, width: int) -> io.NodeOutput:
        from ..production.delivery.audio_file import envelope_of
        from ..production.pictures.timeline import picture

        drawn = picture(
            programme.timeline,
            envelope_of(programme, comfy.report()),
            title=programme.script.title,
            width=width,
        )
        image = image_of(drawn)
        return io.NodeOutput(image, ui=ui.PreviewImage(image, cls=cls))
