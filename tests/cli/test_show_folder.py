"""Episodes rendered by themselves, and `read` on what `render` would speak."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

Run = Callable[..., subprocess.CompletedProcess[str]]

SHOW = "glmtts_show: 1\ntitle: T\nvoices: {A: xiaoyu}\n"
EPISODE = "glmtts: 1\nvoices: {A: xiaoyu}\nsegments:\n  - A: 你好\n"


def test_an_episode_rendered_by_itself_lands_in_its_show(glmtts: Run, tmp_path: Path) -> None:
    (tmp_path / "show/episodes").mkdir(parents=True)
    (tmp_path / "show/show.yaml").write_text(SHOW, encoding="utf-8")
    (tmp_path / "show/episodes/001-one.yaml").write_text(EPISODE, encoding="utf-8")
    said = json.loads(glmtts("render", "show/episodes/001-one.yaml", "--json").stdout)
    assert (tmp_path / said["folder"]).resolve() == tmp_path / "show/out/001-one"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("url", ["https://example.com/show/", None])
def test_chapters_show_their_pictures_where_the_show_will_be_on_the_web(
    url: str | None, glmtts: Run, tmp_path: Path
) -> None:
    (tmp_path / "show/episodes").mkdir(parents=True)
    head = SHOW + (f"url: {url}\n" if url else "")
    (tmp_path / "show/show.yaml").write_text(head, encoding="utf-8")
    for name, colour in (("a", "red"), ("b", "blue")):
        Image.new("RGB", (40, 40), colour).save(tmp_path / f"show/{name}.png")
    chapters = "".join(
        f"  - chapter: {title}\n{picture}  - A: 你好\n"
        for title, picture in [
            ("一", "    image: ../a.png\n"),
            ("二", ""),
            ("三", "    image: ../b.png\n"),
            ("四", "    image: ../a.png\n"),
        ]
    )
    path = tmp_path / "show/episodes/001-春.yaml"
    path.write_text(f"{EPISODE}{chapters}", encoding="utf-8")
    glmtts("render", "show/episodes/001-春.yaml", "--json")
    folder = tmp_path / "show/out/001-春"
    (told,) = folder.glob("*.chapters.json")
    images = [one.get("img") for one in json.loads(told.read_text("utf-8"))["chapters"]]
    if url is None:
        assert images == [None] * 4
        assert not list(folder.glob("*.chapter-*"))
        return
    base = f"{url}001-%E6%98%A5/001-%E6%98%A5.chapter-"
    assert images == [f"{base}1.png", None, f"{base}3.png", f"{base}1.png"]
    pictures = {file.name: file.read_bytes() for file in folder.glob("*.chapter-*")}
    assert pictures == {
        "001-春.chapter-1.png": (tmp_path / "show/a.png").read_bytes(),
        "001-春.chapter-3.png": (tmp_path / "show/b.png").read_bytes(),
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "小雨: 今天下雨。\n阿明: 那就不去了。\n"),
        ("a.md", "# 第一章\n\n今天下雨。\n"),
        ("a.srt", "1\n00:00:00,000 --> 00:00:01,000\n小雨: 今天下雨。\n"),
        ("a.yaml", EPISODE),
    ],
)
def test_read_reads_what_render_would_speak(
    name: str, text: str, glmtts: Run, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    read = [
        json.loads(line)["text"]
        for line in glmtts("read", "-f", name, "--json").stdout.splitlines()
    ]
    glmtts("render", name, "--json", "--format", "wav")
    manifest = json.loads((tmp_path / "out/a/manifest.json").read_text("utf-8"))
    assert read == [line["text"] for line in manifest["lines"]]
    assert not any("小雨" in line for line in read)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("music/theme.mp3", 'Names begin in the folder show/episodes: write "../music/theme.mp3".'),
        ("sound/a.mp3", "It would be show/episodes/sound/a.mp3, but there is no such folder."),
        ("../empty/a.mp3", "It would be show/empty/a.mp3, but that folder is empty."),
        ("../music/them.mp3", 'Did you mean "../music/theme.mp3"?'),
    ],
)
def test_a_wrong_path_in_an_episode_says_where_it_would_be(
    name: str, remedy: str, glmtts: Run, tmp_path: Path
) -> None:
    for folder in ("episodes", "music", "empty"):
        (tmp_path / "show" / folder).mkdir(parents=True)
    (tmp_path / "show/show.yaml").write_text(SHOW, encoding="utf-8")
    (tmp_path / "show/music/theme.mp3").touch()
    text = f"{EPISODE}  - sound: {name}\n"
    (tmp_path / "show/episodes/001-one.yaml").write_text(text, encoding="utf-8")
    said = glmtts("render", "show/episodes/001-one.yaml", code=2).stderr
    assert said.strip().endswith(f'There is no file "{name}". {remedy}')


def test_stems_that_are_no_longer_wanted_leave_no_empty_folder(glmtts: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(EPISODE, encoding="utf-8")
    glmtts("render", "a.yaml", "--stems", "--format", "wav")
    assert (tmp_path / "out/a/stems").is_dir()
    glmtts("render", "a.yaml", "--format", "wav")
    assert not (tmp_path / "out/a/stems").exists()
