"""Both example shows rendered, then one line edited, then another take chosen: seconds of each.

python bench/show.py [--json]

Every command is measured whole, process start included. Each show has three speakers, music, room
tone and four formats.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SHOWS = Path(__file__).parents[1] / "examples" / "shows"
EDITS = {
    "tingjian": ("伞？伞也有声音？", "伞？一把伞，也会有声音？"),
    "table-for-three": ("Only five seconds?", "Only five seconds, really?"),
}
PICKED = 12  # the line that gets another take


def glmtts(folder: Path, *arguments: str) -> tuple[float, Any]:
    """Seconds of one command, and what it says of itself."""
    command = [sys.executable, "-m", "comfyui_glmtts", *arguments, "--json"]
    started = time.perf_counter()
    done = subprocess.run(
        [*command, "--cache", str(folder / "cache")], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - started, json.loads(done.stdout)


def rendered(folder: Path, show: Path) -> dict[str, float]:
    """One `glmtts show render` of the one episode."""
    seconds, said = glmtts(folder, "show", "render", str(show))
    (episode,) = said["episodes"]
    return {
        "seconds": round(seconds, 2),
        "programme": round(episode["seconds"], 1),
        "lines": episode["lines"],
        "synthesised": episode["synthesised"],
    }


def measure(name: str) -> dict[str, dict[str, float]]:
    """The three renders of a show."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        show = folder / name
        shutil.copytree(SHOWS / name, show, ignore=shutil.ignore_patterns("out"))
        (episode,) = (show / "episodes").iterdir()
        whole = rendered(folder, show)
        text = episode.read_text("utf-8")
        before, after = EDITS[name]
        assert before in text, f"{before} is no longer in {episode}"
        episode.write_text(text.replace(before, after), encoding="utf-8")
        edited = rendered(folder, show)
        lines = ["--lines", str(PICKED), "--takes", "2"]
        glmtts(folder, "render", str(episode), "--output", str(folder / "takes"), *lines)
        subprocess.run(
            [sys.executable, "-m", "comfyui_glmtts", "takes", str(episode), "pick", f"{PICKED}=2"],
            check=True,
            capture_output=True,
        )
        return {"whole": whole, "a line edited": edited, "a take chosen": rendered(folder, show)}


def main() -> None:
    found = {name: measure(name) for name in EDITS}
    if "--json" in sys.argv:
        print(json.dumps(found, ensure_ascii=False))
        return
    for name, renders in found.items():
        for what, numbers in renders.items():
            shown = ", ".join(f"{value} {key}" for key, value in numbers.items())
            print(f"{name:>16}  {what:>14}: {shown}")


if __name__ == "__main__":
    main()
