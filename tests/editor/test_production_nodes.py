"""Scripts, batches, mastering and export in real servers: what comes out, and what runs again."""

from __future__ import annotations

import hashlib
import json
import re
import time
from pathlib import Path

import av
import numpy as np
import pytest
from comfyui_glmtts.audio.loudness import loudness, true_peak
from comfyui_glmtts.audio.recording import decode

from .conftest import Server
from .prompt import Node, core, glmtts, heard, shown, tone

YAML = """\
glmtts: 1
title: 两个人
voices: {小雨: xiaoyu, 阿明: aming}
metadata: {author: 我们, album: 节目}
segments:
  - chapter: 开始
  - sound: music/theme.wav
    under: 1
  - 小雨: 大家好。
  - chapter: 后来
  - 阿明: 再见！
"""


def exported(server: Server, ran_output: dict[str, list[dict[str, str]]]) -> Path:
    """The only audio file an Export node shows."""
    (file,) = ran_output["audio"]
    assert file["type"] == "output"
    return server.file(file)


def stream(path: Path) -> tuple[str, int, int, dict[str, str], list[str]]:
    """Codec, rate and channels of a file, its tags by lower-case names, and its chapters."""
    with av.open(path) as container:
        audio = container.streams.audio[0]
        tags = {**container.metadata, **audio.metadata}
        chapters = [chapter["metadata"].get("title", "") for chapter in container.chapters()]
        shape = (audio.codec_context.name.removesuffix("float"), audio.rate, audio.channels)
    return (*shape, {name.lower(): value for name, value in tags.items()}, chapters)


def test_a_dialogue_is_spoken_by_the_library_and_by_connected_voices_in_order(
    server: Server,
) -> None:
    script = "Anna: Hello there.\nBen: Good morning.\nAnna: How are you?"
    prompt = {
        "v": glmtts("LibraryVoice", voice="leo"),
        "w": glmtts("LibraryVoice", voice="xiaoyu"),
        "1": glmtts("Script", script=script),
        "2": glmtts("Script", script=script, voices__voice_1=["v", 0], voices__voice_2=["w", 0]),
        "3": glmtts(
            "Script",
            script=script,
            voices__voice_1=["v", 0],
            voices__voice_2=["w", 0],
            speakers="Ben, Anna",
        ),
    }
    for name in "123":
        prompt[f"x{name}"] = glmtts(
            "Export", audio=[name, 0], format="wav", filename_prefix=f"cast-{name}"
        )
    ran = server.run(prompt)
    assert ran.error is None
    sounds = [heard(exported(server, ran.outputs[f"x{name}"])) for name in "123"]
    for recording in sounds:
        assert recording.samples.shape[0] == 2
        assert 2 < recording.seconds < 8
        assert abs(loudness(recording.samples, recording.rate) + 16) < 0.5
        assert true_peak(recording.samples, recording.rate) <= -0.9
    assert len({recording.samples.tobytes() for recording in sounds}) == 3


PAIR = "Anna: Hello there.\nBen: Good morning.\nAnna: How are you?"


def cast_of(server: Server, **inputs: object) -> str:
    """What a script of Anna, Ben and Anna sounds like, in a word."""
    prompt = {
        "leo": glmtts("LibraryVoice", voice="leo"),
        "grace": glmtts("LibraryVoice", voice="grace"),
        "1": glmtts("Script", **{"script": PAIR, **inputs}),
        "2": glmtts("Export", audio=["1", 0], format="wav", filename_prefix="bound"),
    }
    ran = server.run(prompt)
    assert ran.error is None, ran.error
    sound = heard(exported(server, ran.outputs["2"])).samples.tobytes()
    return hashlib.sha256(sound).hexdigest()


def test_a_muted_or_bypassed_voice_gives_its_place_to_nobody_else(server: Server) -> None:
    """The editor leaves a socket out whose node is muted or bypassed."""
    both = {"voices__voice_1": ["leo", 0], "voices__voice_2": ["grace", 0]}
    named = cast_of(server, **both, speakers="Anna, Ben")
    assert named == cast_of(server, **both)
    # Ben keeps grace when Anna's voice is muted, and Anna gets one of the library.
    muted = cast_of(server, voices__voice_2=["grace", 0])
    assert muted == cast_of(server, voices__voice_1=["grace", 0], speakers="Ben")
    assert muted != cast_of(server, voices__voice_1=["grace", 0])


