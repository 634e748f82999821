"""What a render refuses before it begins, and what single files may be: real processes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.production.sounds import read_sounds
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.scripts.script import Sound

Run = Callable[..., subprocess.CompletedProcess[str]]

SCRIPT = """\
glmtts: 1
voices: {A: xiaoyu}
segments:
  - A: 好。
"""


def write(folder: Path, more: str = "") -> None:
    (folder / "a.yaml").write_text(SCRIPT + more, encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("metadata:\n  cover: cover.png\n", 'a.yaml:6:10: "cover.png" is no JPEG or PNG'),
        ("output: {formats: opus, sample_rate: 44.1 kHz}\n", "a.yaml:5:38: opus files cannot"),
        ("output: {formats: opus, sample_rate: 24 kHz}\n", "output.sample_rate to one of: 48000."),
        ("output: {sample_rate: 8 kHz}\n", "a.yaml:5:23: mp3 files cannot"),
    ],
    ids=["a cover", "Opus at 44.1 kHz", "Opus at 24 kHz", "MP3 at 8 kHz"],
)
def test_what_the_files_cannot_be_is_told_with_its_place_and_nothing_is_made(
    more: str, message: str, glmtts: Run, tmp_path: Path
) -> None:
    write(tmp_path, more)
    (tmp_path / "cover.png").write_text("no picture")
    assert message in glmtts("render", "a.yaml", code=2).stderr
    assert not (tmp_path / "out").exists()


def test_a_name_that_leaves_no_room_for_suffixes_is_told(glmtts: Run, tmp_path: Path) -> None:
    write(tmp_path)
    long = f"{'长' * 80}.yaml"
    (tmp_path / "a.yaml").rename(tmp_path / long)
    assert f"{long}: The name of this file is too long" in glmtts("render", long, code=2).stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--output", "a.yaml"), "a.yaml: This is not a folder."),
        (("--output", "a.yaml/x"), "This is not a folder."),
        (("--root", "nowhere"), "--root: nowhere is not a folder."),
    ],
    ids=" ".join,
)
def test_folders_that_are_none_are_told(
    arguments: tuple[str, ...], message: str, glmtts: Run, tmp_path: Path
) -> None:
    write(tmp_path)
    assert message in glmtts("render", "a.yaml", *arguments, code=2).stderr


def test_a_cache_that_is_no_folder_is_told_with_a_remedy(glmtts: Run, tmp_path: Path) -> None:
    write(tmp_path)
    assert "--cache" in glmtts("render", "a.yaml", "--cache", "a.yaml", code=1).stderr
    told = json.loads(glmtts("doctor", "--cache", "a.yaml", "--json").stdout)
    states = {finding["what"]: finding for finding in told["findings"]}
    assert states["cache"]["state"] == "broken"
    assert "--cache" in states["cache"]["remedy"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")
def test_a_file_name_that_is_no_text_is_told(glmtts: Run, tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.yaml")
    (tmp_path / name).write_text(SCRIPT, encoding="utf-8")
    assert "not valid text" in glmtts("render", name, code=2).stderr


@pytest.mark.parametrize(("suffix", "rate"), [("wav", 24_000), ("mp3", 24_000), ("opus", 48_000)])
def test_say_chooses_a_rate_its_format_has(
    suffix: str, rate: int, glmtts: Run, tmp_path: Path
) -> None:
    glmtts("say", "好", "--output", f"a.{suffix}")
    assert soundfile.info(tmp_path / f"a.{suffix}").samplerate == rate


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("say", "好", "--sample-rate", "0"), "wav files cannot have a sample rate of 0 Hz."),
        (("say", "好", "--sample-rate", "-5"), "Give one of: 8000"),
        (("say", "好", "--sample-rate", "24000", "-o", "a.opus"), "Give one of: 48000."),
        (("batch", "t.jsonl", "--sample-rate", "999999999"), "--sample-rate: wav files cannot"),
        (("say", "好", "--seed", f"{1 << 64}"), "--seed"),
    ],
    ids=" ".join,
)
def test_what_no_file_can_be_is_told_before_anything_is_spoken(
    arguments: tuple[str, ...], message: str, glmtts: Run, tmp_path: Path
) -> None:
    assert message in glmtts(*arguments, code=2).stderr
    assert not list(tmp_path.iterdir())


def test_batch_writes_opus_and_says_whether_all_went_well(glmtts: Run, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"input_text": "好", "output_name": "a"}', encoding="utf-8")
    said = json.loads(glmtts("batch", "t.jsonl", "--format", "opus", "--json").stdout)
    assert (said["ok"], said["done"]) == (True, 1)
    assert soundfile.info(tmp_path / "out" / "t" / "a.opus").samplerate == 48_000


def test_a_folder_in_the_way_of_one_task_stops_no_other(glmtts: Run, tmp_path: Path) -> None:
    tasks = [{"input_text": "好", "output_name": name} for name in "ab"]
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, tasks)), encoding="utf-8")
    (tmp_path / "out" / "t" / "a.wav").mkdir(parents=True)
    said = json.loads(glmtts("batch", "t.jsonl", "--json", code=1).stdout)
    assert [task["state"] for task in said["tasks"]] == ["failed", "done"]
    told = glmtts("say", "好", "--output", "out/t/a.wav", code=1).stderr
    assert "a.wav: Is a directory. Choose a name" in told


def test_a_sound_that_begins_after_its_end_is_told(glmtts: Run, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "chime.wav", np.full(24_000, 0.1), 24_000)
    script = SCRIPT + "  - sound: chime.wav\n    start: 1s\n  - sound: chime.wav\n    start: 5s\n"
    (tmp_path / "a.yaml").write_text(script, encoding="utf-8")
    told = glmtts("render", "a.yaml", code=2).stderr.splitlines()
    assert [line.split(" ")[0] for line in told] == ["a.yaml:5:5:", "a.yaml:7:5:"]
    assert 'The sound "chime.wav" ends at 1.0 s' in told[0]


def test_a_sound_that_is_gone_or_may_not_be_read_is_told_with_its_place(tmp_path: Path) -> None:
    cue = Sound(place=Place("a.yaml", 5, 5), file=tmp_path / "gone.wav")
    with pytest.raises(InputError, match=r'a\.yaml:5:5: The sound "gone\.wav" cannot be read'):
        read_sounds([cue], 48_000, Store(tmp_path))


def test_help_shows_what_stands_in_brackets(glmtts: Run) -> None:
    assert "[pause:500ms]" in glmtts("say", "--help").stdout
