"""What malicious hands drop: links swapped while they are read, files made to hurt."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from comfyui_glmtts.documents.findings import UnfitError
from comfyui_glmtts.watch.files.jail import read_inside
from comfyui_glmtts.watch.jobs.snapshot import Snapshot
from stubs import Studio, in_python, wait

SECRET = b"the secret of another folder"
HEAD = "glmtts: 1\nvoices: {a: xiaoyu}\n"
LINE = "segments: [{a: hello}]\n"


def _texts() -> Iterator[tuple[str, bytes]]:
    """YAML that is refused, each under a name that tells why; NAME stands for its own."""
    yield "alias bomb", _alias_bomb()
    yield "two documents", f"{HEAD}{LINE}---\n{HEAD}{LINE}".encode()
    yield "GBK", "glmtts: 1\ntitle: 早间播客\n".encode("gbk")
    yield "UTF-16 without its mark", (HEAD + LINE).encode("utf-16-le")
    yield "3 MiB of directives", b"%TAG ! x\n" * 300_000 + HEAD.encode()
    yield "voice above", b"glmtts: 1\nvoices: {a: ../../../etc/passwd}\n" + LINE.encode()
    repeats = "".join(f"{'  ' * n}- repeat: 100\n{'  ' * n}  segments:\n" for n in range(9))
    yield "repeat of repeats", f"{HEAD}segments:\n{repeats}{'  ' * 9}- a: x\n".encode()
    segments = {
        "depth of 100,000": "[" * 100_000,
        "depth in mappings": "{a: " * 50_000,
        "a million items": "[" + "x," * 1_000_000 + "]",
        "16 MiB of one line": "[{a: " + "x" * (16 * 2**20 - 100) + "}]",
        "tag of Python": "!!python/object/apply:os.system ['true']",
        "tag of its own": "!<tag:yaml.org,2002:python/name:os.system> x",
        "tabs": "\n\t- a: x",
        "include of itself": "[{include: NAME}]",
        "format string": "[{'{0.__class__}': x}]",
        "template": "[{'{{ 7*7 }}': x}]",
        "rate without end": f"[{{a: x, rate: {'9' * 100_000}}}]",
    }
    for name, text in segments.items():
        yield name, f"{HEAD}segments: {text}\n".encode()
    tops = {
        "a key twice": "title: a\ntitle: b",
        "merge key": "<<: {title: x}",
        "NUL": "title: a\0b",
        "output name above": "output: {name: ../../evil}",
        "output name of the root": "output: {name: /tmp/evil}",
        "lexicon above": "lexicons: [../../etc/passwd.jsonl]",
        "cover above": "metadata: {cover: ../../etc/passwd.png}",
        "number without end": "seed: " + "9" * 4_000_000,
    }
    for name, text in tops.items():
        yield name, f"{HEAD}{text}\n{LINE}".encode()
    sounds = (
        "../../../etc/passwd", "/etc/passwd", "link.wav", "linked/passwd", "pipe.wav", "/dev/zero",
        "sparse.wav", "hard.wav", "noise.wav",
    )  # fmt: skip
    for sound in sounds:
        yield f"sound {sound}", f"{HEAD}segments: [{{sound: {sound}}}, {{a: x}}]\n".encode()


def _alias_bomb() -> bytes:
    letters = "abcdefghi"
    rows = [f"{one}: &{one} [{','.join([f'*{before}'] * 9)}]" for before, one in pairwise(letters)]
    return "\n".join(["a: &a [x,x,x,x,x,x,x,x,x]", *rows, ""]).encode()


def prepare(folder: Path) -> None:
    """What the texts refer to."""
    (folder / "link.wav").symlink_to("/etc/passwd")
    (folder / "linked").symlink_to("/etc")
    os.mkfifo(folder / "pipe.wav")
    with (folder / "sparse.wav").open("wb") as sparse:
        sparse.truncate(10 << 30)
    outside = folder.parent / "outside.wav"
    outside.write_bytes(SECRET)
    os.link(outside, folder / "hard.wav")
    (folder / "noise.wav").write_bytes(bytes(range(256)) * 100)
    past = time.time() - 100
    for name in ("hard.wav", "noise.wav", "sparse.wav"):
        os.utime(folder / name, (past, past))


def corpus(folder: Path) -> dict[str, float]:
    """Every hostile file through the renderer that reads them, each measured."""
    numbers: dict[str, float] = json.loads(in_python(folder, "hostile.measure(FOLDER)"))
    return numbers


def measure(folder: Path) -> str:
    """In a process of its own, whose memory is only theirs."""
    from comfyui_glmtts.mistakes import InputError
    from comfyui_glmtts.watch.jobs.renderer import Order

    studio, private = Studio(folder), folder / "private"
    inbox = studio.inbox
    prepare(inbox)
    studio.real()
    renderer = studio.renderer
    texts = list(_texts())
    before = _memory()
    slowest, largest = 0.0, 0.0
    for number, (name, text) in enumerate(texts):
        copies = private / str(number)
        copies.mkdir(parents=True)
        source = copies / "script.yaml"
        source.write_bytes(text.replace(b"NAME", b"script.yaml"))
        snapshot = Snapshot(folder=copies, inbox=inbox, settle=5.0)
        began = time.process_time()
        try:
            plan = renderer.prepare(
                Order(kind="script", source=source, previous=copies, snapshot=snapshot)
            )
            plan.make(copies / "made", report=lambda *_: None, cancel=lambda: None)
        except InputError as error:
            told = [str(mistake) for mistake in error.mistakes]
        else:
            raise AssertionError(f"{name}: it was accepted")
        took, used = time.process_time() - began, _memory()
        slowest, largest = max(slowest, took), max(largest, used)
        sys.stderr.write(f"{name}: {took:.3f} s, {used:.0f} MiB; {told[0][:150]}\n")
        assert took < 1.0, f"{name}: {took:.2f} s"
        assert used < 200, f"{name}: {used} MiB"
        assert not any("root:" in one or SECRET.decode() in one for one in told), name
    renderer.close()
    return json.dumps({
        "files": len(texts), "accepted": 0, "slowest CPU s": round(slowest, 3),
        "most MiB": round(largest), "of these before MiB": round(before),
    })  # fmt: skip


def _memory() -> float:
    """MiB at most so far. Not `ru_maxrss`, which begins with what the parent had."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def names(folder: Path) -> dict[str, float]:
    """Hostile names and things that are no files: each is refused with a report, the good ones
    are done, and nothing outside the folder is touched."""
    studio = Studio(folder, settle=0.2)
    inbox = studio.inbox
    outside = folder / "outside.txt"
    outside.write_bytes(SECRET)
    (inbox / "link.txt").symlink_to(outside)
    (inbox / "dangling.txt").symlink_to(folder / "nothing")
    (inbox / "loop.txt").symlink_to("loop.txt")
    os.link(outside, inbox / "hard.txt")
    os.mkfifo(inbox / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(inbox)  # a socket's path is short
        listening.bind("socket.txt")
        os.chdir(here)
    with (inbox / "huge.txt").open("wb") as sparse:
        sparse.truncate(10 << 30)
    (inbox / f"{'长' * 80}.txt").write_text("a name of 240 bytes")
    odd = os.fsencode(inbox) + b"/odd\xff\xfe.txt"
    with open(odd, "wb") as stream:  # noqa: PTH123 - a name in bytes
        stream.write(b"a name that is no text")
    bad = 9
    good = ("a b.txt", "-rf.txt", "$(reboot).txt", "a;b.txt", "%s%n.txt", "'quotes'.txt")
    for name in good:
        studio.drop(name, f"{name}\n")
    ignored = (".DS_Store", "._x.txt", "x.txt.part", "~$x.txt", "x.txt~", "x.txt.crdownload")
    for name in ignored:
        (inbox / name).write_text("not finished")
    with studio.running():
        wait(lambda: len(studio.told) >= bad + len(good), 30)
        time.sleep(0.5)
    endings = {job.name: job.ending for job in studio.told}
    assert {name: endings[name] for name in good} == dict.fromkeys(good, "rendered")
    assert sum(ending == "invalid" for ending in endings.values()) == bad, endings
    assert studio.names("done") == sorted(good)
    assert len(studio.names("failed")) == bad
    assert all((inbox / name).exists() for name in ignored)
    assert outside.read_bytes() == SECRET
    assert not any(SECRET in take.read_bytes() for take in studio.renderer.takes.glob("*"))
    assert studio.left() == [], studio.left()
    return {"refused": bad, "done": len(good), "ignored": len(ignored), "escapes": 0}


def swaps(folder: Path, count: int) -> dict[str, float]:
    """A file, and the folder above it, become links to a secret and files again, as fast as can be,
    while they are read: what is read is never the secret."""
    inbox, secrets = folder / "inbox", folder / "secrets"
    for place, content in ((inbox, b"music"), (secrets, SECRET)):
        (place / "music").mkdir(parents=True)
        (place / "music" / "theme.wav").write_bytes(content)
    stop = threading.Event()
    swapped = [0, 0]

    def swap_file() -> None:
        music = inbox / "music"
        while not stop.is_set():
            link, file = folder / "link", folder / "file"
            link.symlink_to(secrets / "music" / "theme.wav")
            file.write_bytes(b"music")
            for one in (link, file):
                try:
                    one.replace(music / "theme.wav")
                except OSError:
                    one.unlink(missing_ok=True)
            swapped[0] += 1

    def swap_folder() -> None:
        real, link = folder / "real", inbox / "music"
        while not stop.is_set():
            link.rename(real)
            link.symlink_to(secrets / "music")
            link.unlink()
            real.rename(link)
            swapped[1] += 1

    threads = [threading.Thread(target=one) for one in (swap_file, swap_folder)]
    for thread in threads:
        thread.start()
    read = refused = 0
    try:
        while sum(swapped) < count:
            try:
                data = read_inside(inbox, "music/theme.wav", limit=1000)
            except (UnfitError, FileNotFoundError):
                refused += 1
            else:
                assert data in {b"music", b""}, "it escaped"
                read += 1
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    shutil.rmtree(secrets)
    return {"swaps": sum(swapped), "read": read, "refused": refused, "escapes": 0}