def test_names_bind_voices_in_whatever_order_lines_or_sockets_stand(server: Server) -> None:
    both = {"voices__voice_1": ["leo", 0], "voices__voice_2": ["grace", 0]}
    swapped = {"voices__voice_1": ["grace", 0], "voices__voice_2": ["leo", 0]}
    first = cast_of(server, **both, speakers="Anna, Ben")
    assert cast_of(server, **swapped, speakers="Ben，Anna") == first
    later = "Ben: Good morning.\nAnna: How are you?"
    assert cast_of(server, **both, script=later, speakers="Anna, Ben") == cast_of(
        server, **swapped, script=later
    )


def test_wires_override_the_scripts_voices_only_for_those_they_name(server: Server) -> None:
    head = "glmtts: 1\nvoices: {Anna: xiaoyu, Ben: aming}\nsegments:\n"
    script = head + "  - Anna: Hello there.\n  - Ben: Good morning.\n"
    wired = cast_of(server, script=script, voices__voice_1=["leo", 0], speakers="Ben")
    assert wired == cast_of(server, script=script.replace("aming", "leo"))
    prompt = {
        "v": glmtts("LibraryVoice", voice="leo"),
        "1": glmtts("Script", script=script, voices__voice_1=["v", 0], speakers="Bob"),
        "2": glmtts("Script", script=script, voices__voice_1=["v", 0]),
        "3": glmtts("Export", audio=["1", 0], format="wav", filename_prefix="x"),
        "4": glmtts("Export", audio=["2", 0], format="wav", filename_prefix="x"),
    }
    error = server.run({name: prompt[name] for name in ("v", "1", "3")}).error
    assert error is not None
    assert 'Nobody in the script is called "Bob"' in error["exception_message"]
    assert "voice_1 is connected" not in error["exception_message"]
    error = server.run({name: prompt[name] for name in ("v", "2", "4")}).error
    assert error is not None
    assert "voice_1 is connected, and no speaker has that place" in error["exception_message"]


def test_a_dialogue_has_a_seed_takes_a_speed_a_language_and_an_emotion(server: Server) -> None:
    def sounds(**inputs: object) -> list[bytes]:
        prompt = {
            "e": glmtts(
                "EmotionReference", source="library", source__reference="jiayi", strength=1.0
            ),
            "1": glmtts("Script", script="Anna: 一共 1024 条，3.5 元。", **inputs),
            "2": glmtts("Export", audio=["1", 0], format="wav", filename_prefix="asked"),
        }
        ran = server.run(prompt)
        assert ran.error is None, ran.error
        return [heard(server.file(one)).samples.tobytes() for one in ran.outputs["2"]["audio"]]

    [plain] = sounds()
    [slow] = sounds(speed=0.7)
    assert len(slow) > 1.2 * len(plain)
    takes = sounds(takes=2)
    assert len(takes) == len(set(takes)) == 2
    assert sounds(seed=7) != [plain]
    assert sounds(emotion=["e", 0]) != [plain]
    assert sounds(language="zh") == [plain]


def test_a_batch_with_failures_shows_them_and_raises_the_first_when_asked(newest: Server) -> None:
    tasks = '{"input_text": "Hello."}\n{"input_text": "Hi.", "voice": "nobody"}'
    prompt = {"1": glmtts("Batch", tasks=tasks, folder="partly")}
    ran = newest.run(prompt)
    assert ran.error is None
    told = ran.outputs["1"]["text"]
    assert told[0] == "1 of 2 failed"
    assert "nobody" in told[1]
    prompt["1"]["inputs"]["raise_failures"] = True
    error = newest.run(prompt).error
    assert error is not None
    assert 'There is no voice "nobody"' in error["exception_message"]
    assert "Save Voice" in error["exception_message"]
    assert "glmtts voices" not in error["exception_message"]


