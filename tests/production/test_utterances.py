"""Texts -> speech requests: seeds of alternatives, rules and voices that a caller brings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import Emotion, SpeechRequest
from comfyui_glmtts.glmtts_runtime.preview.engine import PreviewEngine
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.production.cast import cast
from comfyui_glmtts.production.context import RenderContext
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.production.utterances import (
    spoken_lines,
    spoken_text,
    utterances,
    with_other_seeds,
)
from comfyui_glmtts.pronunciation.lexicon.files import parse
from comfyui_glmtts.pronunciation.lexicon.lexicon import EMPTY, Lexicon
from comfyui_glmtts.scripts.parse import parse_script, read_script
from comfyui_glmtts.scripts.tasks import parse_tasks, read_tasks


def voice(name: str, hertz: float) -> Voice:
    tone = np.sin(2 * np.pi * hertz * np.arange(48_000) / 24_000).astype(np.float32)
    return Voice.of(name, Wave(tone, 24_000), "你好")


ANNA, BEN = voice("anna", 220), voice("ben", 110)


def asked(text: str, count: int = 1, seed: int = 0) -> list[SpeechRequest]:
    spoken = spoken_text(text, place=Place("text"), language="zh", lexicon=EMPTY)
    return with_other_seeds(SpeechRequest(spoken=spoken, voice=ANNA, seed=seed), count)


def test_alternatives_differ_in_their_seeds_alone_and_the_first_has_the_seed_asked_for() -> None:
    requests = asked("你好", 5, seed=7)
    assert requests[0].seed == 7
    assert len({request.seed for request in requests}) == 5
    assert len({(request.spoken, request.voice.digest) for request in requests}) == 1


def test_fewer_alternatives_are_the_first_of_more() -> None:
    assert [one.seed for one in asked("好", 3)] == [one.seed for one in asked("好", 8)][:3]


@pytest.mark.parametrize("text", ["", "……", "[pause:1s]", "👍"])
def test_a_text_with_nothing_to_say_is_a_mistake_at_its_place(text: str) -> None:
    with pytest.raises(InputError, match=r"^text: There is nothing to say"):
        asked(text)


def test_rules_of_the_caller_win_over_those_of_the_script(tmp_path: Path) -> None:
    (tmp_path / "own.jsonl").write_text('{"word": "行", "phoneme": "xing2"}\n', "utf-8")
    text = "glmtts: 1\nlexicons: [own.jsonl]\nvoices: {A: leo}\nsegments: [A: 行]\n"
    script = parse_script(tmp_path / "a.yaml", text)
    library = VoiceLibrary([], user=tmp_path / "none")
    context = RenderContext(engine=PreviewEngine(), library=library, store=Store(tmp_path))
    voices = cast(script, library)

    def pinyin(lexicon: Lexicon) -> str | None:
        (request,) = utterances(script, voices, context, lexicon=lexicon)
        return request.spoken.characters[0].pinyin

    assert pinyin(EMPTY) == "xing2"
    assert pinyin(parse('{"word": "行", "phoneme": "hang2"}', "rules")) == "hang2"


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ("auto", "他说四十二。It is forty two."),
        ("zh", "他说四十二。It is四十二。"),
        ("en", "他说forty two. It is forty two."),
    ],
)
def test_a_script_tells_the_language_of_its_numbers(
    numbers: str, said: str, tmp_path: Path
) -> None:
    text = f"glmtts: 1\nnumbers: {numbers}\nvoices: {{A: leo}}\nsegments: [A: 他说42。 It is 42.]\n"
    (spoken,) = spoken_lines(parse_script(tmp_path / "a.yaml", text))
    assert spoken.spoken == said


def test_voices_that_are_given_are_not_looked_for(tmp_path: Path) -> None:
    script = parse_script(tmp_path / "a.txt", "Anna: Hello.\nBen: Yes.\nCleo: No.")
    library = VoiceLibrary([], user=tmp_path / "none", bundled=tmp_path / "none")
    given = {"Anna": ANNA, "Ben": BEN}
    with pytest.raises(InputError) as error:
        cast(script, library, given=given)
    assert [mistake.place.line for mistake in error.value.mistakes] == [3]
    voices = cast(script, library, given={**given, "Cleo": ANNA}).voices
    assert voices == {**given, "Cleo": ANNA}


SCRIPTS = {
    "a.yaml": "glmtts: 1\nvoices: {A: leo}\nsegments: [A: Hello]\n",
    "a.txt": "Anna: Hello.\nBen: Yes.",
    "b.txt": "glmtts: 1\nvoices: {A: leo}\nsegments: [A: Hello]\n",
    "a.srt": "1\n00:00:00,000 --> 00:00:01,000\nHello.\n",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_given_as_text_is_that_of_the_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(SCRIPTS[name], "utf-8")
    assert parse_script(tmp_path / name, SCRIPTS[name]) == read_script(tmp_path / name)


def test_a_task_list_given_as_text_is_that_of_the_file(tmp_path: Path) -> None:
    text = '{"input_text": "好"}\n{"input_text": 3, "seed": "x"}\n'
    (tmp_path / "a.jsonl").write_text(text, "utf-8")
    assert parse_tasks(tmp_path / "a.jsonl", text) == read_tasks(tmp_path / "a.jsonl")


def weights(emotion: Emotion) -> dict[str, float]:
    return {each.name: round(weight, 6) for each, weight in emotion.parts}


def test_a_mix_of_emotions_borrows_from_each_what_its_share_and_strength_are() -> None:
    first = Emotion(parts=((ANNA, 1.0),), strength=1.0)
    second = Emotion(parts=((BEN, 1.0),), strength=0.5)
    mix = Emotion.mixed((first, 0.5), (second, 0.5))
    assert mix.strength == 0.75
    assert weights(mix) == {"anna": round(2 / 3, 6), "ben": round(1 / 3, 6)}
    # What the voice itself, Anna and Ben each count for adds up as if mixed one by one.
    assert mix.strength * mix.parts[0][1] == pytest.approx(0.5)
    assert mix.strength * mix.parts[1][1] == pytest.approx(0.25)


def test_a_mix_that_is_all_of_one_emotion_is_that_emotion() -> None:
    first = Emotion(parts=((ANNA, 0.4), (BEN, 0.6)), strength=0.7)
    mix = Emotion.mixed((first, 1.0), (Emotion(parts=((BEN, 1.0),)), 0.0))
    assert mix.strength == pytest.approx(0.7)
    assert weights(mix) == {"anna": 0.4, "ben": 0.6}


def test_a_mix_of_nothing_keeps_the_voices_own_manner() -> None:
    none = Emotion(parts=((ANNA, 1.0),), strength=0.0)
    mix = Emotion.mixed((none, 0.5), (none, 0.5))
    assert mix.strength == 0
    assert sum(weight for _, weight in mix.parts) == pytest.approx(1)
