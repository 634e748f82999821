"""The review page as a file: what is in it, what cannot get out of it, and that it stays small."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import SpeechRequest, says_pinyin
from comfyui_glmtts.glmtts_runtime.preview.engine import PreviewEngine
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.production.context import RenderContext
from comfyui_glmtts.production.delivery.deliver import Delivered
from comfyui_glmtts.production.delivery.deliverable import Deliverable
from comfyui_glmtts.production.delivery.programme import Programme, programme
from comfyui_glmtts.production.editing.alternatives import Sample
from comfyui_glmtts.production.editing.picks import Picks, match, more_takes, pick_takes
from comfyui_glmtts.production.editing.picks_file import head, read_picks, write_picks
from comfyui_glmtts.production.editing.review import episode_page, takes_page
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.production.timeline import Clip, Mark, Timeline
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Script

VOICE = Voice.of("a", Wave(np.zeros(24_000, np.float32), 24_000), "你好")
RATE = 48_000
HOSTILE = "</script><script>alert(1)</script><!-- ]]> & \"'> <img src=x onerror=alert(1)>"
SCRIPT = f"""\
glmtts: 1
title: {json.dumps(HOSTILE)}
voices: {{甲: xiaoyu, "<b>乙": aming}}
segments:
- chapter: {json.dumps(HOSTILE)}
- 甲: 他姓盖。
- "<b>乙": {json.dumps(HOSTILE)}
- 甲: 今天 30% 折扣。[pause:500ms]好吗？
"""


def read(folder: Path, text: str = SCRIPT) -> Script:
    path = folder / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return read_script(path)


def requests(script: Script) -> list[SpeechRequest]:
    texts = [line.text for line in script.lines]
    spoken = Reader().read_all(texts, language=script.language)
    return [SpeechRequest(spoken=one, voice=VOICE) for one in spoken]


def programme_of(script: Script, folder: Path, seconds: float = 4.0) -> Programme:
    """Every line as long as any other, one after the other."""
    length = round(seconds * RATE)
    clips = tuple(
        Clip(
            line=number,
            speaker=line.speaker,
            text=line.text,
            take="0" * 64,
            start=(number - 1) * length,
            length=length - RATE // 2,
        )
        for number, line in enumerate(script.lines, 1)
    )
    timeline = Timeline(
        rate=RATE,
        channels=2,
        length=len(clips) * length,
        clips=clips,
        marks=(Mark(start=0, title=script.title),),
    )
    context = RenderContext(engine=PreviewEngine(), library=VoiceLibrary([]), store=Store(folder))
    return programme(script, timeline, context, "a b#1?")


def page_of(script: Script, folder: Path, picks: Picks, samples: list[Sample]) -> str:
    whole = programme_of(script, folder)
    names = ["a b#1?.wav", "a b#1?.mp3", "a b#1?.srt"]
    files = tuple(Deliverable(name=name, sha256="", bytes=1, loudness=-16.04) for name in names)
    loud = np.abs(np.sin(np.arange(round(whole.timeline.seconds * 250)) / 40))
    delivered = Delivered(files=files, envelope=loud)
    return episode_page(whole, delivered, requests(script), picks, samples)


def data_of(page: str) -> dict[str, Any]:
    (packed,) = re.findall(r'<script id="data" type="application/json">(.*?)</script>', page, re.S)
    data: dict[str, Any] = json.loads(packed)
    return data


@pytest.fixture
def picks(tmp_path: Path) -> Picks:
    script = read(tmp_path)
    return pick_takes(script, more_takes(script, match(script, ()), [1, 3], 2), {3: 2})


SAMPLES = [
    Sample(line, take, f"takes/000{line}-{take}.mp3", 2.345) for line in (1, 3) for take in (1, 2)
]


def test_the_page_tells_where_every_line_lies_and_how_it_is_read(
    tmp_path: Path, picks: Picks
) -> None:
    data = data_of(page_of(read(tmp_path), tmp_path, picks, SAMPLES))
    assert data["audio"] == ["a b#1?.mp3", "a b#1?.wav"]
    assert (data["seconds"], data["loudness"]) == (12.0, -16.0)
    assert [(line["from"], line["to"]) for line in data["lines"]] == [
        (0.0, 3.5), (4.0, 7.5), (8.0, 11.5),
    ]  # fmt: skip
    first, hostile, last = data["lines"]
    assert first["runs"][-2:] == [["盖", "gě", ["gě", "gài"]], "。"]
    assert "".join(run if isinstance(run, str) else run[0] for run in hostile["runs"]) == HOSTILE
    assert ["30%", "bǎi fēn zhī sān shí"] in last["runs"]
    assert 0.5 in last["runs"]
    assert [take["file"] for take in last["takes"]] == ["takes/0003-1.mp3", "takes/0003-2.mp3"]
    assert (first["pick"], last["pick"]) == (None, 2)
    assert "takes" not in hostile
    bars = base64.b64decode(data["bars"])
    assert len(bars) == round(12.0 / data["step"])
    assert max(bars) == 255


@pytest.mark.parametrize(("as_spoken", "shown"), [(False, "nǐ hǎo bù qù"), (True, "ní hǎo bú qù")])
def test_tones_are_shown_as_they_are_spoken_where_the_engine_says_pinyin(
    as_spoken: bool, shown: str, tmp_path: Path
) -> None:
    text = "glmtts: 1\nvoices: {甲: a}\nsegments: [甲: 你好不去]\n"
    script = read(tmp_path, text)
    page = takes_page(script, {1: requests(script)[0]}, match(script, ()), [], as_spoken=as_spoken)
    assert " ".join(run[1] for run in data_of(page)["lines"][0]["runs"]) == shown


@pytest.mark.parametrize(
    ("name", "as_spoken"), [("kokoro", True), ("preview", True), ("glm-tts", False)]
)
def test_the_engine_tells_whether_it_says_pinyin(name: str, as_spoken: bool) -> None:
    engine = PreviewEngine()
    engine.name = name  # as one elsewhere tells it
    assert says_pinyin(engine) is as_spoken


def test_what_a_script_says_is_never_markup(tmp_path: Path, picks: Picks) -> None:
    script = read(tmp_path)
    for page in (
        page_of(script, tmp_path, picks, SAMPLES),
        takes_page(script, {2: requests(script)[1]}, picks, []),
    ):
        assert page.count("<script") == 2
        assert page.count("</script>") == 2
        assert "<!--" not in page
        assert "<img" not in page
        assert "<b>乙" not in page
        (title,) = re.findall("<title>(.*?)</title>", page)
        assert html.unescape(title) == HOSTILE
        assert data_of(page)["title"] == HOSTILE


def test_only_the_pages_own_style_and_script_may_run_and_nothing_is_fetched(
    tmp_path: Path, picks: Picks
) -> None:
    tame = read(tmp_path, SCRIPT.replace(json.dumps(HOSTILE), "x"))
    page = page_of(tame, tmp_path, picks, SAMPLES)
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)"', page)
    rules = dict(rule.split(" ", 1) for rule in html.unescape(policy).split("; "))
    assert rules.pop("default-src") == "'none'"
    for kind, pattern in (
        ("style", r"<style>(.*?)</style>"),
        ("script", r"<script>(.*?)</script>"),
    ):
        (inside,) = re.findall(pattern, page, re.S)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert rules.pop(f"{kind}-src") == f"'sha256-{digest}'"
    assert rules == {"media-src": "'self' file:", "base-uri": "'none'", "form-action": "'none'"}
    assert not re.search(r"https?://|@import|url\(|\bon\w+=|innerHTML|style=", page)


def test_equal_episodes_have_equal_pages(tmp_path: Path, picks: Picks) -> None:
    pages = {page_of(read(tmp_path), tmp_path, picks, SAMPLES) for _ in range(2)}
    assert len(pages) == 1


def test_the_parts_of_the_file_of_choices_make_the_file_that_would_be_written(
    tmp_path: Path, picks: Picks
) -> None:
    """The page saves these parts, each line's choice between them."""
    script = read(tmp_path)
    data = data_of(page_of(script, tmp_path, picks, SAMPLES))
    entries = [
        line["entry"] + (f"    pick: {line['pick']}\n" if line["pick"] else "")
        for line in data["lines"]
        if "entry" in line
    ]
    text = data["picks"]["head"] + "".join(entries) + data["picks"]["stale"]
    written = write_picks(script, picks)
    assert written.name == data["picks"]["file"]
    assert written.read_text("utf-8") == text
    assert text.startswith(head(script))
    assert [pick.chosen for pick in read_picks(written)] == [None, 2]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.yaml", "a.yaml"),
        ("第1期.yaml", "第1期.yaml"),
        ("my show.yaml", '"my show.yaml"'),
        ("it's $5.yaml", "'it'\"'\"'s $5.yaml'"),
    ],
)
def test_commands_name_the_script_as_a_shell_takes_it(
    name: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("glmtts: 1\nvoices: {甲: a}\nsegments:\n- 甲: 好。\n", encoding="utf-8")
    script = read_script(Path(name))
    page = takes_page(script, {1: requests(script)[0]}, match(script, ()), [])
    assert data_of(page)["script"] == shown


def test_a_take_that_is_written_in_the_script_is_told(tmp_path: Path) -> None:
    script = read(tmp_path, SCRIPT.replace("- 甲: 他姓盖。", "- 甲: 他姓盖。\n  take: 2"))
    page = takes_page(script, {1: requests(script)[0]}, match(script, ()), [])
    assert data_of(page)["lines"][0]["written"] == 2


def test_an_hour_of_a_thousand_lines_is_well_under_a_megabyte_and_a_half(tmp_path: Path) -> None:
    words = "我们沿着河边走了很久，银行的行长说他要去重庆看一看 30% 的折扣。"
    lines = [f"- {'甲' if number % 3 else '乙'}: 第{number}句，{words}\n" for number in range(1000)]
    script = read(tmp_path, "glmtts: 1\nvoices: {甲: a, 乙: b}\nsegments:\n" + "".join(lines))
    picks = more_takes(script, match(script, ()), range(1, 101), 3)
    samples = [
        Sample(line, take, f"takes/{line:04d}-{take}.mp3", 3.0)
        for line in range(1, 101)
        for take in (1, 2, 3)
    ]
    page = page_of(script, tmp_path, picks, samples)
    assert data_of(page)["seconds"] == 4000.0
    assert len(page.encode()) < 1_500_000
