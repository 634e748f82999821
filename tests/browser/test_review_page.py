"""The review page of a real episode in a real Chromium, opened from disk with no server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from comfyui_glmtts.production.editing.picks_file import read_picks
from playwright.sync_api import Browser, Page, Route, expect

SCRIPT = """\
glmtts: 1
title: <i>河边</i> & 山上
voices: {小雨: xiaoyu, 阿明: aming}
output: {formats: [mp3, wav], review: yes}
segments:
- chapter: 出发
- 小雨: 早上好，今天去哪儿？
- 阿明: 我们去河边，走 3.5 公里。
- 小雨: 这位先生姓盖，你来吧。
- chapter: "<b>河边</b>"
- 阿明: 我说<script>alert(1)</script>，好风景。
- 小雨: 是啊，真好。
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `glmtts` has put an episode with three takes of two lines, the second one chosen."""
    where = tmp_path_factory.mktemp("review")
    (where / "第1期.yaml").write_text(SCRIPT, encoding="utf-8")
    for arguments in (
        ["render", "第1期.yaml", "--lines", "2-3", "--takes", "3"],
        ["takes", "第1期.yaml", "pick", "2=2"],
        ["render", "第1期.yaml"],
    ):
        subprocess.run(
            [sys.executable, "-m", "comfyui_glmtts", *arguments],
            cwd=where,
            env={**os.environ, "GLMTTS_CACHE": str(where / "cache"), "XDG_DATA_HOME": str(where)},
            check=True,
            capture_output=True,
        )
    return where


@pytest.fixture
def review(page: Page, folder: Path) -> Iterator[Page]:
    """The page, which may say nothing on the console."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.goto((folder / "out" / "第1期" / "review.html").as_uri())
    yield page
    assert said == []


def lines(folder: Path) -> list[dict[str, Any]]:
    manifest = json.loads((folder / "out" / "第1期" / "manifest.json").read_text("utf-8"))
    found: list[dict[str, Any]] = manifest["lines"]
    return found


def seconds(page: Page) -> float:
    return float(page.evaluate("audio.currentTime"))


def now(page: Page) -> str:
    return page.locator(".line.now .number").inner_text()


def until(page: Page, true: str) -> None:
    """Wait for an expression; Playwright's own waiting is what the page's policy forbids."""
    deadline = time.monotonic() + 20
    while not page.evaluate(true):
        assert time.monotonic() < deadline, true
        page.wait_for_timeout(20)


def pixels(page: Page, canvas: str) -> int:
    """How many different colours there are on a canvas."""
    return int(
        page.evaluate(
            """id => { const c = document.getElementById(id);
            const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
            return new Set(new Uint32Array(d.buffer)).size }""",
            canvas,
        )
    )


def test_it_shows_the_episode_and_what_scripts_say_is_only_text(review: Page) -> None:
    expect(review.locator("h1")).to_have_text("<i>河边</i> & 山上")
    expect(review.locator("h2").nth(1)).to_have_text("<b>河边</b>")
    expect(review.locator(".line")).to_have_count(5)
    assert "<script>alert(1)</script>" in review.locator("#line-4").evaluate(
        "line => [...line.querySelectorAll('rt')].forEach(rt => rt.remove()) || line.textContent"
    )
    assert "5 lines · 2 voices · -1" in review.locator("#about").inner_text()
    assert review.locator("script").count() == 2
    assert pixels(review, "dim") > 3
    assert pixels(review, "near") > 3


def test_a_click_on_a_line_plays_it_from_where_it_begins(review: Page, folder: Path) -> None:
    review.evaluate("audio.onseeking = () => { window.sought = audio.currentTime }")
    for number in (4, 2):
        review.locator(f"#line-{number} .words").click()
        begin = lines(folder)[number - 1]["start"]
        until(review, f"Math.abs(window.sought - {begin}) <= 0.002")
        until(review, f"!audio.paused && audio.currentTime > {begin}")
        assert now(review) == str(number)
    until(review, f"audio.currentTime > {lines(folder)[2]['start']}")
    until(review, "document.querySelector('.line.now .number').textContent === '3'")