@pytest.mark.parametrize(
    ("prefix", "message"), [("", "A file's name is missing"), ("x" * 300, "longer than a file's")]
)
def test_a_prefix_no_file_can_have_is_told(newest: Server, prefix: str, message: str) -> None:
    prompt = {
        "1": glmtts("Synthesize", text="Hello."),
        "2": glmtts("Export", audio=["1", 0], format="wav", filename_prefix=prefix),
    }
    error = newest.run(prompt).error
    assert error is not None
    assert (error["node_id"], error["exception_type"]) == ("2", "glmtts.InputError")
    assert message in error["exception_message"]


def test_a_yaml_script_with_music_becomes_a_file_with_chapters_tags_and_subtitles(
    server: Server,
) -> None:
    music = server.base / "input" / "show" / "music" / "theme.wav"
    tone(music)
    (server.base / "input" / "show" / "episode.yaml").write_text(YAML, "utf-8")
    prompt = {
        "1": glmtts("Script", script="", file="show/episode.yaml"),
        "m": glmtts(
            "Export",
            programme=["1", 1],
            format="mp3",
            filename_prefix="show/episode",
            subtitles="srt + vtt",
            album="另一个",
        ),
        "a": glmtts(
            "Export", audio=["1", 0], programme=["1", 1], format="m4a", filename_prefix="b"
        ),
        "t": glmtts("TimelinePicture", programme=["1", 1], width=800),
        "s": glmtts("Subtitles", programme=["1", 1], format="json"),
        "p": shown("s"),
    }
    ran = server.run(prompt)
    assert ran.error is None, ran.error
    for node, codec in (("m", "mp3"), ("a", "aac")):
        path = exported(server, ran.outputs[node])
        name, rate, channels, tags, chapters = stream(path)
        assert (name, rate, channels) == (codec, 48_000, 2)
        assert chapters == ["开始", "后来"]
        assert (tags["title"], tags["artist"]) == ("两个人", "我们")
        assert tags["album"] == {"m": "另一个", "a": "节目"}[node]
        heard(path)
    beside = {server.file(file).name: server.file(file) for file in ran.outputs["m"]["files"]}
    assert sorted(beside) == ["episode_00001_.srt", "episode_00001_.vtt"]
    assert "<v 阿明>再见！" in beside["episode_00001_.vtt"].read_text("utf-8")
    assert ran.outputs["t"]["images"]
    transcript = json.loads(ran.outputs["p"]["text"][0])
    assert [each["body"] for each in transcript["segments"]] == ["大家好。", "再见！"]

    assert set(server.run(prompt).cached) == set(prompt), "nothing has changed"
    music.touch()
    assert set(server.run(prompt).cached) == set(prompt), "only a date has changed"
    tone(music, seconds=3.0)
    assert server.run(prompt).cached == [], "a file the script names has changed"


def test_a_script_from_another_node_runs_again_only_when_it_is_another(server: Server) -> None:
    prompt = {
        "t": core("PrimitiveStringMultiline", value="Anna: Hello."),
        "1": glmtts("Script", script=["t", 0]),
        "2": glmtts("Export", programme=["1", 1], format="wav", filename_prefix="linked"),
        "3": glmtts("Batch", tasks=["u", 0], folder="linked"),
        "u": core("PrimitiveStringMultiline", value='{"input_text": "Hello."}'),
    }
    assert server.run(prompt).error is None
    assert set(server.run(prompt).cached) == set(prompt)
    prompt["t"]["inputs"]["value"] = "Anna: Good bye."
    assert set(server.run(prompt).cached) == {"u", "3"}
    (server.base / "input" / "linked.txt").write_text("Ben: Yes.", "utf-8")
    prompt["1"]["inputs"] = {"script": "", "file": ["t", 0]}
    prompt["t"]["inputs"]["value"] = "linked.txt"
    assert server.run(prompt).error is None
    (server.base / "input" / "linked.txt").write_text("Ben: No.", "utf-8")
    assert "1" not in server.run(prompt).cached, "which file it is tells another node"


