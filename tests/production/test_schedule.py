import math
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.mistakes import Place
from comfyui_glmtts.production.schedule import SPEECH_LEVEL, frame, level_gain, schedule
from comfyui_glmtts.production.sounds import SoundFile
from comfyui_glmtts.production.takes import Take
from comfyui_glmtts.production.timeline import Timeline
from comfyui_glmtts.scripts.script import (
    Chapter,
    Line,
    Pause,
    Reference,
    Script,
    Segment,
    Sound,
    Speaker,
)

RATE, GRID = 48_000, 1152
PLACE = Place("a.yaml")
MUSIC = SoundFile(
    file=Path("m.wav"),
    digest="d" * 64,
    rate=RATE,
    length=10 * RATE,
    loudness=SPEECH_LEVEL,
    samples=lambda: np.zeros((1, 10 * RATE), np.float32),
)


def line(speaker: str = "A", gain: float = 0.0) -> Line:
    return Line(place=PLACE, speaker=speaker, text="你好", gain=gain)


def sound(**options: object) -> Sound:
    return Sound(place=PLACE, file=MUSIC.file, **options)  # type: ignore[arg-type]


def laid_out(*segments: Segment, loudness: float = SPEECH_LEVEL) -> Timeline:
    """The timeline of segments whose every line takes one second at the engine's 24 kHz."""
    speakers = {
        name: Speaker(place=PLACE, name=name, voice=Reference(place=PLACE, name=name))
        for name in "AB"
    }
    script = Script(file=Path("a.yaml"), title="t", speakers=speakers, segments=segments)
    takes = [Take("a" * 64, 24_000, 24_000, loudness) for _ in script.lines]
    return schedule(script, takes, {str(MUSIC.file): MUSIC})


def starts(timeline: Timeline) -> list[float]:
    return [round(clip.start / RATE, 3) for clip in timeline.clips]


def test_every_line_starts_on_the_grid_after_a_gap_that_grows_when_the_speaker_changes() -> None:
    timeline = laid_out(line("A"), line("A"), line("B"))
    assert all(clip.start % GRID == 0 for clip in timeline.clips)
    assert starts(timeline) == [0.0, 1.368, 2.88]
    assert [clip.length for clip in timeline.clips] == [RATE] * 3


def test_a_pause_replaces_the_gap_and_two_pauses_add_up() -> None:
    once = laid_out(line(), Pause(place=PLACE, seconds=2.0), line())
    assert once.clips[1].start / RATE == pytest.approx(3.0, abs=GRID / RATE)
    twice = laid_out(line(), *[Pause(place=PLACE, seconds=1.0)] * 2, line())
    assert twice.clips[1].start == once.clips[1].start


def test_a_chapter_begins_with_the_line_that_follows_it() -> None:
    timeline = laid_out(
        Chapter(place=PLACE, title="one"), line(), Chapter(place=PLACE, title="two"), line()
    )
    assert [(mark.title, mark.start) for mark in timeline.marks] == [
        ("one", timeline.clips[0].start),
        ("two", timeline.clips[1].start),
    ]


def test_a_sound_on_its_own_makes_the_next_line_wait() -> None:
    timeline = laid_out(sound(length=3.0), line())
    (bed,) = timeline.beds
    assert bed.length == 3 * RATE
    assert timeline.clips[0].start >= bed.start + bed.length


def test_a_bed_leads_alone_lies_under_its_lines_and_fades_after_them() -> None:
    timeline = laid_out(sound(under=2, lead=1.5, fade_out=2.0), line(), line(), line())
    (bed,) = timeline.beds
    assert timeline.clips[0].start / RATE == pytest.approx(1.5, abs=GRID / RATE)
    second = timeline.clips[1]
    assert bed.start + bed.length == second.start + second.length + 2 * RATE
    assert bed.fade_out == 2 * RATE


@pytest.mark.parametrize(("under", "last"), [("chapter", 1), ("end", 2)])
def test_a_bed_ends_with_its_chapter_or_the_script(under: str, last: int) -> None:
    timeline = laid_out(
        sound(under=under, loop=True), line(), line(), Chapter(place=PLACE, title="x"), line()
    )
    clip = timeline.clips[last]
    assert timeline.beds[0].start + timeline.beds[0].length == clip.start + clip.length


def test_a_bed_without_loop_ends_with_its_file() -> None:
    timeline = laid_out(sound(under="end", start=4.0), *[line()] * 20)
    assert timeline.beds[0].length == 6 * RATE


def test_speakers_are_brought_to_one_level_in_coarse_steps_and_keep_their_own_gain() -> None:
    timeline = laid_out(line(gain=-3.0), line(), loudness=SPEECH_LEVEL - 6.1)
    assert [clip.gain for clip in timeline.clips] == [3.0, 6.0]


def test_silence_is_not_amplified() -> None:
    assert level_gain(-math.inf) == 0.0
    timeline = laid_out(line(), loudness=-math.inf)
    assert timeline.clips[0].gain == 0.0


def test_the_grid_is_the_mp3_frame_of_the_rate() -> None:
    assert [frame(rate) for rate in (24_000, 32_000, 48_000)] == [576, 1152, 1152]


def test_a_script_of_music_only_has_a_timeline() -> None:
    timeline = laid_out(Chapter(place=PLACE, title="music"), sound(length=2.0))
    assert timeline.marks[0].start == timeline.beds[0].start == 0
    assert timeline.length > 2 * RATE
