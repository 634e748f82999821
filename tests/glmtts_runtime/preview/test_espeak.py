"""espeak-ng in its worker: it may crash, hang or be missing, and only its own job suffers."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.glmtts_runtime.engine import SpeechError
from comfyui_glmtts.glmtts_runtime.espeak.installation import Installation
from comfyui_glmtts.glmtts_runtime.preview.espeak import Job, Utterance, version, worker_command
from comfyui_glmtts.glmtts_runtime.preview.parameters import TIMBRES
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.worker_pipe import write_frame


@pytest.fixture(scope="module")
def installation() -> Installation:
    return Installation.find()


def utterance(text: str = "ni3 hao3", voice: str = "cmn-latn-pinyin+f2") -> Utterance:
    return Utterance(voice=voice, text=text, rate=190, pitch=50, range=50, volume=60)


def test_a_job_says_its_utterances_in_order(installation: Installation) -> None:
    found, (first, second) = Job(
        installation, [utterance(), utterance("a much longer sentence in English", "en-us")]
    ).result()
    assert found == version(installation)
    assert found.startswith("1.")
    assert first.dtype == np.float32
    assert 0.2 < len(first) / 22_050 < 1 < len(second) / 22_050 < 4
    assert 0.05 < np.abs(first).max() < 1


def test_the_same_job_sounds_the_same_in_every_process_and_at_every_time(
    installation: Installation,
) -> None:
    """The library seeds noise with the seconds of the clock, unless it is told not to."""
    said = [
        utterance(text, f"{language}+{timbre.name}")
        for timbre in TIMBRES
        for language, text in (("cmn-latn-pinyin", "shi4 fei1"), ("en-us", "she says"))
    ]
    first = Job(installation, said).result()[1]
    time.sleep(1.1)
    for again in (Job(installation, said).result()[1] for _ in range(2)):
        for sound, other in zip(first, again, strict=True):
            np.testing.assert_array_equal(sound, other)


def test_an_unknown_voice_is_a_speech_error(installation: Installation) -> None:
    with pytest.raises(SpeechError, match="no voice vulcan"):
        Job(installation, [utterance(voice="vulcan")]).result()


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("import os; os.abort()", "espeak-ng stopped"),
        ("raise SystemExit(3)", r"espeak-ng stopped \(exit code 3\)"),
        ("import time; time.sleep(60)", "did not finish within 1 s"),
        ("import sys; sys.stdout.write('nonsense'); sys.stdout.flush()", "espeak-ng stopped"),
        ("import sys; sys.stdout.buffer.write(bytes(3))", "espeak-ng stopped"),
    ],
    ids=["a crash", "an early end", "a hang", "nonsense", "a cut frame"],
)
def test_what_goes_wrong_in_the_worker_is_a_speech_error(
    script: str, what: str, installation: Installation, tmp_path: Path
) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text(script)
    faulty = [sys.executable, str(worker)]
    with pytest.raises(SpeechError, match=what):
        Job(installation, [utterance()], worker=faulty, patience=1.0).result()


def test_a_job_given_up_leaves_no_process(installation: Installation) -> None:
    job = Job(installation, [utterance("a1 " * 20_000)])
    job.close()
    assert job._process.returncode is not None


def test_without_the_wheel_a_person_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(InputError, match="-m pip install espeakng-loader"):
        Installation.find()


def test_a_library_that_does_not_load_is_named(installation: Installation, tmp_path: Path) -> None:
    library = tmp_path / "libespeak-ng.so"
    library.write_bytes(b"not a library")
    with pytest.raises(InputError, match=r"espeak-ng does not start: .*Run: pip install"):
        version(Installation(library, installation.folder))


@pytest.mark.parametrize("job", [b"", b"\0\0", b"\0\0\0\x09short"])
def test_the_worker_ends_when_stdin_does_before_a_job(
    job: bytes, installation: Installation
) -> None:
    done = subprocess.run(
        worker_command(installation),
        input=job,
        capture_output=True,
        cwd=installation.folder,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"")


def test_the_worker_ends_at_once_when_its_parent_is_gone(installation: Installation) -> None:
    """Its stdin ends while the library is busy with an hour of speech."""
    worker = subprocess.Popen(
        worker_command(installation),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=installation.folder,
    )
    lines = "".join(utterance("a1 " * 10_000).line() for _ in range(200))
    write_frame(worker.stdin, lines.encode())
    time.sleep(0.3)
    assert worker.poll() is None, "it is at work"
    worker.stdin.close()
    assert worker.wait(timeout=5) == 1
