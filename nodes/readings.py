"""A text -> what will be said of it, character by character, as words and as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..mistakes import Place
from . import inputs
from .host.api import CATEGORY, io, ui
from .host.audio import image as image_of

if TYPE_CHECKING:
    from ..pronunciation.lexicon.lexicon import Lexicon


class Readings(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_Readings",
            display_name="Readings",
            category=CATEGORY,
            description="Shows what will be said, with the reading of every character and who "
            "decided it. Doubtful readings are marked: fix them with a Pronunciation Dictionary "
            "or in the text, with a reading in braces.",
            search_aliases=["pinyin", "polyphone", "normalise", "check pronunciation"],
            is_output_node=True,
            inputs=_inputs(),
            outputs=[
                io.Image.Output(
                    "picture",
                    display_name="picture",
                    tooltip="Every character with its reading above it; colours tell who decided.",
                ),
                io.String.Output(
                    "spoken", display_name="spoken", tooltip="The text as it will be said."
                ),
                io.String.Output(
                    "doubts", display_name="doubts", tooltip="Readings that are worth an ear."
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        *,
        text: str,
        language: str = "zh",
        dictionary: Lexicon | None = None,
        speaker: str = "",
        numbers: str = "auto",
    ) -> io.NodeOutput:
        from ..production.pictures.readings import picture
        from ..pronunciation.lexicon.lexicon import EMPTY
        from ..pronunciation.lint import lint_spoken
        from ..pronunciation.reader import Reader
        from ..pronunciation.style import Style
        from ..scripts.script import NUMBERS

        reader = Reader(dictionary or EMPTY, style=Style(numbers_in=NUMBERS[numbers]))
        place = Place("text")
        spoken = reader.read(text, language=language, speaker=speaker or None, place=place)  # type: ignore[arg-type]
        findings = lint_spoken(spoken, place)
        doubtful = {(finding.place.column or 1) - 1 for finding in findings}
        image = image_of(picture(spoken, doubtful))
        return io.NodeOutput(
            image,
            spoken.spoken,
            "\n".join(map(str, findings)),
            ui=ui.PreviewImage(image, cls=cls),
        )


def _inputs() -> list[io.Input]:
    return [
        io.String.Input(
            "text",
            multiline=True,
            default="重庆银行行长说：3月5日还你¥3.5万。",
            dynamic_prompts=False,
            tooltip="What to read.",
        ),
        inputs.language(),
        inputs.lexicon(),
        io.String.Input(
            "speaker",
            default="",
            optional=True,
            advanced=True,
            tooltip="Whose rules hold, where a dictionary has rules for one speaker.",
        ),
        inputs.numbers(),
    ]
