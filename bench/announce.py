"""Announcements from a CSV: how many a second, how much memory, and what kill -9 leaves behind.

python bench/announce.py [--rows 10000] [--kills 20] [--json]

A tenth of the rows is made undisturbed. Then all of them in another folder, killed at random
moments and begun again each time; the last run goes to the end, and tells speed and memory. The
audit log must name every file once, every file must be what the log says, and a sample made anew
elsewhere must be the same to the byte.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TEMPLATE = """\
glmtts_template: 1
title: {zh: 叫号}
languages: [zh]
fields: {id: text, ticket: text, window: integer}
text: {zh: "请{{ ticket | digits }}号到{{ window }}号窗口办理。"}
chime: queue
voices: {zh: xiaoyu}
name: "{{ id }}"
output: phone
"""
SAMPLE = 100


class Desk:
    """A folder with a template, data, and runs of `glmtts announce`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "queue.yaml").write_text(TEMPLATE, encoding="utf-8")

    def rows(self, name: str, numbers: range | list[int]) -> Path:
        """A CSV of tickets."""
        path = self.folder / name
        lines = [f"q{n:05d},A{n:05d},{n % 20 + 1}\n" for n in numbers]
        path.write_text("id,ticket,window\n" + "".join(lines), encoding="utf-8")
        return path

    def begin(self, data: Path, run: str) -> subprocess.Popen[bytes]:
        """Start a run into a folder of its own, with a store of its own."""
        return subprocess.Popen(
            [
                sys.executable, "-m", "comfyui_glmtts", "announce",
                str(self.folder / "queue.yaml"), "--data", str(data), "--json",
                "--output", str(self.folder / run), "--cache", str(self.folder / f"{run}-cache"),
            ],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def finish(self, data: Path, run: str) -> tuple[float, int]:
        """Seconds and peak memory, in MiB, of a run to its end."""
        started = time.perf_counter()
        process = self.begin(data, run)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, f"the run ended with {process.returncode}"
        scale = 2**20 if sys.platform == "darwin" else 2**10
        return time.perf_counter() - started, usage.ru_maxrss // scale

    def logged(self, run: str) -> list[dict[str, str]]:
        """Whole lines of the audit log; a kill may have torn some."""
        lines = []
        path = self.folder / run / "audit.jsonl"
        if path.exists():
            for line in path.read_text("utf-8").splitlines():
                try:
                    lines.append(json.loads(line))
                except ValueError:
                    continue
        return lines


def stormy(desk: Desk, data: Path, kills: int) -> list[int]:
    """Kill runs at random moments; how many files were logged after each."""
    moments, logged = random.Random(1), list[int]()
    while len(logged) < kills:
        process = desk.begin(data, "all")
        try:
            process.wait(timeout=moments.uniform(0.5, 15))
            raise SystemExit("all rows were done before the last kill: give more --rows")
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        logged.append(len(desk.logged("all")))
    return logged


def checked(desk: Desk, rows: int) -> dict[str, int]:
    """Losses, repeats and differences between the log and the files."""
    log = desk.logged("all")
    times = Counter(line["file"] for line in log)
    files = {path.name for path in (desk.folder / "all").glob("[!.]*.wav")}
    wanted = {f"q{n:05d}.ulaw.wav" for n in range(rows)}
    different = sum(
        hashlib.sha256((desk.folder / "all" / line["file"]).read_bytes()).hexdigest()
        != line["sha256"]
        for line in log
    )
    return {
        "lost": len(wanted - files) + len(wanted - times.keys()),
        "foreign": len(files - wanted),
        "repeated": sum(count - 1 for count in times.values()),
        "different": different,
    }


def sampled(desk: Desk, rows: int) -> int:
    """How many files of a sample differ from those made anew elsewhere."""
    numbers = sorted(random.Random(2).sample(range(rows), min(SAMPLE, rows)))
    desk.finish(desk.rows("sample.csv", numbers), "sample")
    return sum(
        path.read_bytes() != (desk.folder / "all" / path.name).read_bytes()
        for path in (desk.folder / "sample").glob("[!.]*.wav")
    )


def measure(folder: Path, rows: int, kills: int) -> Iterator[tuple[str, object]]:
    """Everything, in an empty folder; each result as soon as it is there."""
    desk = Desk(folder)
    few = max(1, rows // 10)
    seconds, memory = desk.finish(desk.rows("few.csv", range(few)), "few")
    shutil.rmtree(folder / "few-cache")
    yield f"{few} rows", {"a second": round(few / seconds, 1), "peak MiB": memory}
    data = desk.rows("all.csv", range(rows))
    logged = stormy(desk, data, kills)
    done = logged[-1] if logged else 0
    yield "files after each kill", logged
    seconds, memory = desk.finish(data, "all")
    speed = {"a second": round((rows - done) / seconds, 1), "peak MiB": memory, "kills": kills}
    yield f"{rows} rows", {**speed, **checked(desk, rows)}
    seconds, _ = desk.finish(data, "all")
    yield "nothing to do, seconds", round(seconds, 1)
    yield "sample that differs", sampled(desk, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for what, value in measure(Path(folder), options.rows, options.kills):
            found[what] = value
            if not options.json:
                print(f"{what}: {value}", flush=True)
    if options.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
