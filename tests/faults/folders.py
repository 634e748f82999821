"""What happens to an inbox: bursts, no events, absences, storms of writing, the same name again."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from comfyui_glmtts.watch.intake.inbox import Patience, look
from comfyui_glmtts.watch.jobs.journal import Journal
from stubs import Studio, in_python, wait

SAMPLE = (
    """\
glmtts: 1
title: 早间播客
voices: {小雨: xiaoyu, 阿明: aming}
output: {formats: [mp3]}
segments:
  - chapter: 开头
"""
    + "".join(f"  - {'小雨' if n % 2 else '阿明'}: 这是第{n}句话。\n" for n in range(90))
    + "...\n"
)

_BURST = """
import os, sys, time
folder, count = sys.argv[1], int(sys.argv[2])
began = time.monotonic()
for n in range(count):
    descriptor = os.open(f"{folder}/{n:06d}.txt", os.O_WRONLY | os.O_CREAT)
    os.write(descriptor, b"line %d" % n)
    os.close(descriptor)
print(time.monotonic() - began)
"""


def burst(folder: Path, files: int, *, scan: float = 2.0, settle: float = 5.0) -> dict[str, float]:
    """So many files at once, while the service watches: all become jobs, each once."""
    studio = Studio(folder, jobs=0, scan=scan, settle=settle)
    with studio.running() as service:
        wait(lambda: service.status().scanned is not None)
        written = subprocess.run(
            [sys.executable, "-c", _BURST, str(studio.inbox), str(files)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        began = time.monotonic()
        wait(lambda: service.journal.counts()["queued"] >= files, 300)
        taken = time.monotonic() - began
        jobs = service.journal.queue(limit=files + 1)
        names = Counter(job.name for job in jobs)
        assert len(names) == files
        assert set(names.values()) == {1}
        assert [job.id for job in jobs] == list(range(1, files + 1))
        assert look(studio.inbox).files == {}
    return {
        "files": files, "written in s": round(float(written.stdout), 2),
        "all claimed after s": round(taken, 1), "lost": 0, "twice": 0,
    }  # fmt: skip


def no_events(folder: Path, files: int) -> dict[str, float]:
    """Not one more inotify instance is to be had: one warning, and the scan does it all."""
    taken, warnings = map(
        int, in_python(folder, f"folders.without_events(FOLDER, {files})", alone=True).split()
    )
    assert warnings == 1
    return {"files": files, "lost": files - taken, "warnings": warnings}


def without_events(folder: Path, files: int) -> str:
    """Run where watching fails: how many jobs were done, and how many warnings there were."""
    _use_up_inotify()
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logging.getLogger("comfyui_glmtts.watch").addHandler(handler)
    studio = Studio(folder, watching="events")
    with studio.running() as service:
        for n in range(files):
            studio.drop(f"{n}.txt", f"line {n}")
        wait(lambda: len(studio.told) == files)
        assert service.status().watching == "poll"
    warnings = [one for one in records if "no file system events" in one.getMessage()]
    return f"{len(studio.names('done'))} {len(warnings)}"


def _use_up_inotify() -> None:
    """The limit is that of our own name space; where there is none, take all there are."""
    with suppress(OSError):
        Path("/proc/sys/user/max_inotify_instances").write_text("0")
        return
    system = ctypes.CDLL(None)
    while system.inotify_init1(0) >= 0:
        pass


def away(folder: Path, seconds: float, files: int = 20) -> dict[str, float]:
    """The inbox is renamed away in the middle of the work, and back after a while."""
    studio = Studio(folder, pace=0.02)
    with studio.running() as service:
        for n in range(files):
            studio.drop(f"{n}.txt", "".join(f"file {n} line {line}\n" for line in range(4)))
        wait(lambda: len(studio.told) >= 3)
        gone = folder / "gone"
        studio.inbox.rename(gone)
        wait(lambda: service.status().paused is not None, 10)
        time.sleep(seconds)
        assert not studio.inbox.exists(), "somebody made another inbox"
        gone.rename(studio.inbox)
        (studio.inbox / "late.txt").write_text("came while it was away\n")
        back = wait(lambda: service.status().paused is None)
        wait(lambda: len(studio.told) >= files + 1)
        endings = Counter(job.ending for job in studio.told)
        assert endings == {"rendered": files + 1}, endings
    assert len(studio.names("done")) == len(studio.editions()) == files + 1
    assert studio.left() == [], studio.left()
    return {"s away": seconds, "jobs": files + 1, "lost": 0, "s until it went on": round(back, 2)}


def truncated(folder: Path, every: int = 1) -> dict[str, float]:
    """An upload that stalls after any of its bytes is never taken; the whole file is."""
    inbox = folder / "inbox"
    (inbox / "urgent").mkdir(parents=True)
    file, whole = inbox / "episode.yaml", SAMPLE.encode()
    patience = Patience(inbox, settle=5.0, marked=True)
    now, tried = 0.0, 0
    for length in range(0, len(whole), every):
        file.write_bytes(whole[:length])
        for _ in range(3):
            now += 100.0
            assert patience.complete(look(inbox), now) == [], f"taken after {length} bytes"
        tried += 1
    file.write_bytes(whole)
    patience.complete(look(inbox), now + 100)
    assert patience.complete(look(inbox), now + 200) == ["episode.yaml"]
    return {"prefixes": tried, "bytes": len(whole), "taken too early": 0}


def storms(folder: Path, times: int) -> dict[str, float]:
    """A file opened, appended to and closed again and again, then touched while it is rendered."""
    studio = Studio(folder, pace=0.02, settle=0.5)
    file = studio.inbox / "scan.txt"
    with studio.running() as service:
        for n in range(times):
            with file.open("a") as stream:
                stream.write(f"line {n}\n")
            time.sleep((0.02, 0.1, 0.3)[n % 3])
        wait(lambda: bool(service.journal.running()))
        claimed = next((studio.inbox / "work").glob("*/*/scan.txt"))
        for _ in range(5):
            os.utime(claimed)
            time.sleep(0.05)
        wait(lambda: len(studio.told) == 1)
        (job,) = studio.told
    assert (job.ending, job.lines) == ("rendered", times)
    assert len(studio.spoken()) == times
    return {"appends": times, "jobs": 1, "lines": job.lines, "lines spoken twice": 0}


def late_writer(folder: Path, stalls: int) -> dict[str, float]:
    """An upload that stalls for longer than anybody waits, goes on into the file that was taken."""
    studio = Studio(folder, pace=0.1)
    with studio.running() as service, (studio.inbox / "slow.txt").open("a") as stream:
        for n in range(stalls):
            stream.write(f"line {n}\n")
            stream.flush()
            wait(lambda: bool(service.journal.running() or studio.told))
            assert not studio.told, "half a file was published"
        wait(lambda: len(studio.told) == 1)
    (job,) = studio.told
    assert (job.ending, job.lines) == ("rendered", stalls)
    assert len(studio.editions()) == 1
    return {"stalls": stalls, "jobs": 1, "half files published": 0}


def same_name(folder: Path, times: int) -> dict[str, float]:
    """One name dropped again and again, each time with other contents, as soon as it is free."""
    studio = Studio(folder, scan=0.02)
    file = studio.inbox / "news.txt"
    with studio.running():
        for n in range(times):
            (studio.inbox / "news.txt.ready").touch()
            studio.drop("news.txt", f"edition {n}\n")
            wait(lambda: not file.exists())
        wait(lambda: len(studio.told) == times)
    endings = Counter(job.ending for job in studio.told)
    assert endings == {"rendered": times}, endings
    assert [job.id for job in studio.told] == sorted(job.id for job in studio.told)
    assert len(studio.names("done")) == times
    assert (studio.inbox / "done" / "news.txt").read_text() == f"edition {times - 1}\n"
    assert list(studio.editions()) == ["news"]
    assert Counter(studio.spoken()).most_common(1)[0][1] == 1
    return {"drops": times, "editions": times, "lost": 0, "the last one stays": 1}


def copies(folder: Path, count: int) -> dict[str, float]:
    """Many files with the same bytes: one is rendered, the others are told where it is."""
    studio = Studio(folder, jobs=4)
    for n in range(count):
        studio.drop(f"copy{n:04d}.txt", "the same\nin all of them\n")
    with studio.running():
        wait(lambda: len(studio.told) == count, 120)
    endings = Counter(job.ending for job in studio.told)
    assert endings == {"rendered": 1, "duplicate": count - 1}, endings
    assert len(studio.spoken()) == 2
    assert len(studio.editions()) == 1
    assert len(studio.names("done")) == count
    return {"copies": count, "rendered": 1, "lost": 0}


def soak(folder: Path, jobs: int, *, batch: int = 500, growth: float = 5.0) -> dict[str, float]:
    """Months of work in minutes: memory, descriptors and threads stay as they are."""
    studio = Studio(folder, scan=0.05, settle=0.05, remember=5_000)
    done = 0
    told = threading.Event()

    def on_end(_job: object) -> None:
        nonlocal done
        done += 1
        told.set()

    studio.told = type("Told", (), {"append": staticmethod(on_end)})()  # keeps nothing
    samples: list[tuple[float, float, float]] = []
    began = time.monotonic()
    with studio.running() as service:
        dropped = 0
        while done < jobs:
            if dropped < jobs and dropped - done < batch:
                for n in range(dropped, min(dropped + batch, jobs)):
                    studio.drop(f"script{n}.txt", f"line {n % 1000}\nline {n}\n")
                dropped = min(dropped + batch, jobs)
                _sweep(studio)
            told.clear()
            told.wait(1.0)
            if len(samples) < 20 * done // jobs:
                samples.append(_sample())
                sys.stderr.write(f"{done} jobs: {samples[-1]}\n")
        assert service.journal.counts()["failed"] == 0
    pairs = zip(samples[len(samples) // 4], samples[-1], strict=True)
    grown = [round(100 * (late / early - 1), 1) for early, late in pairs]
    assert max(grown) <= growth, f"memory, descriptors, threads: {samples}"
    size = (folder / "state" / "journal.sqlite").stat().st_size
    return {
        "jobs": jobs, "s": round(time.monotonic() - began), "memory MiB": round(samples[-1][0]),
        "memory %": grown[0], "descriptors %": grown[1], "threads %": grown[2],
        "journal MiB": round(size / 2**20, 1),
    }  # fmt: skip


def _sweep(studio: Studio) -> None:
    """What a studio's retention does: the proof is of the service, not of the disk."""
    old = time.time() - 20
    places = (studio.inbox / "done", studio.inbox / "out", studio.renderer.takes)
    for path in (path for place in places for path in place.glob("[!.]*")):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime > old:
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _sample() -> tuple[float, float, float]:
    """MiB in memory, open descriptors, threads."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    memory = pages * resource.getpagesize() / 2**20
    return memory, len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


def order_of(folder: Path) -> list[str]:
    """Names in the order in which the jobs of a finished studio began."""
    journal = Journal(folder / "state" / "journal.sqlite")
    jobs = journal.done(1000)
    journal.close()
    return [job.name for job in sorted(jobs, key=lambda job: job.started or 0)]
