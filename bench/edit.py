"""A 100-line script rendered, again with one line changed, and again with another take of a line
chosen: seconds of the whole command.

python bench/edit.py [--json]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LINES = 100
HEAD = """\
glmtts: 1
title: 一百句话
voices: {小雨: xiaoyu, 阿明: aming}
segments:
"""
WORDS = [
    "今天我们沿着河边走了很久，",
    "银行的行长说他要去重庆看一看，",
    "第二班列车在早上八点半准时出发，",
    "这里的 coffee 比别处的都好喝，",
    "他数了数，一共有三百二十一个人，",
]


def script(changed: bool) -> str:
    """The script, with another middle line if `changed`."""
    lines = []
    for number in range(LINES):
        words = WORDS[number % len(WORDS)] + f"这是第{number}句，说完就到下一句。"
        if changed and number == LINES // 2:
            words = "这一句改过了，比原来的那一句要长一些，别的都没有动。"
        lines.append(f"  - {'小雨' if number % 2 else '阿明'}: {words}\n")
    return HEAD + "".join(lines)


def glmtts(folder: Path, *arguments: str) -> dict[str, float]:
    """What one command says of itself."""
    where = ["--cache", str(folder / "cache"), "--json"]
    command = [sys.executable, "-m", "comfyui_glmtts", *arguments, *where]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    said: dict[str, float] = json.loads(done.stdout)
    return said


def timed(folder: Path) -> tuple[float, dict[str, float]]:
    """Seconds of one `glmtts render`, process start included, and what it says of itself."""
    started = time.perf_counter()
    said = glmtts(folder, "render", str(folder / "hundred.yaml"), "--output", str(folder / "out"))
    return time.perf_counter() - started, said


def measure() -> dict[str, float]:
    """All three runs, and the later ones as shares of the first."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = str(folder / "hundred.yaml")
        Path(file).write_text(script(changed=False), encoding="utf-8")
        first, whole = timed(folder)
        Path(file).write_text(script(changed=True), encoding="utf-8")
        second, edited = timed(folder)
        takes = ["--lines", "30", "--takes", "3", "--output", str(folder / "takes")]
        made = glmtts(folder, "render", file, *takes)
        glmtts(folder, "takes", file, "pick", "30=2")
        third, picked = timed(folder)
    return {
        "audio_seconds": round(whole["seconds"], 1),
        "first_seconds": round(first, 2),
        "edited_seconds": round(second, 2),
        "ratio": round(second / first, 3),
        "picked_seconds": round(third, 2),
        "picked_ratio": round(third / first, 3),
        "synthesised_first": whole["synthesised"],
        "synthesised_after_the_edit": edited["synthesised"],
        "synthesised_for_three_takes": made["synthesised"],
        "synthesised_after_the_pick": picked["synthesised"],
    }


if __name__ == "__main__":
    numbers = measure()
    if "--json" in sys.argv:
        print(json.dumps(numbers))
    else:
        for name, value in numbers.items():
            print(f"{name:>28}  {value}")