def test_subtitles_are_a_script_too(server: Server) -> None:
    srt = "1\n00:00:00,000 --> 00:00:02,000\n你好。\n\n2\n00:00:04,000 --> 00:00:06,000\n再见。\n"
    prompt = {
        "1": glmtts("Script", script=srt),
        "2": glmtts("Subtitles", programme=["1", 1], format="srt"),
        "3": shown("2"),
    }
    ran = server.run(prompt)
    assert ran.error is None
    assert "再见。" in ran.outputs["3"]["text"][0]


FORMATS = {
    "mp3": ("mp3", 44_100),
    "m4a": ("aac", 44_100),
    "opus": ("opus", 48_000),
    "wav": ("pcm_s24le", 44_100),
    "flac": ("flac", 44_100),
}


def test_any_sound_is_written_in_any_format_with_its_tags_and_cover(server: Server) -> None:
    tone(server.base / "input" / "chord.wav", seconds=2.0)
    prompt = {
        "1": core("LoadAudio", audio="chord.wav"),
        "c": core("EmptyImage", width=64, height=64, batch_size=1, color=0x1268B3),
    }
    for format in FORMATS:
        prompt[format] = glmtts(
            "Export",
            audio=["1", 0],
            format=format,
            filename_prefix="any/%year%.chord",
            title="和弦",
            author="我",
            date="2026-11-22",
            cover=["c", 0],
        )
    ran = server.run(prompt)
    assert ran.error is None, ran.error
    source = decode(server.base / "input" / "chord.wav")
    for format, (codec, rate) in FORMATS.items():
        path = exported(server, ran.outputs[format])
        assert path.suffix == f".{format}"
        assert re.fullmatch(rf"20\d\d\.chord_\d{{5}}_\.{format}", path.name)
        name, found, channels, tags, _ = stream(path)
        assert (name, found, channels) == (codec, rate, 2)
        assert tags["title"] == "和弦"
        assert json.loads(tags["aigc"])["Label"] == "1"
        recording = heard(path)
        assert abs(recording.seconds - 2.0) < 0.03
        level = loudness(source.samples, source.rate)
        assert abs(loudness(recording.samples, recording.rate) - level) < 0.5


def test_what_is_mastered_measures_as_asked_and_is_not_written_into(server: Server) -> None:
    tone(server.base / "input" / "quiet.wav", seconds=4.0)
    prompt = {
        "1": core("LoadAudio", audio="quiet.wav"),
        "2": glmtts("Master", audio=["1", 0], loudness=-12.0, true_peak=-2.0, sample_rate="48000"),
        "3": glmtts("Export", audio=["2", 0], format="wav", filename_prefix="mastered"),
        "4": glmtts("Export", audio=["1", 0], format="wav", filename_prefix="as-it-was"),
        "5": shown("2", 1),
    }
    ran = server.run(prompt)
    assert ran.error is None, ran.error
    mastered = heard(exported(server, ran.outputs["3"]))
    assert mastered.rate == 48_000
    assert abs(loudness(mastered.samples, 48_000) + 12) < 0.2
    assert true_peak(mastered.samples, 48_000) <= -2.0
    assert ran.outputs["5"]["text"][0].endswith("-12.0 LUFS, " + ran.outputs["5"]["text"][0][-9:])
    before, after = (
        decode(server.base / "input" / "quiet.wav"),
        decode(exported(server, ran.outputs["4"])),
    )
    assert np.allclose(before.samples, after.samples, atol=1e-4)


def test_a_video_without_sound_is_told(newest: Server) -> None:
    with av.open(newest.base / "input" / "silent.mp4", "w") as container:
        video = container.add_stream("mpeg4", rate=10)
        video.width = video.height = 32
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        for packet in (*video.encode(frame), *video.encode(None)):
            container.mux(packet)
    prompt = {
        "1": core("LoadVideo", file="silent.mp4"),
        "2": core("GetVideoComponents", video=["1", 0]),
        "3": glmtts("Master", audio=["2", 1], loudness=-16.0, true_peak=-1.0, sample_rate="keep"),
        "4": core("PreviewAudio", audio=["3", 0]),
    }
    error = newest.run(prompt).error
    assert error is not None
    assert error["node_id"] == "3"
    assert error["exception_message"].startswith("audio: There is no sound.")


