"""The editing loop as people use it: takes to choose from, and only what changed made again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCRIPT = """\
glmtts: 1
title: 河边
voices: {小雨: xiaoyu, 阿明: aming}
output: {formats: [wav]}
segments:
- chapter: 出发
- 小雨: 早。
- 阿明: 去河边吗？
- chapter: 河边
- 小雨: 好风景。
- 阿明: 是啊。
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def glmtts(glmtts: Run, tmp_path: Path) -> Run:
    """Run `glmtts` in a folder with one script."""
    (tmp_path / "a.yaml").write_text(SCRIPT, encoding="utf-8")
    return glmtts


def said(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def takes(folder: Path) -> list[str]:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return [line["take"] for line in manifest["lines"]]


def test_the_whole_loop_speaks_every_take_once(glmtts: Run, tmp_path: Path) -> None:
    assert said(glmtts("render", "a.yaml", "--json"))["synthesised"] == 4
    first = takes(tmp_path / "out" / "a")
    made = said(glmtts("render", "a.yaml", "--lines", "2,小雨", "--takes", "3", "--json"))
    assert (made["lines"], made["takes"], made["synthesised"]) == ([1, 2, 3], 9, 6)
    again = said(glmtts("render", "a.yaml", "--lines", "2-3", "--takes", "4", "--json"))
    assert (again["takes"], again["synthesised"]) == (8, 2)
    folder = tmp_path / "out" / "a-takes"
    files = sorted(path.name for path in (folder / "takes").iterdir())
    assert files == [f"000{line}-{take}.mp3" for line in (2, 3) for take in (1, 2, 3, 4)]

    glmtts("takes", "a.yaml", "pick", "2=3", "3=2")
    picked = said(glmtts("render", "a.yaml", "--json"))
    assert picked["synthesised"] == 0
    second = takes(tmp_path / "out" / "a")
    assert [a == b for a, b in zip(first, second, strict=True)] == [True, False, False, True]

    edited = SCRIPT.replace("- 小雨: 早。", "- 小雨: 早上好。")
    (tmp_path / "a.yaml").write_text(edited, encoding="utf-8")
    assert said(glmtts("render", "a.yaml", "--json"))["synthesised"] == 1
    assert takes(tmp_path / "out" / "a")[1:] == second[1:]


def test_takes_are_listed_with_who_chose_them(glmtts: Run, tmp_path: Path) -> None:
    assert "No line has other takes" in glmtts("takes", "a.yaml").stdout
    glmtts("render", "a.yaml", "--lines", "河边", "--takes", "2")
    glmtts("takes", "a.yaml", "pick", "3=2")
    script = SCRIPT.replace("是啊。", "是啊。\n  take: 2").replace("好风景", "好风光")
    (tmp_path / "a.yaml").write_text(script, encoding="utf-8")
    listed = said(glmtts("takes", "a.yaml", "--json"))
    assert [(line["line"], line["take"], line["by"]) for line in listed["lines"]] == [
        (4, 2, "script")
    ]
    assert [(key["line"], key["take"]) for key in listed["stale"]] == [("好风景。", 2)]
    people = glmtts("takes", "a.yaml", "list", "1-")
    assert len(people.stdout.splitlines()) == 5
    assert "stale  2 takes, chose 2  小雨: 好风景。" in people.stdout
    assert "A chosen take is of a line that was edited" in people.stderr
    assert said(glmtts("render", "a.yaml", "--json"))["notes"]
    glmtts("takes", "a.yaml", "drop", "stale")
    assert said(glmtts("takes", "a.yaml", "--json"))["stale"] == []


def test_dropping_a_choice_brings_the_first_take_back(glmtts: Run, tmp_path: Path) -> None:
    glmtts("render", "a.yaml", "--lines", "1,2", "--takes", "2")
    glmtts("takes", "a.yaml", "pick", "1-2=2")
    kept = said(glmtts("takes", "a.yaml", "drop", "2", "--json"))
    assert [(line["line"], line["take"]) for line in kept["lines"]] == [(1, 2)]
    glmtts("takes", "a.yaml", "drop", "小雨")
    assert not (tmp_path / "a.takes.yaml").exists()


def test_play_makes_a_page_of_what_there_is_and_changes_no_choice(
    glmtts: Run, tmp_path: Path
) -> None:
    made = said(glmtts("takes", "a.yaml", "play", "4", "--json"))
    assert (made["lines"], made["takes"]) == ([4], 1)
    assert (tmp_path / made["page"]).is_file()
    assert not (tmp_path / "a.takes.yaml").exists()
    glmtts("render", "a.yaml", "--lines", "1", "--takes", "2")
    made = said(glmtts("takes", "a.yaml", "play", "-o", "heard", "--json"))
    assert made["takes"] == 2
    assert made["synthesised"] == 0
    assert sorted(path.name for path in (tmp_path / "heard/takes").iterdir()) == [
        "0001-1.mp3", "0001-2.mp3",
    ]  # fmt: skip


def test_alone_takes_means_every_line_and_lines_means_three_takes(glmtts: Run) -> None:
    assert said(glmtts("render", "a.yaml", "--takes", "2", "--json"))["takes"] == 8
    assert said(glmtts("render", "a.yaml", "--lines", "4", "--json"))["takes"] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("render", "a.yaml", "--lines", "9"), '--lines: There is no line "9".'),
        (("render", "a.yaml", "--lines", "河"), "--lines: No line, speaker or chapter"),
        (("takes", "a.yaml", "pik", "1=2"), 'Did you mean "pick"?'),
        (("takes", "a.yaml", "pick"), "pick: Nothing is chosen. Write for example: 12=3"),
        (("takes", "a.yaml", "pick", "1"), 'pick: "1" says no line and take.'),
        (("takes", "a.yaml", "pick", "1=0", "9=1"), 'pick: There is no line "9".'),
        (("takes", "a.yaml", "pick", "1=2"), "line 1: It has only its first take, no take 2."),
        (("takes", "a.yaml", "drop", "1"), "drop: Line 1 has no takes to forget."),
        (("takes", "a.yaml", "drop"), "drop: No line is named."),
        (("takes", "a.yaml", "play"), "play: No line is named."),
        (
            (
                "takes",
                "b.yaml",
            ),
            "no such file",
        ),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_said_in_words(
    arguments: tuple[str, ...], message: str, glmtts: Run, tmp_path: Path
) -> None:
    assert message in glmtts(*arguments, code=2).stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]