def test_the_sound_at_a_lines_offset_is_that_line(page: Page, folder: Path) -> None:
    """As the browser decodes it, between two lines there is silence and in a line there is not."""

    def answer(route: Route) -> None:  # from disk no page may look into its sound
        name = unquote(urlsplit(route.request.url).path)[1:]
        body = (folder / "out" / "第1期" / name).read_bytes()
        first = int(route.request.headers.get("range", "bytes=0-")[6:].split("-")[0])
        span = f"bytes {first}-{len(body) - 1}/{len(body)}"
        headers = {"Content-Range": span, "Accept-Ranges": "bytes"}
        kind = "audio/mpeg" if name.endswith("mp3") else "text/html"
        route.fulfill(status=206, body=body[first:], headers=headers, content_type=kind)

    page.route("http://localhost/**", answer)
    page.goto("http://localhost/review.html")
    for number, silent in ((2, True), (2, False), (5, True), (5, False)):
        level = page.evaluate(
            """async ([index, silent]) => {
                const context = window.context ??= new AudioContext();
                if (!window.meter) {
                    window.meter = context.createAnalyser();
                    context.createMediaElementSource(audio).connect(meter);
                }
                const begin = lines[index].from + (silent ? -0.35 : 0.1);
                audio.currentTime = begin;
                await new Promise(done => audio.addEventListener("seeked", done, {once: true}));
                await audio.play();
                const samples = new Float32Array(meter.fftSize);
                let most = 0;
                while (audio.currentTime < lines[index].from + (silent ? -0.1 : 0.4)) {
                    await new Promise(requestAnimationFrame);
                    meter.getFloatTimeDomainData(samples);
                    if (audio.currentTime > begin + 0.1) // what the meter held before is gone
                        most = Math.max(most, ...samples.map(Math.abs));
                }
                audio.pause();
                return most;
            }""",
            [number - 1, silent],
        )
        assert level < 0.01 if silent else level > 0.1


def test_readings_are_shown_and_the_doubtful_ones_say_why(review: Page) -> None:
    expect(review.locator("#line-2 ruby.said rt")).to_have_text(
        "sān dián wǔ"
    )  # as the engine says it
    doubtful = review.locator("#line-3 .doubt")
    expect(doubtful).to_have_attribute("title", "dictionaries say gě, the network says gài.")
    why = review.locator("#line-3 .reasons")
    expect(why).to_be_hidden()
    review.locator("#line-3").click()
    expect(why).to_have_text(
        "盖: dictionaries say gě, the network says gài. Write {盖|gě} or {盖|gài} to settle it."
    )
    assert review.locator("#line-1 rt").first.is_visible()
    review.locator("#readings").click()
    assert not review.locator("#line-1 rt").first.is_visible()
    assert doubtful.locator("rt").is_visible()


def test_filters_leave_the_lines_that_are_asked_for(review: Page) -> None:
    def left() -> list[str]:
        return review.locator(".line:visible .number").all_inner_texts()

    review.locator("#doubtful").click()
    assert left() == ["3"]
    assert review.locator("h2:visible").all_inner_texts() == ["出发"]
    review.locator("#doubtful").click()
    review.locator("#speakers button", has_text="阿明").click()
    assert left() == ["2", "4"]
    review.locator("#alternatives").click()
    assert left() == ["2"]
    review.locator("#search").fill("没有")
    assert left() == []
    expect(review.locator("#none")).to_be_visible()


def test_takes_are_heard_and_chosen_and_the_choice_is_a_command_and_a_file(
    review: Page, folder: Path, tmp_path: Path
) -> None:
    takes = review.locator("#line-2 .take")
    expect(takes).to_have_count(3)
    assert takes.nth(1).locator("input").is_checked()
    takes.nth(2).locator("button").click()
    until(review, "!sampler.paused && sampler.currentTime > 0")
    assert "0002-3.mp3" in review.evaluate("sampler.src")
    assert review.evaluate("audio.paused")
    expect(review.locator("#orders")).to_be_hidden()
    takes.nth(2).locator("input").check()
    review.locator("#line-3 .take").nth(0).locator("input").check()
    command = review.locator("#orders code")
    expect(command).to_have_text("glmtts takes 第1期.yaml pick 2=3")
    review.locator("#line-3 .take").nth(2).locator("input").check()
    expect(command).to_have_text("glmtts takes 第1期.yaml pick 2=3 3=3")
    with review.expect_download() as started:
        review.locator("#orders button", has_text="Save").click()
    assert started.value.suggested_filename == "第1期.takes.yaml"
    started.value.save_as(tmp_path / "saved.yaml")
    before = (folder / "第1期.takes.yaml").read_text("utf-8").split("lines:")[0]
    assert (tmp_path / "saved.yaml").read_text("utf-8").startswith(before)
    assert [pick.chosen for pick in read_picks(tmp_path / "saved.yaml")] == [3, 3]


def test_lines_can_be_asked_for_again(review: Page) -> None:
    for number in (1, 2, 3, 5):
        review.locator(f"#line-{number} .again").click()
    expect(review.locator("#orders code")).to_have_text(
        "glmtts render 第1期.yaml --lines 1-3,5 --takes 5"
    )


