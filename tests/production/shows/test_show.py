"""A show's folder: what its file may say, what its episodes inherit, and the commands on it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from comfyui_glmtts.cli.commands.show import _rendered
from comfyui_glmtts.glmtts_runtime.engine import (
    Cancel,
    Outcome,
    Progress,
    SpeechError,
    SpeechRequest,
)
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.production.context import RenderContext
from comfyui_glmtts.production.shows.starter import PLACEHOLDERS
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.scripts.platforms import PLATFORMS
from comfyui_glmtts.scripts.script import Line, Sound
from comfyui_glmtts.scripts.show import ROOT_KEYS, Category, read_episode, read_show, read_with_show

SHOW = """\
glmtts_show: 1
title: 我的节目
author: 我
description: 讲故事。
language: zh-TW
categories: [arts > books, Comedy]
owner: {name: 我, email: me@example.com}
url: https://example.com/files
cover: cover.png
season: 2
voices: {小雨: xiaoyu, 阿明: aming}
emotions: {calm: xiaoyu}
lexicons: [names.jsonl]
numbers: en
seed: 7
room_tone: -50 dB
music: {stinger: sting.ogg, intro: theme.ogg}
output: {formats: [mp3, m4a], loudness: spotify, channels: mono}
"""
EPISODE = """\
glmtts: 1
title: 第一集
segments:
- chapter: 一
- 小雨: 你好。
- chapter: 二
- 阿明: 再见。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("cover.png", "names.jsonl", "sting.ogg", "theme.ogg", "own.jsonl"):
        (tmp_path / name).touch()
    (tmp_path / "show.yaml").write_text(SHOW, encoding="utf-8")
    (tmp_path / "episodes").mkdir()
    write(tmp_path, EPISODE)
    return tmp_path


def write(folder: Path, text: str, name: str = "012-first.yaml") -> Path:
    path = folder / "episodes" / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_show_says_what_its_file_says(folder: Path) -> None:
    show = read_show(folder)
    assert (show.title, show.author, show.language) == ("我的节目", "我", "zh-TW")
    assert show.categories == (Category("Arts", "Books"), Category("Comedy"))
    assert (show.owner_name, show.owner_email) == ("我", "me@example.com")
    assert show.url == "https://example.com/files/"
    assert [path.name for path in show.episodes()] == ["012-first.yaml"]


def test_choices_of_takes_and_hidden_files_are_no_episodes(folder: Path) -> None:
    for name in ("012-first.takes.yaml", ".013.yaml", "notes.txt"):
        write(folder, "x", name)
    assert [path.name for path in read_show(folder).episodes()] == ["012-first.yaml"]


def test_an_episode_inherits_what_it_does_not_say(folder: Path) -> None:
    episode = read_episode(read_show(folder), folder / "episodes/012-first.yaml")
    assert list(episode.speakers) == ["小雨", "阿明"]
    assert (episode.language, episode.seed, episode.room_tone) == ("zh", 7, -50.0)
    assert episode.numbers == "en"
    assert episode.output.formats == ("mp3", "m4a")
    assert episode.metadata.album == "我的节目"
    assert (episode.metadata.author, episode.metadata.season) == ("我", 2)
    assert episode.metadata.episode == 12
    sounds = [segment.file.name for segment in episode.segments if isinstance(segment, Sound)]
    assert sounds == ["theme.ogg", "sting.ogg"]


def test_what_an_episode_says_itself_wins_key_by_key(folder: Path) -> None:
    own = """\
glmtts: 1
language: en
voices: {小雨: leo, Anna: xiaoyu}
lexicons: [../own.jsonl]
numbers: auto
seed: 9
room_tone: none
music: {intro: none}
output: {loudness: -20 LUFS}
metadata: {author: Anna, episode: 3}
segments: [{小雨: hi}, {Anna: hi}, {chapter: x}, {阿明: hi}]
"""
    episode = read_episode(read_show(folder), write(folder, own))
    voices = {name: speaker.voice.name for name, speaker in episode.speakers.items()}
    assert voices == {"小雨": "leo", "阿明": "aming", "Anna": "xiaoyu"}
    names = [Path(lexicon).name for lexicon in episode.lexicons]
    assert names == ["names.jsonl", "own.jsonl"]  # later ones win
    assert (episode.language, episode.seed, episode.room_tone) == ("en", 9, None)
    assert episode.numbers == ""
    assert (episode.output.loudness, episode.output.formats) == (-20.0, ("mp3", "m4a"))
    assert episode.output.channels == 1
    metadata = episode.metadata
    assert (metadata.author, metadata.episode, metadata.season) == ("Anna", 3, 2)
    sounds = [segment.file.name for segment in episode.segments if isinstance(segment, Sound)]
    assert sounds == ["sting.ogg"]