def test_a_file_of_choices_that_is_broken_stops_a_render_before_it_begins(
    glmtts: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.takes.yaml").write_text("glmtts_takes: 1\nline: []\n", encoding="utf-8")
    assert glmtts("render", "a.yaml", code=2).stderr.startswith("a.takes.yaml:2:1: ")
    assert not (tmp_path / "out").exists()


def test_both_pages_show_the_tones_that_an_engine_of_pinyin_says(
    glmtts: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(SCRIPT.replace("早。", "你好。"), encoding="utf-8")
    glmtts("render", "a.yaml", "--lines", "1", "-o", "takes")
    glmtts("render", "a.yaml", "--review", "-o", "whole")
    for name in ("takes/takes.html", "whole/review.html"):
        page = (tmp_path / name).read_text("utf-8")
        assert '["你","ní"],["好","hǎo"]' in page


def test_a_render_with_a_review_lists_its_files_and_one_without_takes_them_away(
    glmtts: Run, tmp_path: Path
) -> None:
    glmtts("render", "a.yaml", "--lines", "2", "--takes", "2")
    files = said(glmtts("render", "a.yaml", "--review", "--json"))["files"]
    mine = ["review.html", "takes/0002-1.mp3", "takes/0002-2.mp3"]
    assert [name for name in files if name in mine] == mine
    page = (tmp_path / "out/a/review.html").read_bytes()
    assert said(glmtts("render", "a.yaml", "--review", "-o", "b", "--json"))["synthesised"] == 0
    assert (tmp_path / "b/review.html").read_bytes() == page
    glmtts("render", "a.yaml")
    assert not (tmp_path / "out/a/review.html").exists()
    script = SCRIPT.replace("[wav]", "[wav], review: yes")
    (tmp_path / "a.yaml").write_text(script, encoding="utf-8")
    glmtts("render", "a.yaml")
    assert (tmp_path / "out/a/review.html").read_bytes() == page


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on file sizes")
def test_a_disk_that_takes_no_more_leaves_no_page_and_no_choices(
    glmtts: Run, tmp_path: Path
) -> None:
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 10, most))
    try:
        failed = glmtts("render", "a.yaml", "--lines", "1", "--takes", "2", code=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert "Choose a disk that takes larger files" in failed.stderr
    assert not (tmp_path / "a.takes.yaml").exists()
    assert not list((tmp_path / "out" / "a-takes").glob("[!.]*"))


def test_an_episode_of_a_show_has_takes_like_any_script(glmtts: Run, tmp_path: Path) -> None:
    (tmp_path / "episodes").mkdir()
    show = "glmtts_show: 1\ntitle: 河边\nvoices: {小雨: xiaoyu}\noutput: {formats: [wav]}\n"
    (tmp_path / "show.yaml").write_text(show, encoding="utf-8")
    episode = "glmtts: 1\ntitle: 一\nsegments:\n- 小雨: 早。\n"
    (tmp_path / "episodes" / "1.yaml").write_text(episode, encoding="utf-8")
    made = said(glmtts("render", "episodes/1.yaml", "--lines", "小雨", "--takes", "2", "--json"))
    assert made["synthesised"] == 2
    glmtts("takes", "episodes/1.yaml", "pick", "1=2")
    assert said(glmtts("render", "episodes/1.yaml", "--json"))["synthesised"] == 0
    assert (tmp_path / "episodes" / "1.takes.yaml").exists()