def test_everything_works_by_keyboard(review: Page, folder: Path) -> None:
    press = review.keyboard.press
    press("ArrowDown")
    press("ArrowDown")
    assert now(review) == "2"
    begin = lines(folder)[1]["start"]
    assert seconds(review) == pytest.approx(begin, abs=0.01)
    press("Space")
    until(review, "!audio.paused")
    press("Space")
    assert review.evaluate("audio.paused")
    press("ArrowLeft")
    assert seconds(review) == pytest.approx(max(0, begin - 5), abs=1)
    press("ArrowDown")
    press("ArrowDown")
    press("3")
    until(review, "!sampler.paused")
    press("Shift+Digit3")
    expect(review.locator("#orders code")).to_contain_text("=3")
    press("r")
    expect(review.locator("#orders code")).to_have_count(2)
    press("d")
    assert review.locator(".line:visible").count() == 1
    press("/")
    review.keyboard.type("12 d")
    assert review.locator("#search").input_value() == "12 d"


def test_after_a_mouse_click_the_keys_are_the_pages_again(review: Page) -> None:
    review.locator("#readings").click()
    review.locator("#line-2 .take").nth(0).locator("input").check()
    review.keyboard.press("Space")
    until(review, "!audio.paused")
    assert review.locator("#readings").get_attribute("aria-pressed") == "false"


def test_the_page_follows_what_is_heard_unless_somebody_scrolled_away(
    review: Page, folder: Path
) -> None:
    review.set_viewport_size({"width": 900, "height": 420})
    for away in (False, True):
        review.evaluate("audio.currentTime = lines[2].to - 0.4; mark(2); show(2)")
        review.wait_for_timeout(700)  # smooth scrolling
        if away:
            review.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        review.evaluate("audio.play()")
        until(review, "now === 3")
        review.wait_for_timeout(700)
        review.evaluate("audio.pause()")
        assert review.evaluate("seen(3)") is not away


def test_one_line_at_a_time_stops_where_the_line_ends(review: Page, folder: Path) -> None:
    review.locator("#single").check()
    review.locator("#line-5 .words").click()
    until(review, "!audio.paused")
    until(review, "audio.paused")
    assert seconds(review) == pytest.approx(lines(folder)[4]["end"], abs=0.5)


def test_the_waveform_is_a_place_to_click(review: Page, folder: Path) -> None:
    box = review.locator("#whole").bounding_box()
    assert box
    review.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    half = review.evaluate("data.seconds / 2")
    assert seconds(review) == pytest.approx(half, abs=half / box["width"] * 4)
    review.locator("#chapters button").nth(1).click()
    assert now(review) == "4"


def test_it_speaks_both_languages(review: Page, browser: Browser, folder: Path) -> None:
    expect(review.locator("#doubtful")).to_have_text("Doubtful 1")
    assert review.evaluate("document.documentElement.lang") == "en"
    review.locator("#language").click()
    expect(review.locator("#doubtful")).to_have_text("存疑 1")
    expect(review.locator("#line-2 .take.used label")).to_contain_text("已选用")
    assert review.evaluate("document.documentElement.lang") == "zh-CN"
    chinese = browser.new_context(locale="zh-CN").new_page()
    chinese.goto(review.url)
    expect(chinese.locator("#search")).to_have_attribute("placeholder", "搜索")
    chinese.context.close()


def test_it_is_readable_on_a_phone(review: Page) -> None:
    review.set_viewport_size({"width": 360, "height": 740})
    assert review.evaluate("document.documentElement.scrollWidth") == 360
    box = review.locator("#line-1 .words").bounding_box()
    assert box
    assert box["width"] > 250


@pytest.mark.parametrize("width", [360, 420])
def test_every_filter_is_in_reach_on_a_phone(review: Page, width: int) -> None:
    review.set_viewport_size({"width": width, "height": 800})
    for button in review.locator("#tools button").all():
        box = button.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    tools = review.locator("#tools").bounding_box()
    assert tools
    assert tools["y"] + tools["height"] < 400  # half of the screen is for lines
    # What is played and how long it is: two lines, not cut within.
    assert review.evaluate("byId('clock').getClientRects()[0].height") < 30
    again = review.locator("#line-1 .again").bounding_box()
    assert again
    assert min(again["width"], again["height"]) >= 32


def test_takes_alone_have_a_page_of_their_own(page: Page, folder: Path) -> None:
    page.goto((folder / "out" / "第1期-takes" / "takes.html").as_uri())
    expect(page.locator(".line")).to_have_count(2)
    expect(page.locator("#deck")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    until(page, "!sampler.paused && sampler.currentTime > 0")
    assert "0002-1.mp3" in page.evaluate("sampler.src")
    page.keyboard.press("Shift+Digit2")
    expect(page.locator("#orders code")).to_have_text("glmtts takes 第1期.yaml pick 2=2")
    expect(page.locator("#orders button")).to_have_count(1)
