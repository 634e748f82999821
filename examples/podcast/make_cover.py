"""Makes cover.png: the two railways seen from above, one drawing 人, the other the stroke of 大.

Run `python make_cover.py`; needs only Pillow and the project's own font.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
FONT = HERE.parents[1] / "production" / "data" / "timeline-sans-sc.otf"
SIDE = 1400
FINE = 2  # drawn larger, then averaged

NIGHT = "#14283C"
HILLS = ("#1B3550", "#234463", "#2D5578")
OLD, NEW = "#F2C14E", "#F4F1EA"
SLEEPER = "#B98A2E"

Point = tuple[float, float]


def curve(points: list[Point], steps: int = 80) -> list[Point]:
    """A quadratic Bezier curve through its first and last point."""
    (ax, ay), (bx, by), (cx, cy) = points
    shares = [step / steps for step in range(steps + 1)]
    return [
        (
            (1 - t) ** 2 * ax + 2 * t * (1 - t) * bx + t**2 * cx,
            (1 - t) ** 2 * ay + 2 * t * (1 - t) * by + t**2 * cy,
        )
        for t in shares
    ]


def scaled(points: list[Point]) -> list[Point]:
    return [(x * FINE, y * FINE) for x, y in points]


def railway(draw: ImageDraw.ImageDraw, points: list[Point], rail: str, sleeper: str) -> None:
    """Two rails with sleepers across them."""
    for (ax, ay), (bx, by) in zip(points[::3], points[1::3], strict=False):
        length = max(1e-6, ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5)
        across = (-(by - ay) / length * 34, (bx - ax) / length * 34)
        ends = [(ax - across[0], ay - across[1]), (ax + across[0], ay + across[1])]
        draw.line(scaled(ends), fill=sleeper, width=12 * FINE)
    for side in (-18, 18):
        rails = []
        for (ax, ay), (bx, by) in zip(points, [*points[1:], points[-1]], strict=True):
            length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
            if length:
                rails.append((ax - (by - ay) / length * side, ay + (bx - ax) / length * side))
        draw.line(scaled(rails), fill=rail, width=10 * FINE, joint="curve")


def hills(draw: ImageDraw.ImageDraw) -> None:
    ridges = (
        [(0, 700), (260, 520), (470, 640), (760, 430), (1040, 640), (1240, 540), (1400, 660)],
        [(0, 850), (330, 720), (620, 850), (900, 690), (1180, 860), (1400, 770)],
        [(0, 1010), (220, 930), (560, 1030), (860, 920), (1150, 1020), (1400, 950)],
    )
    for ridge, colour in zip(ridges, HILLS, strict=True):
        outline = [*ridge, (SIDE, SIDE), (0, SIDE)]
        draw.polygon(scaled([(float(x), float(y)) for x, y in outline]), fill=colour)


def words(draw: ImageDraw.ImageDraw, at: Point, text: str, size: int, colour: str) -> None:
    font = ImageFont.truetype(str(FONT), size * FINE, layout_engine=ImageFont.Layout.BASIC)
    draw.text((at[0] * FINE, at[1] * FINE), text, fill=colour, font=font, anchor="mm")


def main() -> None:
    image = Image.new("RGB", (SIDE * FINE, SIDE * FINE), NIGHT)
    draw = ImageDraw.Draw(image)
    hills(draw)
    railway(draw, curve([(240, 640), (700, 600), (1160, 640)]), NEW, "#8FA3B8")
    railway(draw, curve([(720, 380), (660, 820), (300, 1090)]), OLD, SLEEPER)
    railway(draw, curve([(690, 690), (830, 940), (1110, 1090)]), OLD, SLEEPER)
    words(draw, (700, 200), "耳朵旅行", 190, NEW)
    words(draw, (700, 1250), "两条京张铁路", 84, OLD)
    small = image.reduce(FINE).quantize(64, dither=Image.Dither.NONE)
    small.save(HERE / "cover.png", optimize=True)


if __name__ == "__main__":
    main()
