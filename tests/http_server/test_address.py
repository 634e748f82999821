"""Where a server listens, and what it needs to be reached from elsewhere."""

from __future__ import annotations

from functools import partial

import pytest
from comfyui_glmtts.http_server.address import read_address
from comfyui_glmtts.mistakes import InputError

TOKEN = "a-token-of-some-length"
read = partial(read_address, option="--status", variable="TOKEN")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8765", ("127.0.0.1", 8765)),
        ("8765", ("127.0.0.1", 8765)),
        ("localhost:80", ("localhost", 80)),
        ("[::1]:80", ("::1", 80)),
    ],
)
def test_this_machines_own_addresses_need_no_token(text: str, address: tuple[str, int]) -> None:
    assert read(text, None) == address


@pytest.mark.parametrize(
    "text", ["0.0.0.0:8765", "[::]:8765", "studio.lan:80", "192.168.1.2:80", "0:80", "::1:80"]
)
def test_other_addresses_are_not_served_without_a_token(text: str) -> None:
    with pytest.raises(InputError):
        read(text, None)


@pytest.mark.parametrize("text", ["", "x", "127.0.0.1", "127.0.0.1:99999", "a b:80", "http://x:1"])
def test_what_is_no_address_is_told(text: str) -> None:
    with pytest.raises(InputError, match="is no address"):
        read(text, TOKEN)


def test_a_short_token_is_refused() -> None:
    with pytest.raises(InputError, match="shorter than 16"):
        read("0.0.0.0:80", "short")
    assert read("0.0.0.0:80", TOKEN) == ("0.0.0.0", 80)
