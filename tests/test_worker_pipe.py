"""Frames of bytes, whole or not at all."""

from __future__ import annotations

import io

import pytest
from comfyui_glmtts.worker_pipe import read_frame, read_frames, write_frame


def test_frames_come_back_as_they_were_written() -> None:
    stream = io.BytesIO()
    for body in (b"one", b"", b"two"):
        write_frame(stream, body)
    stream.seek(0)
    assert list(read_frames(stream)) == [b"one", b"", b"two"]
    assert read_frame(stream) is None


@pytest.mark.parametrize(
    "cut", [b"", b"\0\0", b"\0\0\0\x09short"], ids=["nothing", "a header", "a frame"]
)
def test_what_is_cut_off_is_no_frame(cut: bytes) -> None:
    stream = io.BytesIO(b"\0\0\0\x03one" + cut)
    assert list(read_frames(stream)) == [b"one"]


def test_a_frame_that_is_too_long_is_not_read() -> None:
    stream = io.BytesIO(b"\xff\xff\xff\xff" + bytes(100))
    assert read_frame(stream, most=50) is None
    assert stream.tell() == 4
