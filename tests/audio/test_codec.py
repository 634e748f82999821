"""Pieces encoded one by one, against the same sound encoded at once."""

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import cache

import av
import numpy as np
import pytest
from comfyui_glmtts.audio.codec import CODECS, Codec
from comfyui_glmtts.audio.encoded import Encoded, decode, encode

CASES = [
    ("mp3", 48_000, 2),
    ("mp3", 44_100, 1),
    ("mp3", 24_000, 1),
    ("mp3", 16_000, 2),
    ("m4a", 48_000, 2),
    ("m4a", 44_100, 1),
    ("m4a", 24_000, 1),
    ("opus", 48_000, 2),
    ("opus", 48_000, 1),
]
STEREO = [name for name, codec in CODECS.items() if codec.channels == 2]
every_case = pytest.mark.parametrize(("name", "rate", "channels"), CASES)


def speech(length, rate, channels, seed):
    """[C, T] a voice that glides, with pauses, breath, and short fades at both ends."""
    random = np.random.default_rng(seed)
    time = np.arange(length) / rate
    pitch = 130 + 40 * seed % 90 + 20 * np.sin(2 * np.pi * 0.7 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    voice = sum(np.sin(k * phase) / k for k in range(1, 30) if k * 250 < rate / 2)
    breath = np.diff(random.standard_normal(length + 1))
    syllables = np.clip(np.sin(2 * np.pi * 2.3 * time), 0, 1)
    sound = 0.15 * voice * syllables + 0.01 * breath * (1 - syllables)
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 0.01)
    left = sound * fade
    right = 0.6 * np.roll(left, 9) * fade
    return np.stack([left, right])[:channels].astype(np.float32)


