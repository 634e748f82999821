"""Voices, dictionaries, emotions and speech, wired as people wire them and run in real servers."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.glmtts_runtime.voices.library import BUNDLED

from .conftest import Server
from .prompt import Node, core, glmtts, heard, played, shown

VOICE = glmtts("LibraryVoice", voice="leo")


def text(server: Server, prompt: dict[str, Node], node: str) -> str:
    """What a prompt shows at one of its PreviewAny nodes."""
    ran = server.run(prompt)
    assert ran.error is None, ran.error
    found: str = ran.outputs[node]["text"][0]
    return found


def sound(server: Server, prompt: dict[str, Node], node: str) -> np.ndarray:
    """The samples that a prompt plays at one of its PreviewAudio nodes. [C, T]"""
    ran = server.run(prompt)
    assert ran.error is None, ran.error
    return heard(server.file(ran.outputs[node]["audio"][0])).samples


def test_a_synthesize_node_by_itself_speaks(server: Server) -> None:
    prompt = {
        "1": glmtts("Synthesize", text="你好！Hello! 一共3.5元。"),
        "2": played("1"),
        "3": core("SaveAudio", audio=["1", 0], filename_prefix="core"),
    }
    assert 2 < sound(server, prompt, "2").shape[1] / 24_000 < 6
    assert len(list((server.base / "output").glob("core_*.flac"))) == 1


def test_what_is_said_is_shown_in_words(server: Server) -> None:
    prompt = {"1": glmtts("Synthesize", text="一共3.5元。"), "2": shown("1", 2)}
    assert text(server, prompt, "2") == "一共三点五元。"


def test_a_pause_and_a_slower_speed_make_it_longer(newest: Server) -> None:
    lengths = []
    for inputs in (
        {"text": "好的。"},
        {"text": "好[pause:700ms]的。"},
        {"text": "好的。", "speed": 0.5},
    ):
        prompt = {"1": glmtts("Synthesize", **inputs), "2": played("1")}
        lengths.append(sound(newest, prompt, "2").shape[1])
    assert lengths[1] > lengths[0] + 12_000
    assert lengths[2] > lengths[0] * 1.5


def test_of_several_takes_any_can_be_picked_and_had_again_by_its_seed(server: Server) -> None:
    prompt = {
        "1": glmtts("Synthesize", text="选一个。", takes=3, seed=5),
        "2": glmtts("PickTake", takes=["1", 1], number=1),
        "3": glmtts("PickTake", takes=["1", 1], number=3),
        "4": glmtts("Synthesize", text="选一个。", seed=["3", 1]),
        **{str(node): played(str(node - 10)) for node in (11, 12, 13, 14)},
    }
    ran = server.run(prompt)
    assert ran.error is None
    first, picked, third, again = (
        heard(server.file(ran.outputs[str(node)]["audio"][0])).samples for node in (11, 12, 13, 14)
    )
    assert np.array_equal(first, picked)
    assert np.array_equal(third, again)


def test_a_take_that_is_not_there_is_told_on_the_node_that_wants_it(server: Server) -> None:
    prompt = {
        "1": glmtts("Synthesize", text="两个。", takes=2),
        "2": glmtts("PickTake", takes=["1", 1], number=3),
        "3": played("2"),
    }
    error = server.run(prompt).error
    assert error is not None
    assert error["node_id"] == "2"
    assert "There is no take 3: there are 2." in error["exception_message"]


def test_a_recording_becomes_a_voice_that_is_judged_saved_and_found(server: Server) -> None:
    shutil.copy(BUNDLED / "aming.flac", server.base / "input")
    words = (BUNDLED / "aming.txt").read_text("utf-8")
    prompt = {
        "1": core("LoadAudio", audio="aming.flac"),
        "2": glmtts("Voice", audio=["1", 0], transcript=words, name="me"),
        "3": shown("2", 1),
        "4": glmtts("SaveVoice", voice=["2", 0], name="mine"),
        "5": glmtts("Synthesize", text="这是我的声音。", voice=["4", 0]),
        "6": played("5"),
    }
    ran = server.run(prompt)
    assert ran.error is None
    assert ran.outputs["3"]["text"][0].startswith("verdict: ok")
    kept = server.base / "user" / "__glmtts" / "voices"
    try:
        assert {file.name for file in kept.iterdir()} == {"mine.flac", "mine.txt"}
        assert str(kept / "mine.flac") in ran.outputs["4"]["text"][0]
        info = server.get("/object_info/GLMTTS_LibraryVoice")["GLMTTS_LibraryVoice"]
        assert "mine" in info["input"]["required"]["voice"][1]["options"]
        again = {
            "1": glmtts("LibraryVoice", voice="mine"),
            "2": glmtts("SaveVoice", voice=["1", 0], name="mine"),
        }
        error = server.run(again).error
        assert error is not None
        assert error["node_id"] == "2"
        assert 'There is a voice "mine" already' in error["exception_message"]
    finally:
        shutil.rmtree(kept)


@pytest.mark.parametrize(
    ("seconds", "gain", "message"),
    [
        (3.0, 0.0, "Nobody speaks"),
        (0.45, 0.2, "The duration is 0.45 s. Record 3 to 10 seconds"),
        (180.0, 0.2, "The duration is 180.00 s. Cut it to 3 to 10 seconds"),
    ],
)
def test_what_nobody_can_be_copied_from_stops_on_the_voice_node(
    newest: Server, seconds: float, gain: float, message: str
) -> None:
    time = np.arange(round(seconds * 24_000)) / 24_000
    path = newest.base / "input" / "useless.wav"
    soundfile.write(path, gain * np.sin(2 * np.pi * 220 * time), 24_000)
    prompt = {
        "1": core("LoadAudio", audio="useless.wav"),
        "2": glmtts("Voice", audio=["1", 0], transcript="谁也没有说话。"),
        "3": glmtts("Synthesize", text="你好。", voice=["2", 0]),
        "4": played("3"),
    }
    error = newest.run(prompt).error
    assert error is not None
    assert error["node_id"] == "2"
    assert message in error["exception_message"]


def test_a_voice_file_that_changes_is_spoken_with_again_and_nothing_else_is(
    server: Server,
) -> None:
    voices = server.base / "models" / "tts" / "voices"
    voices.mkdir(parents=True)
    try:
        for name in ("aming", "leo"):
            shutil.copy(BUNDLED / f"{name}.txt", voices / f"x-{name}.txt")
            shutil.copy(BUNDLED / f"{name}.flac", voices / f"x-{name}.flac")
        prompt = {}
        for name in ("aming", "leo"):
            prompt[f"v-{name}"] = glmtts("LibraryVoice", voice=f"x-{name}")
            prompt[f"s-{name}"] = glmtts("Synthesize", text="听我说。", voice=[f"v-{name}", 0])
            prompt[f"p-{name}"] = played(f"s-{name}")
        before = server.run(prompt)
        assert set(server.run(prompt).cached) == set(prompt)
        (voices / "x-leo.flac").touch()  # the same sound, another date
        assert set(server.run(prompt).cached) == set(prompt)
        shutil.copy(BUNDLED / "xiaoyu.flac", voices / "x-leo.flac")
        after = server.run(prompt)
        assert set(after.cached) == {"v-aming", "s-aming", "p-aming"}
        old, new = (heard(server.file(ran.outputs["p-leo"]["audio"][0])) for ran in (before, after))
        assert old.samples.shape != new.samples.shape or not np.array_equal(
            old.samples, new.samples
        )
    finally:
        shutil.rmtree(voices)


def test_dictionaries_in_a_chain_hold_together_and_the_later_one_wins(server: Server) -> None:
    rules = [{"word": "长安", "phoneme": "zhang3 an1"}, {"word": "CPU", "alias": "处理器"}]
    (server.base / "input" / "rules.jsonl").write_text(json.dumps(rules[0]) + "\n", "utf-8")
    prompt = {
        "1": glmtts("Dictionary", source="bundled", source__name="places"),
        "2": glmtts("Dictionary", source="file", source__file="rules.jsonl", dictionary=["1", 0]),
        "3": glmtts(
            "Dictionary",
            source="text",
            source__rules=json.dumps(rules[1]),
            dictionary=["2", 0],
        ),
        "4": glmtts("Readings", text="长安的CPU", dictionary=["3", 0]),
        "5": shown("4", 1),
        "6": shown("3", 1),
    }
    ran = server.run(prompt)
    assert ran.error is None
    assert ran.outputs["5"]["text"] == ["长安的处理器"]
    assert ran.outputs["4"]["images"]
    assert int(ran.outputs["6"]["text"][0].split(" ")[0]) > 300
    (server.base / "input" / "rules.jsonl").write_text('{"word": "长安", "alias": "西安"}', "utf-8")
    changed = server.run(prompt)
    assert changed.outputs["5"]["text"] == ["西安的处理器"]
    assert changed.cached == ["1"]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ('{"word": "重庆"}', "rules:1"),
        ('{"word": "重庆", "phoneme": "chong2 xyz4"}', "xyz"),
        ("不是规则", "rules:1"),
    ],
)
def test_rules_that_are_wrong_are_told_by_their_line(
    newest: Server, rules: str, message: str
) -> None:
    prompt = {
        "1": glmtts("Dictionary", source="text", source__rules=rules),
        "2": shown("1", 1),
    }
    error = newest.run(prompt).error
    assert error is not None
    assert error["node_id"] == "1"
    assert message in error["exception_message"]


def test_doubtful_readings_are_told(server: Server) -> None:
    prompt = {"1": glmtts("Readings", text="银行行长还了钱。"), "2": shown("1", 2)}
    assert "行" in text(server, prompt, "2")


def test_an_emotion_changes_how_it_is_spoken_and_a_mix_lies_between(server: Server) -> None:
    prompt = {
        "v": VOICE,
        "a": glmtts("EmotionReference", source="library", source__reference="xiaoyu", strength=1.0),
        "b": glmtts(
            "EmotionReference",
            source="audio",
            source__audio=["v", 1],
            source__transcript=["v", 2],
            strength=1.0,
        ),
        "m": glmtts("MixEmotions", first=["a", 0], second=["b", 0], balance=0.5),
    }
    for name, emotion in (("0", None), ("1", "a"), ("2", "m")):
        inputs = {"emotion": [emotion, 0]} if emotion else {}
        prompt[f"s{name}"] = glmtts("Synthesize", text="今天很好。", voice=["v", 0], **inputs)
        prompt[f"p{name}"] = played(f"s{name}")
    ran = server.run(prompt)
    assert ran.error is None, ran.error
    waves = [heard(server.file(ran.outputs[f"p{i}"]["audio"][0])).samples for i in range(3)]
    shapes = {wave.tobytes() for wave in waves}
    assert len(shapes) == 3


def test_a_voice_without_words_is_told_on_its_node(server: Server) -> None:
    prompt = {
        "v": VOICE,
        "1": glmtts("Voice", audio=["v", 1], transcript=" "),
        "2": glmtts("Synthesize", text="你好", voice=["1", 0]),
        "3": played("2"),
    }
    error = server.run(prompt).error
    assert error is not None
    assert error["node_id"] == "1"
    assert "The words of the recording are missing." in error["exception_message"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("……", "There is nothing to say"),
        ("{行|xyz}", '"xyz" is no pinyin syllable'),
        ("[pause:500]", "is no pause"),
    ],
)
def test_a_text_that_cannot_be_said_is_told_on_its_node(
    newest: Server, words: str, message: str
) -> None:
    prompt = {"v": VOICE, "1": glmtts("Synthesize", text=words, voice=["v", 0]), "2": played("1")}
    error = newest.run(prompt).error
    assert error is not None
    assert error["node_id"] == "1"
    assert message in error["exception_message"]
    assert error["exception_message"].startswith("text")


def test_weights_that_are_not_there_are_told_with_how_to_get_them(server: Server) -> None:
    prompt = {
        "1": glmtts("LoadEngine", engine="GLM-TTS", engine__checkpoint="auto"),
        "2": glmtts("Synthesize", text="你好", engine=["1", 0]),
        "3": played("2"),
    }
    error = server.run(prompt).error
    assert error is not None
    assert error["node_id"] == "1"
    assert "switch its download on" in error["exception_message"]
    assert str(server.base / "models" / "tts" / "GLM-TTS") in error["exception_message"]
