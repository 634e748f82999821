"""Recordings from elsewhere: brought to a loudness, and written into files of any format."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from comfyui_glmtts.audio.loudness import loudness, true_peak
from comfyui_glmtts.audio.recording import Recording, decode
from comfyui_glmtts.production.delivery.recordings import mastered, measured, write
from comfyui_glmtts.production.mastering.finish import Target


def recording(seconds: float = 2.0, rate: int = 24_000, channels: int = 1) -> Recording:
    """Bursts of a chord, as uneven as speech."""
    time = np.arange(round(seconds * rate)) / rate
    burst = np.abs(np.sin(2 * np.pi * 1.5 * time)) ** 3
    rows = [0.3 * np.sin(2 * np.pi * 200 * (2 + row) * time) * burst for row in range(channels)]
    return Recording(np.stack(rows).astype(np.float32), rate)


@pytest.mark.parametrize("wanted", [-30.0, -19.0, -14.0])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [24_000, 48_000])
def test_what_is_mastered_measures_as_asked(wanted: float, channels: int, rate: int) -> None:
    done = mastered(recording(channels=channels), Target(loudness=wanted, true_peak=-1.0), rate)
    assert done.rate == rate
    assert done.samples.shape == (channels, 2 * rate)
    assert abs(loudness(done.samples, rate) - wanted) < 0.1
    assert true_peak(done.samples, rate) <= -1.0


def test_a_peak_that_allows_no_more_is_kept_to() -> None:
    click = np.zeros((1, 48_000), np.float32)
    click[0, ::4_800] = 0.9
    done = mastered(Recording(click, 24_000), Target(loudness=-8.0, true_peak=-3.0), 24_000)
    assert true_peak(done.samples, 24_000) <= -3.0


def test_silence_stays_silent_and_what_is_right_stays_as_it_is() -> None:
    silent = Recording(np.zeros((1, 24_000), np.float32), 24_000)
    assert not mastered(silent, Target(loudness=-16.0), 24_000).samples.any()
    one = mastered(recording(), Target(loudness=-20.0), 24_000)
    assert np.array_equal(mastered(one, Target(loudness=-20.0), 24_000).samples, one.samples)


def test_the_source_is_not_written_into() -> None:
    source = recording()
    before = source.samples.copy()
    mastered(source, Target(loudness=-10.0, true_peak=-6.0), 48_000)
    assert np.array_equal(source.samples, before)


def test_a_measurement_is_shown_in_words() -> None:
    assert measured(Recording(np.zeros((1, 2_400), np.float32), 24_000)) == "-inf LUFS, -inf dBTP"


@pytest.mark.parametrize(
    ("format", "rate"),
    [("mp3", 24_000), ("m4a", 24_000), ("opus", 48_000), ("wav", 24_000), ("flac", 24_000)],
)
def test_every_format_holds_the_sound_where_it_was(tmp_path: Path, format: str, rate: int) -> None:
    source, path = recording(channels=2), tmp_path / f"a.{format}"
    write(source, path, format, None, title="和弦")  # type: ignore[arg-type]
    found = decode(path)
    assert found.rate == rate
    assert abs(found.seconds - 2.0) < 0.03
    count = min(found.samples.shape[1], 2 * rate)
    heard = found.samples[:, :count]
    wanted = mastered(source, Target(loudness=loudness(source.samples, 24_000)), rate)
    error = heard - wanted.samples[:, :count]
    assert np.sqrt(np.mean(error**2)) < 0.02, "aligned to the sample, but for what codecs lose"
    with av.open(path) as container:
        tags = {**container.metadata, **container.streams.audio[0].metadata}
    assert "和弦" in tags.values()


def test_a_rate_no_format_has_becomes_the_next_higher(tmp_path: Path) -> None:
    write(recording(rate=11_025), tmp_path / "a.mp3", "mp3", None)
    assert decode(tmp_path / "a.mp3").rate == 16_000
    write(recording(rate=96_000), tmp_path / "b.m4a", "m4a", None)
    assert decode(tmp_path / "b.m4a").rate == 48_000
