"""Crosstalk: lines that start before the last one ends, from the script to the subtitles."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.production.pieces import cut
from comfyui_glmtts.production.schedule import SPEECH_LEVEL, schedule
from comfyui_glmtts.production.takes import Take
from comfyui_glmtts.production.text_tracks.captions import captions
from comfyui_glmtts.production.timeline import Timeline
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Line, Reference, Script, Speaker

RATE, GRID = 48_000, 1152
PLACE = Place("a.yaml")


def laid_out(*lines: tuple[str, float, float]) -> Timeline:
    """Lines given as speaker, seconds of their take and overlap."""
    names = dict.fromkeys(name for name, _, _ in lines)
    script = Script(
        file=Path("a.yaml"),
        title="t",
        speakers={
            name: Speaker(place=PLACE, name=name, voice=Reference(place=PLACE, name=name))
            for name in names
        },
        segments=tuple(
            Line(place=PLACE, speaker=name, text=f"这是{name}说的话", overlap=overlap)
            for name, _, overlap in lines
        ),
    )
    takes = [
        Take(f"{index:064x}", 24_000, round(seconds * 24_000), SPEECH_LEVEL)
        for index, (_, seconds, _) in enumerate(lines)
    ]
    return schedule(script, takes, {})


def spans(timeline: Timeline) -> list[tuple[float, float]]:
    return [
        (round(clip.start / RATE, 3), round((clip.start + clip.length) / RATE, 3))
        for clip in timeline.clips
    ]


def test_a_line_starts_its_overlap_before_the_last_one_ends_on_the_grid() -> None:
    timeline = laid_out(("A", 2.0, 0.0), ("B", 1.0, 0.4))
    second = timeline.clips[1]
    assert second.start % GRID == 0
    assert 0 <= second.start - round(1.6 * RATE) < GRID


def test_it_never_starts_before_the_last_one_starts() -> None:
    assert spans(laid_out(("A", 1.0, 0.0), ("B", 1.0, 5.0))) == [(0.0, 1.0), (0.0, 1.0)]


def test_after_a_short_interjection_the_longer_line_decides_when_it_goes_on() -> None:
    with_it = laid_out(("A", 3.0, 0.0), ("B", 0.5, 2.0), ("A", 1.0, 0.0))
    without = laid_out(("A", 3.0, 0.0), ("A", 1.0, 0.0))
    assert with_it.clips[2].start == without.clips[1].start
    assert with_it.clips[1].start + with_it.clips[1].length < 3 * RATE


def test_an_overlap_counts_from_whatever_ends_last() -> None:
    timeline = laid_out(("A", 3.0, 0.0), ("B", 0.5, 2.0), ("C", 1.0, 0.3))
    assert timeline.clips[2].start / RATE == pytest.approx(2.7, abs=GRID / RATE)


def test_voices_that_overlap_are_one_piece_and_the_others_stay_their_own() -> None:
    timeline = laid_out(("A", 2.0, 0.0), ("B", 1.0, 0.4), ("A", 1.0, 0.0), ("B", 1.0, 0.0))
    assert [len(piece.clips) for piece in cut(timeline, GRID, 2769)] == [2, 1, 1]


def test_making_the_first_longer_moves_the_rest_and_changes_one_piece() -> None:
    def digests(seconds: float) -> list[str]:
        timeline = laid_out(("A", seconds, 0.0), ("B", 1.0, 0.4), ("A", 1.0, 0.0))
        return [piece.digest for piece in cut(timeline, GRID, 2769)]

    pairs = zip(digests(2.0), digests(2.3), strict=True)
    assert [one == other for one, other in pairs] == [False, True]


def test_subtitles_overlap_as_the_voices_do() -> None:
    shown = captions(laid_out(("A", 2.0, 0.0), ("B", 1.0, 0.4))).vtt
    assert "00:00:00.000 --> 00:00:02.000\n<v A>" in shown
    assert "00:00:01.608 --> 00:00:02.608\n<v B>" in shown


HEAD = "glmtts: 1\nvoices: {A: a, B: b}\nsegments:\n"


@pytest.mark.parametrize(
    "segments",
    [
        "- A: 好\n  overlap: 1s\n",
        "- A: 好\n- pause: 1s\n- B: 好\n  overlap: 1s\n",
        "- A: 好\n- chapter: x\n- B: 好\n  overlap: 1s\n",
    ],
    ids=["the first line", "after a pause", "after a chapter mark"],
)
def test_a_line_that_has_nothing_to_overlap_is_told(segments: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(HEAD + segments, encoding="utf-8")
    with pytest.raises(InputError, match="overlaps nothing") as caught:
        read_script(path)
    assert len(caught.value.mistakes) == 1


def test_a_repeat_whose_first_line_overlaps_its_last_needs_one_before_it(tmp_path: Path) -> None:
    repeat = "- repeat: 3\n  segments:\n  - {A: 好, overlap: 200ms}\n  - B: 嗯\n"
    path = tmp_path / "a.yaml"
    path.write_text(HEAD + repeat, encoding="utf-8")
    with pytest.raises(InputError, match=":6:") as caught:
        read_script(path)
    assert len(caught.value.mistakes) == 1
    path.write_text(HEAD + "- B: 开始\n" + repeat, encoding="utf-8")
    assert [line.overlap for line in read_script(path).lines] == [0, 0.2, 0, 0.2, 0, 0.2, 0]


def test_stems_of_voices_that_overlap_in_a_room_add_up_to_the_programme(tmp_path: Path) -> None:
    script = """\
glmtts: 1
voices: {小雨: xiaoyu, 阿明: aming}
room_tone: -30 dB
output: {formats: [wav], stems: yes, loudness: -34 LUFS}
segments:
- 小雨: 我们今天要说的是
- 阿明: 我知道！
  overlap: 300ms
- 小雨: 你又抢我的话。
"""
    (tmp_path / "a.yaml").write_text(script, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "comfyui_glmtts", "render", "a.yaml", "-o", "out"],
        cwd=tmp_path,
        env={**os.environ, "GLMTTS_CACHE": str(tmp_path / "cache")},
        check=True,
        capture_output=True,
    )
    whole, _ = soundfile.read(tmp_path / "out/a.wav")
    stems = {path.stem: soundfile.read(path)[0] for path in (tmp_path / "out/stems").iterdir()}
    assert sorted(stems) == ["1-小雨", "2-阿明", "room"]
    assert np.abs(sum(stems.values()) - whole).max() < 1e-6
    quietest = np.abs(whole[: len(whole) // 4800 * 4800, 0]).reshape(-1, 4800).max(axis=1).min()
    assert quietest > 1e-4  # nowhere is the room gone
