"""The command line as people and programs use it: real processes, the real preview engine."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

SCRIPT = """\
glmtts: 1
title: 城市夜航
voices: {小雨: xiaoyu, 阿明: aming}
output: {formats: [mp3, wav, flac]}
segments:
  - chapter: 开场
  - 小雨: 大家好，欢迎收听城市夜航。
  - 阿明: 我用 iPhone 记了一笔，花了三十块。
  - pause: 600ms
  - 小雨: 我们下期再见。
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    path = tmp_path / "episode.yaml"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_render_makes_every_file_and_a_manifest_that_lists_them(
    glmtts: Run, episode: Path, tmp_path: Path
) -> None:
    said = json.loads(glmtts("render", "episode.yaml", "--json").stdout)
    folder = tmp_path / "out" / "episode"
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    names = sorted(path.name for path in folder.glob("[!.]*"))
    assert names == sorted([*said["files"], "manifest.json"])
    assert names == sorted([*(entry["name"] for entry in manifest["files"]), "manifest.json"])
    suffixes = [
        *("chapters.json", "flac", "mp3", "notes.html", "notes.md", "png", "srt"),
        *("transcript.json", "vtt", "wav"),
    ]
    assert names == sorted([*(f"episode.{suffix}" for suffix in suffixes), "manifest.json"])
    assert said["lines"] == said["synthesised"] == 3
    assert [line["speaker"] for line in manifest["lines"]] == ["小雨", "阿明", "小雨"]
    assert manifest["chapters"] == [{"title": "开场", "start": 0.0}]
    gap = manifest["lines"][2]["start"] - manifest["lines"][1]["end"]
    assert gap == pytest.approx(0.6, abs=0.024)


def test_every_deliverable_measures_what_was_asked(
    glmtts: Run,
    episode: Path,
    tmp_path: Path,
    ffmpeg_loudness: Callable[[Path], tuple[float, float]],
) -> None:
    glmtts("render", "episode.yaml", "--output", "made")
    manifest = json.loads((tmp_path / "made" / "manifest.json").read_text("utf-8"))
    for entry in manifest["files"]:
        if "loudness" in entry:
            loudness, peak = ffmpeg_loudness(tmp_path / "made" / entry["name"])
            assert loudness == pytest.approx(-16.0, abs=0.3)
            assert loudness == pytest.approx(entry["loudness"], abs=0.1)
            assert peak <= -1.0
            assert entry["seconds"] == manifest["seconds"]


def test_the_same_script_in_two_processes_gives_the_same_bytes(
    glmtts: Run, episode: Path, tmp_path: Path
) -> None:
    for out in ("one", "two"):
        glmtts("render", "episode.yaml", "--output", out, "--cache", f"cache-{out}")
    for path in (tmp_path / "one").glob("[!.]*"):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_a_changed_line_is_the_only_one_spoken_again(
    glmtts: Run, episode: Path, tmp_path: Path
) -> None:
    glmtts("render", "episode.yaml")
    episode.write_text(SCRIPT.replace("下期", "下个星期"), encoding="utf-8")
    assert json.loads(glmtts("render", "episode.yaml", "--json").stdout)["synthesised"] == 1


def test_stems_and_lines_add_up_to_the_programme(glmtts: Run, tmp_path: Path) -> None:
    quiet = SCRIPT.replace(
        "[mp3, wav, flac]", "[wav], stems: true, lines: true, loudness: -30 LUFS"
    )
    (tmp_path / "quiet.yaml").write_text(quiet, encoding="utf-8")
    glmtts("render", "quiet.yaml", "--output", "out")
    whole, rate = soundfile.read(tmp_path / "out" / "quiet.wav")
    stems = [soundfile.read(path)[0] for path in sorted((tmp_path / "out/stems").iterdir())]
    assert np.abs(sum(stems) - whole).max() < 1e-6
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    for entry, path in zip(
        manifest["lines"], sorted((tmp_path / "out/lines").iterdir()), strict=True
    ):
        line, _ = soundfile.read(path)
        start = round(entry["start"] * rate)
        assert np.abs(line - whole[start : start + len(line), 0]).max() < 1e-6


