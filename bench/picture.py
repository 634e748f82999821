"""Measured times -> a PNG of bars."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

WIDTH, ROW, LEFT, RIGHT = 900, 34, 190, 110
OURS, THEIRS, INK = "#2563eb", "#9ca3af", "#111827"


def draw(report: dict[str, Any], path: Path) -> None:
    """Work per second of speech for every number of lines, and upstream's beside it."""
    bars: list[tuple[str, float, str]] = []
    for count, spoken in report["found"]["spoken"].items():
        bars.append((f"{count} at once", spoken["work"], OURS))
        if other := report.get("upstream", {}).get(count):
            times = [pair["theirs"] for pair in other]
            bars.append((f"upstream, {count}", statistics.median(times), THEIRS))
    font = ImageFont.load_default(18)
    image = Image.new("RGB", (WIDTH, ROW * (len(bars) + 2)), "white")
    pen = ImageDraw.Draw(image)
    title = f"Work per second of speech, s: {report['machine']['device']}"
    pen.text((12, 8), title, fill=INK, font=font)
    longest = max(value for _, value, _ in bars)
    for row, (name, value, colour) in enumerate(bars, start=1):
        top = row * ROW + 8
        length = max(2, round((WIDTH - LEFT - RIGHT) * value / longest))
        pen.text((12, top), name, fill=INK, font=font)
        pen.rectangle((LEFT, top, LEFT + length, top + ROW - 12), fill=colour)
        pen.text((LEFT + length + 8, top), f"{value:.3f}", fill=INK, font=font)
    image.save(path, optimize=True)
