"""Nothing in, `icon.png` beside this file out: what the registry shows for the pack.

A speech bubble with a wave in it, above it the four tones of Chinese.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

SIDE = 400  # the most a registry takes, in pixels
FINER = 4  # drawn larger, then made smooth by shrinking
GROUND, BUBBLE, WAVE, TONE = "#0f4c5c", "#fdf6e3", "#e36414", "#fb8b24"
BARS = (56, 104, 72, 136, 88, 112, 48)
"""Heights of the wave, in pixels."""
TONES = (
    ((0, 0), (40, 0)),
    ((0, 18), (40, -18)),
    ((0, -14), (20, 16), (40, -18)),
    ((0, -18), (40, 18)),
)
"""Level, rising, dipping, falling; each 40 wide."""


def icon() -> Image.Image:
    """The picture, SIDE x SIDE."""
    picture = Image.new("RGBA", (SIDE * FINER, SIDE * FINER))
    draw = ImageDraw.Draw(picture)

    def box(sides: tuple[float, float, float, float], radius: int, fill: str) -> None:
        draw.rounded_rectangle([side * FINER for side in sides], radius * FINER, fill)

    box((0, 0, SIDE, SIDE), 80, GROUND)
    for number, tone in enumerate(TONES):
        points = [((78 + number * 68 + x) * FINER, (72 + y) * FINER) for x, y in tone]
        draw.line(points, TONE, 14 * FINER, joint="curve")
        for x, y in (points[0], points[-1]):
            draw.circle((x, y), 7 * FINER, TONE)
    box((48, 122, 352, 314), 48, BUBBLE)
    draw.polygon([(x * FINER, y * FINER) for x, y in ((104, 300), (176, 300), (96, 362))], BUBBLE)
    for number, height in enumerate(BARS):
        left = 89 + number * 34
        box((left, 218 - height / 2, left + 18, 218 + height / 2), 9, WAVE)
    return picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    icon().save(Path(__file__).with_name("icon.png"), optimize=True)
