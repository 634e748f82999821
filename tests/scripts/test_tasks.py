"""Task lists: what a record becomes, and how a wrong one is told without spoiling the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from comfyui_glmtts.documents.file_name import file_name
from comfyui_glmtts.documents.findings import UnfitError
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.scripts.script import EmotionMix, Reference
from comfyui_glmtts.scripts.tasks import Task, TaskList, read_tasks
from hypothesis import given
from hypothesis import strategies as st


def read(folder: Path, text: str | bytes, name: str = "tasks.jsonl") -> TaskList:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_tasks(path)


def write(records: list[Any], suffix: str) -> str:
    if suffix == "json":
        return json.dumps(records, ensure_ascii=False, indent=1)
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records)


def test_a_record_becomes_a_task(tmp_path: Path) -> None:
    (tmp_path / "p.wav").touch()
    file = str(tmp_path / "tasks.jsonl")
    found = read(
        tmp_path,
        '{"output_name": "a.wav", "input_text": "你好\\n世界", "prompt_audio": "p.wav",'
        ' "prompt_text": "好"}\n\n'
        '  {"uttid": 7, "syn_text": "b", "voice": "v", "seed": 5, "language": "en",'
        ' "emotion": {"calm": 3, "sad": 1, "strength": 0.5}}\n'
        '{"input_text": "c", "seed": null}\n',
    )
    assert found.rejected == ()
    assert found.tasks == (
        Task(
            place=Place(file, 1, 1),
            number=1,
            name="a",
            text="你好\n世界",
            voice=Reference(
                place=Place(file, 1, 1), audio=(tmp_path / "p.wav").resolve(), transcript="好"
            ),
        ),
        Task(
            place=Place(file, 3, 3),
            number=2,
            name="7",
            text="b",
            voice=Reference(place=Place(file, 3, 3), name="v"),
            emotion=EmotionMix(
                place=Place(file, 3, 3), weights=(("calm", 0.75), ("sad", 0.25)), strength=0.5
            ),
            seed=5,
            language="en",
        ),
        Task(
            place=Place(file, 4, 1),
            number=3,
            name="0003",
            text="c",
            voice=Reference(place=Place(file, 4, 1)),
        ),
    )


GOOD = {"output_name": "good", "input_text": "好", "voice": "v"}


@pytest.mark.parametrize("suffix", ["jsonl", "json"])
@pytest.mark.parametrize(
    ("record", "messages"),
    [
        ({}, ["There is no text to speak. Add `input_text`."]),
        ({"input_txt": "x"}, ['Did you mean "input_text"?', "no text"]),
        ({"input_text": "x", "syn_text": "x"}, ["mean the same. Keep one"]),
        ({"input_text": ""}, ["Nothing is written"]),
        ({"input_text": "x" * 5001}, ["longer than 5000"]),
        ({"input_text": ["x"]}, ["not a list"]),
        ({"input_text": {"a": "x"}}, ["not a mapping"]),
        ({"input_text": "x", "output_name": "a/b"}, ['holds "/"']),
        ({"input_text": "x", "output_name": "..\\b"}, ['holds "\\"']),
        ({"input_text": "x", "output_name": ".hidden"}, ["dot"]),
        ({"input_text": "x", "output_name": "Lpt1.txt"}, ["Windows"]),
        ({"input_text": "x", "output_name": "长" * 41}, ["120 bytes"]),
        ({"input_text": "x", "output_name": "GOOD.mp3"}, ['Record 1 writes a file "GOOD" already']),
        ({"input_text": "x", "prompt_audio": "p.wav"}, ["without its words"]),
        ({"input_text": "x", "prompt_text": "y"}, ["without a recording"]),
        ({"input_text": "x", "prompt_audio": "q.wav", "prompt_text": "y"}, ['mean "p.wav"?']),
        ({"input_text": "x", "prompt_speech": "../p.wav", "prompt_text": "y"}, ["outside"]),
        ({"input_text": "x", "voice": "../v"}, ["cannot be a name"]),
        (
            {"input_text": "x", "voice": "v", "prompt_speech": "p.wav", "prompt_text": "y"},
            ["Keep `voice` or `prompt_speech`"],
        ),
        ({"input_text": "x", "seed": 1.5}, ['"1.5" is not a whole number']),
        ({"input_text": "x", "language": "fr"}, ["Known: en, zh"]),
        ({"input_text": "x", "emotion": ["calm"]}, ["no list"]),
        ([], ["A record is a JSON object"]),
        ("text", ["A record is a JSON object"]),
        (None, ["A record is a JSON object"]),
        ({"input_text": "x\0"}, ["no text. Delete"]),
        ({"input_text": "x", "emotion": [[[[[[[[["x"]]]]]]]]]}, ["8 levels"]),
    ],
)
def test_a_wrong_record_is_told_and_the_others_stay(
    record: Any, messages: list[str], suffix: str, tmp_path: Path
) -> None:
    (tmp_path / "p.wav").touch()
    last = GOOD | {"output_name": "last"}
    found = read(tmp_path, write([GOOD, record, last], suffix), f"tasks.{suffix}")
    assert [(task.number, task.name) for task in found.tasks] == [(1, "good"), (3, "last")]
    (rejected,) = found.rejected
    assert rejected.number == 2
    assert len(rejected.mistakes) == len(messages)
    for mistake, message in zip(rejected.mistakes, messages, strict=True):
        assert message in str(mistake)
        assert mistake.place == rejected.place
    if suffix == "jsonl":
        assert (rejected.place.line, rejected.place.column) == (2, 1)


@pytest.mark.parametrize(
    ("record", "column", "message"),
    [
        ('{"input_text": "x" "y"}', 20, "Expecting ','"),
        ('{"input_text": x}', 16, "Expecting value"),
        ('{"input_text": "x"', 19, "Expecting ','"),
        ("{'input_text': 'x'}", 2, "property name"),
        ('{"input_text": "x"} {}', 21, "Extra data"),
        ('{"input_text": "\\ud83d"}', 1, "no text"),
        ('{"input_text": "a", "input_text": "b"}', 1, "there twice"),
        ('{"a":' * 10_000, 1, "levels"),
        ('{"input_text": "' + "x" * 70_000 + '"}', 1, "longer than 65536"),
    ],
)
def test_a_line_that_is_no_json_is_told_with_its_place(
    record: str, column: int, message: str, tmp_path: Path
) -> None:
    found = read(tmp_path, f"{json.dumps(GOOD)}\n{record}\n")
    assert len(found.tasks) == 1
    (mistake,) = found.rejected[0].mistakes
    assert message in str(mistake)
    assert (mistake.place.line, mistake.place.column) == (2, column)


def test_a_broken_record_of_an_array_has_its_own_place(tmp_path: Path) -> None:
    found = read(tmp_path, '[\n {"input_text": "]}{["},\n {\n  "input_text": x\n }\n]\n', "a.json")
    assert [task.text for task in found.tasks] == ["]}{["]
    place = found.rejected[0].mistakes[0].place
    assert (place.line, place.column) == (4, 17)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no tasks"),
        ("[]", "no tasks"),
        ('[{"input_text": "x"}', "not closed"),
        ('[{"input_text": "x"', "not closed"),
        ('[{"input_text": "x"}] {}', "The list ends here"),
        ('{\n "input_text": "x"\n}\n', "more than one line"),
        ("[" * 10**6, "longer than 65536"),
        ('["' + '\\"' * 10**6, "longer than 65536"),
        ('{"input_text": "好"}\n'.encode("gbk"), "GBK"),
        (b"{}\n" * 2000, "no text to speak"),
    ],
)
def test_a_list_that_cannot_be_trusted_is_refused_as_a_whole(
    text: str | bytes, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, text, "tasks.json")


def test_recordings_are_looked_up_beside_the_list_and_then_in_the_roots(tmp_path: Path) -> None:
    for name in ("lists/a.wav", "a.wav", "prompts/b.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    path = tmp_path / "lists/tasks.jsonl"
    path.write_text(
        "".join(
            json.dumps({"syn_text": "x", "prompt_speech": name, "prompt_text": "y"}) + "\n"
            for name in ("a.wav", "prompts/b.wav")
        )
    )
    found = read_tasks(path, roots=[tmp_path])
    assert [task.voice.audio for task in found.tasks] == [
        (tmp_path / name).resolve() for name in ("lists/a.wav", "prompts/b.wav")
    ]


@given(st.text(max_size=60))
def test_a_file_name_is_safe_or_refused(text: str) -> None:
    try:
        name = file_name(text)
    except UnfitError:
        return
    assert name == name.strip()
    assert name not in {"", ".", ".."}
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert len(name.encode()) <= 120


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a.wav", "a"),
        ("a.tar", "a.tar"),
        ("e\u0301", "\u00e9"),
        (" 第 1 集.MP3 ", "第 1 集"),
        ("console", "console"),
    ],
)
def test_file_names_are_put_into_one_form(text: str, name: str) -> None:
    assert file_name(text) == name


def test_a_record_that_is_refused_keeps_its_name(tmp_path: Path) -> None:
    found = read(tmp_path, '{"output_name": "a"}\n{"input_text": ""}\n7\n')
    assert [bad.name for bad in found.rejected] == ["a", "0002", ""]


def test_a_record_may_say_how_fast_it_is_spoken_and_what_is_phonemes(tmp_path: Path) -> None:
    (task,) = read(tmp_path, '{"input_text": "好", "rate": 1.2, "phoneme": "all"}').tasks
    assert (task.rate, task.phoneme) == (1.2, "all")
