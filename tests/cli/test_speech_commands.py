"""`say`, `batch` and `render` with manners, rates, long texts and the lists that upstream has."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from comfyui_glmtts.glmtts_runtime.voices.library import BUNDLED

Run = Callable[..., subprocess.CompletedProcess[str]]


def seconds(path: Path) -> float:
    return float(soundfile.info(path).duration)


def test_say_takes_a_rate_a_manner_and_phonemes(glmtts: Run, tmp_path: Path) -> None:
    text = "今天天气真好，我们去公园走一走。"
    glmtts("say", text, "-o", "a.wav")
    glmtts("say", text, "--rate", "1.5", "-o", "fast.wav")
    glmtts("say", text, "--emotion", "{aming: 70%, leo: 30%}", "--phoneme", "all", "-o", "b.wav")
    assert seconds(tmp_path / "fast.wav") < 0.8 * seconds(tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_bytes() != (tmp_path / "b.wav").read_bytes()
    assert "--emotion" in glmtts("say", text, "--emotion", "[a]", code=2).stderr
    assert "aming" in glmtts("say", text, "--emotion", "amin", code=2).stderr
    assert "--phoneme" in glmtts("say", text, "--phoneme", "some", code=2).stderr


def test_say_and_render_take_a_language_for_all_numbers(glmtts: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("小雨: 他说42。\n", encoding="utf-8")
    glmtts("render", "a.txt", "--numbers", "en", "--format", "wav")
    lines = json.loads((tmp_path / "out/a/manifest.json").read_text("utf-8"))["lines"]
    assert [line["spoken"] for line in lines] == ["他说forty two."]
    glmtts("say", "他说42。", "-o", "a.wav")
    glmtts("say", "他说42。", "--numbers", "en", "-o", "b.wav")
    assert (tmp_path / "a.wav").read_bytes() != (tmp_path / "b.wav").read_bytes()
    assert "--numbers" in glmtts("say", "42", "--numbers", "fr", code=2).stderr


@pytest.mark.parametrize("name", ["a.txt", "a.srt"])
def test_texts_and_subtitles_are_rendered_at_a_rate(name: str, glmtts: Run, tmp_path: Path) -> None:
    texts = {"a.txt": "小雨: 今天天气真好，我们去公园走一走。\n"}
    texts["a.srt"] = f"1\n00:00:00,000 --> 00:00:09,000\n{texts['a.txt']}"
    (tmp_path / name).write_text(texts[name], encoding="utf-8")
    lengths = []
    for rate in ("1", "1.5"):
        glmtts("render", name, "--rate", rate, "--format", "wav", "--json")
        lines = json.loads((tmp_path / "out/a/manifest.json").read_text("utf-8"))["lines"]
        lengths.append(lines[0]["end"] - lines[0]["start"])
    assert lengths[1] < 0.8 * lengths[0]


def test_a_list_of_upstreams_runs_as_it_is(glmtts: Run, tmp_path: Path) -> None:
    (tmp_path / "examples/prompt").mkdir(parents=True)
    for suffix in ("flac", "txt"):
        (tmp_path / f"examples/prompt/xiaoyu.{suffix}").write_bytes(
            (BUNDLED / f"xiaoyu.{suffix}").read_bytes()
        )
    records = [
        {"uttid": "one", "prompt_text": "今天下午的阳光特别好", "syn_text": "你好。",
         "prompt_speech": "examples/prompt/xiaoyu.flac"},
        {"uttid": "two", "prompt_text": "今天", "prompt_speech": "no.wav", "syn_text": "你好。"},
    ]  # fmt: skip
    path = tmp_path / "examples/list.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in records), encoding="utf-8")
    said = json.loads(glmtts("batch", "examples/list.jsonl", "--json", code=1).stdout)
    assert [(task["name"], task["state"]) for task in said["tasks"]] == [
        ("one", "done"),
        ("two", "failed"),
    ]
    glmtts("batch", "examples/list.jsonl", "--rate", "1.5", "--root", "examples", "-o", "b", code=1)
    assert seconds(tmp_path / "b/one.wav") < seconds(tmp_path / "out/list/one.wav")


LONG = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "comfyui_glmtts", "say", "-", "-o", "a.mp3"],
                      input=sys.argv[1], text=True)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells no peak of a child")
def test_a_long_text_is_spoken_in_parts_and_takes_no_more_memory(tmp_path: Path) -> None:
    text = "这是很长的一段话里的一句，后面还有很多。" * 100  # 2000 characters
    command = [sys.executable, "-c", LONG, text]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    code, peak = map(int, told.stdout.split()[-2:])
    assert code == 0
    assert peak < 400
    assert seconds(tmp_path / "a.mp3") > 300


def test_voices_texts_and_sounds_that_are_wrong_are_told_together(
    glmtts: Run, tmp_path: Path
) -> None:
    (tmp_path / "no.wav").write_bytes(b"RIFF")
    (tmp_path / "a.yaml").write_text(
        "glmtts: 1\nvoices: {甲: xiaoyu, 乙: amin}\nsegments:\n  - sound: no.wav\n"
        "  - 甲: 行{行|hag}不行\n  - 乙: 你好\n  - 甲: 停[pause:5]\n",
        encoding="utf-8",
    )
    told = glmtts("render", "a.yaml", code=2).stderr
    for line, what in ((2, "amin"), (4, "no.wav"), (5, "hag"), (7, "pause:5")):
        assert any(row.startswith(f"a.yaml:{line}:") and what in row for row in told.splitlines())
