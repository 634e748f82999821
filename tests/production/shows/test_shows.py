"""The example shows: rendered, measured by FFmpeg, decoded in every format, and announced.

The whole episodes take minutes, so what is rendered here is each show with a shortened episode;
that the whole ones are what they claim is read from their scripts.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import av
import imageio_ffmpeg
import pytest
from comfyui_glmtts.production.shows.feed_check import problems
from comfyui_glmtts.production.shows.feed_xml import from_bytes
from comfyui_glmtts.pronunciation.markup import display
from comfyui_glmtts.scripts.script import Chapter, Script, Sound
from comfyui_glmtts.scripts.show import read_episode, read_show

SHOWS = Path(__file__).parents[3] / "examples" / "shows"
NAMES = ("tingjian", "table-for-three")
LOUDNESS = {"tingjian": -16.0, "table-for-three": -14.0}

Measure = Callable[[Path], tuple[float, float]]


def whole(name: str) -> Script:
    show = read_show(SHOWS / name)
    (path,) = show.episodes()
    return read_episode(show, path)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_a_whole_episode(name: str) -> None:
    script = whole(name)
    spoken = "".join(display(line.text) for line in script.lines)
    # Not fast: 4.5 Chinese characters or 2.7 English words a second, and half a second a line.
    seconds = len(re.findall(r"[\u4e00-\u9fff]", spoken)) / 4.5 + len(script.lines) / 2
    seconds += len(re.findall(r"[A-Za-z']+", spoken)) / 2.7
    assert seconds > 270  # five minutes with the music and the pauses
    assert len({line.speaker for line in script.lines}) == 3
    assert sum(isinstance(segment, Chapter) for segment in script.segments) >= 5
    assert sum(line.overlap > 0 for line in script.lines) >= 4
    sounds = [segment for segment in script.segments if isinstance(segment, Sound)]
    assert {sound.file.stem for sound in sounds} == {"theme", "bed", "stinger"}
    assert script.room_tone is not None


def test_one_example_is_chinese_and_one_is_mixed() -> None:
    def foreign(script: Script) -> float:
        texts = [display(line.text) for line in script.lines]
        return sum(bool(re.search(r"[A-Za-z]{2}", text)) for text in texts) / len(texts)

    assert foreign(whole("tingjian")) == 0
    assert 0.3 < foreign(whole("table-for-three")) < 0.7


def test_the_examples_are_small() -> None:
    files = [path for path in SHOWS.rglob("*") if path.is_file() and "out" not in path.parts]
    assert sum(path.stat().st_size for path in files) < 1_000_000


@pytest.fixture(scope="module")
def glmtts(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, object]]:
    cache = tmp_path_factory.mktemp("cache")

    def run(*arguments: object) -> dict[str, object]:
        done = subprocess.run(
            [sys.executable, "-m", "comfyui_glmtts", "show", *map(str, arguments), "--json"],
            env={**os.environ, "GLMTTS_CACHE": str(cache)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        said: dict[str, object] = json.loads(done.stdout)
        return said

    return run


@pytest.fixture(scope="module", params=NAMES)
def show(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy whose episode keeps the beginning of its first two chapters, and its end."""
    folder = tmp_path_factory.mktemp("show") / request.param
    shutil.copytree(SHOWS / request.param, folder, ignore=shutil.ignore_patterns("out"))
    (path,) = (folder / "episodes").iterdir()
    head, segments = path.read_text("utf-8").split("segments:\n")
    chapters = re.split(r"\n(?=  - chapter: )", segments.rstrip())
    kept = [re.split(r"\n(?=  - )", chapter) for chapter in chapters]
    short = [*kept[0][:5], *kept[1][:4], *kept[-1][-4:]]
    path.write_text(f"{head}segments:\n" + "\n".join(short) + "\n", encoding="utf-8")
    return folder


def decoded(path: Path) -> float:
    """Seconds of sound a file holds, by decoding all of it."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    return sum(frame.samples for frame in frames) / frames[0].sample_rate


def chapters_by_ffmpeg(path: Path) -> list[str]:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    shown = subprocess.run(
        [program, "-i", str(path), "-f", "ffmetadata", "-"], check=True, capture_output=True
    ).stdout.decode("utf-8")
    return re.findall(r"^title=(.*)$", shown.partition("[CHAPTER]")[2], re.MULTILINE)


def test_a_show_is_rendered_announced_edited_and_announced_again(
    show: Path, glmtts: Callable[..., dict[str, object]], ffmpeg_loudness: Measure
) -> None:
    (first,) = glmtts("render", show)["episodes"]  # type: ignore[misc]
    assert first["state"] == "rendered"
    assert first["synthesised"] > 0.8 * first["lines"]
    folder = Path(first["folder"])
    audio = [folder / name for name in first["files"] if re.search(r"(mp3|m4a|opus|flac)$", name)]
    assert len(audio) == 4
    marks = [
        mark["title"]
        for mark in json.loads(next(folder.glob("*.chapters.json")).read_text("utf-8"))["chapters"]
    ]
    assert len(marks) == 2
    for path in audio:
        loudness, peak = ffmpeg_loudness(path)
        assert loudness == pytest.approx(LOUDNESS[show.name], abs=0.3), path
        assert peak <= -1.0, path
        assert decoded(path) == pytest.approx(first["seconds"], abs=0.1)
        assert chapters_by_ffmpeg(path)[-2:] == marks, path

    said = glmtts("feed", show)
    assert (said["episodes"], said["warnings"]) == (1, [])
    feed = Path(str(said["feed"]))
    before = feed.read_bytes()
    assert problems(from_bytes(before)) == []

    (path,) = (show / "episodes").iterdir()
    text = path.read_text("utf-8")
    (old,) = re.findall(r"我是小雨，负责吃。|先请你闭上眼睛，在心里数三下。", text)
    path.write_text(text.replace(old, old.replace("，", "，真的，")), encoding="utf-8")
    (edited,) = glmtts("render", show)["episodes"]  # type: ignore[misc]
    assert (edited["synthesised"], edited["lines"]) == (1, first["lines"])
    glmtts("feed", show)
    for tag in ("guid", "pubDate"):
        old_text = ET.fromstring(before).findtext(f"channel/item/{tag}")
        assert ET.fromstring(feed.read_bytes()).findtext(f"channel/item/{tag}") == old_text
    assert feed.read_bytes() != before  # the file's size and length
