from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.audio.codec import CODECS, Codec
from comfyui_glmtts.audio.loudness import grid
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import Outcome
from comfyui_glmtts.production.mastering.finish import MasteringContext, Target
from comfyui_glmtts.production.mastering.master import Master, master, pcm
from comfyui_glmtts.production.pieces import cut
from comfyui_glmtts.production.sounds import SoundFile
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.production.takes import _keep
from comfyui_glmtts.production.timeline import Bed, Clip, Timeline, Tone
from comfyui_glmtts.progress import unwatched
from hypothesis import given
from hypothesis import strategies as st

FRAME, MARGIN = 1152, 2769


def clip(start: int, length: int, take: str = "a") -> Clip:
    return Clip(line=1, speaker="A", text="", take=take * 64, start=start, length=length)


def bed(start: int, length: int) -> Bed:
    return Bed(file=Path("m.wav"), digest="d" * 64, start=start, length=length)


def timeline(*clips: Clip, beds: tuple[Bed, ...] = (), length: int = 0) -> Timeline:
    end = max([length, *(sound.start + sound.length for sound in (*clips, *beds))])
    return Timeline(rate=48_000, channels=2, length=end, clips=clips, beds=beds)


spans = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 200_000)), max_size=12)


@given(spans, spans)
def test_pieces_are_whole_frames_cover_the_timeline_and_cut_nothing(
    clip_spans: list[tuple[int, int]], bed_spans: list[tuple[int, int]]
) -> None:
    clips = tuple(sorted((clip(s * FRAME, n) for s, n in clip_spans), key=lambda c: c.start))
    beds = tuple(sorted((bed(s * FRAME, n) for s, n in bed_spans), key=lambda b: b.start))
    whole = timeline(*clips, beds=beds, length=FRAME)
    pieces = cut(whole, FRAME, MARGIN)
    assert pieces[0].start == 0
    assert all(a.start + a.length == b.start for a, b in pairwise(pieces))
    assert all(piece.length % FRAME == 0 for piece in pieces)
    assert pieces[-1].start + pieces[-1].length >= whole.length
    assert tuple(c for piece in pieces for c in piece.clips) == clips
    for piece in pieces:
        for sound in (*piece.clips, *piece.beds):
            assert sound.start + sound.length + MARGIN <= piece.start + piece.length
    for piece in pieces[1:]:
        first = min(sound.start for sound in (*piece.clips, *piece.beds))
        assert first - piece.start >= 2 * FRAME


