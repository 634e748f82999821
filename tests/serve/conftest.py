"""One server for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serve_command import Serve


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    server = Serve(tmp_path_factory.mktemp("serve"))
    yield server
    assert server.stop() == 0
    assert "could not be answered" not in server.log
