"""The status page in a real Chromium against a real service on the preview engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from watch_command import BROKEN, Watch

LONG = "glmtts: 1\ntitle: 长谈\nvoices: {小雨: xiaoyu, Leo: leo}\nsegments:\n" + "".join(
    f"  - 小雨: 这是第{number}个城市里的声音。\n  - Leo: Sound number {number} of the city.\n"
    for number in range(1, 25)
)


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    watch = Watch(tmp_path_factory.mktemp("watch"), "--status", "127.0.0.1:0")
    yield watch
    assert watch.stop() == 0


def choose(page: Page, *files: tuple[str, str]) -> None:
    """Give files to the page as somebody who picks them."""
    page.set_input_files(
        "#files",
        [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files],
    )


def until(page: Page, expression: str, tries: int = 400) -> None:
    """Wait until JavaScript says yes; the page's own policy forbids Playwright's way to wait."""
    for _ in range(tries):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(expression)


def test_drop_watch_play_break_read_fix_retry(page: Page, watch: Watch) -> None:
    page.goto(f"{watch.url}/")
    expect(page.locator("#state")).to_have_text("Watching")
    expect(page.locator("#nothing")).to_be_visible()

    # Drop, with a mouse: the files travel in the drop event.
    transfer = page.evaluate_handle(
        """([name, text]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([text], name));
          return transfer;
        }""",
        ["长谈.yaml", LONG],
    )
    page.dispatch_event("#drop", "dragover", {"dataTransfer": transfer})
    expect(page.locator("#drop")).to_have_class("over")
    page.dispatch_event("#drop", "drop", {"dataTransfer": transfer})
    expect(page.locator("#toast")).to_have_text("长谈.yaml is in the inbox.")

    # Watch it line by line.
    running = page.locator("#running .card", has_text="长谈.yaml")
    expect(running.locator(".beads i")).to_have_count(48)
    expect(running.locator(".meta")).to_contain_text("of 48")
    until(page, "document.querySelectorAll('#running .beads .said').length > 5")
    early = running.locator(".beads .said").count()
    until(page, f"document.querySelectorAll('#running .beads .said').length > {early}")

    # Play.
    done = page.locator("#done .card", has_text="长谈")
    expect(done).to_be_visible(timeout=60_000)
    expect(running).to_have_count(0)
    with page.expect_response(lambda answer: answer.url.endswith(".mp3")) as sent:
        done.get_by_role("button", name="Play 长谈.yaml").click()
    assert sent.value.status == 206  # a player asks for ranges
    until(page, "document.querySelector('#done audio').currentTime > 0.3")
    expect(done.get_by_role("button", name="Pause 长谈.yaml")).to_be_visible()

    # Jump to a line.
    done.locator("summary").click()
    expect(done.locator(".picture")).to_be_visible()
    done.locator(".spoken button").nth(40).click()
    until(page, "document.querySelector('#done audio').currentTime > 60")
    until(page, "document.querySelector('.spoken .now b') !== null")
    done.get_by_role("button", name="Pause 长谈.yaml").click()
    with page.expect_download() as download:
        done.get_by_role("link", name="长谈.srt").click()
    assert "第24个城市" in Path(download.value.path()).read_text("utf-8")

    # Break, and read the report.
    choose(page, ("greeting.yaml", BROKEN))
    failed = page.locator("#failed .card", has_text="greeting.yaml")
    expect(failed).to_contain_text("The file has mistakes")
    expect(failed.locator(".place")).to_have_text("greeting.yaml:4:5")
    expect(failed.locator(".remedy")).to_have_text('Did you mean "Ann"?')

    # Trying again without a change fails again.
    failed.get_by_role("button", name="Try again").click()
    expect(page.locator("#toast")).to_have_text("greeting.yaml is tried again.")
    expect(failed).to_be_visible()

    # Fix: the wrong line is chosen, and what is typed replaces it.
    failed.get_by_role("button", name="Edit").click()
    expect(page.locator("#text")).to_have_value(BROKEN)
    expect(page.locator("#gutter b")).to_have_text("4")
    page.keyboard.type("  - Ann: Good morning.")
    page.get_by_role("button", name="Send again").click()
    expect(page.locator("#done .card", has_text="greeting.yaml")).to_be_visible(timeout=30_000)
    expect(failed).to_have_count(0)
    assert "Ann: Good" in (watch.inbox / "done" / "greeting.yaml").read_text()


def test_the_failed_script_is_retried_after_a_repair_on_disk(page: Page, watch: Watch) -> None:
    page.goto(f"{watch.url}/")
    choose(page, ("disk.yaml", BROKEN))
    failed = page.locator("#failed .card", has_text="disk.yaml")
    expect(failed).to_be_visible(timeout=30_000)
    (watch.inbox / "failed" / "disk.yaml").write_text(BROKEN.replace("Anne", "Ann"))
    failed.get_by_role("button", name="Try again").click()
    expect(page.locator("#done .card", has_text="disk.yaml")).to_be_visible(timeout=30_000)


def test_each_file_of_a_list_is_heard(page: Page, watch: Watch) -> None:
    page.goto(f"{watch.url}/")
    tasks = [{"output_name": name, "input_text": f"{name}!"} for name in ("one", "two", "three")]
    choose(page, ("list.jsonl", "\n".join(map(json.dumps, tasks))))
    done = page.locator("#done .card", has_text="list.jsonl")
    done.locator("summary").click(timeout=30_000)
    done.get_by_role("button", name="two.wav").click()
    until(page, "document.querySelector('#done audio').currentTime > 0.1")
    assert page.evaluate("document.querySelector('#done audio').src").endswith("/two.wav")


def test_a_job_is_cancelled(page: Page, watch: Watch) -> None:
    page.goto(f"{watch.url}/")
    text = LONG.replace("声音", "光").replace("Sound", "Light")
    page.check("#urgent")
    choose(page, ("slow.yaml", text))
    running = page.locator("#running .card", has_text="slow.yaml")
    running.get_by_role("button", name="Cancel").click(timeout=30_000)
    expect(page.locator("#failed .card", has_text="slow.yaml")).to_contain_text("Cancelled")


def test_what_people_write_is_never_taken_for_html(page: Page, watch: Watch) -> None:
    name = "<img src=x onerror=alert(1)>.yaml"
    watch.drop(name, 'glmtts: 1\nvoices: {A: leo}\nsegments: [{"<b>": <i>x</i>}]\n')
    title, line = "<script>alert(1)</script>", "1 <b>bold</b> <img>"
    script = f"glmtts: 1\ntitle: '{title}'\nvoices: {{A: leo}}\nsegments: [{{A: '{line}'}}]\n"
    watch.drop("html.yaml", script)
    page.goto(f"{watch.url}/")
    expect(page.locator("#failed .card", has_text=name)).to_be_visible(timeout=30_000)
    done = page.locator("#done .card", has_text="<script>alert(1)</script>")
    expect(done).to_be_visible(timeout=30_000)
    done.locator("summary").click()
    expect(done.locator(".spoken")).to_contain_text("<b>bold</b> <img>")
    assert page.locator("img[src=x], main b:not(.spoken b, .count), main script").count() == 0


HOSTILE = "<img src=x onerror=owned=1>"
"""What a browser that took it for HTML would run"""


def hostile_drops(inbox: Path) -> None:
    """The mark in every name and text that reaches the page; a slash stands in no file's name."""
    quotes = "x\" onmouseover='owned=1' `{HOSTILE}"
    for name in (f"{HOSTILE}.txt.bin", f"{HOSTILE}.csv", f"{HOSTILE}.srt", f"{quotes[:40]}.yaml"):
        (inbox / name).write_text(f"{HOSTILE}\n", "utf-8")
    (inbox / "names.yaml").write_text(
        f"glmtts: 1\ntitle: '{HOSTILE}'\nvoices: {{'{HOSTILE}': leo}}\n"
        f"output: {{formats: [wav], name: '<b onclick=owned=1>'}}\nsegments:\n"
        f"  - chapter: '{HOSTILE}'\n  - '{HOSTILE}': '1 {HOSTILE}'\n",
        "utf-8",
    )
    (inbox / "good.yaml").write_text(
        f"glmtts: 1\ntitle: '{HOSTILE}'\nvoices: {{'{HOSTILE}': leo}}\noutput: {{formats: [wav]}}\n"
        f"segments:\n  - chapter: '{HOSTILE}'\n  - '{HOSTILE}': '1 {HOSTILE}'\n",
        "utf-8",
    )
    tasks = [{"output_name": f"a{number}", "input_text": HOSTILE} for number in (1, 2)]
    (inbox / "list.jsonl").write_text("\n".join(map(json.dumps, tasks)), "utf-8")
    (inbox / "queue-call.csv").write_text(f'id,ticket,number\n"{HOSTILE}","{HOSTILE}",3\n', "utf-8")


