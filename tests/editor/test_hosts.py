"""The servers the other tests talk to: the pack loads in them without a word."""

from __future__ import annotations

from .conftest import Server


def test_the_server_runs_the_release_it_is_pinned_to(server: Server) -> None:
    assert server.get("/system_stats")["system"]["comfyui_version"] == server.host.version


def test_the_pack_is_imported_without_a_failure_or_a_warning(server: Server) -> None:
    log = server.log()
    assert "IMPORT FAILED" not in log
    assert "comfyui-glmtts" in log
    assert not [
        line for line in log.splitlines() if "glmtts" in line.lower() and "warn" in line.lower()
    ]
