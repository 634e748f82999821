from itertools import pairwise
from pathlib import Path

from comfyui_glmtts.production.pieces import cut
from comfyui_glmtts.production.timeline import Bed, Clip, Timeline
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
