"""Draws watch-en.png and watch-zh.png: the status page of a real service, in a real Chromium.

python tests/browser/draw_watch.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parent.parent / "docs" / "images"
sys.path.append(str(HERE.parent / "faults"))

from watch_command import QUICK, Watch  # noqa: E402

VOICES = "glmtts: 1\ntitle: {}\nvoices: {{小雨: xiaoyu, Leo: leo}}\nsegments:\n"
MORNING = VOICES.format("城市早安 第一期") + (
    "  - 小雨: 早上好，欢迎收听《城市早安》。\n"
    "  - Leo: Good morning, and welcome to the show.\n"
    "  - 小雨: 今天我们聊一聊那些被忽略的声音。\n"
    "  - Leo: The sounds that we no longer notice.\n"
)
METRO = VOICES.format("地铁报站 · Metro") + (
    "  - 小雨: 下一站，人民广场。\n  - Leo: The next station is People's Square.\n"
)
TALK = VOICES.format("长谈") + "".join(
    f"  - 小雨: 这是第{number}个城市里的声音。\n  - Leo: Sound number {number} of the city.\n"
    for number in range(1, 37)
)
BROKEN = (
    "glmtts: 1\nvoices: {小雨: xiaoyu, Leo: leo}\nsegments:\n"
    "  - 小语: 各位听众晚上好。\n  - Leo: Good evening.\n    rate: fast\n"
)


def draw(browser: Browser, home: Path, language: str, scheme: str, target: Path) -> None:
    """One picture: two jobs finished, one failed, one under way, one waiting."""
    watch = Watch(home, "--status", "127.0.0.1:0", settings=f"{QUICK}jobs: 1\n")
    try:
        for name, text in (("早安-01.yaml", MORNING), ("metro.yaml", METRO)):
            watch.drop(name, text)
            watch.ended("done", name)
        watch.drop("evening-news.yaml", BROKEN)
        watch.ended("failed", "evening-news.yaml")
        context = browser.new_context(
            viewport={"width": 1120, "height": 800},
            device_scale_factor=1.5,
            locale=language,
            color_scheme=scheme,
        )
        page = context.new_page()
        page.goto(f"{watch.url}/")
        watch.drop("talk.yaml", TALK)
        watch.until(lambda: watch.status()["running"])
        watch.drop("weather.txt", "小雨: 明天多云转晴。\nLeo: Tomorrow will be fine.\n")
        expect(page.locator("#queue li")).to_have_count(1)
        while page.locator("#running .said").count() < 40:
            page.wait_for_timeout(50)
        page.screenshot(path=target, full_page=True)
        context.close()
    finally:
        watch.stop()
    with Image.open(target) as picture:
        picture.convert("RGB").quantize(200).save(target, optimize=True)


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for language, name, scheme in (("en", "en", "light"), ("zh-CN", "zh", "dark")):
            home = Path(tempfile.gettempdir()) / "studio"  # a short path looks best
            home.mkdir()
            try:
                draw(browser, home, language, scheme, PICTURES / f"watch-{name}.png")
            finally:
                shutil.rmtree(home)
        browser.close()


if __name__ == "__main__":
    main()