def test_files_of_an_earlier_render_go_when_they_are_no_longer_asked_for(
    glmtts: Run, episode: Path, tmp_path: Path
) -> None:
    glmtts("render", "episode.yaml", "--output", "out")
    (tmp_path / "out" / "notes.txt").write_text("mine")
    episode.write_text(SCRIPT.replace("[mp3, wav, flac]", "[flac]"), encoding="utf-8")
    glmtts("render", "episode.yaml", "--output", "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert "episode.flac" in names
    assert "notes.txt" in names
    assert not names & {"episode.mp3", "episode.wav"}


def test_sounds_that_are_no_sounds_are_told_together(glmtts: Run, tmp_path: Path) -> None:
    (tmp_path / "words.ogg").write_text("this is not a sound")
    soundfile.write(tmp_path / "click.wav", np.zeros(100), 48_000)
    cues = "  - sound: words.ogg\n  - sound: click.wav\n  - chapter"
    (tmp_path / "a.yaml").write_text(SCRIPT.replace("  - chapter", cues), encoding="utf-8")
    lines = glmtts("render", "a.yaml", code=2).stderr.splitlines()
    assert [line.split(":")[1] for line in lines] == ["6", "7"]
    assert not (tmp_path / "out").exists()


def test_lines_with_nothing_to_say_are_told_together(glmtts: Run, tmp_path: Path) -> None:
    silent = SCRIPT.replace("我们下期再见。", "……").replace(
        "大家好，欢迎收听城市夜航。", "'[pause:1s]'"
    )
    (tmp_path / "a.yaml").write_text(silent, encoding="utf-8")
    lines = glmtts("render", "a.yaml", code=2).stderr.splitlines()
    assert [line.split(":")[1] for line in lines] == ["7", "10"]


def test_plain_text_is_a_script_and_its_speakers_get_different_voices(
    glmtts: Run, tmp_path: Path
) -> None:
    (tmp_path / "talk.txt").write_text("甲：你好。\n乙：你好，早。\n甲：再见。\n", encoding="utf-8")
    glmtts("render", "talk.txt")
    manifest = json.loads((tmp_path / "out/talk/manifest.json").read_text("utf-8"))
    assert len(set(manifest["voices"].values())) == 2


BROKEN = """\
glmtts: 1
title: 坏的
voices: {小雨: xiaoyou}
segments:
  - 小雨: 你好
"""


def test_an_unknown_voice_is_told_with_its_place_and_the_nearest_name(
    glmtts: Run, tmp_path: Path
) -> None:
    (tmp_path / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    said = glmtts("render", "broken.yaml", code=2)
    assert said.stderr.startswith("broken.yaml:3:")
    assert 'Did you mean "xiaoyu"?' in said.stderr
    for_programs = json.loads(glmtts("render", "broken.yaml", "--json", code=2).stdout)
    assert for_programs["mistakes"][0]["line"] == 3
    assert not (tmp_path / "out").exists()


def test_broken_markup_in_two_lines_is_told_for_both(glmtts: Run, tmp_path: Path) -> None:
    text = BROKEN.replace("xiaoyou", "xiaoyu").replace("你好", "{行|xyz}\n  - 小雨: {好|qqq}")
    (tmp_path / "broken.yaml").write_text(text, encoding="utf-8")
    lines = glmtts("render", "broken.yaml", code=2).stderr.splitlines()
    assert [line.split(":")[1] for line in lines] == ["5", "6"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on file sizes")
@pytest.mark.parametrize("kilobytes", [1, 30, 150, 400, 1200])
def test_a_disk_that_takes_no_more_is_said_in_words_and_leaves_nothing_half_written(
    kilobytes: int, glmtts: Run, episode: Path, tmp_path: Path
) -> None:
    """Writes fail for real, in the store, in the middle of a sound file, or nowhere."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes << 10, most))
    try:
        said = glmtts("render", "episode.yaml", "--output", "out", code=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert "File too large. Choose a disk" in said.stderr
    assert not list((tmp_path / "out").glob("[!.]*"))
    assert not list((tmp_path / "cache").glob("??/.*"))
    glmtts("render", "episode.yaml", "--output", "out")
    assert (tmp_path / "out" / "manifest.json").exists()


def test_say_writes_one_file_at_the_rate_asked(glmtts: Run, tmp_path: Path) -> None:
    glmtts("say", "你好 world", "--voice", "aming", "--output", "a.wav", "--sample-rate", "32000")
    sound = soundfile.info(tmp_path / "a.wav")
    assert (sound.samplerate, sound.channels) == (32_000, 1)
    assert [path.name for path in tmp_path.glob("*.wav")] == ["a.wav"]


def test_say_knows_the_flags_of_other_scripts_with_underscores_too(
    glmtts: Run, tmp_path: Path
) -> None:
    glmtts("say", "今天天气很好，我们去公园走一走，看看花，再喝一杯茶。", "--output", "ref.wav")
    for dash in ("-", "_"):
        arguments = {
            "prompt-audio": "ref.wav",
            "prompt-text": "今天天气很好，我们去公园走一走，看看花，再喝一杯茶。",
            "input-text": "你好",
            "output": f"out{dash}.wav",
            "sample-rate": "24000",
            "seed": "7",
        }
        flags = [(f"--{name.replace('-', dash)}", value) for name, value in arguments.items()]
        glmtts("say", *[part for flag in flags for part in flag])
    assert (tmp_path / "out-.wav").read_bytes() == (tmp_path / "out_.wav").read_bytes()


def test_say_reads_standard_input_and_seeds_repeat(glmtts: Run, tmp_path: Path) -> None:
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        glmtts("say", "-", "--output", f"{name}.wav", "--seed", seed, stdin="你好，早上好。")
    a, b, c = ((tmp_path / f"{name}.wav").read_bytes() for name in "abc")
    assert a == b != c


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["say"], "nothing to say"),
        (["say", "a", "--input-text", "b"], "two texts"),
        (["say", " "], "empty"),
        (["say", "你好", "--output", "a.wave"], 'Did you mean "wav"?'),
        (["say", "你好", "--output", "a"], "no suffix"),
        (["say", "你好", "--voice", "nobody"], 'no voice "nobody"'),
        (["say", "你好", "--prompt-audio", "a.wav"], "transcript is missing"),
        (["say", "你好", "--prompt-text", "b"], "recording is missing"),
        (["say", "你好", "--language", "fr"], "Give zh or en"),
        (["say", "你好", "--engine", "previw"], 'Did you mean "preview"?'),
        (["say", "你好", "--voices", "nowhere"], "not a folder"),
        (["say", "你好", "--output", "a.opus", "--sample-rate", "24000"], "sample rate"),
        (["say", "{行|xyz}"], "xyz"),
        (["render", "nowhere.yaml"], "no such file"),
        (["batch", "nowhere.jsonl"], "no such file"),
    ],
)
def test_what_is_wrong_with_the_arguments_is_said_with_exit_code_2(
    arguments: list[str], said: str, glmtts: Run, tmp_path: Path
) -> None:
    assert said in glmtts(*arguments, code=2).stderr
    assert not list(tmp_path.glob("*.wav"))


def test_batch_does_what_it_can_and_sums_up_the_rest(glmtts: Run, tmp_path: Path) -> None:
    tasks = [
        {"output_name": "good", "input_text": "你好", "voice": "aming"},
        {"output_name": "nobody", "input_text": "你好", "voice": "amin"},
        {"output_name": "unknown", "input_txt": "你好"},
        {"uttid": "upstream", "syn_text": "再见，明天见。"},
        {"output_name": "marked", "input_text": "{行|xyz}"},
    ]
    lines = [json.dumps(task, ensure_ascii=False) for task in tasks]
    (tmp_path / "tasks.jsonl").write_text("\n".join(lines), encoding="utf-8")
    glmtts("batch", "tasks.jsonl", "--output", "out", code=1)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert (summary["done"], summary["failed"]) == (2, 3)
    assert [task["state"] for task in summary["tasks"]] == [
        "done", "failed", "failed", "done", "failed",
    ]  # fmt: skip
    assert 'Did you mean "aming"?' in summary["tasks"][1]["reasons"][0]
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["good.wav", "summary.json", "upstream.wav"]


def test_doctor_finds_a_working_engine(glmtts: Run) -> None:
    answer = json.loads(glmtts("doctor", "--json").stdout)
    assert answer["ok"]
    states = {finding["what"]: finding["state"] for finding in answer["findings"]}
    assert states["preview engine"] == "ok"
    assert states["voices"] == "ok"
    (kernel,) = (one["detail"] for one in answer["findings"] if one["what"] == "CPU kernel")
    assert kernel.startswith(("bfloat16", "int8", "float32", "only the GLM-TTS engine"))


@pytest.mark.parametrize(
    "command", ["render", "say", "batch", "read", "lexicon", "doctor", "voices", "takes"]
)
def test_every_command_has_help(command: str, glmtts: Run) -> None:
    assert "Usage: glmtts" in glmtts(command, "--help").stdout


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    program = "import sys; from comfyui_glmtts.cli.app import app; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout.split()
    heavy = {"numpy", "av", "soundfile", "PIL", "wetext", "pypinyin", "torch"}
    assert not {*heavy, "asyncio", "sqlite3", "importlib.metadata"} & set(loaded)


def test_a_script_switches_bundled_dictionaries_on_by_name(glmtts: Run, tmp_path: Path) -> None:
    script = SCRIPT.replace("voices:", "lexicons: [finance, poetry]\nvoices:")
    (tmp_path / "a.yaml").write_text(script, encoding="utf-8")
    glmtts("render", "a.yaml")
    (tmp_path / "b.yaml").write_text(script.replace("finance", "finanse"), encoding="utf-8")
    said = glmtts("render", "b.yaml", code=2).stderr
    assert said.startswith("b.yaml: ")
    assert 'Did you mean "finance"?' in said
