"""Shapes and words -> an image: drawing with smooth edges and a font that is always there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_FONT = Path(__file__).with_name("data") / "timeline-sans-sc.otf"
_FINE = 2  # shapes are drawn this many times larger and averaged


class Sheet:
    """A page to draw on, in pixels of the finished image. Words always lie above shapes."""

    def __init__(self, width: int, height: int, background: str) -> None:
        self.width = width
        self.height = height
        self._shapes = Image.new("RGB", (width * _FINE, height * _FINE), background)
        self._draw = ImageDraw.Draw(self._shapes)
        self._words: list[tuple[tuple[float, float], str, int, str, str]] = []

    def box(
        self, left: float, top: float, right: float, bottom: float, fill: str, *, radius: float = 0
    ) -> None:
        """A filled box, its corners rounded as far as it is large enough, at least 1 px wide."""
        right = max(right, left + 1)
        corners = [round(edge * _FINE) for edge in (left, top, right, bottom)]
        room = min(corners[2] - corners[0], corners[3] - corners[1]) // 2
        corners[2] -= 1  # Pillow includes the last pixel
        corners[3] = max(corners[3] - 1, corners[1])
        self._draw.rounded_rectangle(corners, min(round(radius * _FINE), room), fill=fill)

    def polygon(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        """A filled polygon."""
        self._draw.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=fill)

    def words(
        self, at: tuple[float, float], text: str, size: int, fill: str, anchor: str = "lm"
    ) -> None:
        """One line of text; `anchor` as Pillow names them, `lm` being left and middle."""
        self._words.append((at, text, size, fill, anchor))

    def image(self) -> Image.Image:
        """[height, width] RGB"""
        image = self._shapes.reduce(_FINE)
        draw = ImageDraw.Draw(image)
        for at, text, size, fill, anchor in self._words:
            draw.text(at, text, fill=fill, font=_font(size), anchor=anchor)
        return image


def extent(text: str, size: int) -> float:
    """Pixels the text is wide."""
    return _font(size).getlength(text)


def fitted(text: str, size: int, room: float) -> str:
    """The text if it fits into `room` pixels, else as much of it as does, with an ellipsis."""
    if extent(text, size) <= room:
        return text
    room -= extent("…", size)
    shown = len(text)
    while shown and extent(text[:shown], size) > room:
        shown -= 1
    return text[:shown].rstrip() + "…" if shown else ""


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    # The basic layout looks the same on every machine; Raqm is not in every Pillow.
    return ImageFont.truetype(str(_FONT), size, layout_engine=ImageFont.Layout.BASIC)