def test_a_script_is_an_episode_wherever_it_lies_in_a_show(folder: Path, tmp_path: Path) -> None:
    path = folder / "episodes/012-first.yaml"
    assert read_with_show(path) == read_episode(read_show(folder), path)
    alone = tmp_path / "elsewhere" / "a.yaml"
    alone.parent.mkdir()
    alone.write_text("glmtts: 1\nvoices: {A: a}\nsegments: [{A: 好}]\n", encoding="utf-8")
    (tmp_path / "elsewhere/deeper").mkdir()
    lines = read_with_show(alone).segments
    assert [type(line) for line in lines if isinstance(line, Line)] == [Line]


def test_every_mistake_in_a_show_is_told_at_once_with_its_place(folder: Path) -> None:
    (folder / "show.yaml").write_text(
        """\
glmtts_show: 2
titel: x
language: zh_CN
categories: [Cooking, Arts > Novels, Comedy, History]
owner: {name: x, email: nobody}
url: example.com
cover: cover.jpg
type: weekly
guid: 12
voices: {pause: a}
music: {bed: {sound: sting.ogg, under: 2}}
output: {loudness: aple}
room_tone: -50
""",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_show(folder)
    told = [
        (mistake.place.line, mistake.what.split('"')[1] if '"' in mistake.what else mistake.what)
        for mistake in caught.value.mistakes
    ]
    assert told == [
        (1, "The show has no title."),
        (1, "2"),
        (2, "titel"),
        (3, "zh_CN"),
        (4, "Cooking"),
        (4, "Novels"),
        (5, "nobody"),
        (6, "example.com"),
        (7, "cover.jpg"),
        (8, "weekly"),
        (9, "12"),
        (10, "pause"),
        (11, "under"),
        (12, "aple"),
        (13, "-50"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("- a\n", "not a show"),
        ("title: x\nvoices: {A: a}\n", "version of the format is missing"),
        (SHOW.replace("Comedy]", "Comedy, History, Fiction]"), "More than 3 categories"),
        (SHOW.replace("/files", "/files?x=1"), 'Leave out "?"'),
        (SHOW.replace("cover.png", "../cover.png"), "outside the folder"),
        ("a: " + "[" * 100_000, "levels inside each other"),
    ],
)
def test_a_show_that_cannot_be_is_told(text: str, message: str, folder: Path) -> None:
    (folder / "show.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message.replace("?", r"\?")):
        read_show(folder)


def test_a_folder_without_a_show_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="glmtts show new"):
        read_show(tmp_path)


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def glmtts(tmp_path_factory: pytest.TempPathFactory) -> Run:
    place = tmp_path_factory.mktemp("shows")

    def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "comfyui_glmtts", "show", *arguments],
            cwd=place,
            env={**os.environ, "GLMTTS_CACHE": str(place / "cache"), "COLUMNS": "100"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    run.place = place  # type: ignore[attr-defined]
    return run


def told(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    said: dict[str, object] = json.loads(done.stdout)
    return said


class Mute:
    """An engine that cannot speak any line."""

    name = "mute"
    fingerprint = "mute 1"
    sample_rates = (24_000,)

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        return (Outcome(index, SpeechError("no voice")) for index in range(len(requests)))

    def close(self) -> None:
        """It holds nothing."""


@pytest.mark.parametrize("quiet", [True, False])
def test_lines_that_cannot_be_spoken_are_told_to_people_and_listed_for_programs(
    quiet: bool, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "show.yaml").write_text(
        "glmtts_show: 1\ntitle: T\nvoices: {小雨: xiaoyu, 阿明: aming}\n", encoding="utf-8"
    )
    show = read_show(folder)
    (path,) = show.episodes()
    store = Store(folder / "cache")
    context = RenderContext(engine=Mute(), library=VoiceLibrary([]), store=store)
    ended = _rendered(show, path, read_episode(show, path), context, quiet=quiet)
    assert ended == {
        "episode": "012-first",
        "state": "failed",
        "reasons": [f"{path}:5:7: no voice", f"{path}:7:7: no voice"],
    }
    said = capsys.readouterr()
    assert said.out == ""
    assert (":7:7: no voice" in said.err) is not quiet


def test_a_new_show_renders_and_has_a_feed_and_only_changes_render_again(glmtts: Run) -> None:
    place: Path = glmtts.place  # type: ignore[attr-defined]
    made = told(glmtts("new", "mine", "--json"))
    assert str(Path("mine/show.yaml")) in made["files"]  # type: ignore[operator]
    assert "There is something here already" in glmtts("new", "mine", code=2).stderr
    show = place / "mine/show.yaml"
    show.write_text(show.read_text("utf-8").replace("[mp3, m4a]", "mp3"), encoding="utf-8")
    refused = glmtts("feed", "mine", code=2).stderr
    assert refused.count("is still the example of a new show") == len(PLACEHOLDERS)
    own = show.read_text("utf-8")
    for example in PLACEHOLDERS.values():
        assert example in own
        own = own.replace(example, example.replace("example.com", "my.net").replace("My", "Our"))
    show.write_text(own, encoding="utf-8")

    (first,) = told(glmtts("render", "mine", "--json"))["episodes"]  # type: ignore[misc]
    assert (first["state"], first["lines"], first["synthesised"]) == ("rendered", 10, 10)
    (again,) = told(glmtts("render", "mine", "--json"))["episodes"]  # type: ignore[misc]
    assert again == {"episode": "001-hello", "state": "unchanged"}
    said = told(glmtts("feed", "mine", "--json"))
    assert (said["episodes"], said["warnings"], said["waiting"]) == (1, [], {})
    feed = (place / "mine/out/feed.xml").read_bytes()
    assert b"<itunes:episode>1</itunes:episode>" in feed
    assert len(list((place / "mine/out").glob("cover-*.png"))) == 1

    episode = place / "mine/episodes/001-hello.yaml"
    text = episode.read_text("utf-8")
    episode.write_text(text.replace("我们下期见", "我们下周见"), encoding="utf-8")
    (edited,) = told(glmtts("render", "mine", "001-hello", "--json"))["episodes"]  # type: ignore[misc]
    assert (edited["state"], edited["synthesised"]) == ("rendered", 1)
    (place / "mine/out/001-hello/001-hello.mp3").write_bytes(b"cut short")
    (mended,) = told(glmtts("render", "mine", "--json"))["episodes"]  # type: ignore[misc]
    assert (mended["state"], mended["synthesised"]) == ("rendered", 0)

    # The file is gone and the script too: the feed goes on listing what it promised.
    episode.unlink()
    for path in (place / "mine/out/001-hello").iterdir():
        path.unlink()
    assert told(glmtts("feed", "mine", "--json"))["episodes"] == 1


def test_what_directories_would_refuse_is_told_before_anything_is_written(glmtts: Run) -> None:
    place: Path = glmtts.place  # type: ignore[attr-defined]
    glmtts("new", "bare")
    (place / "bare/show.yaml").write_text(
        "glmtts_show: 1\ntitle: x\nvoices: {A: xiaoyu}\nurl: https://example.com\n",
        encoding="utf-8",
    )
    refused = glmtts("feed", "bare", code=2).stderr
    for what in ("no author", "no description", "no cover", "in no category", "no episode"):
        assert what in refused
    assert not (place / "bare/out/feed.xml").exists()


def test_mistakes_of_all_episodes_are_told_together_and_unknown_ones_by_name(glmtts: Run) -> None:
    place: Path = glmtts.place  # type: ignore[attr-defined]
    glmtts("new", "wrong")
    for name in ("002", "003"):
        (place / f"wrong/episodes/{name}.yaml").write_text(
            "glmtts: 1\nsegments: [{Nobody: hi}]\n", encoding="utf-8"
        )
    refused = glmtts("render", "wrong", code=2).stderr
    assert "002.yaml:2:" in refused
    assert "003.yaml:2:" in refused
    for name in ("002", "003"):
        (place / f"wrong/episodes/{name}.yaml").write_text(
            f"glmtts: 1\nvoices: {{A: voice-{name}}}\nsegments: [{{A: hi}}]\n", encoding="utf-8"
        )
    refused = glmtts("render", "wrong", code=2).stderr  # before 001 is rendered
    assert "voice-002" in refused
    assert "voice-003" in refused
    assert 'There is no episode "001-helo". Did you mean "001-hello"?' in (
        glmtts("render", "wrong", "001-helo", code=2).stderr
    )
    assert not (place / "wrong/out").exists()


PAGES = {
    page: (Path(__file__).parents[3] / "docs" / page).read_text("utf-8")
    for page in ("podcasts.md", "podcasts.zh.md")
}
every_page = pytest.mark.parametrize("docs", PAGES.values(), ids=PAGES)


@every_page
def test_the_shows_page_shows_and_explains_every_key(docs: str, folder: Path) -> None:
    (example,) = (block for block in re.findall(r"```yaml\n(.*?)```", docs, re.S))
    (folder / "music").mkdir()
    for name in ("music/theme.ogg", "music/stinger.ogg", "music/bed.ogg"):
        (folder / name).touch()
    (folder / "show.yaml").write_text(example, encoding="utf-8")
    read_show(folder)
    assert re.findall(r"^(\w+):", example, re.M) == list(ROOT_KEYS)
    assert [key for key in ROOT_KEYS if f"`{key}`" not in docs] == []


@every_page
def test_the_shows_page_names_every_platform(docs: str) -> None:
    assert [name for name in PLATFORMS if f"`{name}`" not in docs] == []
