"""kill -9 at random moments and after every step: every job ends once, as if undisturbed."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from stubs import Studio

CHILD = Path(__file__).with_name("child.py")
EPISODE = """\
glmtts: 1
title: 第{n}期
voices: {{小雨: xiaoyu, 阿明: aming}}
output: {{formats: [wav]}}
segments:
  - 小雨: 这是第{n}期节目，大家好。
  - 阿明: 今天说第{n}件事。
  - 小雨: 谢谢收听第{n}期。
"""


def child(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(CHILD), str(folder), *arguments])


def finish(folder: Path, *arguments: str) -> None:
    """Run to the end, undisturbed."""
    with child(folder, *arguments) as process:
        assert process.wait(timeout=300) == 0


def scripts(count: int, lines: int = 8) -> dict[str, str]:
    """Names and texts; one in five has a mistake."""
    return {
        f"script{n}.txt": "broken\n" if n % 5 == 4 else "".join(
            f"script {n}, line {line}\n" for line in range(lines)
        )
        for n in range(count)
    }  # fmt: skip


def endings(folder: Path) -> dict[str, set[tuple[int, str]]]:
    """How the jobs of every name ended, as they were told, each perhaps more than once."""
    found: dict[str, set[tuple[int, str]]] = {}
    for line in (folder / "told.log").read_text().splitlines():
        id, name, ending, *_ = json.loads(line)
        found.setdefault(name, set()).add((id, ending))
    return found


def check(studio: Studio, dropped: dict[str, str], right: dict[str, str]) -> None:
    """Everything that was dropped ended once, and is where it belongs, and is what it should be."""
    good = sorted(name for name, text in dropped.items() if not text.startswith("broken"))
    bad = sorted(dropped.keys() - set(good))
    places = {folder: studio.names(folder) for folder in ("done", "failed")}
    assert places == {"done": good, "failed": bad}, f"{places}, {endings(studio.folder)}"
    for name in bad:
        assert (studio.inbox / "failed" / f"{name}.report.json").is_file()
    told = endings(studio.folder)
    assert told.keys() == dropped.keys(), told
    for name, ends in told.items():
        assert len(ends) == 1, f"{name} ended {len(ends)} times: {ends}"
        assert {ending for _, ending in ends} == {"invalid" if name in bad else "rendered"}
    assert studio.editions() == right, f"{studio.editions()} is not {right}"
    assert studio.left() == [], studio.left()
    assert not [path for path in studio.inbox.iterdir() if path.is_file()]


def undisturbed(folder: Path, dropped: dict[str, str], *arguments: str) -> dict[str, str]:
    """The hashes of what is made when nobody disturbs."""
    calm = Studio(folder)
    for name, text in dropped.items():
        calm.drop(name, text)
    finish(folder, "--until", str(len(dropped)), *arguments)
    right = calm.editions()
    check(calm, dropped, right)
    return right


def at_random(folder: Path, kills: int, *, jobs: int = 2, seed: int = 0) -> dict[str, float]:
    """Kill a service again and again while it works; begin with new work whenever it is done."""
    moments = random.Random(seed)
    dropped = scripts(10)
    right = undisturbed(folder / "calm", dropped)
    killed, rounds, again = 0, 0, 0
    began = time.monotonic()
    while killed < kills:
        studio = Studio(folder / f"storm{rounds}")
        rounds += 1
        for name, text in dropped.items():
            studio.drop(name, text)
        arguments = ("--until", str(len(dropped)), "--pace", "0.03", "--jobs", str(jobs))
        here = 0
        while killed < kills:
            process = child(studio.folder, *arguments)
            try:
                process.wait(timeout=moments.uniform(0.3, 1.5))
                break
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                killed += 1
                here += 1
        finish(studio.folder, *arguments)
        check(studio, dropped, right)
        twice = sum(count - 1 for count in Counter(studio.spoken()).values())
        assert twice <= here * jobs, f"{twice} lines spoken again after {here} kills"
        again += twice
    return {
        "kills": killed, "jobs": rounds * len(dropped), "lost": 0, "ended twice": 0,
        "lines spoken again": again, "other hashes": 0, "s": round(time.monotonic() - began),
    }  # fmt: skip


def at_every_step(folder: Path, every: int = 1) -> dict[str, float]:
    """Kill a service after its first step, after its second, and so on to the last."""
    dropped = {"good.txt": "one\ntwo\n", "bad.txt": "broken\n", "urgent/first.txt": "three\n"}
    plain = {Path(name).name: text for name, text in dropped.items()}
    calm = Studio(folder / "calm")
    for name, text in dropped.items():
        calm.drop(name, text)
    finish(calm.folder, "--until", "3", "--jobs", "1")
    right = calm.editions()
    check(calm, plain, right)
    steps = int((calm.folder / "steps").read_text())
    killed = 0
    for step in range(1, steps + 1, every):
        studio = Studio(folder / f"step{step}")
        for name, text in dropped.items():
            studio.drop(name, text)
        with child(studio.folder, "--until", "3", "--jobs", "1", "--kill", str(step)) as process:
            killed += process.wait(timeout=60) == -signal.SIGKILL
        finish(studio.folder, "--until", "3", "--jobs", "1")
        check(studio, plain, right)
        again = sum(count - 1 for count in Counter(studio.spoken()).values())
        assert again <= 1
    return {"steps": steps, "kills": killed, "lost": 0, "ended twice": 0, "other hashes": 0}


def with_the_preview_engine(folder: Path, kills: int, seed: int = 0) -> dict[str, float]:
    """The same with real scripts, real speech and real files."""
    moments = random.Random(seed)
    dropped = {f"episode{n}.yaml": EPISODE.format(n=n) for n in range(4)}
    arguments = ("--until", str(len(dropped)), "--preview")
    right = undisturbed(folder / "calm", dropped, *arguments)
    sounds = _sounds(folder / "calm")
    killed, rounds = 0, 0
    while killed < kills:
        studio = Studio(folder / f"storm{rounds}")
        rounds += 1
        for name, text in dropped.items():
            studio.drop(name, text)
        while killed < kills:
            process = child(studio.folder, *arguments)
            try:
                process.wait(timeout=moments.uniform(0.5, 4.0))
                break
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                killed += 1
        finish(studio.folder, *arguments)
        check(studio, dropped, right)
        assert _sounds(studio.folder) == sounds
    return {"kills": killed, "jobs": rounds * len(dropped), "lost": 0, "other hashes": 0}


def poison(folder: Path) -> dict[str, float]:
    """A file that crashes the process, among others: it is put aside after the second time."""
    studio = Studio(folder)
    dropped = {f"script{n}.txt": f"line {n}\n" for n in range(6)}
    dropped["script3.txt"] = "before\ncrash\nafter\n"
    for name, text in dropped.items():
        studio.drop(name, text)
    deaths = 0
    while True:
        process = child(folder, "--until", str(len(dropped)), "--pace", "0.02")
        if process.wait(timeout=60) == 0:
            break
        assert process.returncode == -signal.SIGABRT
        deaths += 1
        assert deaths <= 3
    told = {name: {ending for _, ending in ends} for name, ends in endings(folder).items()}
    assert told.pop("script3.txt") == {"poison"}
    assert set(map(frozenset, told.values())) == {frozenset({"rendered"})}
    assert studio.names("failed") == ["script3.txt"]
    assert "script3.txt" in (studio.inbox / "failed" / "script3.txt.report.md").read_text()
    return {"crashes": deaths, "put aside": 1, "others done": len(told)}


def restarts(folder: Path, count: int, queued: int) -> dict[str, float]:
    """Stop and kill a service in turn while many jobs wait: they are done in order, each once."""
    studio = Studio(folder)
    dropped = {f"script{n:05d}.txt": f"line {n}\n" for n in range(queued)}
    for name, text in dropped.items():
        studio.drop(name, text)
    arguments = ("--until", str(queued), "--jobs", "1", "--pace", "0.01")
    for number in range(count):
        process = child(folder, *arguments)
        try:
            process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGTERM if number % 2 else signal.SIGKILL)
            process.wait(timeout=20)
    finish(folder, *arguments)
    ended = [json.loads(line) for line in (folder / "told.log").read_text().splitlines()]
    first = dict.fromkeys(entry[0] for entry in ended)  # in the order they ended
    assert list(first) == sorted(first), "the order was not kept"
    assert len(first) == len({entry[1] for entry in ended}) == queued
    assert studio.names("done") == sorted(dropped)
    assert studio.left() == [], studio.left()
    return {"restarts": count, "jobs": queued, "lost": 0, "twice": 0, "out of order": 0}


def two_services(folder: Path, files: int) -> dict[str, float]:
    """Two services on one inbox: every file is one's, and only one's."""
    studio = Studio(folder)
    both = [
        child(folder, "--until", str(files + 1), "--service", f"state{n}", "--jobs", "2")
        for n in range(2)
    ]
    for n in range(files):
        studio.drop(f"script{n:05d}.txt", f"line {n}\n")
    deadline = time.monotonic() + 300
    while len(studio.names("done")) < files:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(1)
    for process in both:
        process.terminate()
        process.wait(timeout=20)
    ended = [json.loads(line) for line in (folder / "told.log").read_text().splitlines()]
    names = Counter(entry[1] for entry in ended)
    assert len(names) == files
    assert set(names.values()) == {1}, "two services had one file"
    spoken = Counter(studio.spoken())
    assert set(spoken.values()) == {1}
    assert len(studio.editions()) == files
    return {"files": files, "lost": 0, "claimed twice": 0}


def _sounds(folder: Path) -> dict[str, str]:
    found = (folder / "inbox" / "out").glob("*/*.wav")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
