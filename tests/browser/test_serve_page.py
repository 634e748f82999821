"""The speech server's page in a real Chromium: a voice tried, and one uploaded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from comfyui_glmtts.glmtts_runtime.voices.library import BUNDLED
from playwright.sync_api import Page, expect
from serve_command import Serve

TOKEN = "a-token-of-some-length"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    server = Serve(tmp_path_factory.mktemp("serve"), GLMTTS_SERVE_TOKEN=TOKEN)
    yield server
    assert server.stop() == 0


def test_enter_type_see_listen_upload_and_choose_the_language(page: Page, server: Serve) -> None:
    page.goto(f"{server.url}/")
    expect(page.locator("#problem")).to_have_text("This server asks for a token.")
    page.fill("#token", TOKEN)
    page.click("#entrance button")
    expect(page.locator("#engine")).to_have_text("preview")
    expect(page.locator("#voice option")).to_have_count(6)

    page.fill("#text", "银行行长")
    expect(page.locator("#reading rt")).to_have_text(["yin2", "hang2", "hang2", "zhang3"])
    page.select_option("#voice", "leo")
    page.fill("#speed", "1.5")
    expect(page.locator("#curl")).to_contain_text(
        '"voice":"leo","response_format":"mp3","speed":1.5'
    )
    page.click("#say")
    expect(page.locator("#sound")).to_be_visible()
    expect(page.locator("#sound")).to_have_js_property("readyState", 4)
    assert page.locator("#sound").evaluate("sound => sound.duration") > 0.5

    page.fill("#name", "mine")
    page.set_input_files("#recording", BUNDLED / "xiaoyu.flac")
    page.fill("#transcript", (BUNDLED / "xiaoyu.txt").read_text("utf-8"))
    page.check("#consent")
    page.click("#keep")
    expect(page.locator("#quality li").first).to_have_text("mine can be chosen now.")
    expect(page.locator("#voice")).to_have_value("mine")

    page.click("#language")
    expect(page.locator("h1")).to_have_text("试听声音")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_a_mistake_is_shown_in_the_servers_words(page: Page, server: Serve) -> None:
    page.goto(f"{server.url}/")
    page.fill("#token", TOKEN)
    page.click("#entrance button")
    expect(page.locator("#voice option")).to_have_count(7)
    page.fill("#text", "……")
    page.click("#say")
    expect(page.locator("#problem")).to_contain_text("nothing to say")
