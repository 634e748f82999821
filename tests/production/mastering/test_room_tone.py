"""Room tone: even, quiet, the same for a seed, without holes where pieces meet, cheap to edit."""

import numpy as np
import pytest
from comfyui_glmtts.audio.codec import CODECS
from comfyui_glmtts.audio.encoded import Encoded, decode, encode
from comfyui_glmtts.audio.loudness import loudness
from comfyui_glmtts.production.mastering.room_tone import AROUND, room_tone, surroundings
from comfyui_glmtts.production.pieces import cut
from comfyui_glmtts.production.timeline import Clip, Timeline, Tone

RATE = 48_000
TONE = Tone(-40.0, seed=7)


def test_the_tone_is_as_loud_as_asked_and_a_seed_is_its_own_room() -> None:
    heard = room_tone(TONE, RATE, 10 * RATE)
    assert loudness(heard, RATE) == pytest.approx(-40.0, abs=0.5)
    assert np.array_equal(heard, room_tone(TONE, RATE, 10 * RATE))
    other = room_tone(Tone(-40.0, seed=8), RATE, 10 * RATE)
    assert abs(np.corrcoef(heard, other)[0, 1]) < 0.05


def test_the_level_stays_where_it_is_through_the_crossfade_and_around_the_loop() -> None:
    heard = room_tone(TONE, RATE, 30 * RATE)
    parts = heard[: len(heard) // 4800 * 4800].reshape(-1, 4800)
    levels = 10 * np.log10(np.mean(parts**2, axis=1))
    assert levels.max() - levels.min() < 8  # a tenth of a second of noise is as uneven as that
    assert np.abs(np.diff(heard)).max() < 6 * np.std(np.diff(heard))


@pytest.mark.parametrize("length", [576, 1152, 4608, 5000, 6000, 50_000])
def test_every_piece_ends_as_every_next_one_is_told_it_did(length: int) -> None:
    before, after = surroundings(TONE, RATE)
    heard = room_tone(TONE, RATE, length)
    same = min(length, AROUND)
    assert np.array_equal(heard[-same:], before[-same:])
    if length > AROUND + 4608:
        assert np.array_equal(heard[:AROUND], after)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("name", ["mp3", "m4a", "opus"])
def test_no_hole_and_no_click_is_heard_where_pieces_meet(name: str, channels: int) -> None:
    codec = CODECS[name]  # type: ignore[index]
    frame = codec.frame(RATE)
    lengths = [40 * frame, 57 * frame, 33 * frame]
    pieces = [np.tile(room_tone(TONE, RATE, length), (channels, 1)) for length in lengths]
    around = tuple(np.tile(side, (channels, 1)) for side in surroundings(TONE, RATE))
    parts = [encode(codec, piece, RATE, around) for piece in pieces]  # type: ignore[arg-type]
    row = Encoded(
        codec=codec.name,
        rate=RATE,
        channels=channels,
        packets=tuple(packet for part in parts for packet in part.packets),
        tail=parts[-1].tail,
    )
    heard, whole = decode(row), np.concatenate(pieces, axis=1)
    at_once = decode(encode(codec, whole, RATE))

    def level(sound: np.ndarray, at: int) -> float:
        return float(10 * np.log10(np.mean(sound[:, at - 480 : at + 480] ** 2)))

    for border in np.cumsum(lengths)[:-1]:
        for offset in range(-1920, 1921, 480):
            at = int(border) + offset
            assert level(heard, at) == pytest.approx(level(at_once, at), abs=2.5)
    borders = np.concatenate(
        [heard[:, b - 1200 : b + 1200] for b in np.cumsum(lengths)[:-1]], axis=1
    )
    assert np.abs(np.diff(borders)).max() < 1.5 * np.abs(np.diff(at_once)).max()


def test_editing_a_line_leaves_all_other_pieces_as_they_were() -> None:
    def digests(second: int) -> list[str]:
        later = 200 * 1152 + (second // 1152) * 1152
        clips = tuple(
            Clip(line=1, speaker="A", text="", take=take * 64, start=start, length=length)
            for take, start, length in (
                ("a", 0, 50_000),
                ("b", 100 * 1152, second),
                ("c", later, 60_000),
            )
        )
        whole = Timeline(rate=RATE, channels=1, length=later + 80_000, clips=clips, tone=TONE)
        return [piece.digest for piece in cut(whole, 1152, 2769)]

    pairs = zip(digests(40_000), digests(47_777), strict=True)
    assert [a == b for a, b in pairs] == [True, False, True]


def test_a_piece_with_a_room_is_not_one_without() -> None:
    def digest(tone: Tone | None) -> str:
        whole = Timeline(rate=RATE, channels=1, length=11_520, clips=(), tone=tone)
        return cut(whole, 1152, 2769)[0].digest

    assert len({digest(None), digest(TONE), digest(Tone(-41.0, 7)), digest(Tone(-40.0, 8))}) == 4
