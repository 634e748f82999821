"""The Range of a request against a file's length."""

from __future__ import annotations

import pytest
from comfyui_glmtts.http_server.ranges import UnsatisfiableError, byte_range


@pytest.mark.parametrize(
    ("header", "length", "wanted"),
    [
        (None, 10, None),
        ("bytes=0-0", 10, (0, 1)),
        ("bytes=-20", 10, (0, 10)),
        ("bytes=3-3", 10, (3, 4)),
        ("bytes=" + "9" * 30 + "-", 10, None),
    ],
)
def test_ranges(header: str | None, length: int, wanted: tuple[int, int] | None) -> None:
    assert byte_range(header, length) == wanted


@pytest.mark.parametrize(
    ("header", "length"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=-5", 0)]
)
def test_ranges_that_cannot_be(header: str, length: int) -> None:
    with pytest.raises(UnsatisfiableError):
        byte_range(header, length)
