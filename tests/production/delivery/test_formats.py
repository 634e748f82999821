"""Which rates files of a format can have."""

from __future__ import annotations

import pytest
from comfyui_glmtts.production.delivery.formats import rate_for
from comfyui_glmtts.scripts.script import Format


@pytest.mark.parametrize(
    ("name", "rate", "best"),
    [
        ("mp3", 24_000, 24_000),
        ("mp3", 22_050, 22_050),
        ("mp3", 8_000, 16_000),
        ("m4a", 37_800, 44_100),
        ("m4a", 96_000, 48_000),
        ("opus", 24_000, 48_000),
        ("opus", 44_100, 48_000),
        ("wav", 44_100, 44_100),
        ("ulaw.wav", 24_000, 8_000),
    ],
)
def test_a_rate_that_is_not_supported_goes_up_to_one_that_is(
    name: Format, rate: int, best: int
) -> None:
    assert rate_for(name, rate) == best