def test_a_batch_speaks_what_it_can_and_tells_what_it_cannot(server: Server) -> None:
    tone(server.base / "input" / "ref.wav", seconds=4.0, channels=1)
    tasks = [
        {"output_name": "one", "input_text": "第一句。"},
        {"output_name": "two", "input_text": "Two.", "voice": "nobody"},
        {"output_name": "three", "input_text": "第三。", "prompt_audio": "ref.wav",
         "prompt_text": "一二三四五六七八九十"},
    ]  # fmt: skip
    prompt = {
        "1": glmtts(
            "Batch", tasks="\n".join(map(json.dumps, tasks)), folder="lists/a", format="opus"
        ),
        "2": shown("1", 1),
        "3": core("PreviewAudio", audio=["1", 0]),
    }
    ran = server.run(prompt)
    assert ran.error is None, ran.error
    files = [server.file(file) for file in ran.outputs["1"]["audio"]]
    assert [file.name for file in files] == ["one.opus", "three.opus"]
    for file in files:
        heard(file)
    assert len(ran.outputs["3"]["audio"]) == 2, "each by itself"
    summary = json.loads(ran.outputs["2"]["text"][0])
    assert (summary["done"], summary["failed"]) == (2, 1)
    assert summary["tasks"][1]["reasons"][0].startswith("tasks:2:1: ")
    assert "nobody" in summary["tasks"][1]["reasons"][0]
    assert set(server.run(prompt).cached) == set(prompt)
    tone(server.base / "input" / "ref.wav", seconds=5.0, channels=1)
    assert server.run(prompt).cached == []


MISTAKES: list[tuple[str, Node, str]] = [
    ("speakers", glmtts("Script", script="Anna: Hi.", speakers="Ana"), 'Did you mean "Anna"?'),
    ("script:2:4", glmtts("Script", script="A: Yes.\nB: {行|xyz}"), "no pinyin"),
    ("script:1:9", glmtts("Script", script="glmtts: 9\nsegments: []"), ""),
    ("file", glmtts("Script", script="", file="../user/comfyui.db"), "outside"),
    ("file", glmtts("Batch", tasks="", file="nothing.jsonl"), "There is no file"),
    ("tasks:1:1", glmtts("Batch", tasks="{}"), "There is no text to speak."),
    ("folder", glmtts("Batch", tasks='{"input_text": "x"}', folder="../.."), "outside"),
    ("audio", glmtts("Export", format="wav", filename_prefix="x"), "nothing to export"),
    ("rows.csv", glmtts("Announcement", template="queue-call", template__rows="id\n1"), "ticket"),
    ("file", glmtts("Announcement", template="file"), "The name of a file is missing."),
]


@pytest.mark.parametrize(("place", "node", "message"), MISTAKES)
def test_mistakes_are_told_on_their_node(
    newest: Server, place: str, node: Node, message: str
) -> None:
    prompt = {"wrong": node}
    if node["class_type"] == "GLMTTS_Script":
        prompt["end"] = glmtts("Export", programme=["wrong", 1], format="mp3", filename_prefix="x")
    error = newest.run(prompt).error
    assert error is not None
    assert error["node_id"] == "wrong"
    assert error["exception_message"].startswith(f"{place}: ")
    assert message in error["exception_message"]
    assert str(newest.base / "input" / "script") not in error["exception_message"]


def test_a_file_outside_the_output_folder_is_not_written(newest: Server) -> None:
    prompt = {
        "1": glmtts("Synthesize", text="你好"),
        "2": glmtts("Export", audio=["1", 0], format="wav", filename_prefix="../../gone"),
    }
    error = newest.run(prompt).error
    assert error is not None
    assert error["node_id"] == "2"
    assert "outside" in error["exception_message"]


def takes(server: Server) -> int:
    """Finished lines in the server's store, which also holds what was mixed from them."""
    blobs = (server.base / "cache" / "glmtts").glob("??/*")
    return sum(blob.read_bytes()[64:68] == b"TAK2" for blob in blobs)


