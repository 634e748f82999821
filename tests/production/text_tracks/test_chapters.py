import json
from pathlib import Path

import jsonschema
from comfyui_glmtts.production.text_tracks.chapters import chapters_json
from comfyui_glmtts.production.timeline import Mark, Timeline
from hypothesis import given
from hypothesis import strategies as st

# What podcast-namespace's chapters/jsonChapters.md (1.2.0) requires and allows.
FORMAT = {
    "type": "object",
    "required": ["version", "chapters"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "1.2.0"},
        "title": {"type": "string"},
        "chapters": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["startTime"],
                "additionalProperties": False,
                "properties": {
                    "startTime": {"type": "number", "minimum": 0},
                    "endTime": {"type": "number", "minimum": 0},
                    "title": {"type": "string"},
                    "url": {"type": "string", "pattern": "^https?://"},
                    "img": {"type": "string", "pattern": "^https?://"},
                },
            },
        },
    },
}


def timeline(*marks: Mark, rate: int = 48_000) -> Timeline:
    return Timeline(rate=rate, channels=2, length=10_000_000, clips=(), marks=marks)


def test_marks_become_chapters_to_the_millisecond() -> None:
    episode = timeline(
        Mark(start=0, title="开场"),
        Mark(start=1_234_567, title="到站", url="https://example.com/2", image=Path("/a/b.png")),
    )
    assert json.loads(chapters_json(episode, "火车上的声音")) == {
        "version": "1.2.0",
        "title": "火车上的声音",
        "chapters": [
            {"startTime": 0.0, "endTime": 25.72, "title": "开场"},
            {
                "startTime": 25.72,
                "endTime": 208.333,
                "title": "到站",
                "url": "https://example.com/2",
            },
        ],
    }


def test_no_local_path_gets_out() -> None:
    secret = Mark(start=0, title="a", image=Path("/home/ann/cover.png"))
    assert "ann" not in chapters_json(timeline(secret), "b")


def test_pictures_are_told_by_their_addresses_in_order_of_start() -> None:
    episode = timeline(Mark(start=96_000, title="b"), Mark(start=48_000, title="a"))
    whole = json.loads(chapters_json(episode, "", ["https://example.com/a.png", ""]))
    jsonschema.validate(whole, FORMAT)
    assert [chapter.get("img") for chapter in whole["chapters"]] == [
        "https://example.com/a.png",
        None,
    ]


def test_marks_come_in_order_of_start() -> None:
    episode = timeline(Mark(start=96_000, title="b"), Mark(start=48_000, title="a"))
    chapters = json.loads(chapters_json(episode, ""))["chapters"]
    assert [chapter["title"] for chapter in chapters] == ["a", "b"]


def test_an_episode_without_chapters_gives_a_valid_file() -> None:
    assert json.loads(chapters_json(timeline(), "x"))["chapters"] == []


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.text()), max_size=8),
    st.text(),
    st.sampled_from([8_000, 24_000, 44_100, 48_000]),
)
def test_any_marks_give_valid_chapters_in_order(
    marks: list[tuple[int, str]], title: str, rate: int
) -> None:
    episode = timeline(*(Mark(start=start, title=name) for start, name in marks), rate=rate)
    text = chapters_json(episode, title)
    text.encode("utf-8")
    whole = json.loads(text)
    jsonschema.validate(whole, FORMAT)
    starts = [chapter["startTime"] for chapter in whole["chapters"]]
    assert starts == sorted(starts)
    assert len(starts) == len(marks)


def test_the_first_chapter_begins_with_the_episode_and_the_last_ends_with_it() -> None:
    episode = timeline(Mark(start=200_000, title="a"), Mark(start=480_000, title="b"))
    found = json.loads(chapters_json(episode, "x"))["chapters"]
    times = [(one["startTime"], one["endTime"]) for one in found]
    assert times == [(0.0, 10.0), (10.0, 208.333)]
