"""What is kept for a while only: gone after it, never before, and nothing else with it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from comfyui_glmtts.watch.retention import forget, sweep
from comfyui_glmtts.watch.settings.layout import Layout
from comfyui_glmtts.watch.settings.settings import Settings

DAY = 86_400.0
NOW = 1_800_000_000.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "inbox").mkdir()
    return Settings(inbox=tmp_path / "inbox", state=tmp_path / "state")


@pytest.fixture
def layout(settings: Settings) -> Layout:
    layout = Layout.of(settings)
    layout.make()
    return layout


def results(layout: Layout, name: str, generator: str = "comfyui-glmtts 0.1.0") -> Path:
    folder = layout.out / name
    folder.mkdir(parents=True)
    (folder / "a.mp3").write_bytes(b"sound")
    (folder / "manifest.json").write_text(json.dumps({"generator": generator}))
    return folder


def test_a_clock_that_was_set_lets_nothing_go_before_its_time(
    settings: Settings, layout: Layout
) -> None:
    settings = replace(settings, keep_done=2 * DAY)
    (layout.done / "a.yaml").touch()
    assert sweep(settings, layout, NOW) == []
    forget(layout)
    assert sweep(settings, layout, NOW + 9999 * DAY) == []
    assert sweep(settings, layout, NOW + 10_002 * DAY) == [layout.done / "a.yaml"]


def test_nothing_goes_unless_asked(settings: Settings, layout: Layout) -> None:
    results(layout, "a")
    (layout.done / "a.yaml").touch()
    assert sweep(settings, layout, NOW) == sweep(settings, layout, NOW + 9999 * DAY) == []


def test_files_go_after_their_time_here_whenever_they_were_written(
    settings: Settings, layout: Layout
) -> None:
    settings = replace(settings, keep_done=2 * DAY, keep_failed=DAY)
    old, failed = layout.done / "a.yaml", layout.failed / "b.yaml.report.md"
    for file in (old, failed):
        file.touch()
        os.utime(file, (0, 0))
    assert sweep(settings, layout, NOW) == []
    assert sweep(settings, layout, NOW + 1.5 * DAY) == [failed]
    assert sweep(settings, layout, NOW + 2.5 * DAY) == [old]
    assert not old.exists()


def test_a_later_file_of_the_same_name_has_its_own_time(settings: Settings, layout: Layout) -> None:
    settings = replace(settings, keep_done=DAY)
    (layout.done / "a.yaml").write_text("one")
    sweep(settings, layout, NOW)
    (layout.done / "a.yaml").write_text("another")
    assert sweep(settings, layout, NOW + 2 * DAY) == []
    assert sweep(settings, layout, NOW + 4 * DAY) == [layout.done / "a.yaml"]


def test_results_go_whole_and_their_empty_folders_with_them(
    settings: Settings, layout: Layout
) -> None:
    settings = replace(settings, keep_out=DAY)
    gone = results(layout, "2026-11-22/a")
    sweep(settings, layout, NOW)
    kept = results(layout, "2026-11-23/b")
    assert sweep(settings, layout, NOW + 1.5 * DAY) == [gone]
    assert sorted(path.name for path in layout.out.iterdir()) == ["2026-11-23"]
    assert (kept / "a.mp3").is_file()


def test_what_is_not_ours_stays(settings: Settings, layout: Layout, tmp_path: Path) -> None:
    settings = replace(settings, keep_out=DAY, keep_done=DAY)
    theirs = results(layout, "theirs", generator="somebody else")
    (layout.out / "notes.txt").touch()
    elsewhere = results(layout, "../../elsewhere")
    (layout.out / "link").symlink_to(elsewhere, target_is_directory=True)
    (layout.done / "link").symlink_to(elsewhere, target_is_directory=True)
    sweep(settings, layout, NOW)
    assert sweep(settings, layout, NOW + 2 * DAY) == [layout.done / "link"]
    assert theirs.is_dir()
    assert (elsewhere / "a.mp3").is_file()
    assert (layout.out / "notes.txt").is_file()


@pytest.mark.parametrize("memory", ["", "[]", "nonsense", '{"a": "b"}'])
def test_a_lost_memory_keeps_things_longer(memory: str, settings: Settings, layout: Layout) -> None:
    settings = replace(settings, keep_done=DAY)
    (layout.done / "a.yaml").touch()
    sweep(settings, layout, NOW)
    (layout.state / "retention.json").write_text(memory)
    assert sweep(settings, layout, NOW + 2 * DAY) == []
    assert sweep(settings, layout, NOW + 4 * DAY) == [layout.done / "a.yaml"]


def test_an_upload_that_was_never_finished_goes_after_a_day(
    settings: Settings, layout: Layout
) -> None:
    part, other = layout.inbox / ".glmtts-x.part", layout.inbox / "x.part"
    for file in (part, other):
        file.touch()
        os.utime(file, (NOW, NOW))
    assert sweep(settings, layout, NOW + 0.9 * DAY) == []
    assert sweep(settings, layout, NOW + 1.1 * DAY) == [part]
    assert other.exists()


def test_a_clock_that_goes_back_removes_nothing(settings: Settings, layout: Layout) -> None:
    settings = replace(settings, keep_done=DAY)
    (layout.done / "a.yaml").touch()
    sweep(settings, layout, NOW)
    assert sweep(settings, layout, NOW - 30 * DAY) == []
    assert sweep(settings, layout, NOW - 29.5 * DAY) == []
