"""A label that is heard: in the two example shows, at China's pace, and as a rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.audio.chimes import chime
from comfyui_glmtts.audio.loudness import loudness
from comfyui_glmtts.glmtts_runtime.engines import open_engine
from comfyui_glmtts.glmtts_runtime.options import EngineOptions
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.mistakes import Place
from comfyui_glmtts.production.context import RenderContext
from comfyui_glmtts.production.delivery.audio_file import recording_of
from comfyui_glmtts.production.delivery.programme import Programme
from comfyui_glmtts.production.render import prepare, speak
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.production.text_tracks.captions import captions
from comfyui_glmtts.progress import unwatched
from comfyui_glmtts.scripts.audible_label import labelled
from comfyui_glmtts.scripts.disclosure import Audible, Disclosure
from comfyui_glmtts.scripts.parse import parse_script
from comfyui_glmtts.scripts.script import Script
from comfyui_glmtts.scripts.show import read_episode, read_show

SHOWS = Path(__file__).parents[2] / "examples" / "shows"
SPOKEN = Disclosure(rules=("cn",), audible=Audible())
SENTENCE = "本节目的语音由人工智能生成。"


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RenderContext]:
    folder = tmp_path_factory.mktemp("labels")
    engine = open_engine(EngineOptions(engine="preview"), Place)
    library = VoiceLibrary([], user=folder / "voices")
    yield RenderContext(engine=engine, library=library, store=Store(folder / "store"))
    engine.close()


def spoken(script: Script, disclosure: Disclosure, context: RenderContext) -> Programme:
    told = labelled(replace(script, disclosure=disclosure))
    return speak(prepare(told, context), context).programme


def episode(name: str) -> Script:
    show = read_show(SHOWS / name)
    return read_episode(show, show.episodes()[0])


@pytest.mark.parametrize("name", ["tingjian", "table-for-three"])
def test_an_example_show_says_it_first_in_its_chapter_subtitles_and_loudness(
    name: str, context: RenderContext
) -> None:
    programme = spoken(episode(name), SPOKEN, context)
    timeline = programme.timeline
    label, first, *_ = timeline.clips
    assert (label.line, label.text, label.start) == (1, SENTENCE, 0)
    assert timeline.marks[0].start == 0
    assert timeline.marks[1].start > label.length
    assert min(bed.start for bed in timeline.beds) >= label.length  # the music begins after it
    assert SENTENCE in captions(timeline).srt.split("\n\n")[0]
    assert 120 <= 13 / (label.length / timeline.rate) * 60 <= 160

    heard = recording_of(programme, unwatched)
    part = heard.samples[:, : label.length]
    speech = heard.samples[:, first.start : timeline.clips[4].start]
    assert loudness(part, heard.rate) == pytest.approx(loudness(speech, heard.rate), abs=3)


PLACES = [
    (Audible(), 0),
    (Audible(at="chapter", chapter="尾声"), 1),
    (Audible(at="end"), 2),
]
SCRIPT = """\
glmtts: 1
voices: {A: xiaoyu, B: leo}
segments:
- chapter: 开场
- A: 大家好，欢迎收听。
- chapter: 尾声
- B: 再见。
"""


@pytest.mark.parametrize(("audible", "index"), PLACES)
def test_it_is_heard_where_it_was_asked_for(
    audible: Audible, index: int, context: RenderContext
) -> None:
    script = parse_script(Path("a.yaml"), SCRIPT)
    timeline = spoken(script, Disclosure(audible=audible), context).timeline
    assert [clip.text == SENTENCE for clip in timeline.clips] == [n == index for n in range(3)]
    start = timeline.clips[index].start
    assert [start == mark.start for mark in timeline.marks] == [index == 0, index == 1]


def test_another_voice_may_say_it(context: RenderContext) -> None:
    script = parse_script(Path("a.yaml"), SCRIPT)
    told = Disclosure(audible=Audible(voice="aming"))
    assert spoken(script, told, context).timeline.clips[0].speaker == "aming"


def beeps(sound: np.ndarray, rate: int) -> list[tuple[float, float]]:
    """Start and length in s of everything above a tenth of the peak."""
    step = rate // 200
    blocks = np.abs(sound[: len(sound) // step * step].reshape(-1, step)).max(1)
    on = np.concatenate([[0], blocks > 0.1 * blocks.max(), [0]]).astype(int)
    starts, ends = np.flatnonzero(np.diff(on) == 1), np.flatnonzero(np.diff(on) == -1)
    return [(a / 200, (b - a) / 200) for a, b in zip(starts, ends, strict=True)]


RHYTHM = [(0, 0.12), (0.24, 0.36), (0.96, 0.12), (1.2, 0.12)]
"""s; short-long, short-short: dots of 0.12 s, a dash and the gap between letters three of them"""


@pytest.mark.parametrize("rate", [24_000, 48_000])
def test_the_rhythm_measures_as_morse_has_it(rate: int) -> None:
    found = np.array(beeps(chime("ai", rate)[0], rate))
    assert found == pytest.approx(np.array(RHYTHM), abs=0.021)


def test_the_rhythm_is_heard_in_the_finished_sound(context: RenderContext) -> None:
    script = parse_script(Path("a.yaml"), SCRIPT)
    programme = spoken(script, Disclosure(audible=Audible(kind="morse")), context)
    (bed,) = programme.timeline.beds
    assert bed.start == 0
    assert programme.timeline.clips[0].start > bed.length
    heard = recording_of(programme, unwatched)
    found = np.array(beeps(heard.samples[0, : bed.length], heard.rate))
    assert found == pytest.approx(np.array(RHYTHM), abs=0.021)