def test_lengthening_one_line_changes_one_piece_only() -> None:
    def lines(second: int) -> Timeline:
        later = 200 * FRAME + (second // FRAME) * FRAME
        return timeline(
            clip(0, 50_000, "a"), clip(100 * FRAME, second, "b"), clip(later, 60_000, "c")
        )

    short = [piece.digest for piece in cut(lines(40_000), FRAME, MARGIN)]
    long = [piece.digest for piece in cut(lines(47_777), FRAME, MARGIN)]
    assert [a == b for a, b in zip(short, long, strict=True)] == [True, False, True]


def test_a_bed_under_two_lines_holds_them_together() -> None:
    music = bed(0, 120 * FRAME)
    pieces = cut(timeline(clip(0, 9_999), clip(100 * FRAME, 9_999), beds=(music,)), FRAME, MARGIN)
    assert len(pieces) == 1


def test_a_digest_depends_on_gain_and_place_within_the_piece() -> None:
    def digest(start: int, gain: float) -> str:
        sound = Clip(line=1, speaker="A", text="", take="a" * 64, start=start, length=99, gain=gain)
        return cut(timeline(sound, length=10 * FRAME), FRAME, MARGIN)[0].digest

    assert len({digest(0, 0.0), digest(1, 0.0), digest(0, -1.0)}) == 3


RATE, SECOND = 48_000, 48_000
LINE = 5 * SECOND // FRAME * FRAME


def programme(*, second: int = 4 * SECOND, tone: Tone | None = None) -> Timeline:
    """A minute of lines of 4 s over one ducked bed; the fourth line is `second` long."""
    clips, start = [], 2 * SECOND // FRAME * FRAME
    for number in range(11):
        length = second if number == 3 else 4 * SECOND
        clips.append(clip(start, length, take="b" if number == 3 else "a"))
        start += LINE + (length - 4 * SECOND) // FRAME * FRAME
    music = replace(bed(0, start + 2 * SECOND), loop=True, duck=-14.0, fade_out=SECOND)
    return replace(timeline(*clips, beds=(music,)), tone=tone)


def test_what_music_holds_together_is_cut_where_lines_begin() -> None:
    whole = programme()
    pieces = cut(whole, FRAME, MARGIN)
    assert len(pieces) == 5
    starts = {sound.start for sound in whole.clips}
    for before, after in pairwise(pieces):
        assert before.start + before.length == after.start
        assert 9.9 * SECOND <= before.length <= 20 * SECOND
        assert after.start + 2 * FRAME in starts
        assert before.trail == after.lead > 0


def test_what_nobody_speaks_in_is_cut_all_the_same() -> None:
    pieces = cut(timeline(beds=(bed(0, 100 * SECOND),)), FRAME, MARGIN)
    assert [piece.length <= 20 * SECOND for piece in pieces] == [True] * len(pieces)
    assert len(pieces) > 4


@pytest.mark.parametrize("tone", [None, Tone(-50.0, seed=1)])
def test_an_edit_under_music_changes_no_piece_before_it_and_none_elsewhere_if_as_long(
    tone: Tone | None,
) -> None:
    def digests(second: int, take: str = "b") -> list[str]:
        whole = programme(second=second, tone=tone)
        other = tuple(replace(c, take=take * 64) if c.take[0] == "b" else c for c in whole.clips)
        return [piece.digest for piece in cut(replace(whole, clips=other), FRAME, MARGIN)]

    first = digests(4 * SECOND)
    changed = [a != b for a, b in zip(first, digests(4 * SECOND, "c"), strict=True)]
    assert sum(changed) == 1
    longer = digests(5 * SECOND)
    at = changed.index(True)
    assert longer[:at] == first[:at]
    assert not {*longer[at:]} & {*first[at:]}


def finished(
    folder: Path, whole: Timeline, codec: Codec | None, *, pieces: int
) -> tuple[Master, np.ndarray]:
    """A timeline mastered, and its PCM; in one piece for `pieces` of 1."""
    random = np.random.default_rng(0)
    store = Store(folder / "store")
    clock = np.arange(4 * RATE) / RATE
    for key in "ab":
        voice = np.sin(2 * np.pi * 180 * clock) * np.maximum(np.sin(9 * clock), 0)
        _keep(store, key * 64, Outcome(0, Wave((0.8 * voice).astype(np.float32), RATE)))
    sound = (0.3 * random.normal(size=(2, 7 * RATE))).astype(np.float32)
    file = SoundFile(
        file=Path("m.wav"),
        digest="d" * 64,
        rate=RATE,
        length=sound.shape[1],
        loudness=-20.0,
        samples=lambda: sound,
    )
    context = MasteringContext(store=store, sounds={file.digest: file}, cancel=unwatched)
    parts = cut(whole, FRAME, MARGIN)
    if pieces == 1:
        length, clips = parts[-1].start + parts[-1].length, whole.clips
        parts = (replace(parts[0], length=length, left=length, trail=0, clips=clips),)
        parts = (replace(parts[0], beds=whole.beds),)
    target = Target(loudness=-14.0)
    made = master(parts, target, codec, context, cell=grid(RATE, FRAME), progress=unwatched)
    return made, np.concatenate(list(pcm(parts, made.gain, target, context)), axis=1)


@pytest.mark.parametrize("tone", [None, Tone(-30.0, seed=1)])
def test_pieces_cut_within_loud_music_and_limited_meet_without_a_step(
    tone: Tone | None, tmp_path: Path
) -> None:
    whole = programme(tone=tone)
    in_pieces, sound = finished(tmp_path, whole, None, pieces=5)
    at_once, usual = finished(tmp_path, whole, None, pieces=1)
    assert in_pieces.gain == at_once.gain
    assert in_pieces.loudness == pytest.approx(at_once.loudness, abs=0.02)
    assert in_pieces.true_peak <= -1.0
    assert sound.shape == usual.shape
    gain = np.median(np.abs(sound - usual)) / np.median(np.abs(usual))
    assert gain < 0.02
    for edge in [piece.start for piece in cut(whole, FRAME, MARGIN)][1:]:
        near = slice(edge - 5000, edge + 5000)
        ratio = sound[:, near] / np.where(np.abs(usual[:, near]) > 0.05, usual[:, near], np.nan)
        assert np.nanmax(np.abs(np.diff(ratio, axis=1))) < 0.02  # the gain moves, nothing jumps


def test_music_in_pieces_keeps_its_target_in_mp3(tmp_path: Path) -> None:
    made, _ = finished(tmp_path, programme(), CODECS["mp3"], pieces=5)
    assert made.loudness == pytest.approx(-14.0, abs=0.25)
    assert made.true_peak <= -1.0
