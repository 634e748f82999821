"""Script + takes -> timeline: when every line, cue and chapter begins.

Lines start on a grid of one MP3 frame (24 ms at 48 kHz), so that inserting or lengthening one moves
the rest by whole frames and what was encoded stays valid.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..pronunciation.markup import display
from ..scripts.script import Chapter, Line, Pause, Script, Segment, Sound
from .sounds import SoundFile
from .takes import Take
from .timeline import Bed, Clip, Mark, Timeline, Tone

SPEECH_LEVEL = -20.0
"""LUFS every voice and sound is brought to before its gain; the master sets the final level."""

_LEVEL_STEP = 0.5  # dB; coarse, so that editing a line leaves its speaker's other lines as they are
_GAP_SAME = 0.35  # s between two lines of one speaker
_GAP_CHANGE = 0.5  # s where the speaker changes, and around cues
_GAP_CHAPTER = 0.9  # s before a chapter
_TAIL = 0.5  # s after the last sound
_AT_ONCE = 32
"""Lines that may go on while another begins; before them all have ended."""


def frame(rate: int) -> int:
    """Samples of the grid lines start on: MPEG-1 Layer III has 1152 a frame, MPEG-2 576."""
    return 1152 if rate >= 32_000 else 576


def schedule(script: Script, takes: Sequence[Take], sounds: Mapping[str, SoundFile]) -> Timeline:
    """Lay out a script. `takes` are those of `script.lines`, in order; `sounds` by file path.

    Unless `output.timing` is free, lines that have a window begin with it; one that would begin
    while what was said before goes on too long begins when that ends. A line that overlaps follows
    another line: `scripts/yaml_script.py` sees to it.
    """
    levels = _speaker_gains(script.lines, takes)
    layout = _Layout(script=script, rate=script.output.sample_rate, sounds=sounds, levels=levels)
    queue = iter(zip(range(1, len(takes) + 1), takes, strict=True))
    for segment in script.segments:
        if isinstance(segment, Line):
            number, take = next(queue)
            layout.line(number, segment, take)
        else:
            layout.other(segment)
    return layout.timeline(script.output.channels)


def is_timed(script: Script) -> bool:
    """Whether lines begin when their windows do."""
    return script.output.timing != "free" and any(line.window for line in script.lines)


def level_gain(loudness: float) -> float:
    """dB that bring something of this loudness to the speech level; 0 for silence."""
    if loudness == float("-inf"):
        return 0.0
    return round((SPEECH_LEVEL - loudness) / _LEVEL_STEP) * _LEVEL_STEP


def _speaker_gains(lines: Sequence[Line], takes: Sequence[Take]) -> dict[str, float]:
    """dB for each speaker: the energy mean of their lines, by duration, brought to one level."""
    energy: dict[str, float] = {}
    seconds: dict[str, float] = {}
    for line, take in zip(lines, takes, strict=True):
        length = take.length / take.rate
        energy[line.speaker] = energy.get(line.speaker, 0.0) + length * 10 ** (take.loudness / 10)
        seconds[line.speaker] = seconds.get(line.speaker, 0.0) + length
    return {
        speaker: level_gain(10 * math.log10(energy[speaker] / seconds[speaker]))
        for speaker in energy
        if energy[speaker] > 0
    }


@dataclass(slots=True)
class _Open:
    """A bed that lies under lines still to come."""

    sound: Sound
    start: int
    lines_left: int | None
    """None: until a chapter or the end."""


@dataclass(slots=True)
class _Layout:
    """The state while walking a script: what lies where so far, and where the next thing goes."""

    script: Script
    rate: int
    sounds: Mapping[str, SoundFile]
    levels: Mapping[str, float]
    clips: list[Clip] = field(default_factory=list)
    beds: list[Bed] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    end: int = 0
    """samples; where the last line, cue or pause ends"""
    gap: float = 0.0
    """s to leave before the next thing, unless the speaker decides"""
    last_speaker: str | None = None
    chapters: list[Chapter] = field(default_factory=list)
    """Marks waiting for the next thing to start."""
    said: list[tuple[str, float, int]] = field(default_factory=list)
    """Of every line: who says it, when its window ends in s, and the clip in samples."""

    def line(self, number: int, line: Line, take: Take) -> None:
        gap = _GAP_SAME if line.speaker == self.last_speaker else self.gap
        if line.window and self.timed:
            start = self._in_time(line.speaker, line.window[0])
        else:
            start = self._early(line.overlap) if line.overlap else self._start(gap)
        speaker = self.script.speakers[line.speaker]
        length = round(take.length * self.rate / take.rate)
        gain = self.levels.get(line.speaker, 0.0) + speaker.gain + line.gain
        self.clips.append(
            Clip(
                line=number,
                speaker=line.speaker,
                text=display(line.text),
                take=take.key,
                start=start,
                length=length,
                gain=gain,
                words=take.words,
            )
        )
        until = line.window[1] if line.window else 0.0
        self.said.append((line.speaker, until, start + length))
        if start + length > self.end:
            self._after(start + length, gap=_GAP_CHANGE, speaker=line.speaker)
        for bed in list(self.open):
            if bed.lines_left is not None and not line.is_label:
                bed.lines_left -= 1
                if not bed.lines_left:
                    self._close(bed)

    def other(self, segment: Segment) -> None:
        match segment:
            case Pause() if self.timed:
                pass  # the windows tell
            case Pause(seconds=seconds):
                self._after(self.end + round(seconds * self.rate), gap=0.0)
            case Chapter():
                for bed in [bed for bed in self.open if bed.sound.under == "chapter"]:
                    self._close(bed)
                self.chapters.append(segment)
                if self.end:
                    self.gap, self.last_speaker = max(self.gap, _GAP_CHAPTER), None
            case Sound(under=None):
                alone = self._bed(segment, self._start(self.gap), until=None)
                self.beds.append(alone)
                self.said.append(("", 0.0, alone.start + alone.length))
                self._after(alone.start + alone.length, gap=_GAP_CHANGE)
            case Sound(under=under):
                start = self._start(self.gap)
                lines_left = under if isinstance(under, int) else None
                self.open.append(_Open(segment, start, lines_left))
                self._after(start + round(segment.lead * self.rate), gap=0.0)

    def timeline(self, channels: int) -> Timeline:
        for bed in list(self.open):
            self._close(bed)
        if self.chapters:
            self._mark(self.end)
        ends = [bed.start + bed.length for bed in self.beds]
        last = max([self.end, *ends]) + round(_TAIL * self.rate)
        if self.timed and self.script.output.duration is not None:
            last = max(self.end, round(self.script.output.duration * self.rate))
        return Timeline(
            rate=self.rate,
            channels=channels,
            length=self._snap(last),
            clips=tuple(self.clips),
            beds=tuple(sorted(self.beds, key=lambda bed: bed.start)),
            marks=tuple(self.marks),
            tone=self._tone(),
        )

    @property
    def timed(self) -> bool:
        return is_timed(self.script)

    def _in_time(self, speaker: str, seconds: float) -> int:
        """Where a line begins whose window does then: to the nearest frame, but after all that its
        speaker says before it, and others say in windows that have ended by then."""
        step = frame(self.rate)
        busy = [
            end for who, until, end in self.said[-_AT_ONCE:] if who == speaker or until <= seconds
        ]
        start = max(round(seconds * self.rate / step) * step, self._snap(max(busy, default=0)))
        self._mark(start)
        return start

    def _tone(self) -> Tone | None:
        level = self.script.room_tone
        return None if level is None else Tone(SPEECH_LEVEL + level, self.script.seed)

    def _start(self, gap: float) -> int:
        """Where the next thing begins, on the grid; chapter marks that waited begin there too."""
        start = self._snap(self.end + round(gap * self.rate))
        self._mark(start)
        return start

    def _early(self, overlap: float) -> int:
        """Where a line begins that does not wait for the last one's end, on the grid, and so up
        to a frame later than it asks; but with the last line at the earliest."""
        return max(self.clips[-1].start, self._snap(self.end - round(overlap * self.rate)))

    def _mark(self, start: int) -> None:
        self.marks += [
            Mark(start=start, title=chapter.title, url=chapter.url, image=chapter.image)
            for chapter in self.chapters
        ]
        self.chapters.clear()

    def _after(self, end: int, *, gap: float, speaker: str | None = None) -> None:
        self.end, self.gap, self.last_speaker = end, gap, speaker

    def _close(self, bed: _Open) -> None:
        """End a bed where the last line under it ends, plus its fade."""
        self.open.remove(bed)
        until = self.end + round(bed.sound.fade_out * self.rate)
        if self.timed and bed.lines_left is None and self.script.output.duration is not None:
            until = max(until, round(self.script.output.duration * self.rate))
        self.beds.append(self._bed(bed.sound, bed.start, until=until))

    def _bed(self, sound: Sound, start: int, *, until: int | None) -> Bed:
        file = self.sounds[str(sound.file)]
        offset = round(sound.start * self.rate)
        lengths = [] if sound.loop and until is not None else [max(0, file.length - offset)]
        if sound.length is not None:
            lengths.append(round(sound.length * self.rate))
        if until is not None:
            lengths.append(until - start)
        length = min(lengths)
        return Bed(
            file=sound.file,
            digest=file.digest,
            start=start,
            length=length,
            offset=offset,
            loop=sound.loop,
            gain=level_gain(file.loudness) + sound.gain,
            fade_in=min(length, round(sound.fade_in * self.rate)),
            fade_out=min(length, round(sound.fade_out * self.rate)),
            duck=sound.duck,
        )

    def _snap(self, position: int) -> int:
        step = frame(self.rate)
        return -(-position // step) * step
