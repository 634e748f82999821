"""Makes the music and the covers of the two example shows: each its own style and picture.

Run `python make_assets.py`; needs the package itself. The sound is the same every time, the files
differ in Ogg's random serial number. Both are ours and as free as the project.
"""

from __future__ import annotations

import math
from pathlib import Path

from comfyui_glmtts.production.pictures.canvas import Sheet
from comfyui_glmtts.production.shows.jingle import Style, write_music

HERE = Path(__file__).parent
SIDE = 1400

STYLES = {
    "tingjian": Style(
        seed=216,
        tempo=66.0,
        root=50,
        scale=(0, 2, 5, 7, 9),
        chords=((0, 7, 12), (5, 9, 12), (9, 12, 16), (7, 12, 14)),
    ),
    "table-for-three": Style(
        seed=5,
        tempo=104.0,
        root=53,
        chords=((0, 4, 7, 11), (2, 5, 9, 12), (7, 11, 14, 17), (0, 4, 7, 9)),
    ),
}


def tingjian() -> Sheet:
    """Rings spreading over a well."""
    sheet = Sheet(SIDE, SIDE, "#10211F")
    for ring in range(9, 0, -1):
        colour = "#2F6B5E" if ring % 2 else "#10211F"
        sheet.polygon(circle(700, 860, 52 * ring), colour)
    sheet.polygon(circle(700, 860, 26), "#F2C14E")
    sheet.words((700, 230), "听见", 260, "#F4F1EA", "mm")
    return sheet


def table_for_three() -> Sheet:
    """Three bowls on a round table."""
    sheet = Sheet(SIDE, SIDE, "#7A2E1D")
    sheet.polygon(circle(700, 850, 440), "#C4683F")
    for index, colour in enumerate(("#F4F1EA", "#F2C14E", "#8FB8A8")):
        angle = math.tau * index / 3 - math.pi / 2
        x, y = 700 + 230 * math.cos(angle), 850 + 230 * math.sin(angle)
        sheet.polygon(circle(x, y, 140), colour)
        sheet.polygon(circle(x, y, 104), "#FCFBF8")
    sheet.words((700, 150), "Table for Three", 150, "#FCFBF8", "mm")
    sheet.words((700, 310), "三人份", 110, "#F2C14E", "mm")
    return sheet


def circle(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    turns = [math.tau * step / 180 for step in range(180)]
    return [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]


def main() -> None:
    for name, draw in (("tingjian", tingjian), ("table-for-three", table_for_three)):
        folder = HERE / name
        (folder / "music").mkdir(exist_ok=True)
        write_music(folder / "music", STYLES[name])
        picture = draw().image().quantize(32)
        picture.save(folder / "cover.png", optimize=True)


if __name__ == "__main__":
    main()