def test_no_name_that_reaches_the_page_is_run(page: Page, tmp_path: Path) -> None:
    home = tmp_path / HOSTILE.replace(" ", "\u00a0")
    (home / "inbox").mkdir(parents=True)
    hostile_drops(home / "inbox")
    watch = Watch(home, "--status", "127.0.0.1:0")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"{watch.url}/")
    expect(page.locator("#done .card", has_text="good.yaml")).to_be_visible(timeout=60_000)
    watch.until(lambda: not sum(watch.status()["counts"].get(x, 0) for x in ("queued", "running")))
    (home / "watch.yaml").write_text(f"watch: 1\n'{HOSTILE}': 1\n", "utf-8")
    watch.until(lambda: "were not taken over" in watch.log.read_text())
    page.reload()
    expect(page.locator("#failed .card").first).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    for edit in page.get_by_role("button", name="Edit").all():
        edit.click()
        expect(page.locator("#editor")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#editor")).to_be_hidden()
    page.get_by_role("button", name="中文").click()
    page.wait_for_timeout(1500)
    assert HOSTILE in page.content().replace("&lt;", "<").replace("&gt;", ">")
    assert page.evaluate("typeof owned") == "undefined"
    assert page.locator("[onerror], [onclick], [onmouseover], img[src=x]").count() == 0
    assert not [url for url in asked if not url.startswith(watch.url)]
    assert watch.stop() == 0


def test_the_language_is_switched_and_kept(page: Page, watch: Watch) -> None:
    page.goto(f"{watch.url}/")
    expect(page.locator("h1")).to_have_text("Watched folder")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("监视文件夹")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.reload()
    expect(page.locator("#state")).to_have_text("监视中")


def test_a_chinese_browser_gets_a_chinese_page(browser: Browser, watch: Watch) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{watch.url}/")
    expect(page.locator("h1")).to_have_text("监视文件夹")
    context.close()


def test_both_languages_have_the_same_words(page: Page, watch: Watch) -> None:
    page.goto(f"{watch.url}/")
    missing = page.evaluate(
        """async () => {
          const { words } = await import(new URL("assets/words.js", location).href);
          const keys = (part) => Object.keys(part).sort().join();
          return keys(words.en) !== keys(words.zh) ? "words"
            : keys(words.en.endings) !== keys(words.zh.endings) ? "endings" : "";
        }"""
    )
    assert missing == ""


def test_the_page_is_worked_by_the_keyboard_alone(page: Page, watch: Watch) -> None:
    page.goto(f"{watch.url}/")
    choose(page, ("keys.yaml", BROKEN))
    expect(page.locator("#failed .card", has_text="keys.yaml")).to_be_visible(timeout=30_000)
    page.locator("#failed .card", has_text="keys.yaml").get_by_role("button", name="Edit").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#editor")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#editor")).to_be_hidden()
    for id in ("language", "files", "urgent"):
        page.locator(f"#{id}").focus()
        assert page.evaluate("document.activeElement.id") == id


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_nothing_is_wider_than_the_screen(width: int, page: Page, watch: Watch) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    watch.drop("a-very-long-name-" + "x" * 120 + ".yaml", BROKEN)
    page.goto(f"{watch.url}/")
    expect(page.locator("#failed .card", has_text="a-very-long-name")).to_be_visible(timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_service_that_is_gone_and_comes_back_is_told(page: Page, tmp_path: Path) -> None:
    watch = Watch(tmp_path, "--status", "127.0.0.1:0")
    port = watch.url.rpartition(":")[2]
    page.goto(f"{watch.url}/")
    expect(page.locator("#state")).to_have_text("Watching")
    watch.stop()
    expect(page.locator("#state")).to_have_text("Not connected")
    watch = Watch(tmp_path, "--status", f"127.0.0.1:{port}")
    expect(page.locator("#state")).to_have_text("Watching", timeout=30_000)
    watch.stop()


def test_a_token_opens_the_page(page: Page, tmp_path: Path) -> None:
    watch = Watch(tmp_path, "--status", "127.0.0.1:0", GLMTTS_WATCH_TOKEN="a-token-of-some-length")
    page.goto(f"{watch.url}/")
    page.fill("#token", "a-token-of-some-length")
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text("Watching")
    choose(page, ("a.yaml", BROKEN))
    expect(page.locator("#failed .card", has_text="a.yaml")).to_be_visible(timeout=30_000)
    assert watch.stop() == 0
