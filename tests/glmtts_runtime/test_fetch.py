"""What is told where weights cannot be fetched."""

import subprocess
from collections.abc import Callable
from http.client import HTTPMessage
from pathlib import Path
from urllib.error import HTTPError

import pytest
from comfyui_glmtts.glmtts_runtime.fetch import unread
from comfyui_glmtts.mistakes import Place

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    ("command", "other"),
    [
        (("checkpoint", "download", "here"), "modelscope"),
        (("model", "download", "glm-tts", "here"), "modelscope"),
        (("model", "download", "kokoro", "here", "--source", "huggingface"), "github"),
    ],
)
def test_a_computer_without_a_network_is_told_so_and_what_to_do(
    command: tuple[str, ...],
    other: str,
    glmtts: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Nobody listens on this port: reserved, and needs no rights to be refused.
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.delenv("http_proxy", raising=False)
    said = glmtts(*command, code=2).stderr
    assert "there is no way there from this computer: Connection refused. Check its network" in said
    assert f"try --source {other}, " in said
    assert "https_proxy" in said
    assert "and copy to here" in said
    assert "Traceback" not in said
    assert not [path for path in (tmp_path / "here").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (HTTPError("http://a", 404, "Not Found", HTTPMessage(), None), "HTTP Error 404: Not Found"),
        (OSError("the connection broke off at 1 of 2 bytes"), "broke off at 1 of 2 bytes"),
    ],
)
def test_a_source_that_answers_is_not_called_out_of_reach(error: OSError, told: str) -> None:
    (mistake,) = unread(Place("hub"), error, other="b", target=Path("here")).mistakes
    assert told in mistake.what
    assert mistake.remedy == "Try again: it goes on where it was. Or try the other source, b."
