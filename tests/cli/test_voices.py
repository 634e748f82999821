"""`glmtts voices` for people and for programs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.cli.commands.voices import app
from comfyui_glmtts.glmtts_runtime.voices import library
from comfyui_glmtts.mistakes import InputError
from typer.testing import CliRunner, Result

BUNDLED = ["aming", "grace", "jiayi", "laochen", "leo", "xiaoyu"]
WORDS = "今天下午的阳光特别好我打算去公园里走一走"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's library, where no real one is touched."""
    monkeypatch.setattr(library, "user_voices", lambda: tmp_path / "own")
    return tmp_path / "own"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A bundled voice under another name, so that it is a good one."""
    path = tmp_path / "take.flac"
    path.write_bytes((library.BUNDLED / "xiaoyu.flac").read_bytes())
    return path


@pytest.fixture
def long_recording(recording: Path) -> Path:
    """78 s: noise and clipped shouts, and from 30 s on what a good voice says."""
    good, rate = soundfile.read(recording, dtype="float32")
    random = np.random.default_rng(0)
    sound = random.normal(0, 0.02, 78 * rate).astype(np.float32)
    sound[5 * rate : 5 * rate + len(good)] += 30 * good
    sound[30 * rate : 31 * rate + len(good)] = 0
    sound[30 * rate + rate // 2 : 30 * rate + rate // 2 + len(good)] = good
    path = recording.with_name("long.wav")
    soundfile.write(path, np.clip(sound, -1, 1), rate)
    return path


def run(*arguments: str, code: int = 0) -> Result:
    """Run a command; a person's mistake is raised, as `main` expects."""
    done = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120"})
    if isinstance(done.exception, InputError):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


def answer(*arguments: str, code: int = 0) -> dict[str, object]:
    found = json.loads(run(*arguments, "--json", code=code).output)
    assert found.pop("ok") is True
    return found


def test_list_shows_the_bundled_voices_and_their_words() -> None:
    shown = run("list").output
    assert all(name in shown for name in (*BUNDLED, "Good morning"))
    voices = answer("list")["voices"]
    assert [voice["name"] for voice in voices] == BUNDLED
    assert all(voice["transcript"] for voice in voices)


def test_list_shows_the_voices_of_a_given_folder_first(tmp_path: Path, recording: Path) -> None:
    voices = answer("list", "--voices", str(tmp_path))["voices"]
    assert voices[0] == {
        "name": "take",
        "audio": str(recording),
        "transcript": "",
        "folder": str(tmp_path),
        "consent": None,
        "expired": False,
    }


def test_a_voice_is_added_checked_and_removed(recording: Path, own_folder: Path) -> None:
    added = answer("add", "小雨", str(recording), "--text", WORDS)
    assert (added["name"], added["verdict"]) == ("小雨", "ok")
    assert added["audio"] == str(own_folder / "小雨.flac")
    assert answer("check", "小雨")["transcript"] == WORDS
    assert "小雨" in run("list").output
    assert answer("remove", "小雨") == {"name": "小雨", "removed": str(own_folder / "小雨.flac")}
    assert list(own_folder.iterdir()) == []


def test_the_words_may_come_from_a_file(recording: Path, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text(f"\ufeff{WORDS}\n", encoding="utf-8")
    added = answer("add", "amy", str(recording), "--text-file", str(tmp_path / "words.txt"))
    assert added["transcript"] == WORDS


def test_people_read_what_was_kept_and_how_good_it_is(recording: Path) -> None:
    shown = run("add", "amy", str(recording), "--text", WORDS).output
    assert "amy: kept as" in shown
    assert "speech rate" in shown
    assert shown.endswith("verdict: ok\n")


def test_a_bad_recording_has_exit_code_1_and_advice(tmp_path: Path) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, np.zeros(8000), 8000)
    shown = run("check", str(path), "--text", WORDS, code=1).output
    assert "Record 3 to 10 seconds" in shown
    assert shown.endswith("verdict: bad\n")
    measures = {m["name"]: m for m in answer("check", str(path), code=1)["measures"]}
    assert measures["duration"]["value"] == 1.0
    assert measures["speech rate"]["advice"].startswith("There is no transcript")


def test_a_recording_is_checked_with_the_words_beside_it(recording: Path) -> None:
    recording.with_suffix(".txt").write_text(WORDS, encoding="utf-8")
    assert answer("check", str(recording))["transcript"] == WORDS


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["check", "xiaoyou"], 'Did you mean "xiaoyu"'),
        (["remove", "xiaoyu"], "is not your own"),
        (["add", "amy", "absent.wav", "--text", "x"], "There is no file absent.wav"),
        (["add", "a/b", "TAKE", "--text", WORDS], "holds"),
        (["add", "amy", "TAKE", "--text", "x", "--text-file", "y"], "are both given"),
        (["add", "amy", "TAKE", "--text-file", "absent.txt"], "cannot be read"),
        (["list", "--voices", "absent"], "is not a folder"),
        (["add", "amy", "TAKE", "--text", "好"], "The speech rate is bad"),
        (["add", "amy", "LONG", "--text", WORDS], r"78 s; a voice is 3 to 10 s\. .* best [4-8] s"),
        (["trim", "TAKE", "-o", "TAKE"], "This file exists"),
        (["trim", "absent.wav"], "There is no file absent.wav"),
    ],
)
def test_a_persons_mistake_is_told_with_a_remedy(
    arguments: list[str], what: str, recording: Path, long_recording: Path, own_folder: Path
) -> None:
    files = {"TAKE": str(recording), "LONG": str(long_recording)}
    with pytest.raises(InputError, match=what) as caught:
        run(*(files.get(argument, argument) for argument in arguments))
    assert all(mistake.remedy for mistake in caught.value.mistakes)
    assert not own_folder.exists()


def test_words_that_are_not_given_and_cannot_be_heard_are_asked_for(
    recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)  # as where the extra is missing
    with pytest.raises(InputError, match="words of the recording are missing") as caught:
        run("add", "amy", str(recording))
    assert "--text" in str(caught.value)
    assert 'pip install "comfyui-glmtts[listen]"' in str(caught.value)


def test_a_voice_of_the_same_name_is_replaced_only_when_told(recording: Path) -> None:
    run("add", "amy", str(recording), "--text", WORDS)
    with pytest.raises(InputError, match="--replace"):
        run("add", "amy", str(recording), "--text", WORDS[::-1])
    assert answer("check", "amy")["transcript"] == WORDS
    added = answer("add", "amy", str(recording), "--text", WORDS[:15], "--replace")
    assert added["transcript"] == WORDS[:15]


def test_a_bad_recording_is_kept_only_when_told(recording: Path, own_folder: Path) -> None:
    with pytest.raises(InputError, match="--anyway"):
        run("add", "amy", str(recording), "--text", "好")
    assert not own_folder.exists()
    assert answer("add", "amy", str(recording), "--text", "好", "--anyway")["verdict"] == "bad"


def test_the_best_of_a_long_recording_is_cut_out(long_recording: Path) -> None:
    cut = answer("trim", str(long_recording))
    assert 30 <= cut["from"] < cut["to"] <= 39
    samples, rate = soundfile.read(cut["file"])
    assert 4 <= len(samples) / rate <= 8
    verdict = answer("check", cut["file"], "--text", WORDS)
    assert verdict["verdict"] == "ok"
