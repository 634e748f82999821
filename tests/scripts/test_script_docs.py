"""The examples of docs/script.md, in both languages, are read, and the schema agrees with the
parser about them."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from comfyui_glmtts import scripts
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.scripts import music, output, segments, speakers, tasks, yaml_script
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.platforms import PLATFORMS
from comfyui_glmtts.scripts.script import Line, Pause
from comfyui_glmtts.scripts.tasks import read_tasks

PAGES = {
    page: (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    for page in ("script.md", "script.zh.md")
}
HEAD = """\
glmtts: 1
voices: {小明: ming, 小红: hong, Anna: anna}
emotions: {平静: calm}
segments:
"""
OUTRO = "glmtts: 1\nsegments:\n- 小明: Bye!\n"
FILES = (
    *("voices/guest.wav", "voices/calm.wav", "music/theme.mp3", "chime.wav"),
    *("music/sting.mp3", "music/bed.mp3"),
    *("cover.png", "bank.png", "names.jsonl"),
)

SCHEMA = json.loads(resources.files(scripts).joinpath("schema.json").read_text("utf-8"))


def blocks(page: str, language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGES[page], re.MULTILINE | re.DOTALL)
    assert found
    return found


def whole_scripts() -> list[str]:
    """Every YAML example; those that only show segments get what goes before them."""
    return [
        HEAD + "- 小明: 好\n" + text if text.startswith("- ") else text
        for page in PAGES
        for text in blocks(page, "yaml")
    ]


every_page = pytest.mark.parametrize("page", PAGES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "outro.yaml").write_text(OUTRO, encoding="utf-8")
    return tmp_path


def as_editors_read(text: str) -> Any:
    """YAML 1.2: numbers and true/false are what they look like, all else is strings."""

    def value(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: value(item) for key, item in node.items()}
        if isinstance(node, list):
            return [value(item) for item in node]
        if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?|true|false", node):
            return json.loads(node)
        return node

    return value(yaml.load(text, yaml.BaseLoader))


def accepts(text: str) -> bool:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    strings = validator.is_valid(yaml.load(text, yaml.BaseLoader))
    assert strings == validator.is_valid(as_editors_read(text)), text
    return strings


@every_page
def test_the_examples_use_all_there_is(page: str) -> None:
    everything = max(blocks(page, "yaml"), key=len)
    written = set(re.findall(r"\b([a-z_]+):(?=\s)", everything))
    keys = {
        *yaml_script.ROOT_KEYS,
        *speakers.VOICE_KEYS,
        *output.OUTPUT_KEYS,
        *output.METADATA_KEYS,
        *speakers.SEGMENT_KEYS,
    }
    assert keys - written == {"loop"}
    assert set(music.ROLES) <= written
    assert [key for key in tasks.KEYS if f"`{key}`" not in PAGES[page]] == []


@pytest.mark.parametrize("text", whole_scripts())
def test_a_yaml_example_is_read_and_fits_the_schema(text: str, folder: Path) -> None:
    path = folder / "script.yaml"
    path.write_text(text, encoding="utf-8")
    assert read_script(path).lines
    assert accepts(text)


TOLD = {
    "script.md": [
        ("旁白", "早间播客"),
        ("旁白", "欢迎收听早间播客。"),
        ("小明", "你好，现在是 8:30。"),
        ("Anna", "Hi! See http://example.com for more."),
        ("Anna", "And this line is Anna's, too."),
        ("小红", "这一句是小红说的。"),
        ("小红", "注意：这一行也是小红说的。"),
    ],
    "script.zh.md": [
        ("旁白", "早间播客"),
        ("旁白", "欢迎收听早间播客。"),
        ("小明", "你好，现在是 8:30。"),
        ("李老师", "大家好！详情见 http://example.com 首页。"),
        ("李老师", "这一行也是李老师说的。"),
        ("小红", "这一句是小红说的。"),
        ("小红", "注意：这一行也是小红说的。"),
    ],
}


@every_page
def test_the_text_example_is_read_as_it_is_described(page: str, folder: Path) -> None:
    (text,) = blocks(page, "text")
    path = folder / "script.txt"
    path.write_text(text, encoding="utf-8")
    assert [(line.speaker, line.text) for line in read_script(path).lines] == TOLD[page]


SECOND_CUE = {
    "script.md": ("Anna", "Nice to meet you."),
    "script.zh.md": ("小红", "很高兴见到你们。"),
}


@every_page
def test_the_srt_example_is_read_as_it_is_described(page: str, folder: Path) -> None:
    (text,) = blocks(page, "srt")
    path = folder / "script.srt"
    path.write_text(text, encoding="utf-8")
    told = [
        (segment.speaker, segment.text)
        if isinstance(segment, Line)
        else segment.seconds
        if isinstance(segment, Pause)
        else None
        for segment in read_script(path).segments
    ]
    assert told == [("小明", "大家好。"), 2.5, SECOND_CUE[page], ("小明", "我也是。")]


@every_page
@pytest.mark.parametrize("suffix", ["jsonl", "json"])
def test_the_task_lists_are_read(suffix: str, page: str, folder: Path) -> None:
    (text,) = blocks(page, suffix)
    path = folder / f"tasks.{suffix}"
    path.write_text(text, encoding="utf-8")
    found = read_tasks(path)
    assert found.rejected == ()
    assert len(found.tasks) == text.count('"output_name"') + text.count('"uttid"')


def test_the_schema_is_one_and_knows_the_parsers_keys() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    definitions = SCHEMA["$defs"]
    assert set(SCHEMA["properties"]) == set(yaml_script.ROOT_KEYS)
    assert set(SCHEMA["properties"]["output"]["properties"]) == set(output.OUTPUT_KEYS)
    assert set(SCHEMA["properties"]["metadata"]["properties"]) == set(output.METADATA_KEYS)
    assert set(definitions["voice"]["properties"]) == set(speakers.VOICE_KEYS)
    assert set(definitions["keyword"]["enum"]) == set(speakers.SEGMENT_KEYS)
    assert set(SCHEMA["properties"]["music"]["properties"]) == set(music.ROLES)
    named, _ = SCHEMA["properties"]["output"]["properties"]["loudness"]["anyOf"]
    assert set(named["enum"]) == set(PLATFORMS)
    for kind, keys in segments.KEYS.items():
        assert set(definitions[kind]["properties"]) == set(keys), kind


ROOT = "glmtts: 1\nvoices: {小明: ming}\n"
LINE = "segments:\n- 小明: 好\n"


@pytest.mark.parametrize(
    "text",
    [
        "segments: []\n",
        "glmtts: 2\n" + LINE,
        "glmtts: 1\n",
        ROOT + "titel: x\n" + LINE,
        ROOT + "title: ''\n" + LINE,
        ROOT + "language: zn\n" + LINE,
        ROOT + "seed: lucky\n" + LINE,
        ROOT + "seed: -1\n" + LINE,
        ROOT + "output: {formats: wave}\n" + LINE,
        ROOT + "output: {formats: [mp3, mp3]}\n" + LINE,
        ROOT + "output: {formats: []}\n" + LINE,
        ROOT + "output: {loudness: -16 dB}\n" + LINE,
        ROOT + "output: {name: a/b}\n" + LINE,
        ROOT + "output: {channels: surround}\n" + LINE,
        ROOT + "output: {stems: maybe}\n" + LINE,
        ROOT + "metadata: {date: tomorrow}\n" + LINE,
        ROOT + "metadata: {episode: 0}\n" + LINE,
        ROOT + "metadata: {type: special}\n" + LINE,
        ROOT + "output: {loudness: aple}\n" + LINE,
        ROOT + "output: {duration: 5}\n" + LINE,
        ROOT + "output: {duration: '5:70'}\n" + LINE,
        ROOT + "output: {stretch: much}\n" + LINE,
        ROOT + "room_tone: -45\n" + LINE,
        ROOT + "room_tone: -45 LUFS\n" + LINE,
        ROOT + "music: theme.mp3\n" + LINE,
        ROOT + "music: {jingle: x.wav}\n" + LINE,
        ROOT + "music: {intro: {gain: 1 dB}}\n" + LINE,
        ROOT + "emotions: {strength: x}\n" + LINE,
        ROOT + "emotions: {calm: {reference: x.wav}}\n" + LINE,
        "glmtts: 1\nvoices: [a]\n" + LINE,
        "glmtts: 1\nvoices: {pause: a}\n" + LINE,
        "glmtts: 1\nvoices: {a: ../b}\n" + LINE,
        "glmtts: 1\nvoices: {a: {voice: b, reference: c, transcript: d}}\n" + LINE,
        "glmtts: 1\nvoices: {a: {reference: c}}\n" + LINE,
        "glmtts: 1\nvoices: {a: {rate: 1}}\n" + LINE,
        "glmtts: 1\nvoices: {a: {voice: b, gian: 1 dB}}\n" + LINE,
        ROOT + "segments: {小明: 好}\n",
        *(
            f"{ROOT}segments:\n- {segment}\n"
            for segment in (
                "小明：你好",
                "[小明, 好]",
                "{小明: 好, Anna: hi, Bob: x, a: b, c: d, e: f, g: h, i: j}",
                "{小明: ''}",
                "{小明: {a: b}}",
                "{line: 好}",
                "{line: 好, speaker: 小明, fade_in: 1s}",
                "{小明: 好, rate: fast}",
                "{小明: 好, rate: 1 dB}",
                "{小明: 好, gain: -6}",
                "{小明: 好, take: first}",
                "{小明: 好, overlap: 400}",
                "{小明: 好, emotion: [calm]}",
                "{小明: 好, emotion: {calm: much}}",
                "{小明: 好, emotion: {strength: 1}}",
                "{pause: 800}",
                "{pause: 1h}",
                "{pause: 1s, chapter: x}",
                "{chapter: x, url: javascript:x}",
                "{sound: x.wav, under: none}",
                "{sound: x.wav, duck: -6 dB}",
                "{sound: x.wav, gian: 1 dB}",
                "{repeat: 2}",
                "{repeat: often, segments: []}",
                "{include: a.txt}",
            )
        ),
    ],
)
def test_what_the_schema_refuses_the_parser_refuses_too(text: str, folder: Path) -> None:
    (folder / "x.wav").touch()
    (folder / "a.txt").touch()
    path = folder / "script.yaml"
    path.write_text(text, encoding="utf-8")
    assert not accepts(text)
    with pytest.raises(InputError):
        read_script(path)