def cancelled(server: Server, prompt: dict[str, Node], lines: int) -> float:
    """Queue a prompt and cancel it once so many more lines are finished; s until it had ended."""
    end, wanted = time.monotonic() + 30, takes(server) + lines
    queued = server.queue(prompt)
    while takes(server) < wanted:
        assert time.monotonic() < end
        time.sleep(0.01)
    pressed = time.monotonic()
    server.post("/interrupt", {})
    ran = server.wait(queued, 10)
    assert ran.interrupted
    assert ran.error is None
    return time.monotonic() - pressed


def test_cancelling_a_long_script_takes_less_than_a_second_and_keeps_what_is_finished(
    server: Server,
) -> None:
    lines = [f"A: 这是第{number}句话，说得不长也不短。" for number in range(300)]
    long, short = (
        {
            "1": glmtts("Script", script="\n".join(lines[:count])),
            "2": glmtts("Export", programme=["1", 1], format="mp3", filename_prefix="long"),
        }
        for count in (300, 10)
    )
    # A machine that is busy with something else may need more than one try.
    assert any(cancelled(server, long, lines=10) < 1.0 for _ in range(3))
    kept = takes(server)
    assert server.run(short).error is None
    assert takes(server) == kept, "the lines that were finished are not spoken again"


ROWS = "id,ticket,number\na1,A001,3\na2,A002,4\n"


def test_announcements_are_spoken_row_by_row_and_only_new_ones_are_made(server: Server) -> None:
    prompt = {
        "1": glmtts("Announcement", template="queue-call", template__rows=ROWS, folder="queue"),
        "2": shown("1", 1),
        "3": core("PreviewAudio", audio=["1", 0]),
    }
    ran = server.run(prompt)
    assert ran.error is None, ran.error
    files = [server.file(file) for file in ran.outputs["1"]["audio"]]
    assert [file.name for file in files] == ["a1.wav", "a2.wav"]
    for file in files:
        recording = heard(file)
        assert (recording.rate, len(recording.samples)) == (48_000, 1)
        assert abs(loudness(recording.samples, 48_000) + 16) < 0.5
    assert len(ran.outputs["3"]["audio"]) == 2

    more = ROWS + "a3,A003,5\n"
    prompt["1"]["inputs"]["template.rows"] = more
    summary = json.loads(server.run(prompt).outputs["2"]["text"][0])
    assert summary["made"] == ["a3.wav"]
    assert summary["kept"] == 2
    (server.base / "input" / "rows.jsonl").write_text('{"id": "a4", "ticket": "9", "number": "1"}')
    prompt["1"]["inputs"] |= {"data": "rows.jsonl", "profile": "phone", "languages": "en"}
    summary = json.loads(server.run(prompt).outputs["2"]["text"][0])
    assert summary["files"] == ["a4.ulaw.wav"]
    assert set(server.run(prompt).cached) == set(prompt)
    (server.base / "input" / "rows.jsonl").write_text('{"id": "a5", "ticket": "9", "number": "1"}')
    assert "1" not in server.run(prompt).cached


def test_numbers_are_said_in_the_language_asked_for(newest: Server) -> None:
    said = {"numbers": "en", "text": "他说42。"}
    prompt = {
        "1": glmtts("Synthesize", **said),
        "2": shown("1", 2),
        "3": glmtts("Readings", **said),
        "4": shown("3", 1),
    }
    for number, numbers in enumerate(("script", "zh", "auto", "en"), 5):
        script = "glmtts: 1\nnumbers: en\nvoices: {A: leo}\nsegments: [A: 他说42。]\n"
        prompt[f"{number}"] = glmtts("Script", script=script, numbers=numbers)
        prompt[f"s{number}"] = glmtts("Subtitles", programme=[f"{number}", 1], format="srt")
        prompt[f"t{number}"] = shown(f"s{number}", 0)
    ran = newest.run(prompt)
    assert ran.error is None
    assert [ran.outputs[node]["text"] for node in ("2", "4")] == [["他说forty two."]] * 2
    timed = [ran.outputs[f"t{number}"]["text"] for number in range(5, 9)]
    assert timed[0] == timed[3] != timed[1] == timed[2]
