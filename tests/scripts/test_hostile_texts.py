"""Texts made to keep a reader busy: each is read or refused in the time that its length takes, not
in the square of it. One that is not would hardly end."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.scripts.defaults import Defaults
from comfyui_glmtts.scripts.parse import parse_script
from comfyui_glmtts.scripts.text.cast_table import CastTable

LONG = 1 << 17
TIMES = "00:00:01,000 --> 00:00:02,000\n"


@pytest.mark.parametrize(
    ("name", "part", "end"),
    [
        ("a.txt", "<!--", ""),
        ("a.txt", " **a", ""),
        ("a.txt", " _a", ""),
        ("a.txt", "[x](", ""),
        ("a.txt", "[a ", ""),
        ("a.txt", "{a", ""),
        ("a.txt", "# a ", "b"),
        ("a.txt", " ", "x"),
        ("a.txt", "着", "“好。”"),
        ("a.txt", "A", "“好。”"),
        ("a.txt", "“", ""),
        ("a.txt", '"a', ""),
        ("a.txt", "a:", ""),
        ("a.srt", "[a ", ""),
        ("a.srt", "x\n", ""),
        ("a.srt", TIMES + "1\n", ""),
        ("a.srt", "1\n", ""),
        ("a.vtt", "WEBVTT\n", ""),
    ],
)
def test_a_text_that_goes_on_and_on_is_read_or_refused(name: str, part: str, end: str) -> None:
    text = part * (LONG // len(part)) + end
    text = TIMES + text if name == "a.srt" else text
    for defaults in (Defaults(), Defaults(cast=CastTable())):
        with suppress(InputError):
            assert parse_script(Path(name), text, defaults=defaults).lines
