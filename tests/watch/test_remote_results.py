"""What a ComfyUI sent back, whose bytes are the server's to choose."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest
from comfyui_glmtts.watch.rendering.remote_results import seconds


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Two seconds of silence, outside of what the server sent."""
    path = tmp_path / "secret.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(32_000))
    return path


def test_the_length_of_a_sound_is_its_own_word(secret: Path) -> None:
    assert seconds(secret) == 2.0


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{secret}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile secret.wav\n",
    ],
)
def test_a_list_of_parts_opens_no_file_outside(tmp_path: Path, secret: Path, playlist: str) -> None:
    sent = tmp_path / "made.m3u8"
    sent.write_text(playlist.format(secret=secret), "utf-8")
    with pytest.raises(RuntimeError, match=r"damaged made\.m3u8"):
        seconds(sent)
