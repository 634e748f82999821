"""The processes that decode people's sounds crash and are killed while the watched folder works."""

from __future__ import annotations

import os
import signal
import struct
import wave
from pathlib import Path

from comfyui_glmtts import worker_pipe
from comfyui_glmtts.audio import media
from stubs import Studio, wait

CRASHES = """
import ctypes, os
worker = sys.modules[module]
if module.endswith(".media_worker"):
    decode = worker.decode
    def crash(path, longest, most):
        if os.path.basename(path) == "crash.wav":
            ctypes.string_at(0)
        return decode(path, longest, most)
    worker.decode = crash
worker.main()
"""


def crash_and_kill(folder: Path, jobs: int) -> dict[str, object]:
    """Every third job's sound crashes its decoder, and after each job the idle ones are killed."""
    media.close()
    start = worker_pipe.START
    worker_pipe.START = start.replace("sys.modules[module].main()", CRASHES)
    assert start != worker_pipe.START
    studio = Studio(folder, settle=0.1)
    studio.real()
    for name in ("crash.wav", "good.wav"):
        with wave.open(str(studio.inbox / name), "wb") as file:
            file.setparams((1, 2, 24_000, 0, "NONE", ""))
            file.writeframes(struct.pack("<h", 8_000) * 24_000)
    killed = 0
    try:
        with studio.running():
            for number in range(jobs):
                sound = "crash.wav" if number % 3 == 1 else "good.wav"
                text = f"segments: [sound: {sound}, A: Number {number}.]\n"
                studio.drop(f"{number}.yaml", f"glmtts: 1\nvoices: {{A: xiaoyu}}\n{text}")
                wait(lambda number=number: len(studio.told) > number, 120)
                for worker in list(media._idle):
                    os.kill(worker._process.pid, signal.SIGKILL)
                    worker._process.wait()
                    killed += 1
    finally:
        worker_pipe.START = start
        media.close()
    endings = [job.ending for job in studio.told]
    assert endings == ["invalid" if n % 3 == 1 else "rendered" for n in range(jobs)], endings
    (report, *_) = (studio.inbox / "failed").glob("*.report.md")
    assert "crash.wav crashed the process that decodes it" in report.read_text("utf-8")
    assert studio.left() == [], studio.left()
    return {"crashes": endings.count("invalid"), "kills": killed, "others failed": 0}
