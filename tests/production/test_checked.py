"""Takes are listened to: what is wrong is drawn again, the best is kept, and all of it is told."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.bench.damage import Line, damaged
from comfyui_glmtts.glmtts_runtime.engine import Outcome, SpeechRequest
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.listening.ears import Ears
from comfyui_glmtts.production.checked import make_takes, told
from comfyui_glmtts.production.checking import Checking
from comfyui_glmtts.production.context import RenderContext
from comfyui_glmtts.production.render import render
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.production.takes import Take
from comfyui_glmtts.progress import Cancel, Progress
from comfyui_glmtts.scripts.parse import read_script

TEXTS = [
    "考古队在河边发现了一座古老的陶窑。",
    "我们把帐篷搭在离湖边不远的草地上。",
    "工程师们花了三年时间才完成这座大桥的设计。",
]


@dataclass
class Spoiling:
    """Kokoro, but the takes of some seeds have a word missing, and of some texts all have."""

    kokoro: KokoroEngine
    hopeless: str = "?"
    sample_rates: tuple[int, ...] = (24_000,)
    name: str = "spoiling"
    fingerprint: str = "spoiling 1"
    spoken: dict[str, Outcome] = field(default_factory=dict)
    seeds: list[int] = field(default_factory=list)

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        for index, request in enumerate(requests):
            cancel()
            self.seeds.append(request.seed)
            text = request.spoken.spoken
            if text not in self.spoken:
                plain = [replace(request, seed=0)]
                [self.spoken[text]] = self.kokoro.synthesize(
                    plain, progress=progress, cancel=cancel
                )
            outcome = self.spoken[text]
            assert isinstance(outcome.result, Wave)
            wave = outcome.result
            # Every first take of the second text, and no other of it, is spoiled.
            if self.hopeless in text or (request.seed == 0 and text == TEXTS[1]):
                line = Line(request.spoken, wave, outcome.times, "who")
                wave = damaged(line, "removed", [], random.Random(request.seed))
            yield Outcome(index, wave)

    def close(self) -> None:
        """Kokoro is closed by its owner."""


@pytest.fixture(scope="module")
def kokoro() -> Iterator[KokoroEngine]:
    with KokoroEngine.open(environment={}) as engine:
        yield engine


@pytest.fixture(scope="module")
def ears() -> Ears:
    return Ears.open(listeners=1)


def context(engine: Spoiling, folder: Path, ears: Ears, **how: int) -> RenderContext:
    return RenderContext(
        engine=engine,
        library=VoiceLibrary([]),
        store=Store(folder / "store"),
        checking=Checking(ears=lambda: ears, **how),
    )


def script(folder: Path) -> Path:
    path = folder / "episode.yaml"
    lines = "".join(f"  - 甲: {text}\n" for text in TEXTS)
    path.write_text(
        "glmtts: 1\nvoices:\n  甲: {voice: xiaoyu}\noutput: {formats: [wav], review: true}\n"
        f"segments:\n{lines}",
        encoding="utf-8",
    )
    return path


def test_a_spoiled_take_is_drawn_again_and_the_finished_episode_has_none(
    kokoro: KokoroEngine, ears: Ears, tmp_path: Path
) -> None:
    asked = context(Spoiling(kokoro), tmp_path, ears)
    made = render(read_script(script(tmp_path)), tmp_path / "out", asked)
    manifest = json.loads(made.manifest.read_text("utf-8"))
    checks = [line["check"] for line in manifest["lines"]]
    assert [check["doubtful"] for check in checks] == [False, False, False]
    assert [(check["draw"], check["draws"]) for check in checks] == [(1, 1), (2, 2), (1, 1)]
    assert manifest["lines"][1]["seed"] != manifest["lines"][0]["seed"] == 0
    assert made.notes == ("Line 2: 2 takes were heard; number 2 is kept.",)
    assert (tmp_path / "out/episode.words.json").is_file()  # by the ears: the engine knows none


def test_what_was_chosen_once_is_chosen_again_without_listening(
    kokoro: KokoroEngine, ears: Ears, tmp_path: Path
) -> None:
    first = context(Spoiling(kokoro), tmp_path, ears)
    parsed = read_script(script(tmp_path))
    render(parsed, tmp_path / "one", first)

    class Deaf:
        listeners, fingerprint = 1, ears.fingerprint

    again = context(Spoiling(kokoro), tmp_path, Deaf())  # type: ignore[arg-type]
    made = render(parsed, tmp_path / "two", again)
    assert made.synthesised == 0
    one, two = ((tmp_path / name / "manifest.json").read_bytes() for name in ("one", "two"))
    assert one == two


def test_a_line_that_is_never_good_keeps_its_best_take_and_is_told_as_doubtful(
    kokoro: KokoroEngine, ears: Ears, tmp_path: Path
) -> None:
    engine = Spoiling(kokoro, hopeless="帐篷")
    made = render(
        read_script(script(tmp_path)), tmp_path / "out", context(engine, tmp_path, ears, redraws=2)
    )
    line = json.loads(made.manifest.read_text("utf-8"))["lines"][1]
    assert line["check"]["doubtful"]
    assert line["check"]["draws"] == 3
    assert line["check"]["findings"][0]["kind"] in ("missing", "replaced", "cut off")
    assert any(note.startswith("Line 2: Doubtful: ") for note in made.notes)
    assert len(set(engine.seeds)) == 3  # 0 and the next derived ones
    page = (tmp_path / "out/review.html").read_text("utf-8")
    assert '"heard":[' in page


def test_candidates_are_all_drawn_and_the_best_of_them_is_kept(
    kokoro: KokoroEngine, ears: Ears, tmp_path: Path
) -> None:
    from comfyui_glmtts.pronunciation.reader import Reader

    voice = VoiceLibrary([]).get("xiaoyu")
    request = SpeechRequest(spoken=Reader().read(TEXTS[1]), voice=voice)
    [take], fresh = make_takes([request], context(Spoiling(kokoro), tmp_path, ears, candidates=3))
    assert fresh == 3
    assert (take.draws, take.verdict is not None and take.verdict.is_good) == (3, True)
    assert take.draw > 1
    assert told(take) == [f"3 takes were heard; number {take.draw} is kept."]


def test_noise_is_flagged_and_kept_after_a_bounded_number_of_draws(
    ears: Ears, tmp_path: Path
) -> None:
    class Noise(Spoiling):
        def synthesize(
            self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
        ) -> Iterator[Outcome]:
            for index, request in enumerate(requests):
                self.seeds.append(request.seed)
                noise = np.random.default_rng(request.seed).normal(0, 0.1, 48_000)
                yield Outcome(index, Wave(noise.astype(np.float32), 24_000))

    from comfyui_glmtts.pronunciation.reader import Reader

    voice = VoiceLibrary([]).get("xiaoyu")
    requests = [SpeechRequest(spoken=Reader().read(text), voice=voice) for text in TEXTS]
    engine = Noise(None)  # type: ignore[arg-type]
    takes, _ = make_takes(requests, context(engine, tmp_path, ears, redraws=1))
    assert len(takes) == 3
    assert all(isinstance(t, Take) and t.verdict and not t.verdict.is_good for t in takes)
    assert len(engine.seeds) == 6


@pytest.mark.parametrize("asked", ["option", "script"])
def test_an_episode_that_was_checked_is_left_as_it_is(
    asked: str, glmtts: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "show/episodes").mkdir(parents=True)
    wanted = "output: {check: true}\n" if asked == "script" else ""
    (tmp_path / "show/show.yaml").write_text(
        f"glmtts_show: 1\ntitle: T\nvoices: {{A: xiaoyu}}\n{wanted}", encoding="utf-8"
    )
    (tmp_path / "show/episodes/001-one.yaml").write_text(
        f"glmtts: 1\nsegments: [{{A: {TEXTS[0]}}}]\n", encoding="utf-8"
    )
    command = ("show", "render", "show", "--json", *(["--check"] if asked == "option" else []))
    states = [json.loads(glmtts(*command).stdout)["episodes"][0]["state"] for _ in range(2)]
    assert states == ["rendered", "unchanged"]


def test_nobody_listens_unless_asked(kokoro: KokoroEngine, tmp_path: Path, ears: Ears) -> None:
    asked = replace(context(Spoiling(kokoro), tmp_path, ears), checking=None)
    made = render(read_script(script(tmp_path)), tmp_path / "out", asked)
    assert "check" not in json.loads(made.manifest.read_text("utf-8"))["lines"][0]
    assert made.notes == ()
