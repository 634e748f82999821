"""A script brought to a wanted length: by one rate, within limits, and steady through edits."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.production.fit import STEP, fitted
from comfyui_glmtts.production.timeline import Clip, Timeline

RATE = 48_000
PLACE = Place("a.yaml", 3, 5)


class Voice:
    """Speech of `speech` seconds at its own pace, with `rest` seconds around it."""

    def __init__(self, speech: float, rest: float, *, obedience: float = 1.0) -> None:
        self.speech, self.rest, self.obedience = speech, rest, obedience
        self.asked: list[float] = []

    def __call__(self, rate: float) -> Timeline:
        self.asked.append(rate)
        speech = self.speech / (1 + self.obedience * (rate - 1))
        clip = Clip(
            line=1, speaker="A", text="", take="a" * 64, start=0, length=round(speech * RATE)
        )
        length = round((speech + self.rest) * RATE)
        return Timeline(rate=RATE, channels=1, length=length, clips=(clip,))


@pytest.mark.parametrize(
    ("duration", "rate"), [(300.0, 1.0), (290.0, 1.04), (310.0, 0.96), (276.0, 1.1)]
)
def test_speech_alone_gives_way(duration: float, rate: float) -> None:
    voice = Voice(260.0, 40.0)
    timeline, fit = fitted(voice, duration, 0.1, PLACE)
    assert fit.rate == rate
    assert (fit.own, fit.seconds) == (300.0, timeline.seconds)
    assert abs(timeline.seconds - duration) < 260 * STEP


def test_a_length_that_is_right_already_is_spoken_once() -> None:
    voice = Voice(260.0, 40.0)
    fitted(voice, 300.9, 0.1, PLACE)
    assert voice.asked == [1.0]


def test_an_engine_that_only_half_obeys_is_asked_again() -> None:
    voice = Voice(260.0, 40.0, obedience=0.5)
    timeline, fit = fitted(voice, 290.0, 0.1, PLACE)
    assert abs(timeline.seconds - 290.0) < 260 * STEP
    assert fit.rate == pytest.approx(1.08, abs=0.011)
    assert len(voice.asked) <= 4


@pytest.mark.parametrize(
    ("duration", "what", "remedy"),
    [
        (240.0, "own pace this takes 5:00; a stretch of 10% reaches from 4:36", "Cut words for"),
        (400.0, "to 5:29, not 6:40", "Add words for about 1:40"),
        (20.0, "not 20.0 s", "Cut words for about 4:40"),
    ],
)
def test_a_length_out_of_reach_is_told_with_what_can_be_reached(
    duration: float, what: str, remedy: str
) -> None:
    with pytest.raises(InputError) as caught:
        fitted(Voice(260.0, 40.0), duration, 0.1, PLACE)
    (mistake,) = caught.value.mistakes
    assert mistake.place == PLACE
    assert what in mistake.what
    assert remedy in mistake.remedy


def test_small_edits_leave_the_rate_as_it_is() -> None:
    rates = [fitted(Voice(260.0 + edit, 40.0), 290.0, 0.1, PLACE)[1].rate for edit in (0, 0.5, 1)]
    assert len(set(rates)) == 1


LINES = (
    "今天我们沿着河边走了很久，一直走到看得见灯塔的地方。",
    "The ferry leaves at eight, so let us walk a little faster.",
    "他数了数，一共有三百二十一级台阶，每一级都不一样高。",
    "好，那我们下一站见。",
)


def script(lines: tuple[str, ...], duration: str) -> str:
    spoken = "".join(
        f"  - {'小雨' if at % 2 else '阿明'}: {line}\n" for at, line in enumerate(lines)
    )
    return (
        "glmtts: 1\nvoices: {小雨: xiaoyu, 阿明: aming}\n"
        f"output: {{formats: wav, duration: '{duration}'}}\nsegments:\n{spoken}"
    )


def test_a_render_says_what_was_done_and_an_edit_speaks_one_line_again(tmp_path: Path) -> None:
    def render(lines: tuple[str, ...], duration: str, code: int = 0) -> dict[str, object]:
        (tmp_path / "a.yaml").write_text(script(lines, duration), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "comfyui_glmtts", "render", "a.yaml", "-o", "out", "--json"],
            cwd=tmp_path,
            env={**os.environ, "GLMTTS_CACHE": str(tmp_path / "cache")},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == code, done.stderr
        if code:
            assert "At its own pace this takes 1" in done.stdout
            return {}
        return {
            **json.loads(done.stdout),
            **json.loads((tmp_path / "out/manifest.json").read_text("utf-8")),
        }

    own = render(LINES, "14.8s")
    fit = own["fit"]
    assert isinstance(fit, dict)
    assert fit["seconds"] == pytest.approx(14.8, abs=0.2)
    assert 0.9 <= fit["rate"] <= 1.1
    edited = render((*LINES[:3], "好，那我们下一次见。"), "14.8s")
    assert edited["fit"]["rate"] == fit["rate"]  # type: ignore[index]
    # That line, at its own pace and at the others that were tried: fewer, where one more was near.
    assert 2 <= edited["synthesised"] <= own["synthesised"] // len(LINES)  # type: ignore[operator]
    assert render(LINES, "10s", code=2) == {}
