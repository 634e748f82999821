"""The pictures of the review page: the demo episode with a few takes, in English and in Chinese.

python docs/images/make_review.py    (needs the extras `preview` and `dev`, and a Chromium)
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
EPISODE = HERE.parent.parent / "examples" / "podcast"
WIDTH, HEIGHT, DOTS = 1180, 760, 1.5


def episode(folder: Path) -> Path:
    """The review page of the demo episode, with takes of two lines."""
    script = folder / "podcast" / "episode.yaml"
    shutil.copytree(EPISODE, script.parent)
    for arguments in (
        ["render", "episode.yaml", "--lines", "3,5", "--takes", "3"],
        ["takes", "episode.yaml", "pick", "3=2"],
        ["render", "episode.yaml", "--review"],
    ):
        command = [sys.executable, "-m", "comfyui_glmtts", *arguments]
        where = {**os.environ, "GLMTTS_CACHE": str(folder / "cache")}
        subprocess.run(command, cwd=script.parent, env=where, check=True)
    return script.parent / "out" / "episode" / "review.html"


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        page = episode(Path(name)).as_uri()
        found = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for language, scheme in (("en", "light"), ("zh", "dark")):
            context = browser.new_context(
                locale={"en": "en", "zh": "zh-CN"}[language],
                color_scheme=scheme,  # type: ignore[arg-type]
                viewport={"width": WIDTH, "height": HEIGHT},
                device_scale_factor=DOTS,
            )
            opened = context.new_page()
            opened.goto(page)
            opened.evaluate("go(3); audio.currentTime += 2.4; draw(); scrollTo(0, 0)")
            opened.wait_for_timeout(500)
            opened.evaluate("scrollTo(0, 0)")
            opened.wait_for_timeout(500)
            picture = Image.open(io.BytesIO(opened.screenshot()))
            few = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
            few.save(HERE / f"review-{language}.png", optimize=True)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
