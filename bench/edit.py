"""A 100-line script rendered, then again with one line changed: seconds of the whole command.

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


def timed(folder: Path) -> tuple[float, dict[str, float]]:
    """Seconds of one `glmtts render`, process start included, and what it says of itself."""
    command = [sys.executable, "-m", "comfyui_glmtts", "render", str(folder / "hundred.yaml")]
    where = ["--output", str(folder / "out"), "--cache", str(folder / "cache"), "--json"]
    started = time.perf_counter()
    done = subprocess.run([*command, *where], check=True, capture_output=True, text=True)
    return time.perf_counter() - started, json.loads(done.stdout)


def measure() -> dict[str, float]:
    """Both runs and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "hundred.yaml").write_text(script(changed=False), encoding="utf-8")
        first, whole = timed(folder)
        (folder / "hundred.yaml").write_text(script(changed=True), encoding="utf-8")
        second, edited = timed(folder)
    return {
        "audio_seconds": round(whole["seconds"], 1),
        "first_seconds": round(first, 2),
        "edited_seconds": round(second, 2),
        "ratio": round(second / first, 3),
        "synthesised_first": whole["synthesised"],
        "synthesised_after_the_edit": edited["synthesised"],
    }


if __name__ == "__main__":
    numbers = measure()
    if "--json" in sys.argv:
        print(json.dumps(numbers))
    else:
        for name, value in numbers.items():
            print(f"{name:>28}  {value}")
