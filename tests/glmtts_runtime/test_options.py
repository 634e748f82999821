"""Every field of the engine's options is found in every shell, as the one table says."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import typer
from comfyui_glmtts.cli.app import app
from comfyui_glmtts.glmtts_runtime.options import EngineOptions, Sampling, check, options_of
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.watch.rendering.remote_prompt import tasks_prompt
from comfyui_glmtts.watch.settings.file import read_settings

# A value that is not the default, as it is written in watch.yaml, for every field.
OTHERS = {
    "engine": ("glm-tts", "glm-tts"),
    "checkpoint": ("weights", Path("weights")),
    "device": ("cpu", "cpu"),
    "precision": ("int8", "int8"),
    "history": ("no", False),
    "flow_steps": ("6", 6),
    "flow_schedule": ("uniform", "uniform"),
    "flow_guided": ("50", 50),
    "low_vram": ("yes", True),
    "graphs": ("no", False),
}
SPEAKING = ("render", "say", "batch", "announce", "takes", "watch")


def test_every_field_is_an_option_with_words() -> None:
    assert list(options_of(EngineOptions)) == [field.name for field in fields(EngineOptions)]
    assert list(options_of(EngineOptions)) == list(OTHERS)
    told = [*options_of(EngineOptions).values(), *options_of(Sampling).values()]
    assert all(option.help.endswith(".") for option in told)


@pytest.mark.parametrize("command", SPEAKING)
def test_the_command_line_has_them_all(command: str) -> None:
    shown = typer.main.get_command(app).commands[command]  # type: ignore[attr-defined]
    parameters = {parameter.name: parameter for parameter in shown.params}
    groups = (EngineOptions,) if command == "watch" else (EngineOptions, Sampling)
    for group in groups:
        for name, option in options_of(group).items():
            assert parameters[name].help == option.help
            assert parameters[name].default == getattr(group(), name)


def test_watch_yaml_has_them_all(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "inbox").mkdir()
    section = "".join(
        f"  {'name' if name == 'engine' else name}: {text}\n" for name, (text, _) in OTHERS.items()
    )
    file = tmp_path / "watch.yaml"
    file.write_text(f"watch: 1\nengine:\n{section}", encoding="utf-8")
    found = read_settings(file, tmp_path / "inbox").engine
    wanted = {name: value for name, (_, value) in OTHERS.items()}
    assert found == EngineOptions(**{**wanted, "checkpoint": tmp_path / "weights"})


def test_what_is_asked_of_a_server_has_all_that_are_not_its_own() -> None:
    wanted = {name: value for name, (_, value) in OTHERS.items()}
    prompt = tasks_prompt("tasks.jsonl", where="job", engine=EngineOptions(**wanted), format="wav")
    asked = prompt.nodes["engine"].inputs
    assert asked.pop("engine") == "GLM-TTS"
    assert asked == {
        f"engine.{name}": value
        for name, value in wanted.items()
        if name not in ("engine", "checkpoint")
    }


def test_all_mistakes_are_told_at_once_in_the_words_of_the_shell() -> None:
    wrong = EngineOptions(engine="glm", device="gpu", precision="int4", flow_steps=0)  # type: ignore[arg-type]
    with pytest.raises(InputError) as caught:
        check(wrong, lambda name: Place(f"--{name}"))
    told = [str(mistake) for mistake in caught.value.mistakes]
    assert [line.partition(":")[0] for line in told] == [
        "--engine", "--device", "--precision", "--flow_steps",
    ]  # fmt: skip
    assert re.search('no precision "int4".*int8', told[2])
