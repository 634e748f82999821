"""Every way of making a file, in every format: it says that it is synthetic, and sounds the same.

The label is read back by mutagen or FFmpeg, out of the file that lies in the output folder.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.audio.recording import Recording
from comfyui_glmtts.production.delivery.labels import labels
from comfyui_glmtts.production.delivery.recordings import write
from comfyui_glmtts.production.provenance.labelling import Labelling
from comfyui_glmtts.production.provenance.made_log import KEEP, MadeFile, MadeLog
from comfyui_glmtts.scripts.disclosure import Disclosure
from label_readers import by_mutagen

Glmtts = Callable[..., subprocess.CompletedProcess[str]]
FORMATS = ["mp3", "m4a", "opus", "wav", "flac"]

SCRIPT = """\
glmtts: 1
title: 试
voices: {A: xiaoyu}
output: {formats: [mp3, m4a, opus, wav, flac], review: yes, stems: yes, lines: yes}
segments:
- chapter: 开场
- A: 大家好。
- chapter: 尾声
- A: 再见。
"""

TEMPLATE = """\
glmtts_template: 1
title: {zh: 叫号}
languages: [zh]
fields: {id: {type: integer}}
text: {zh: "请{{ id }}号。"}
name: "{{ id }}"
output: {formats: [mp3, m4a, opus, wav, flac], sample_rate: 48 kHz}
"""


def label(path: Path) -> dict[str, str]:
    return json.loads(by_mutagen(path))


def is_labelled(path: Path, producer: str = "CODE-1") -> bool:
    told = label(path)
    assert told["Label"] == "1"
    assert told["ContentProducer"] == told["ContentPropagator"] == producer
    assert told["ProduceID"] == told["PropagateID"]
    return len(told["ProduceID"]) == 32


@pytest.fixture
def rendered(glmtts: Glmtts, tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_text(SCRIPT, encoding="utf-8")
    glmtts("render", "a.yaml", "-o", "out", "--producer", "CODE-1")
    return tmp_path / "out"


def test_rendered_files_say_so_and_so_does_all_beside_them(rendered: Path) -> None:
    manifest = json.loads((rendered / "manifest.json").read_text("utf-8"))
    told = {file["name"]: file.get("produce_id") for file in manifest["files"]}
    for form in FORMATS:
        assert is_labelled(rendered / f"a.{form}")
        assert label(rendered / f"a.{form}")["ProduceID"] == told[f"a.{form}"]
    for part in ("stems/1-A.wav", "lines/0001-A.wav"):
        assert is_labelled(rendered / part)
    assert "NOTE AIGC: " in (rendered / "a.vtt").read_text("utf-8")
    assert "AIGC" in json.loads((rendered / "a.transcript.json").read_text("utf-8"))["note"]
    assert "由人工智能生成" in (rendered / "a.notes.md").read_text("utf-8")
    assert told["a.m4a"] in (rendered / "review.html").read_text("utf-8")


def test_verify_tells_what_files_say_and_finds_what_was_changed(
    rendered: Path, glmtts: Glmtts
) -> None:
    files = [str(rendered / f"a.{form}") for form in FORMATS]
    found = json.loads(glmtts("verify", "--json", *files).stdout)
    assert found["ok"]
    assert [one["aigc"]["ContentProducer"] for one in found["files"]] == ["CODE-1"] * len(FORMATS)
    assert glmtts("verify", str(rendered / "lines" / "0001-A.wav")).stdout.count("labelled") == 1

    path = rendered / "a.wav"
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)
    assert "its bytes were changed" in glmtts("verify", str(path), code=1).stdout
    data = path.read_bytes().replace(b"CODE-1", b"CODE 1")
    path.write_bytes(data)
    assert "not allowed" in glmtts("verify", str(path), code=1).stdout
    soundfile.write(path, np.zeros(480), 48_000)
    assert "no AIGC label" in glmtts("verify", str(path), code=1).stdout
    assert "cannot be read" in glmtts("verify", "nowhere.mp3", code=2).stderr


def test_equal_renders_are_equal_bytes_and_a_label_changes_no_sample(
    rendered: Path, glmtts: Glmtts
) -> None:
    glmtts("render", "a.yaml", "-o", "again", "--producer", "CODE-1")
    glmtts("render", "a.yaml", "-o", "bare", "--disclosure", "none: a test")
    again, bare = rendered.with_name("again"), rendered.with_name("bare")
    for form in FORMATS:
        assert (rendered / f"a.{form}").read_bytes() == (again / f"a.{form}").read_bytes()
        assert b"AIGC" not in (bare / f"a.{form}").read_bytes()
    for form in ("wav", "flac"):
        labelled, plain = (soundfile.read(folder / f"a.{form}", dtype="int32")[0]
                           for folder in (rendered, bare))  # fmt: skip
        assert np.array_equal(labelled, plain)
    assert "AIGC" not in (bare / "a.vtt").read_text("utf-8")


@pytest.mark.parametrize("form", FORMATS)
def test_said_files_say_so(form: str, glmtts: Glmtts, tmp_path: Path) -> None:
    glmtts("say", "你好。", "-o", f"b.{form}", "--producer", "CODE-1")
    assert is_labelled(tmp_path / f"b.{form}")


@pytest.mark.parametrize("form", FORMATS)
def test_files_of_a_list_say_so(form: str, glmtts: Glmtts, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"output_name": "c", "input_text": "好。"}\n', "utf-8")
    glmtts("batch", "t.jsonl", "-o", "out", "--format", form, "--producer", "CODE-1")
    assert is_labelled(tmp_path / "out" / f"c.{form}")


def test_announcements_say_so_and_have_a_label_to_be_played_once_a_day(
    glmtts: Glmtts, tmp_path: Path
) -> None:
    (tmp_path / "t.yaml").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "rows.csv").write_text("id\n7\n", encoding="utf-8")
    command = ("announce", "t.yaml", "-d", "rows.csv", "--producer", "CODE-1")
    glmtts(*command, "-o", "quiet")
    glmtts(*command, "-o", "out", "--audible", "spoken", "--disclosure", "cn")
    glmtts(*command, "-o", "rhythm", "--audible", "morse")
    for form in FORMATS:
        assert is_labelled(tmp_path / "quiet" / f"7.{form}")
        assert is_labelled(tmp_path / "out" / f"7.{form}")
        assert is_labelled(tmp_path / "out" / f"ai-label.{form}")
        assert not (tmp_path / "quiet" / f"ai-label.{form}").exists()
    log = (tmp_path / "out" / "audit.jsonl").read_text("utf-8").splitlines()
    said = {line["file"]: line["said"] for line in map(json.loads, log)}
    assert said["ai-label.wav"][0]["text"] == ["本节目的语音由人工智能生成。"]
    assert said["7.wav"][0]["text"] == ["请7号。"]
    assert 1.3 < soundfile.info(tmp_path / "rhythm" / "ai-label.wav").duration < 3
    assert json.loads(glmtts("verify", "--json", str(tmp_path / "out" / "7.mp3")).stdout)["ok"]

    template = TEMPLATE + "disclosure: {rules: cn, audible: spoken, every: file}\n"
    (tmp_path / "t.yaml").write_text(template, encoding="utf-8")
    glmtts(*command, "-o", "each")
    lengths = [soundfile.info(tmp_path / one / "7.wav").duration for one in ("each", "quiet")]
    assert lengths[0] > lengths[1] + 4  # 13 characters at 140 a minute
    assert not (tmp_path / "each" / "ai-label.wav").exists()


def test_dropped_files_say_so_as_their_folder_says(glmtts: Glmtts, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (tmp_path / "watch.yaml").write_text(
        "watch: 1\nengine: preview\narrival: {settle: 0s}\nfolders: {state: state}\n"
        "disclosure: {producer: CODE-1, rules: cn}\n",
        encoding="utf-8",
    )
    (inbox / "a.yaml").write_text(SCRIPT, encoding="utf-8")
    (inbox / "t.jsonl").write_text('{"output_name": "c", "input_text": "好。"}\n', "utf-8")
    (inbox / "templates").mkdir()
    (inbox / "templates" / "call.yaml").write_text(TEMPLATE, encoding="utf-8")
    (inbox / "call.csv").write_text("id\n7\n", encoding="utf-8")
    glmtts("watch", "inbox", "--once")
    for form in FORMATS:
        assert is_labelled(inbox / "out" / "a" / f"a.{form}")
        assert is_labelled(inbox / "out" / "call" / f"7.{form}")
    assert is_labelled(inbox / "out" / "t" / "c.wav")
    (log,) = (tmp_path / "state" / "made").glob("made-*.jsonl")
    ways = [json.loads(line)["way"] for line in log.read_text("utf-8").splitlines()]
    assert set(ways) == {"render", "batch", "announce"}


@pytest.mark.parametrize("form", FORMATS)
def test_any_sound_that_is_exported_says_so(form: str, tmp_path: Path) -> None:
    recording = Recording(np.full((1, 48_000), 0.1, np.float32), 48_000)
    house = Labelling(producer="CODE-1")
    ids = []
    for name in ("a", "b"):
        path = tmp_path / f"{name}.{form}"
        write(recording, path, form, None, disclosure=Disclosure(), labelling=house)
        assert is_labelled(path)
        ids.append(label(path)["ProduceID"])
    assert ids[0] == ids[1]


def test_the_house_has_a_code_and_a_wrong_one_is_told(
    glmtts: Glmtts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLMTTS_PRODUCER", "HOUSE-9")
    glmtts("say", "好。", "-o", "a.wav")
    assert is_labelled(tmp_path / "a.wav", "HOUSE-9")
    (log,) = (tmp_path / "home").rglob("made-*.jsonl")
    assert json.loads(log.read_text("utf-8"))["producer"] == "HOUSE-9"
    monkeypatch.setenv("GLMTTS_PRODUCER", "某公司")
    assert "GLMTTS_PRODUCER: " in glmtts("say", "好。", "-o", "a.wav", code=2).stderr


def test_who_may_need_a_label_that_is_heard_is_reminded_once(glmtts: Glmtts) -> None:
    first, second = (glmtts("say", "好。", "-o", "a.wav").stderr for _ in range(2))
    assert "audible: spoken" in first
    assert "audible: spoken" not in second


def test_the_log_tells_what_was_made_by_whom_and_with_which_label(
    glmtts: Glmtts, tmp_path: Path
) -> None:
    glmtts("say", "好。", "-o", "a.wav", "--disclosure", "none: house test", "--voice", "leo")
    (log,) = (tmp_path / "home").rglob("made-*.jsonl")
    (line,) = map(json.loads, log.read_text("utf-8").splitlines())
    assert line["rules"] == []
    assert line["reason"] == "house test"
    assert line["produce_id"] is None
    assert line["file"] == str(tmp_path / "a.wav")
    assert next(iter(line["voices"].values()))["name"] == "leo"
    assert next(iter(line["voices"].values()))["consent"] == "synthetic"


def test_months_of_the_log_are_kept_and_old_ones_go(tmp_path: Path) -> None:
    now = datetime(2027, 6, 10, tzinfo=timezone.utc)
    for month in ("2025-01", "2026-04", "2026-05", "2026-12", "notes"):
        (tmp_path / f"made-{month}.jsonl").write_text("{}\n")
    MadeLog(tmp_path, clock=lambda: now).record(
        "say",
        Disclosure(),
        [MadeFile(path=Path("a.wav"), sha256="0", produce_id="1")],
        language="zh",
    )
    kept = sorted(path.stem for path in tmp_path.glob("made-*.jsonl"))
    assert kept == ["made-2026-05", "made-2026-12", "made-2027-06", "made-notes"]
    assert timedelta(days=183) < KEEP


def test_a_log_that_cannot_be_written_keeps_nothing_from_being_made(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "made").write_text("in the way")
    made = [MadeFile(path=Path("a.wav"), sha256="0", produce_id=None)]
    MadeLog(tmp_path / "made").record("say", Disclosure(), made, language="zh")
    assert "cannot be written" in caplog.text


def test_the_number_of_a_label_follows_the_content() -> None:
    one, same, other = (labels(Disclosure(), Labelling(), *of) for of in ("ab", "ab", "ac"))
    assert one == same != other
    assert labels(Disclosure(rules=(), reason="x"), Labelling(), "a") == ()
