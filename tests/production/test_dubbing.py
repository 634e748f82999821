"""Subtitles keep their times: when lines start, how they are made to fit, what is reported."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.production.dubbing import Kept, table, told
from comfyui_glmtts.production.schedule import frame, schedule
from comfyui_glmtts.production.takes import Take
from comfyui_glmtts.production.timeline import Timeline
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Timing

Run = Callable[..., subprocess.CompletedProcess[str]]
RATE = 48_000


def subtitle(number: int, start: float, end: float, words: str) -> str:
    times = " --> ".join(f"00:{int(t // 60):02}:{t % 60:06.3f}" for t in (start, end))
    return f"{number}\n{times}\n{words}\n\n"


def laid_out(
    folder: Path,
    *cues: tuple[float, float, str, float],
    timing: Timing = "start",
    duration: float | None = None,
) -> Timeline:
    """The timeline of cues: start and end in s, words, and how many s these take to say."""
    path = folder / "a.srt"
    rows = [subtitle(i, *cue[:3]) for i, cue in enumerate(cues, 1)]
    path.write_text("".join(rows), encoding="utf-8")
    script = read_script(path)
    output = replace(script.output, timing=timing, duration=duration)
    takes = [Take(f"{i:064}", RATE, round(cue[3] * RATE), -20.0) for i, cue in enumerate(cues)]
    return schedule(replace(script, output=output), takes, {})


def starts(timeline: Timeline) -> list[float]:
    return [clip.start / RATE for clip in timeline.clips]


def test_every_line_begins_when_it_is_shown_and_silence_before_the_first_stays(
    tmp_path: Path,
) -> None:
    timeline = laid_out(
        tmp_path, (5, 6, "甲：一", 0.5), (8.123, 9, "乙：二", 0.5), (60, 61, "三", 1)
    )
    assert starts(timeline) == pytest.approx([5.0, 8.123, 60.0], abs=0.012)
    assert all(clip.start % frame(RATE) == 0 for clip in timeline.clips)


def test_a_late_line_begins_when_the_one_before_ends_and_the_next_catches_up(
    tmp_path: Path,
) -> None:
    timeline = laid_out(
        tmp_path,
        (0, 1, "甲：一", 3.0),
        (1, 2, "乙：二", 1.5),
        (2, 3, "甲：三", 0.2),
        (6, 7, "四", 1),
    )
    assert starts(timeline) == pytest.approx([0.0, 3.0, 4.5, 6.0], abs=0.025)


def test_two_people_sound_together_where_their_subtitles_do(tmp_path: Path) -> None:
    timeline = laid_out(
        tmp_path, (0, 4, "甲：一", 3.5), (2, 5, "乙：二", 1.0), (3, 6, "乙：三", 1.0)
    )
    assert starts(timeline) == pytest.approx([0.0, 2.0, 3.0], abs=0.012)


def test_free_lines_follow_each_other_with_the_pauses_between_them(tmp_path: Path) -> None:
    timeline = laid_out(tmp_path, (5, 6, "甲：一", 0.5), (9, 10, "甲：二", 1.0), timing="free")
    assert starts(timeline) == pytest.approx([0.0, 3.5], abs=0.025)


@pytest.mark.parametrize(("wanted", "seconds"), [(None, 2.5), (30.0, 30.0), (1.5, 2.0)])
def test_the_track_is_as_long_as_asked_unless_words_would_be_cut_off(
    wanted: float | None, seconds: float, tmp_path: Path
) -> None:
    timeline = laid_out(tmp_path, (1, 2, "甲：一", 1.0), duration=wanted)
    assert timeline.seconds == pytest.approx(seconds, abs=0.024)


ON_TIME = Kept(line=1, speaker="甲", text="一", start=1, end=2, begins=1.0, ends=1.9, pace=1.0)
OVER = replace(ON_TIME, line=2, ends=3.5, pace=1.2)
LATE = replace(ON_TIME, line=3, begins=1.4, ends=2.04)


def test_what_is_late_and_what_goes_on_too_long_is_told() -> None:
    assert told([ON_TIME], 10.0, None) == []
    assert told([ON_TIME, OVER, LATE], 10.0, 9.0) == [
        "1 of 3 lines end after their subtitles, line 2 by 1.5 s.",
        "1 of 3 lines begin late, as the one before goes on, line 3 by 0.4 s.",
        "The track is 1.0 s longer, so that nothing is cut off.",
    ]


def test_the_report_has_a_row_for_every_cue() -> None:
    rows = list(csv.DictReader(io.StringIO(table([ON_TIME, OVER]))))
    assert [(row["line"], row["over"], row["pace"]) for row in rows] == [
        ("1", "0.000", "1.00"),
        ("2", "1.500", "1.20"),
    ]


SRT = (
    subtitle(1, 1.0, 3.4, "小雨：大家好，欢迎来到我的频道。")
    + subtitle(2, 4.0, 5.0, "阿明：今天要讲的内容非常非常多，请大家准备好纸和笔。")
    + subtitle(3, 9.0, 19.0, "好。")
)


def report(folder: Path) -> list[dict[str, str]]:
    text = (folder / "film.timing.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_lines_are_brought_into_their_windows_by_pace_and_the_rest_is_reported(
    glmtts: Run, tmp_path: Path
) -> None:
    (tmp_path / "film.srt").write_text(SRT, encoding="utf-8")
    said = glmtts("render", "film.srt", "--timing", "fit", "-o", "fit", "--json")
    fits, too_long, short = report(tmp_path / "fit")
    assert float(fits["over"]) <= 0.05
    assert 0.9 <= float(fits["pace"]) <= 1.2
    assert fits["pace"] != "1.00"
    assert (too_long["pace"], short["pace"]) == ("1.20", "1.00")
    assert float(too_long["over"]) > 0.5
    assert any(
        "end after their subtitles, line 2" in note for note in json.loads(said.stdout)["notes"]
    )
    shown = (tmp_path / "fit" / "film.srt").read_text("utf-8")
    assert shown.startswith("1\n00:00:01,008 --> ")


def test_a_dub_is_as_long_as_its_video_and_lies_over_its_sound(glmtts: Run, tmp_path: Path) -> None:
    (tmp_path / "film.srt").write_text(SRT, encoding="utf-8")
    time = np.arange(25 * 24_000) / 24_000
    soundfile.write(tmp_path / "film.wav", 0.2 * np.sin(2 * np.pi * 220 * time), 24_000)
    glmtts("render", "film.srt", "--video", "film.wav", "--original", "--format", "wav", "--stems")
    folder = tmp_path / "out" / "film"
    whole, rate = soundfile.read(folder / "film.wav")
    assert len(whole) / rate == pytest.approx(25.0, abs=0.024)
    music, _ = soundfile.read(folder / "stems" / "music.wav")
    quiet = np.sqrt(np.mean(music[int(1.5 * rate) : 2 * rate] ** 2))
    loud = np.sqrt(np.mean(music[22 * rate : 24 * rate] ** 2))
    assert 20 * np.log10(loud / quiet) == pytest.approx(14.0, abs=1.0)
    assert {path.name for path in (folder / "stems").iterdir()} == {
        "1-小雨.wav", "2-阿明.wav", "music.wav",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--timing", "strict"), '--timing: No timing "strict".'),
        (("--original",), "--original: There is no video."),
        (("--video", "no.mp4"), "--video: There is no file no.mp4."),
        (("--duration", "soon"), '--duration: "soon" cannot be understood'),
        (("--duration", "1:00", "--video", "film.srt"), "--duration: Two lengths"),
        (("--video", "junk.mp4"), "junk.mp4 is not a sound file"),
        (("--speakers", "A", "--no-speakers"), "--no-speakers: Somebody and nobody"),
        (("--format", "mp9"), '--format: No audio format "mp9".'),
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_told_before_anything_is_spoken(
    arguments: tuple[str, ...], message: str, glmtts: Run, tmp_path: Path
) -> None:
    (tmp_path / "film.srt").write_text(SRT, encoding="utf-8")
    (tmp_path / "junk.mp4").write_bytes(b"junk" * 100)
    assert message in glmtts("render", "film.srt", *arguments, code=2).stderr
    assert not (tmp_path / "out").exists()