@cache
def pieces(name, rate, channels):
    """Five pieces of about 0.7 to 1.7 s."""
    codec = CODECS[name]
    frame, lead, margin = codec.frame(rate), codec.frame(rate), codec.margin
    made = []
    for number in range(5):
        length = -(-int((0.7 + 0.25 * number) * rate) // frame) * frame
        piece = np.zeros((channels, length), np.float32)
        piece[:, lead : length - margin] = speech(length - lead - margin, rate, channels, number)
        made.append(piece)
    return tuple(made)


@cache
def encoded(name, rate, channels):
    return tuple(encode(CODECS[name], piece, rate) for piece in pieces(name, rate, channels))


@cache
def whole(name, rate, channels):
    """The sound, what is heard of it in pieces, and what is heard of it encoded at once."""
    codec = CODECS[name]
    sound = np.concatenate(pieces(name, rate, channels), axis=1)
    parts = encoded(name, rate, channels)
    row = Encoded(
        codec=name,
        rate=rate,
        channels=channels,
        packets=tuple(packet for part in parts for packet in part.packets),
        tail=parts[-1].tail,
    )
    return sound, decode(row), decode(encode(codec, sound, rate))


def decibels(signal):
    return 10 * np.log10(np.mean(np.square(signal, dtype=np.float64)) + 1e-30)


def borders(name, rate, channels):
    return np.cumsum([piece.shape[1] for piece in pieces(name, rate, channels)])[:-1]


@every_case
def test_pieces_are_as_near_to_the_sound_as_one_encoding_is(name, rate, channels):
    sound, in_pieces, at_once = whole(name, rate, channels)
    assert in_pieces.shape == at_once.shape == sound.shape
    noise, usual = decibels(in_pieces - sound), decibels(at_once - sound)
    assert noise < usual + 0.5
    assert decibels(sound) - noise > 15


@every_case
def test_no_click_is_heard_where_pieces_meet(name, rate, channels):
    sound, in_pieces, _ = whole(name, rate, channels)
    codec = CODECS[name]
    for border in borders(name, rate, channels):
        silent = slice(border - codec.frame(rate) // 2, border + codec.frame(rate) // 2)
        assert not sound[:, silent].any()
        assert np.abs(in_pieces[:, silent]).max() < 10 ** (-66 / 20)


@every_case
def test_the_first_words_after_a_border_are_no_noisier_than_usual(name, rate, channels):
    sound, in_pieces, at_once = whole(name, rate, channels)
    frame = CODECS[name].frame(rate)
    onsets = [slice(border, border + 8 * frame) for border in borders(name, rate, channels)]
    here = np.concatenate([(in_pieces - sound)[:, onset] for onset in onsets], axis=1)
    usual = np.concatenate([(at_once - sound)[:, onset] for onset in onsets], axis=1)
    assert decibels(here) < decibels(usual) + 1


@every_case
def test_what_is_heard_lies_where_it_was_to_the_sample(name, rate, channels):
    sound, in_pieces, _ = whole(name, rate, channels)
    size = 2 * sound.shape[1]
    for heard, given in zip(in_pieces, sound, strict=True):
        spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(given, size))
        assert np.argmax(np.fft.irfft(spectrum, size)) == 0


@every_case
def test_a_piece_alone_sounds_as_it_does_in_its_row(name, rate, channels):
    _, in_pieces, _ = whole(name, rate, channels)
    alone = np.concatenate([decode(part) for part in encoded(name, rate, channels)], axis=1)
    assert np.abs(alone - in_pieces).max() < 10 ** (-66 / 20)


@every_case
def test_threads_make_the_same_packets(name, rate, channels):
    codec = CODECS[name]
    with ThreadPoolExecutor(3) as pool:
        made = pool.map(lambda piece: encode(codec, piece, rate), pieces(name, rate, channels))
        assert tuple(made) == encoded(name, rate, channels)


@every_case
def test_a_piece_survives_being_stored(name, rate, channels):
    for part in encoded(name, rate, channels):
        assert Encoded.from_bytes(part.to_bytes()) == part


def test_a_blob_that_was_cut_or_is_foreign_is_refused():
    blob = encoded("opus", 48_000, 1)[0].to_bytes()
    for end in [*range(200), len(blob) - 1]:
        with pytest.raises(ValueError, match="encoded piece"):
            Encoded.from_bytes(blob[:end])
    for foreign in (blob + b"x", b"X" + blob[1:], blob.replace(b"opus", b"flac", 1)):
        with pytest.raises(ValueError, match="encoded piece"):
            Encoded.from_bytes(foreign)


@every_case
def test_the_delay_is_the_one_the_encoder_states(name, rate, channels):
    codec = CODECS[name]
    context = av.CodecContext.create(codec.encoder, "w")
    context.sample_rate, context.format = rate, codec.sample_format
    context.layout = "stereo" if channels == 2 else "mono"
    context.time_base = Fraction(1, rate)
    context.options = dict(codec.options)
    context.open()
    assert context.frame_size == codec.frame(rate)
    silence = np.zeros((channels, codec.frame(rate)), np.float32)
    if codec.sample_format == "flt":
        silence = silence.reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(silence, codec.sample_format, context.layout.name)
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, context.time_base
    first = [*context.encode(frame), *context.encode(None)][0]
    assert first.pts == -codec.delay


@every_case
def test_silence_stays_silent(name, rate, channels):
    codec = CODECS[name]
    silence = np.zeros((channels, 6 * codec.frame(rate)), np.float32)
    assert not decode(encode(codec, silence, rate)).any()


@every_case
def test_the_shortest_piece_is_one_packet(name, rate, channels):
    codec = CODECS[name]
    made = encode(codec, np.zeros((channels, codec.frame(rate)), np.float32), rate)
    assert len(made.packets) == 1
    assert decode(made).shape == (channels, codec.frame(rate)) == (channels, made.length)


@pytest.mark.parametrize("name", STEREO)
def test_left_stays_left(name):
    sound = pieces(name, 48_000, 2)[0] * np.float32([[1], [0]])
    left, right = decode(encode(CODECS[name], sound, 48_000))
    assert decibels(left) - decibels(right) > 40


@pytest.mark.parametrize("rate", CODECS["mp3"].rates)
def test_every_mp3_piece_starts_without_bits_of_an_earlier_one(rate):
    for part in encoded("mp3", rate, 1):
        first = part.packets[0]
        begin = first[4] << 1 | first[5] >> 7 if rate >= 32_000 else first[4]  # main_data_begin
        assert begin == 0


@pytest.mark.parametrize("name", STEREO)
def test_the_bit_rate_is_about_the_one_asked_for(name):
    for channels in (1, 2):
        parts = encoded(name, 48_000, channels)
        seconds = sum(part.length for part in parts) / 48_000
        rate = 8 * sum(len(packet) for part in parts for packet in part.packets) / seconds
        assert rate == pytest.approx(CODECS[name].bit_rate(channels), rel=0.45)


@pytest.mark.parametrize("level", [1e19, 3e38, np.inf, np.nan, -20.0])
@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_no_encoder_is_given_what_it_may_abort_at(codec: Codec, level: float) -> None:
    rate = codec.rates[-1]
    samples = np.zeros((1, 4 * codec.frame(rate)), "f4")
    samples[0, 7] = level
    with pytest.raises(ValueError, match="times full scale cannot be encoded"):
        encode(codec, samples, rate)
    quiet = np.zeros_like(samples)
    with pytest.raises(ValueError, match="times full scale cannot be encoded"):
        encode(codec, quiet, rate, (quiet, samples))


@every_case
def test_what_is_decoded_is_as_loud_as_what_was_encoded(name, rate, channels):
    time = np.arange(40 * CODECS[name].frame(rate)) / rate
    tone = np.stack([0.3 * np.sin(2 * np.pi * 997 * time)] * channels).astype(np.float32)
    heard = decode(encode(CODECS[name], tone, rate))
    middle = slice(tone.shape[1] // 4, tone.shape[1] * 3 // 4)
    level = 20 * np.log10(np.std(heard[0, middle]) / np.std(tone[0, middle]))
    assert abs(level) < 0.05
