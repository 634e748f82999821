import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.glmtts_runtime.voices.library import BUNDLED
from comfyui_glmtts.pronunciation.markup import Reading, display, parse
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Chapter, Sound
from comfyui_glmtts.scripts.tasks import read_tasks
from PIL import Image

EXAMPLES = Path(__file__).parents[2] / "examples"
PODCAST = EXAMPLES / "podcast"


def script_module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_episode_is_a_whole_one() -> None:
    script = read_script(PODCAST / "episode.yaml")
    texts = [display(line.text) for line in script.lines]
    assert sum(char.isalnum() for text in texts for char in text) > 650  # 3 minutes and more
    assert {line.speaker for line in script.lines} == {"小雨", "阿明"}
    segments = script.segments
    assert sum(isinstance(segment, Chapter) for segment in segments) == 5
    sounds = [segment for segment in segments if isinstance(segment, Sound)]
    assert sounds[0].under == 2
    assert sounds[-1].under == "end"
    readings = [
        piece for line in script.lines for piece in parse(line.text) if isinstance(piece, Reading)
    ]
    assert len(readings) >= 3
    assert script.metadata.cover is not None


def test_the_episode_needs_only_what_is_bundled() -> None:
    script = read_script(PODCAST / "episode.yaml")
    tasks = read_tasks(EXAMPLES / "tasks.jsonl").tasks
    voices = {speaker.voice.name for speaker in script.speakers.values()}
    voices |= {task.voice.name for task in tasks}
    assert voices
    assert voices <= {path.stem for path in BUNDLED.glob("*.flac")}


@pytest.mark.parametrize(
    ("name", "speakers", "lines"),
    [("dialogue.txt", ["老师", "Leo"], 7), ("dialogue.srt", ["Ann", "Ben", "小雨"], 4)],
)
def test_dialogues_are_scripts(name: str, speakers: list[str], lines: int) -> None:
    script = read_script(EXAMPLES / name)
    assert list(script.speakers) == speakers
    assert len(script.lines) == lines


def test_every_task_of_the_list_is_one() -> None:
    tasks = read_tasks(EXAMPLES / "tasks.jsonl")
    assert not tasks.rejected
    assert [task.name for task in tasks.tasks] == ["welcome-zh", "welcome-en", "platform", "bank"]


def test_every_example_is_in_the_list_of_examples() -> None:
    listed = (EXAMPLES / "README.md").read_text("utf-8")
    for path in EXAMPLES.rglob("*"):
        rendered = "out" in path.relative_to(EXAMPLES).parts
        if not rendered and path.suffix in {".yaml", ".txt", ".srt", ".jsonl", ".py"}:
            assert path.relative_to(EXAMPLES).as_posix() in listed


def test_the_theme_loops_without_a_seam() -> None:
    sound, rate = soundfile.read(PODCAST / "theme.ogg")
    assert (rate, len(sound)) == (48_000, 24 * 48_000)
    seam = np.abs(sound[0] - sound[-1]).max()
    assert seam < np.abs(np.diff(sound, axis=0)).max() / 4


def test_the_music_is_what_its_script_makes() -> None:
    music = script_module(PODCAST / "make_music.py")
    rng = np.random.default_rng(1909)
    for name, made in (("theme", music.theme(rng)), ("stinger", music.stinger(rng))):
        kept, _ = soundfile.read(PODCAST / f"{name}.ogg")
        assert kept.shape == made.shape
        assert np.corrcoef(kept.ravel(), made.ravel())[0, 1] > 0.99


def test_the_demo_is_small_and_its_cover_fits_podcast_directories() -> None:
    assert sum((PODCAST / f"{name}.ogg").stat().st_size for name in ("theme", "stinger")) < 600_000
    cover = PODCAST / "cover.png"
    assert cover.stat().st_size < 300_000
    with Image.open(cover) as image:
        assert image.size == (1400, 1400)
